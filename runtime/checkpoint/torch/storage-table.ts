/** Storages of one checkpoint by key: each is one object, however often the pickle names it. */
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { bytesOf, dtypeOfStorageClass, type FileDType } from '../file-dtype.ts'
import type { StorageId } from '../lazy-storage.ts'
import { type MapLocation, mapped } from '../map-location.ts'
import { PyGlobal, PyTuple, type PyValue, StorageRef } from '../python-value.ts'
import type { StoredStorage } from '../stored-tensor.ts'

/** ('storage', class, key, location, numel[, view]) as every container of PyTorch writes it. */
export function parseStorageId(id: PyValue, parts: number): { storage: StorageId; view: PyValue } {
  const items = id instanceof PyTuple ? id.items : []
  const [tag, cls, key, location, numel, view] = items
  if (tag !== 'storage' || items.length !== parts) throw bad('a persistent id that is no storage')
  if (!(cls instanceof PyGlobal)) throw bad('a storage whose type is no class')
  const dtype = storageDType(cls)
  if (typeof key !== 'string' || typeof location !== 'string')
    throw bad('a storage whose key or location is no text')
  if (typeof numel !== 'number' || numel < 0) throw bad(`storage ${quoted(key)} with a size that is none`)
  const byteLength = numel * bytesOf(dtype)
  if (!Number.isSafeInteger(byteLength)) throw bad(`storage ${quoted(key)} claims ${numel} elements`)
  const untyped = cls.name === 'UntypedStorage'
  return { storage: { dtype, key, location, numel, byteLength, untyped }, view: view ?? null }
}

/** `torch.FloatStorage`, `torch.cuda.FloatStorage`; an untyped storage counts bytes. */
export function storageDType(cls: PyGlobal): FileDType {
  if (cls.name === 'UntypedStorage') return 'uint8'
  const dtype =
    cls.module === 'torch' || cls.module === 'torch.cuda' ? dtypeOfStorageClass(cls.name) : undefined
  if (dtype === undefined) throw bad(`${cls.path} is no storage class`)
  return dtype
}

export class StorageTable {
  readonly #refs = new Map<string, StorageRef>()
  readonly #mapLocation: MapLocation | undefined

  constructor(mapLocation: MapLocation | undefined) {
    this.#mapLocation = mapLocation
  }

  /** The storage of that key; made by `open` when it is new. A second, different claim about it is refused. */
  resolve(id: StorageId, open: (id: StorageId) => StoredStorage): StorageRef {
    let ref = this.#refs.get(id.key)
    if (ref === undefined) {
      ref = new StorageRef(
        open({ ...id, location: mapped(id.location, this.#mapLocation) }),
        id.dtype,
        id.numel,
        id.untyped,
      )
      this.#refs.set(id.key, ref)
    } else if (ref.dtype !== id.dtype || ref.numel !== id.numel) {
      throw bad(`storage ${quoted(id.key)} is named as two different things`)
    }
    return ref
  }

  get(key: string): StorageRef | undefined {
    return this.#refs.get(key)
  }

  keys(): Iterable<string> {
    return this.#refs.keys()
  }

  refs(): Iterable<StorageRef> {
    return this.#refs.values()
  }
}

function bad(what: string): CheckpointError {
  return new CheckpointError('tensor/storage', what, { hint: 'the file is damaged or was made to mislead' })
}
