/**
 * TorchScript archives of PyTorch 1.1 to 1.3: `model.json`, a tree of modules over a table of tensors, whose bytes are records
 * `tensors/N`. PyTorch's later versions no longer read them all. Source: caffe2/proto/torch.proto (ModelDef, ModuleDef, TensorDef) in
 * protobuf's JSON form, and torch/csrc/jit/serialization/import_legacy.cpp of PyTorch 1.13.
 */
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { bytesOf, type FileDType } from '../file-dtype.ts'
import type { LazyStorage } from '../lazy-storage.ts'
import { type MapLocation, mapped } from '../map-location.ts'
import { PyDict } from '../py-dict.ts'
import { StoredTensor } from '../stored-tensor.ts'
import type { TorchArchive } from './zip-checkpoint.ts'

const MAX_DEPTH = 200
const MAX_MODULES = 100_000

/** caffe2.TensorProto.DataType, as names. */
const DATA_TYPES: ReadonlyMap<unknown, FileDType> = new Map([
  ['FLOAT', 'float32'],
  ['DOUBLE', 'float64'],
  ['FLOAT16', 'float16'],
  ['BOOL', 'bool'],
  ['UINT8', 'uint8'],
  ['INT8', 'int8'],
  ['INT16', 'int16'],
  ['INT32', 'int32'],
  ['INT64', 'int64'],
])

export function isOldTorchScript(archive: TorchArchive): boolean {
  return archive.has('model.json') && !archive.has('data.pkl')
}

export interface OldTorchScript {
  /** Parameters, buffers, then submodules, as state_dict() walks. */
  readonly stateDict: PyDict
  readonly leftOut: readonly string[]
}

/** Reads the tensors; the code is not looked at. Throws CheckpointError. */
export async function readOldTorchScript(
  archive: TorchArchive,
  mapLocation: MapLocation | undefined,
): Promise<OldTorchScript> {
  const model = record(await archive.readJson('model.json', corrupt))
  const tensors = new TensorTable(archive, list(model.tensors), mapLocation)
  const walk: Walk = { tensors, into: new PyDict('OrderedDict'), modules: 0, attributes: 0 }
  collect(record(model.mainModule), '', 0, walk)
  const leftOut =
    walk.attributes === 0 ? [] : [`attributes that are no parameters or buffers: ${walk.attributes}`]
  return { stateDict: walk.into, leftOut }
}

interface Walk {
  readonly tensors: TensorTable
  readonly into: PyDict
  modules: number
  attributes: number
}

function collect(module: Fields, prefix: string, depth: number, walk: Walk): void {
  if (depth > MAX_DEPTH || ++walk.modules > MAX_MODULES)
    throw new CheckpointError('limit/exceeded', 'the module tree is too deep or too large')
  const own = list(module.parameters).map(record)
  // protobuf leaves out what is false, 0 or empty.
  for (const isBuffer of [false, true]) {
    for (const slot of own.filter(({ isBuffer: said = false }) => said === isBuffer))
      walk.into.set(prefix + text(slot.name), walk.tensors.at(integer(slot.tensorId)))
  }
  walk.attributes += list(module.attributes).length
  for (const child of list(module.submodules).map(record))
    collect(child, `${prefix}${text(child.name)}.`, depth + 1, walk)
}

class TensorTable {
  readonly #archive: TorchArchive
  readonly #rows: readonly unknown[]
  readonly #location: string
  readonly #storages = new Map<string, LazyStorage>()
  readonly #tensors = new Map<number, StoredTensor>()

  constructor(archive: TorchArchive, rows: readonly unknown[], mapLocation: MapLocation | undefined) {
    this.#archive = archive
    this.#rows = rows
    this.#location = mapped('cpu', mapLocation)
  }

  at(index: number): StoredTensor {
    const known = this.#tensors.get(index)
    if (known !== undefined) return known
    const row = record(this.#rows[index])
    const dtype = DATA_TYPES.get(row.dataType)
    if (dtype === undefined) throw corrupt(`tensor ${index} has the type ${quoted(String(row.dataType))}`)
    const tensor = new StoredTensor({
      dtype,
      shape: list(row.dims).map(integer),
      stride: list(row.strides).map(integer),
      offset: integer(row.offset),
      storage: this.#storage(text(record(row.data).key), dtype),
    })
    this.#tensors.set(index, tensor)
    return tensor
  }

  #storage(key: string, dtype: FileDType): LazyStorage {
    let storage = this.#storages.get(key)
    if (storage === undefined) {
      const size = this.#archive.size(key)
      const byteLength = size - (size % bytesOf(dtype))
      storage = this.#archive.storage(key, { key, location: this.#location, dtype, byteLength })
      this.#storages.set(key, storage)
    }
    return storage
  }
}

type Fields = Readonly<Record<string, unknown>>

function record(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw corrupt('an entry of model.json is missing')
  return value as Fields
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw corrupt('a list of model.json is none')
  return value
}

/** protobuf writes 64-bit integers as text. */
function integer(value: unknown): number {
  const number = value === undefined ? 0 : Number(value)
  if (!Number.isSafeInteger(number) || number < 0)
    throw corrupt(`the number ${quoted(String(value))} of model.json`)
  return number
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw corrupt('a name of model.json is no text')
  return value
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('zip/corrupt', `the old TorchScript archive is damaged: ${what}`, {
    hint: 'fetch the file again',
  })
}
