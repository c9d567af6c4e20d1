/**
 * A model split over several safetensors files, with `model.safetensors.index.json` saying which tensor is where.
 * Source: huggingface_hub, "Sharding" of the safetensors format as transformers writes it.
 */
import type { ByteSource } from '../byte-source.ts'
import { readRange } from '../byte-source.ts'
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import type { StoredTensor } from '../stored-tensor.ts'
import { readSafetensors } from './read-safetensors.ts'
import { type SaveSafetensorsOptions, saveSafetensors } from './write-safetensors.ts'

const MAX_INDEX = 100 << 20
const MAX_SHARDS = 10_000

/**
 * Reads an index and the shards it names, lazily. `openShard` gets the bare file name of a shard, never a path. Throws
 * safetensors/corrupt when index and shards disagree.
 */
export async function readShardedSafetensors(
  index: ByteSource,
  openShard: (name: string) => Promise<ByteSource>,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const places = await readIndex(index)
  const names = [...new Set(places.values())]
  if (names.length > MAX_SHARDS) throw corrupt(`the index names ${names.length} files`)
  const shards = new Map<string, ReadonlyMap<string, StoredTensor>>()
  for (const name of names) shards.set(name, (await readSafetensors(await openShard(name))).tensors)
  const tensors = new Map<string, StoredTensor>()
  for (const [key, shard] of places) {
    const tensor = shards.get(shard)?.get(key)
    if (tensor === undefined)
      throw corrupt(`the index places ${quoted(key)} in ${quoted(shard)}, which lacks it`)
    tensors.set(key, tensor)
  }
  return tensors
}

async function readIndex(index: ByteSource): Promise<Map<string, string>> {
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
  return places
}

export interface Shard {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Splits tensors, in their order, over files of at most `maxShardBytes` of data each (a larger tensor stands alone).
 * Gives the files, the index last.
 */
export async function saveShardedSafetensors(
  tensors: Iterable<readonly [string, StoredTensor]>,
  maxShardBytes: number,
  options: SaveSafetensorsOptions = {},
): Promise<Shard[]> {
  const groups: [string, StoredTensor][][] = [[]]
  let total = 0
  let filled = 0
  for (const [name, tensor] of tensors) {
    if (filled > 0 && filled + tensor.byteLength > maxShardBytes) {
      groups.push([])
      filled = 0
    }
    groups.at(-1)?.push([name, tensor])
    filled += tensor.byteLength
    total += tensor.byteLength
  }
  const shards: Shard[] = []
  const weightMap: [string, string][] = []
  const digits = (n: number) => String(n).padStart(5, '0')
  for (const [i, group] of groups.entries()) {
    const name = `model-${digits(i + 1)}-of-${digits(groups.length)}.safetensors`
    shards.push({ name, bytes: await saveSafetensors(group, options) })
    for (const [key] of group) weightMap.push([key, name])
  }
  const entries = weightMap.map(([key, shard]) => `    ${JSON.stringify(key)}: ${JSON.stringify(shard)}`)
  const json = `{\n  "metadata": {\n    "total_size": ${total}\n  },\n  "weight_map": {\n${entries.join(',\n')}\n  }\n}\n`
  shards.push({ name: 'model.safetensors.index.json', bytes: new TextEncoder().encode(json) })
  return shards
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('safetensors/corrupt', what, {
    hint: 'the index and its files do not belong together',
  })
}
