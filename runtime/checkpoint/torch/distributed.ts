/**
 * A torch.distributed.checkpoint folder: `.metadata` says which chunk of which tensor lies where in the `.distcp`
 * files. Read into one nested value, as dcp_to_torch_save would give it.
 * Source: torch/distributed/checkpoint/metadata.py and filesystem.py of torch 2.13.
 */
import { allocate, type ByteSource, readRange, sliceSource } from '../byte-source.ts'
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { bytesOf } from '../file-dtype.ts'
import { LazyStorage } from '../lazy-storage.ts'
import { materialize } from '../materialize.ts'
import { type OpenOptions, openSource } from '../open.ts'
import { PartBudget } from '../part-budget.ts'
import { unpickle } from '../pickle/unpickler.ts'
import { PyDict } from '../py-dict.ts'
import { PyGlobal, PyObject, PyTuple, type PyValue, TorchSize } from '../python-value.ts'
import { contiguousStride, elementCount, StoredTensor } from '../stored-tensor.ts'
import { InertHost } from './inert.ts'
import { refusal } from './weights-only.ts'

const MAX_METADATA = 256 << 20
const MODULES = new Set([
  'torch.distributed.checkpoint.metadata',
  'torch.distributed.checkpoint.filesystem',
  'torch.distributed.checkpoint._extension',
  'pathlib',
])

/** Only the classes of the metadata itself are read, as inert objects. */
class MetadataHost extends InertHost {
  protected override unknown(module: string, name: string): PyValue {
    if (!MODULES.has(module)) throw refusal(module, name)
    return new PyGlobal(module, name)
  }
}

interface Place {
  readonly file: string
  readonly offset: number
  readonly length: number
}

/** Where each chunk lies: by name and offset of the chunk. */
type Places = ReadonlyMap<string, Place>

export interface DistributedState {
  readonly value: PyDict
  /** What the parts name with `full`; see Checkpoint. */
  readonly globals: readonly string[]
}

/** `openPart` gets the bare name of a file in the folder. Throws distributed/corrupt. */
export async function readDistributed(
  metadata: ByteSource,
  openPart: (name: string) => Promise<ByteSource>,
  options: OpenOptions = {},
): Promise<DistributedState> {
  if (metadata.size > MAX_METADATA) throw corrupt(`.metadata has ${metadata.size} bytes`)
  const bytes = await readRange(metadata, 0, metadata.size)
  const host = new MetadataHost(() => {
    throw corrupt('.metadata names a storage')
  })
  const { value } = unpickle({ bytes, start: 0, base: 0, record: '.metadata' }, host)
  const root = fields(value, 'Metadata')
  const tensors = root.get('state_dict_metadata')
  if (!(tensors instanceof PyDict)) throw corrupt('.metadata has no state_dict_metadata')
  const places = readPlaces(root.get('storage_data'))
  const parts = new Parts(openPart, options)
  const flat = new Map<string, PyValue>()
  for (const [name, entry] of tensors) {
    if (typeof name !== 'string') throw corrupt('a name in .metadata is no text')
    flat.set(name, await readItem(name, entry, places, parts))
  }
  const nestedValue = nested(flat, root.get('planner_data') ?? null)
  return { value: nestedValue, globals: [...parts.named].sort() }
}

/** What lies at the places, each opened once however often the metadata name it. */
class Parts {
  readonly #openFile: (name: string) => Promise<ByteSource>
  readonly #files = new Map<string, Promise<ByteSource>>()
  readonly #values = new Map<string, Promise<PyValue>>()
  readonly #budget = new PartBudget()
  readonly #options: OpenOptions
  readonly named = new Set<string>()

  constructor(openFile: (name: string) => Promise<ByteSource>, options: OpenOptions) {
    this.#openFile = openFile
    this.#options = options
  }

  read(name: string, place: Place): Promise<PyValue> {
    const key = `${place.file} ${place.offset} ${place.length}`
    const value = this.#values.get(key) ?? this.#open(name, place)
    this.#values.set(key, value)
    return value
  }

  async #open(name: string, { file, offset, length }: Place): Promise<PyValue> {
    const opening = this.#files.get(file) ?? this.#openFile(file)
    this.#files.set(file, opening)
    const source = await opening
    if (offset < 0 || length < 0 || offset + length > source.size) {
      throw corrupt(`the data of ${quoted(name)} reaches beyond ${file}`)
    }
    const part = sliceSource(source, offset, offset + length, `${file}: ${name}`)
    const { value, globals } = await openSource(part, this.#options)
    for (const global of globals) this.named.add(global)
    this.#budget.keep(value)
    return value
  }
}

function readPlaces(storage: PyValue | undefined): Places {
  if (!(storage instanceof PyDict)) throw corrupt('.metadata has no storage_data')
  const places = new Map<string, Place>()
  for (const [index, info] of storage) {
    const chunk = fields(index, 'MetadataIndex')
    const place = fields(info, '_StorageInfo')
    const [fqn, at] = [chunk.get('fqn'), chunk.get('offset')]
    const [file, offset, length] = ['relative_path', 'offset', 'length'].map(key => place.get(key))
    if (
      typeof file !== 'string' ||
      typeof offset !== 'number' ||
      typeof length !== 'number' ||
      typeof fqn !== 'string'
    ) {
      throw corrupt('an entry of storage_data is incomplete')
    }
    if (!/^[\w][\w.-]*$/.test(file)) throw corrupt(`storage_data names the file ${quoted(file)}`)
    const transforms = place.get('transform_descriptors')
    if (Array.isArray(transforms) && transforms.length > 0) {
      throw new CheckpointError(
        'tensor/unsupported',
        `${quoted(fqn)} was saved through an extension (compression)`,
      )
    }
    places.set(placeKey(fqn, at instanceof TorchSize ? at.dims : null), { file, offset, length })
  }
  return places
}

function placeKey(name: string, offset: readonly number[] | null): string {
  return JSON.stringify([name, offset])
}

async function readItem(name: string, entry: PyValue, places: Places, parts: Parts): Promise<PyValue> {
  const load = async (offset: readonly number[] | null) => {
    const place = places.get(placeKey(name, offset))
    if (place === undefined) throw corrupt(`no data is listed for ${quoted(name)}`)
    return parts.read(name, place)
  }
  if (entry instanceof PyObject && entry.cls.name === 'BytesStorageMetadata') return load(null)
  const meta = fields(entry, 'TensorStorageMetadata')
  const size = meta.get('size')
  const chunks = meta.get('chunks')
  if (!(size instanceof TorchSize) || !Array.isArray(chunks))
    throw corrupt(`${quoted(name)} has no size or chunks`)
  const pieces: Chunk[] = []
  for (const chunk of chunks) {
    const offsets = fields(chunk, 'ChunkStorageMetadata').get('offsets')
    if (!(offsets instanceof TorchSize)) throw corrupt(`a chunk of ${quoted(name)} has no offsets`)
    const data = await load(offsets.dims)
    if (!(data instanceof StoredTensor)) throw corrupt(`a chunk of ${quoted(name)} is no tensor`)
    pieces.push({ offsets: offsets.dims, data })
  }
  return assemble(name, size.dims, pieces)
}

interface Chunk {
  readonly offsets: readonly number[]
  readonly data: StoredTensor
}

/** One tensor from its chunks: the only chunk itself, or a storage that gathers them when it is read. */
function assemble(name: string, shape: readonly number[], chunks: readonly Chunk[]): StoredTensor {
  const first = chunks[0]
  if (first === undefined) throw corrupt(`${quoted(name)} has no chunks`)
  const { dtype } = first.data
  let covered = 0
  for (const { offsets, data } of chunks) {
    const fits = data.shape.length === shape.length && offsets.length === shape.length && data.dtype === dtype
    if (
      !fits ||
      data.shape.some(
        (n, d) => (offsets[d] as number) < 0 || (offsets[d] as number) + n > (shape[d] as number),
      )
    ) {
      throw corrupt(`a chunk of ${quoted(name)} does not fit its shape`)
    }
    covered += data.numel
  }
  if (covered !== elementCount(shape) || overlap(chunks))
    throw corrupt(`the chunks of ${quoted(name)} do not make its shape`)
  if (chunks.length === 1) return first.data
  const byteLength = elementCount(shape) * bytesOf(dtype)
  let whole: Promise<Uint8Array> | undefined
  const storage = new LazyStorage({ key: name, location: 'cpu', dtype, byteLength }, async (from, to) => {
    whole ??= gather(shape, chunks, byteLength)
    return (await whole).subarray(from, to)
  })
  return new StoredTensor({ dtype, shape, stride: contiguousStride(shape), offset: 0, storage })
}

/** Whether two chunks share an element: as many elements as the shape has would then leave others out. */
function overlap(chunks: readonly Chunk[]): boolean {
  const sorted = chunks.filter(({ data }) => data.numel > 0).sort((a, b) => start(a) - start(b))
  let open: Chunk[] = []
  for (const chunk of sorted) {
    open = open.filter(other => end(other) > start(chunk))
    if (open.some(other => intersect(other, chunk))) return true
    open.push(chunk)
  }
  return false
}

const start = ({ offsets }: Chunk): number => offsets[0] ?? 0
const end = ({ offsets, data }: Chunk): number => (offsets[0] ?? 0) + (data.shape[0] ?? 1)

const intersect = (a: Chunk, b: Chunk): boolean =>
  a.offsets.every((at, d) => {
    const other = b.offsets[d] as number
    return at < other + (b.data.shape[d] as number) && other < at + (a.data.shape[d] as number)
  })

async function gather(
  shape: readonly number[],
  chunks: readonly Chunk[],
  byteLength: number,
): Promise<Uint8Array> {
  const out = allocate(byteLength)
  const stride = contiguousStride(shape)
  for (const { offsets, data } of chunks) {
    const bytes = await materialize(data)
    const rowLength = (data.shape.at(-1) ?? 1) * bytesOf(data.dtype)
    const rows = rowLength === 0 ? 0 : bytes.length / rowLength
    for (let row = 0; row < rows; row++) {
      let at = 0
      let rest = row
      for (let dim = shape.length - 1; dim >= 0; dim--) {
        const inRow = dim === shape.length - 1
        const size = inRow ? 1 : (data.shape[dim] as number)
        at += ((offsets[dim] as number) + (inRow ? 0 : rest % size)) * (stride[dim] as number)
        if (!inRow) rest = Math.floor(rest / size)
      }
      out.set(bytes.subarray(row * rowLength, (row + 1) * rowLength), at * bytesOf(data.dtype))
    }
  }
  return out
}

/** planner_data maps each flat name to its path in the nested state; without it the names stay flat. */
function nested(flat: ReadonlyMap<string, PyValue>, planner: PyValue): PyDict {
  const root = new PyDict()
  for (const [name, value] of flat) {
    const path = planner instanceof PyDict ? planner.get(name) : undefined
    const steps = path instanceof PyTuple ? path.items : [name]
    let at: PyValue = root
    steps.forEach((step, i) => {
      const last = i === steps.length - 1
      const next: PyValue = last
        ? value
        : (child(at, step) ?? (typeof steps[i + 1] === 'number' ? [] : new PyDict()))
      put(at, step, next)
      at = next
    })
  }
  return root
}

function child(container: PyValue, step: PyValue): PyValue | undefined {
  if (container instanceof PyDict) return container.get(step)
  return Array.isArray(container) && typeof step === 'number' ? container[step] : undefined
}

function put(container: PyValue, step: PyValue, value: PyValue): void {
  if (container instanceof PyDict) container.set(step, value)
  else if (Array.isArray(container) && typeof step === 'number' && step >= 0 && step <= container.length) {
    container[step] = value
  } else throw corrupt('planner_data names a path that cannot be')
}

/** The attributes of a dataclass instance. */
function fields(value: PyValue, name: string): Map<string, PyValue> {
  if (!(value instanceof PyObject) || value.cls.name !== name || !(value.state instanceof PyDict)) {
    throw corrupt(`a ${name} is expected in .metadata`)
  }
  const map = new Map<string, PyValue>()
  for (const [key, item] of value.state) if (typeof key === 'string') map.set(key, item)
  return map
}

function corrupt(what: string): CheckpointError {
  return new CheckpointError('distributed/corrupt', what, {
    hint: 'the distributed checkpoint is damaged or incomplete',
  })
}
