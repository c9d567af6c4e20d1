/**
 * torch.save's format before 1.6: five pickles (magic number, protocol, system, value, storage keys), then each
 * storage as an int64 element count and little-endian data, whatever the machine that wrote it.
 */
import { ATTACHMENT_FIELD } from '../attachment.ts'
import { type ByteSource, bytesSource, readRange } from '../byte-source.ts'
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { bytesOf } from '../file-dtype.ts'
import { LazyStorage } from '../lazy-storage.ts'
import type { MapLocation } from '../map-location.ts'
import { PickleEnd } from '../pickle/pickle-reader.ts'
import { type PickleHost, unpickle } from '../pickle/unpickler.ts'
import { PyDict } from '../py-dict.ts'
import { PyGlobal, PyTuple, type PyValue, StorageRef } from '../python-value.ts'
import { parseStorageId, StorageTable } from './storage-table.ts'
import { WeightsOnlyHost } from './weights-only.ts'
import type { MakeHost, PickledRecord } from './zip-checkpoint.ts'

const MAGIC = 0x1950a86a20f9469cfc6cn
/** LONG1 of ten bytes. */
const MAGIC_BYTES = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
const PROTOCOL = 1001
const FIRST_WINDOW = 1 << 20
const MAX_WINDOW = 256 << 20

export interface LegacyRecord extends PickledRecord {
  readonly attachment: string | null
}

/** Reads all five pickles; storages stay in the file. `makeInert` reads whole modules too. */
export async function readLegacy(
  source: ByteSource,
  mapLocation?: MapLocation,
  makeInert?: MakeHost,
): Promise<LegacyRecord> {
  for (let window = FIRST_WINDOW; ; window *= 8) {
    const bytes = await readRange(source, 0, Math.min(window, source.size, MAX_WINDOW))
    try {
      return readPickles(source, bytes, mapLocation, makeInert)
    } catch (error) {
      if (!(error instanceof PickleEnd) || bytes.length === source.size || window > MAX_WINDOW) throw error
    }
  }
}

/** Whether a file that begins as a pickle begins with PyTorch's magic number, in whatever protocol. */
export function isLegacy(head: Uint8Array): boolean {
  const bytes = MAGIC_BYTES
  return head.subarray(0, 24).some((_, i) => bytes.every((byte, k) => head[i + k] === byte))
}

/** As `readLegacy`, of bytes in memory. */
export function readLegacyBytes(bytes: Uint8Array, makeInert: MakeHost): LegacyRecord {
  return readPickles(bytesSource(bytes), bytes, undefined, makeInert)
}

function readPickles(
  source: ByteSource,
  bytes: Uint8Array,
  mapLocation: MapLocation | undefined,
  makeInert: MakeHost | undefined,
): LegacyRecord {
  const table = new StorageTable(mapLocation)
  const placed = new Map<string, number>()
  const full = makeInert !== undefined
  const persistent = (id: PyValue) => resolve(id, full, table, source, placed)
  const host: PickleHost = full ? makeInert(persistent) : new WeightsOnlyHost(persistent)
  let at = 0
  const next = () => {
    const { value, end } = unpickle({ bytes, start: at, base: 0 }, host)
    at = end
    return value
  }
  if (next() !== MAGIC) throw wrongMagic()
  const protocol = next()
  if (protocol !== PROTOCOL) throw corrupt(`the format version is ${String(protocol)}, not ${PROTOCOL}`)
  const system = next()
  const value = next()
  const keys = next()
  place(keys, at, table, source, placed)
  const attached = system instanceof PyDict ? system.get(ATTACHMENT_FIELD) : null
  return { value, storages: [...table.refs()], attachment: typeof attached === 'string' ? attached : null }
}

/** Where each storage lies follows from the sizes that the persistent ids claim; reading checks the claim. */
function place(
  keys: PyValue,
  start: number,
  table: StorageTable,
  source: ByteSource,
  placed: Map<string, number>,
): void {
  if (!Array.isArray(keys)) throw corrupt('the list of storage keys is no list')
  let at = start
  for (const key of keys) {
    const ref = typeof key === 'string' ? table.get(key) : undefined
    if (typeof key !== 'string' || ref === undefined)
      throw corrupt('the list of storage keys names an unknown storage')
    if (placed.has(key)) throw corrupt(`storage ${quoted(key)} is listed twice`)
    placed.set(key, at)
    at += 8 + ref.storage.byteLength
    if (at > source.size) {
      throw new CheckpointError(
        'file/truncated',
        `storage ${quoted(key)} ends at byte ${at}, the file at ${source.size}`,
        { hint: 'the file was cut short: fetch it again' },
      )
    }
  }
  for (const key of table.keys()) {
    if (!placed.has(key)) throw corrupt(`storage ${quoted(key)} has no data in the file`)
  }
}

function resolve(
  id: PyValue,
  full: boolean,
  table: StorageTable,
  source: ByteSource,
  placed: ReadonlyMap<string, number>,
): PyValue {
  // ('module', class, source file, source text) stands for a class in a whole-module pickle.
  if (full && id instanceof PyTuple && id.items[0] === 'module' && id.items[1] instanceof PyGlobal) {
    return id.items[1]
  }
  const { storage, view } = parseStorageId(id, 6)
  const ref = table.resolve(
    storage,
    known =>
      new LazyStorage(known, async (from, to) => {
        const at = placed.get(known.key) as number
        const head = await readRange(source, at, at + 8)
        const numel = new DataView(head.buffer, head.byteOffset, 8).getBigInt64(0, true)
        if (numel !== BigInt(known.numel)) {
          throw corrupt(
            `storage ${quoted(known.key)} has ${numel} elements where ${known.numel} are announced`,
          )
        }
        return readRange(source, at + 8 + from, at + 8 + to)
      }),
  )
  return view === null ? ref : windowOf(ref, view)
}

/** View metadata of PyTorch before 0.4: (key, offset, size) in elements, a storage inside another. */
function windowOf(root: StorageRef, view: PyValue): StorageRef {
  const [key, offset, numel] = view instanceof PyTuple ? view.items : []
  const itemSize = bytesOf(root.dtype)
  if (
    typeof key !== 'string' ||
    typeof offset !== 'number' ||
    typeof numel !== 'number' ||
    offset < 0 ||
    numel < 0 ||
    offset + numel > root.numel
  ) {
    throw new CheckpointError('tensor/storage', 'a view of a storage reaches beyond it')
  }
  const id = { key, location: root.storage.location, dtype: root.dtype, numel, byteLength: numel * itemSize }
  const start = offset * itemSize
  return new StorageRef(
    new LazyStorage(id, (from, to) => root.storage.read(start + from, start + to)),
    root.dtype,
    numel,
  )
}

/** For a file that may have been a legacy checkpoint before it was damaged. */
export function wrongMagic(): CheckpointError {
  return corrupt('the first pickle is not PyTorch’s magic number')
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('legacy/corrupt', what, { hint: 'the file is damaged or no PyTorch checkpoint' })
}
