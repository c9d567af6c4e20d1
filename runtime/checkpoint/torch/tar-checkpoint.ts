/**
 * The oldest format, PyTorch 0.1.1 and before: a tar of `sys_info`, `pickle`, `tensors` and `storages`.
 * Source: legacy_load in torch/serialization.py.
 */
import { type ByteSource, readRange } from '../byte-source.ts'
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { bytesOf } from '../file-dtype.ts'
import { LazyStorage } from '../lazy-storage.ts'
import type { MapLocation } from '../map-location.ts'
import { unpickle } from '../pickle/unpickler.ts'
import { PyGlobal, PyTuple, type PyValue, type StorageRef } from '../python-value.ts'
import { StoredTensor } from '../stored-tensor.ts'
import { StorageTable, storageDType } from './storage-table.ts'
import { readTar } from './tar-members.ts'
import { WeightsOnlyHost } from './weights-only.ts'
import type { PickledRecord } from './zip-checkpoint.ts'

const MEMBERS = ['sys_info', 'storages', 'tensors', 'pickle'] as const

/** A cursor over one member: pickles and fixed fields one after the other. */
class Member {
  readonly #source: ByteSource
  readonly #start: number
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #name: string
  at = 0

  constructor(source: ByteSource, start: number, bytes: Uint8Array, name: string) {
    this.#source = source
    this.#start = start
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#name = name
  }

  pickle(persistent: (id: PyValue) => PyValue): PyValue {
    const host = new WeightsOnlyHost(persistent)
    const { value, end } = unpickle({ bytes: this.#bytes, start: this.at, base: 0, record: this.#name }, host)
    this.at = end
    return value
  }

  #need(length: number): number {
    const at = this.at
    if (length < 0 || at + length > this.#bytes.length) throw corrupt(`member ${this.#name} ends too early`)
    this.at += length
    return at
  }

  i32(): number {
    return this.#view.getInt32(this.#need(4), true)
  }

  i64(): number {
    const value = this.#view.getBigInt64(this.#need(8), true)
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER))
      throw corrupt(`member ${this.#name} claims ${value}`)
    return Number(value)
  }

  /** A reader for the next `length` bytes, left in the file. */
  skip(length: number): (from: number, to: number) => Promise<Uint8Array> {
    const start = this.#start + this.#need(length)
    return (from, to) => readRange(this.#source, start + from, start + to)
  }
}

export async function readTorchTar(
  source: ByteSource,
  mapLocation: MapLocation | undefined,
): Promise<PickledRecord> {
  const members = await readTar(source)
  const missing = MEMBERS.find(name => !members.has(name))
  if (missing !== undefined) {
    throw corrupt(
      `this tar archive has no member ${quoted(missing)}, so it is no legacy PyTorch .tar checkpoint`,
    )
  }
  const open = async (name: string) => {
    const { start, end } = members.get(name) as { start: number; end: number }
    return new Member(source, start, await readRange(source, start, end), name)
  }
  const table = new StorageTable(mapLocation)
  readStorages(await open('storages'), table)
  const tensors = readTensors(await open('tensors'), table)
  const pickled = await open('pickle')
  const value = pickled.pickle(id => {
    const tensor = typeof id === 'string' ? tensors.get(id) : undefined
    if (tensor === undefined) throw corrupt('a persistent id that names no tensor')
    return tensor
  })
  return { value, storages: [...table.refs()] }
}

const noPersistent = (): PyValue => {
  throw corrupt('a persistent id where none may be')
}

function readStorages(member: Member, table: StorageTable): void {
  const count = countOf(member.pickle(noPersistent))
  for (let i = 0; i < count; i++) {
    const [key, location, cls] = tupleOf(member.pickle(noPersistent), 3)
    if (typeof key !== 'number' || typeof location !== 'string' || !(cls instanceof PyGlobal)) {
      throw corrupt('a storage without key, location or type')
    }
    const dtype = storageDType(cls)
    const numel = member.i64()
    const byteLength = numel * bytesOf(dtype)
    const fetch = member.skip(byteLength)
    table.resolve({ key: String(key), location, dtype, numel, byteLength }, id => new LazyStorage(id, fetch))
  }
  const views = member.pickle(noPersistent)
  if (!Array.isArray(views)) throw corrupt('the list of storage views is no list')
  for (const view of views) readView(tupleOf(view, 4), table)
}

function readView([target, root, offset, numel]: readonly PyValue[], table: StorageTable): void {
  const base = typeof root === 'number' ? table.get(String(root)) : undefined
  const fits =
    typeof target === 'number' &&
    typeof offset === 'number' &&
    typeof numel === 'number' &&
    offset >= 0 &&
    numel >= 0
  if (base === undefined || !fits || offset + numel > base.numel)
    throw corrupt('a view of a storage reaches beyond it')
  const itemSize = bytesOf(base.dtype)
  const { location } = base.storage
  const start = offset * itemSize
  table.resolve(
    { key: String(target), location, dtype: base.dtype, numel, byteLength: numel * itemSize },
    id => new LazyStorage(id, (from, to) => base.storage.read(start + from, start + to)),
  )
}

function readTensors(member: Member, table: StorageTable): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>()
  const count = countOf(member.pickle(noPersistent))
  for (let i = 0; i < count; i++) {
    const [key, storageKey] = tupleOf(member.pickle(noPersistent), 3)
    const ref = typeof storageKey === 'number' ? table.get(String(storageKey)) : undefined
    if (typeof key !== 'number' || ref === undefined) throw corrupt('a tensor without key or storage')
    const dims = member.i32()
    // The dimension count was once written as eight bytes.
    member.i32()
    if (dims < 0 || dims > 64) throw corrupt(`a tensor of ${dims} dimensions`)
    const shape = Array.from({ length: dims }, () => member.i64())
    const stride = Array.from({ length: dims }, () => member.i64())
    const offset = member.i64()
    tensors.set(
      String(key),
      new StoredTensor({ dtype: ref.dtype, storage: (ref as StorageRef).storage, shape, stride, offset }),
    )
  }
  return tensors
}

function countOf(value: PyValue): number {
  if (typeof value !== 'number' || value < 0) throw corrupt('a count that is none')
  return value
}

function tupleOf(value: PyValue, length: number): readonly PyValue[] {
  if (!(value instanceof PyTuple) || value.items.length !== length)
    throw corrupt(`a tuple of ${length} is missing`)
  return value.items
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('tar/corrupt', what, {
    hint: 'the legacy .tar checkpoint is damaged, or is none',
  })
}
