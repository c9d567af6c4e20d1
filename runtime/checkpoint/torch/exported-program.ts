/**
 * `.pt2` archives of torch.export.save: raw tensor records and JSON tables of their names and geometry.
 * Source: torch/export/pt2_archive and torch/_export/serde/schema.py of torch 2.13.
 */
import { type ByteSource, bytesSource } from '../byte-source.ts'
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import type { FileDType } from '../file-dtype.ts'
import type { LazyStorage } from '../lazy-storage.ts'
import { PyDict } from '../py-dict.ts'
import type { PyValue } from '../python-value.ts'
import { isTensor } from '../special-tensors.ts'
import { StoredTensor } from '../stored-tensor.ts'
import type { TorchArchive } from './zip-checkpoint.ts'

/** torch._export.serde.schema.ScalarType. */
const SCALAR_TYPES: ReadonlyMap<number, FileDType> = new Map([
  [1, 'uint8'],
  [2, 'int8'],
  [3, 'int16'],
  [4, 'int32'],
  [5, 'int64'],
  [6, 'float16'],
  [7, 'float32'],
  [8, 'float64'],
  [9, 'complex32'],
  [10, 'complex64'],
  [11, 'complex128'],
  [12, 'bool'],
  [13, 'bfloat16'],
  [28, 'uint16'],
  [29, 'float8_e4m3fn'],
  [30, 'float8_e5m2'],
  [31, 'float8_e4m3fnuz'],
  [32, 'float8_e5m2fnuz'],
  [33, 'float8_e8m0fnu'],
  [34, 'uint32'],
  [35, 'uint64'],
])

export function isExportedProgram(archive: TorchArchive): boolean {
  return archive.has('archive_format')
}

export interface ExportedProgram {
  /** `{<model>: {state_dict, constants}}` for every model in the archive. */
  readonly value: PyDict
  /** State of the only model; null when the archive holds several. */
  readonly stateDict: PyDict | null
  /** Constants that are objects of classes of TorchScript or Python: no reader of weights can read them. */
  readonly leftOut: readonly string[]
}

/** Reads a record that torch.save wrote. */
type OpenMember = (member: ByteSource) => Promise<{ value: PyValue }>

/**
 * Reads the weights and constants; the graph is not looked at. Tensors that torch.save pickled (those of subclasses) are
 * read with `open`. Throws exported/corrupt, and what `open` refuses.
 */
export async function readExportedProgram(archive: TorchArchive, open: OpenMember): Promise<ExportedProgram> {
  const format = await archive.readText('archive_format')
  if (format !== 'pt2') throw corrupt(`the archive format is ${quoted(format)}`)
  const models = archive
    .under('data/weights/')
    .map(record => /^data\/weights\/(.+)_weights_config\.json$/.exec(record)?.[1])
    .filter(name => name !== undefined)
  if (models.length === 0 && archive.under('data/aotinductor/').length > 0) {
    throw new CheckpointError(
      'tensor/unsupported',
      'the archive holds a compiled program (AOTInductor) alone',
      {
        hint: 'give the program that it was compiled from, or its checkpoint',
      },
    )
  }
  if (models.length === 0) throw corrupt('the archive has no table of weights')
  const value = new PyDict()
  const states: PyDict[] = []
  const leftOut: string[] = []
  const table = async (folder: string, file: string) => {
    const { entries, objects } = await readTable(archive, folder, file, open)
    leftOut.push(...objects.map(name => `constant ${quoted(name)}, a pickled object`))
    return entries
  }
  for (const model of models) {
    const state = await table('data/weights/', `${model}_weights_config.json`)
    const constants = await table('data/constants/', `${model}_constants_config.json`)
    states.push(state)
    value.set(
      model,
      new PyDict('dict', [
        ['state_dict', state],
        ['constants', constants],
      ]),
    )
  }
  return { value, stateDict: states.length === 1 ? (states[0] as PyDict) : null, leftOut }
}

async function readTable(
  archive: TorchArchive,
  folder: string,
  file: string,
  open: OpenMember,
): Promise<{ entries: PyDict; objects: readonly string[] }> {
  const entries = new PyDict('OrderedDict')
  const objects: string[] = []
  if (!archive.has(folder + file)) return { entries, objects }
  const json = await archive.readJson(folder + file, corrupt)
  const storages = new Map<string, LazyStorage>()
  for (const [name, payload] of Object.entries(record(record(json, file).config, file))) {
    const {
      path_name: path,
      use_pickle: pickled,
      is_param: parameter,
      tensor_meta: meta,
    } = record(payload, name)
    if (typeof path !== 'string') throw corrupt(`${quoted(name)} has no record`)
    if (meta === null) objects.push(name)
    else if (pickled === true) entries.set(name, await pickledTensor(archive, folder + path, open))
    else {
      const dense = tensor(archive, folder + path, name, record(meta, name), parameter === true, storages)
      entries.set(name, dense)
    }
  }
  return { entries, objects }
}

async function pickledTensor(archive: TorchArchive, path: string, open: OpenMember): Promise<PyValue> {
  const { value } = await open(bytesSource(await archive.read(path), path))
  if (!isTensor(value)) throw corrupt(`the record ${quoted(path)} holds no tensor`)
  return value
}

function tensor(
  archive: TorchArchive,
  path: string,
  name: string,
  meta: Record<string, unknown>,
  parameter: boolean,
  storages: Map<string, LazyStorage>,
): StoredTensor {
  const dtype = typeof meta.dtype === 'number' ? SCALAR_TYPES.get(meta.dtype) : undefined
  if (dtype === undefined) throw corrupt(`${quoted(name)} has the unknown dtype ${String(meta.dtype)}`)
  let storage = storages.get(path)
  if (storage === undefined) {
    const byteLength = archive.size(path)
    storage = archive.storage(path, { key: path, location: 'cpu', dtype, byteLength })
    storages.set(path, storage)
  }
  return new StoredTensor({
    dtype,
    shape: integers(meta.sizes, name),
    stride: integers(meta.strides, name),
    offset: integers([meta.storage_offset], name)[0] as number,
    storage,
    requiresGrad: meta.requires_grad === true,
    cls: parameter ? 'Parameter' : 'Tensor',
  })
}

/** Sizes are written as `{"as_int": n}`. */
function integers(value: unknown, name: string): number[] {
  if (!Array.isArray(value)) throw corrupt(`${quoted(name)} has no sizes`)
  return value.map(item => {
    const size = record(item, name).as_int
    if (typeof size !== 'number') throw corrupt(`${quoted(name)} has a size that is no number`)
    return size
  })
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw corrupt(`the entry of ${quoted(name)} is damaged`)
  return value as Record<string, unknown>
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('exported/corrupt', what, { hint: 'the .pt2 archive is damaged, or is none' })
}
