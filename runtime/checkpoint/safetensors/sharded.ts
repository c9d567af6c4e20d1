/**
 * A model split over several safetensors files, with `model.safetensors.index.json` saying which tensor is where.
 * Source: huggingface_hub, "Sharding" of the safetensors format as transformers writes it.
 */
import { ATTACHMENT_FIELD } from '../attachment.ts'
import type { ByteSink } from '../byte-sink.ts'
import type { ByteSource } from '../byte-source.ts'
import { readRange } from '../byte-source.ts'
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import type { StoredTensor } from '../stored-tensor.ts'
import { readSafetensors } from './read-safetensors.ts'
import { type SaveSafetensorsOptions, writeSafetensors } from './write-safetensors.ts'

const MAX_INDEX = 32 << 20
const MAX_SHARDS = 10_000

export interface Sharded {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** What the index carries beside the places of the tensors. */
  readonly attachment: string | null
}

/** As {@link readIndexedSafetensors}, with the index read too. */
export async function readShardedSafetensors(index: ByteSource, openShard: OpenShard): Promise<Sharded> {
  return readIndexedSafetensors(await readShardIndex(index), openShard)
}

/** Reads the shards that an index names, lazily. Throws safetensors/corrupt when index and shards disagree. */
export async function readIndexedSafetensors(
  { name: indexName, places, names, attachment }: ShardIndex,
  openShard: OpenShard,
): Promise<Sharded> {
  const foreign = names.find(name => !name.endsWith('.safetensors'))
  if (foreign !== undefined) {
    throw new CheckpointError(
      'file/unknown-format',
      `${indexName} is the index of files that are no safetensors: ${names.slice(0, 3).join(', ')}`,
      { hint: 'an index names .safetensors files, or .bin, .pt or .pth files' },
    )
  }
  const shards = new Map<string, ReadonlyMap<string, StoredTensor>>()
  for (const name of names) shards.set(name, (await readSafetensors(await openShard(name))).tensors)
  return { tensors: collected(places, (shard, key) => shards.get(shard)?.get(key)), attachment }
}

/** What an index places where, in its order. Throws safetensors/corrupt for a key that its shard lacks. */
export function collected<T>(
  places: ShardIndex['places'],
  find: (shard: string, key: string) => T | undefined,
): Map<string, T> {
  const found = new Map<string, T>()
  for (const [key, shard] of places) {
    const value = find(shard, key)
    if (value === undefined)
      throw corrupt(`the index places ${quoted(key)} in ${quoted(shard)}, which lacks it`)
    found.set(key, value)
  }
  return found
}

/** Gets the bare file name of a shard, never a path. */
type OpenShard = (name: string) => Promise<ByteSource>

export interface ShardIndex {
  /** Of the index itself. */
  readonly name: string
  /** The file of each tensor, by bare name. */
  readonly places: ReadonlyMap<string, string>
  /** The files, each once. */
  readonly names: readonly string[]
  readonly attachment: string | null
}

/** Throws safetensors/corrupt for what is no index, or names files elsewhere. */
export async function readShardIndex(index: ByteSource): Promise<ShardIndex> {
  if (index.size > MAX_INDEX) throw corrupt(`the index has ${index.size} bytes`)
  const text = new TextDecoder().decode(await readRange(index, 0, index.size))
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw corrupt(`${index.name} is no JSON`)
  }
  const map = typeof json === 'object' && json !== null && 'weight_map' in json ? json.weight_map : null
  if (typeof map !== 'object' || map === null) throw corrupt(`${index.name} has no weight_map`)
  const places = new Map<string, string>()
  for (const [key, shard] of Object.entries(map)) {
    if (typeof shard !== 'string' || !/^[\w][\w.-]*$/.test(shard)) {
      throw corrupt(`the index places ${quoted(key)} in what is no file name`)
    }
    places.set(key, shard)
  }
  const names = [...new Set(places.values())]
  if (names.length > MAX_SHARDS) throw corrupt(`the index names ${names.length} files`)
  return { name: index.name, places, names, attachment: attachmentIn(json as object) }
}

function attachmentIn(index: object): string | null {
  const metadata = 'metadata' in index ? index.metadata : null
  if (typeof metadata !== 'object' || metadata === null || !Object.hasOwn(metadata, ATTACHMENT_FIELD))
    return null
  const text = Reflect.get(metadata, ATTACHMENT_FIELD) as unknown
  return typeof text === 'string' ? text : null
}

export interface SaveShardedOptions extends SaveSafetensorsOptions {
  /** Most bytes of tensors in one file; a larger tensor stands alone. Default 5 GB, as `transformers` has it. */
  readonly maxShardBytes?: number
  /** A text that the index carries. */
  readonly attachment?: string
  /** Ends with `.safetensors.index.json`; the shards are named after what comes before. */
  readonly index?: string
}

/** Writes one file under its bare name. */
export type WriteFile = (name: string, content: (sink: ByteSink) => Promise<void>) => Promise<void>

const INDEX = /\.safetensors\.index\.json$/i

/** True of the name of an index, as `writeShardedSafetensors` takes it. */
export const isShardIndex = (name: string): boolean => INDEX.test(name)

/**
 * Splits tensors, in their order, over files; each is streamed when its turn comes, the index last, so that it never names a
 * file that is not there. The same tensors give the same bytes.
 */
export async function writeShardedSafetensors(
  tensors: Iterable<readonly [string, StoredTensor]>,
  writeFile: WriteFile,
  options: SaveShardedOptions = {},
): Promise<void> {
  const { maxShardBytes = 5e9, index = 'model.safetensors.index.json', metadata, onProgress } = options
  const groups = grouped(tensors, maxShardBytes)
  const total = groups.flat().reduce((sum, [, tensor]) => sum + tensor.byteLength, 0)
  const digits = (n: number) => String(n).padStart(5, '0')
  const places: [string, string][] = []
  let before = 0
  for (const [i, group] of groups.entries()) {
    const name = `${index.replace(INDEX, '')}-${digits(i + 1)}-of-${digits(groups.length)}.safetensors`
    let inShard = 0
    await writeFile(name, sink =>
      writeSafetensors(group, sink, {
        ...(metadata && { metadata }),
        onProgress: written => {
          inShard = written
          onProgress?.(before + written, total)
        },
      }),
    )
    before += inShard
    for (const [key] of group) places.push([key, name])
  }
  places.sort(([a], [b]) => (a < b ? -1 : 1))
  const entries = places.map(([key, shard]) => `    ${JSON.stringify(key)}: ${JSON.stringify(shard)}`)
  const own =
    options.attachment === undefined
      ? ''
      : `,\n    "${ATTACHMENT_FIELD}": ${JSON.stringify(options.attachment)}`
  const json = `{\n  "metadata": {\n    "total_size": ${total}${own}\n  },\n  "weight_map": {\n${entries.join(',\n')}\n  }\n}\n`
  await writeFile(index, async sink => sink.write(new TextEncoder().encode(json)))
}

function grouped(tensors: Iterable<readonly [string, StoredTensor]>, most: number) {
  const groups: (readonly [string, StoredTensor])[][] = [[]]
  let filled = 0
  for (const entry of tensors) {
    const { byteLength } = entry[1]
    if (filled > 0 && filled + byteLength > most) {
      groups.push([])
      filled = 0
    }
    groups.at(-1)!.push(entry)
    filled += byteLength
  }
  return groups
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('safetensors/corrupt', what, {
    hint: 'the index and its files do not belong together',
  })
}
