/** Writes checkpoints as torch 2.13 does (zip), or as torch before 1.6 did (legacy), from a value tree. */
import { ATTACHMENT_FIELD, ATTACHMENT_RECORD } from '../attachment.ts'
import { type ByteSink, MemorySink } from '../byte-sink.ts'
import { CheckpointError } from '../checkpoint-error.ts'
import { bytesOf, type FileDType, storageClassOf } from '../file-dtype.ts'
import { type PicklerHost, pickle } from '../pickle/pickler.ts'
import { PyDict } from '../py-dict.ts'
import { PyGlobal, type PyValue, type StorageRef } from '../python-value.ts'
import type { StoredStorage } from '../stored-tensor.ts'
import { ZipWriter } from '../zip/write-zip.ts'
import { ALLOWED_GLOBALS } from './allowed-globals.ts'
import { reduceTensor } from './reduce-tensor.ts'

export interface SaveTorchOptions {
  /** `zip` (default): PyTorch 1.6 and later. `legacy`: before. */
  readonly format?: 'zip' | 'legacy'
  /** Folder inside the archive; torch uses the file's name without extension. Default `archive`. */
  readonly name?: string
  /** A text that the file carries beside its tensors. */
  readonly attachment?: string
  /** Called after each storage with the bytes written so far and in all. */
  readonly onProgress?: (written: number, total: number) => void
}

const CHUNK = 8 << 20
const ALIGNMENT = 64

/** The bytes of a checkpoint that torch.load(weights_only=True) reads. The same value gives the same bytes. */
export async function saveTorch(value: PyValue, options: SaveTorchOptions = {}): Promise<Uint8Array> {
  const sink = new MemorySink()
  await writeTorch(value, sink, options)
  return sink.bytes()
}

/**
 * Streams a checkpoint to a sink. Storages are written once, however many tensors share them; at most a few MiB are
 * in memory. Throws write/unsupported for values that a weights-only reader would refuse.
 */
export async function writeTorch(
  value: PyValue,
  sink: ByteSink,
  options: SaveTorchOptions = {},
): Promise<void> {
  const storages = new WrittenStorages(options.format === 'legacy')
  const pickled = pickle(value, storages)
  if (options.format === 'legacy') await writeLegacy(pickled, storages, sink, options)
  else await writeArchive(pickled, storages, sink, options)
}

interface Written {
  readonly key: string
  readonly dtype: FileDType
  readonly storage: StoredStorage
}

/** Numbers storages in the order in which the pickle meets them. */
class WrittenStorages implements PicklerHost {
  readonly all = new Map<StoredStorage, Written>()
  readonly #legacy: boolean
  readonly reduce = reduceTensor

  constructor(legacy: boolean) {
    this.#legacy = legacy
  }

  persistentId({ storage, dtype, numel, untyped }: StorageRef) {
    let written = this.all.get(storage)
    if (written === undefined) {
      written = { key: String(this.all.size), dtype, storage }
      this.all.set(storage, written)
    } else if (written.dtype !== dtype && storage.byteLength > 0) {
      throw new CheckpointError(
        'write/shared-memory',
        `a storage is viewed as ${written.dtype} and as ${dtype}; PyTorch cannot read that`,
        { hint: 'copy one of the two tensors before saving' },
      )
    }
    const cls =
      untyped && !this.#legacy
        ? new PyGlobal('torch.storage', 'UntypedStorage')
        : new PyGlobal('torch', storageClassOf(dtype) as string)
    const after: PyValue[] = [storage.location, numel]
    return { before: ['storage', cls], key: written.key, after: this.#legacy ? [...after, null] : after }
  }

  allows(global: PyGlobal): boolean {
    return ALLOWED_GLOBALS.has(global.path)
  }
}

async function writeArchive(
  pickled: Uint8Array,
  storages: WrittenStorages,
  sink: ByteSink,
  options: SaveTorchOptions,
): Promise<void> {
  const zip = new ZipWriter(sink, ALIGNMENT)
  const folder = options.name ?? 'archive'
  const text = new TextEncoder()
  await zip.add(`${folder}/data.pkl`, pickled)
  await zip.add(`${folder}/.format_version`, text.encode('1'))
  await zip.add(`${folder}/.storage_alignment`, text.encode(String(ALIGNMENT)))
  await zip.add(`${folder}/byteorder`, text.encode('little'))
  const progress = new Progress(storages, options)
  for (const { key, storage } of storages.all.values()) {
    await zip.addStream(`${folder}/data/${key}`, storage.byteLength, chunksOf(storage, progress))
  }
  if (options.attachment !== undefined)
    await zip.add(`${folder}/${ATTACHMENT_RECORD}`, text.encode(options.attachment))
  await zip.add(`${folder}/version`, text.encode('3\n'))
  await zip.add(`${folder}/.data/serialization_id`, text.encode(serializationId(zip.crcs)))
  await zip.finish()
}

async function writeLegacy(
  pickled: Uint8Array,
  storages: WrittenStorages,
  sink: ByteSink,
  options: SaveTorchOptions,
): Promise<void> {
  const plain = (value: PyValue) => pickle(value, storages)
  await sink.write(plain(0x1950a86a20f9469cfc6cn))
  await sink.write(plain(1001))
  const sizes = new PyDict('dict', [
    ['short', 2],
    ['int', 4],
    ['long', 4],
  ])
  const system = new PyDict('dict', [
    ['protocol_version', 1001],
    ['little_endian', true],
    ['type_sizes', sizes],
  ])
  // torch.load reads this dictionary and looks at nothing in it.
  if (options.attachment !== undefined) system.set(ATTACHMENT_FIELD, options.attachment)
  await sink.write(plain(system))
  await sink.write(pickled)
  const written = [...storages.all.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  await sink.write(plain(written.map(({ key }) => key)))
  const progress = new Progress(storages, options)
  for (const { storage, dtype } of written) {
    const count = new Uint8Array(8)
    new DataView(count.buffer).setBigInt64(0, BigInt(storage.byteLength / bytesOf(dtype)), true)
    await sink.write(count)
    for await (const chunk of chunksOf(storage, progress)) await sink.write(chunk)
  }
}

class Progress {
  readonly #total: number
  readonly #report: ((written: number, total: number) => void) | undefined
  #written = 0

  constructor(storages: WrittenStorages, options: SaveTorchOptions) {
    this.#total = [...storages.all.keys()].reduce((sum, storage) => sum + storage.byteLength, 0)
    this.#report = options.onProgress
  }

  add(bytes: number): void {
    this.#written += bytes
    this.#report?.(this.#written, this.#total)
  }
}

async function* chunksOf(storage: StoredStorage, progress: Progress): AsyncIterable<Uint8Array> {
  for (let at = 0; at < storage.byteLength; at += CHUNK) {
    const chunk = await storage.read(at, Math.min(at + CHUNK, storage.byteLength))
    yield chunk
    progress.add(chunk.length)
  }
}

/** 40 digits that depend on the content alone. torch writes 20 of names and 20 of CRCs, and checks neither. */
function serializationId(crcs: readonly number[]): string {
  let hash = 0xcbf29ce484222325n
  for (const crc of crcs) hash = BigInt.asUintN(64, (hash ^ BigInt(crc)) * 0x100000001b3n)
  return `${crcs.length}`.padStart(20, '0') + `${hash}`.padStart(20, '0')
}
