/** A checkpoint as a readable table: one line per tensor or plain value, under its path. */
import {
  arrayTensor,
  attributesOf,
  type Checkpoint,
  isContiguous,
  isHostileGlobal,
  MetaTensor,
  NestedTensor,
  numpyScalar,
  PyByteArray,
  PyComplex,
  PyDict,
  PyFloat,
  PyGlobal,
  PyObject,
  PySet,
  PyTuple,
  type PyValue,
  SparseCompressedTensor,
  SparseCooTensor,
  StorageRef,
  StoredTensor,
  storagesOf,
  TorchDevice,
  TorchDType,
  TorchLayout,
  TorchSize,
  ViewCache,
} from '../../runtime/checkpoint/index.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { tensorStats } from './tensor-stats.ts'

interface Row {
  readonly path: string
  readonly type: string
  readonly shape: string
  readonly note: string
}

/** What a list of plain values shows of them. */
const MAX_LIST = 8
const MAX_TEXT = 60
/** Lines of one table, and of the metadata above it. */
const MAX_ROWS = 100_000
const MAX_METADATA = 1000

export async function checkpointTable(
  file: string,
  checkpoint: Pick<Checkpoint, 'format' | 'value' | 'metadata' | 'leftOut' | 'globals'>,
  stats: boolean,
): Promise<string> {
  const table = new Table(stats ? new ViewCache(tensorStats) : null)
  await table.add(checkpoint.value, '')
  const { rows } = table
  const storages = storagesOf(checkpoint.value)
  const bytes = [...storages].reduce((sum, storage) => sum + storage.byteLength, 0)
  const tensors = rows.filter(row => row.shape !== '').length
  let text = `${safeText(file)}: ${checkpoint.format}, ${tensors} tensors, ${storages.size} storages, ${size(bytes)}\n`
  const metadata = [...(checkpoint.metadata ?? [])]
  for (const [key, value] of metadata.slice(0, MAX_METADATA))
    text += `  __metadata__ ${short(key)}: ${short(value)}\n`
  if (metadata.length > MAX_METADATA) text += `  __metadata__ and ${metadata.length - MAX_METADATA} more\n`
  for (const what of checkpoint.leftOut) text += `  not read: ${safeText(what)}\n`
  for (const name of checkpoint.globals.filter(isHostileGlobal))
    text += `  names ${short(name)}, as attacks do: do not load it in Python\n`
  const width = (column: 'path' | 'type' | 'shape') =>
    rows.reduce((most, row) => Math.max(most, row[column].length), 0)
  const widths = [width('path'), width('type'), width('shape')]
  for (const { path, type, shape, note } of rows) {
    const cells = [path, type, shape].map((cell, i) => cell.padEnd(widths[i] as number))
    text += `  ${[...cells, note].join('  ').trimEnd()}\n`
  }
  if (rows.length === MAX_ROWS) text += `  and more than these ${MAX_ROWS} lines\n`
  return text
}

class Table {
  readonly rows: Row[] = []
  readonly #statistics: ViewCache<string> | null
  readonly #shown = new Map<object, string>()

  constructor(statistics: ViewCache<string> | null) {
    this.#statistics = statistics
  }

  async add(value: PyValue, path: string): Promise<void> {
    if (this.rows.length === MAX_ROWS) return
    const entries = entriesOf(value)
    if (entries === undefined || typeof value !== 'object' || value === null) {
      this.rows.push(await this.#rowOf(value, path))
      return
    }
    // What is shared is shown once: references that refer to references would have no end.
    const first = this.#shown.get(value)
    if (first !== undefined && entries.length > 0) {
      const note = `the same object as ${first || 'the root'}`
      this.rows.push({ path, type: typeName(value), shape: '', note })
      return
    }
    this.#shown.set(value, path)
    if (entries.length === 0) this.rows.push({ path, type: typeName(value), shape: '', note: 'empty' })
    for (const [key, child] of entries) {
      if (this.rows.length === MAX_ROWS) return
      await this.add(child, path === '' ? key : `${path}.${key}`)
    }
  }

  async #rowOf(value: PyValue, path: string): Promise<Row> {
    if (value instanceof StoredTensor) {
      const notes = [size(value.byteLength)]
      if (value.cls === 'Parameter') notes.push('Parameter')
      if (!isContiguous(value)) notes.push(`stride [${value.stride}]`)
      if (value.storage.location !== 'cpu') notes.push(short(value.storage.location))
      if (value.quantization !== null) notes.push(value.quantization.scheme)
      if (this.#statistics !== null) notes.push(await this.#statistics.of(value))
      return { path, type: value.dtype, shape: `[${value.shape.join(', ')}]`, note: notes.join('  ') }
    }
    if (
      value instanceof MetaTensor ||
      value instanceof SparseCooTensor ||
      value instanceof SparseCompressedTensor
    ) {
      const note =
        value instanceof MetaTensor
          ? 'no data'
          : value instanceof SparseCooTensor
            ? 'sparse_coo'
            : value.layout
      return { path, type: value.dtype, shape: `[${value.shape.join(', ')}]`, note }
    }
    const array = arrayTensor(value)
    if (array !== null) {
      const row = await this.#rowOf(array, path)
      return { ...row, note: `${row.note}  NumPy` }
    }
    return { path, type: typeName(value), shape: '', note: plainText(value) }
  }
}

/** What stands on lines of its own; undefined for what fits on one. */
function entriesOf(value: PyValue): (readonly [string, PyValue])[] | undefined {
  if (value instanceof PyDict) return value.entries().map(([key, child]) => [keyText(key), child] as const)
  if (value instanceof PyObject) {
    const state = arrayTensor(value) === null ? attributesOf(value) : undefined
    return state && entriesOf(state)
  }
  const items = Array.isArray(value) ? value : value instanceof PyTuple ? value.items : undefined
  if (items === undefined || items.every(isPlain)) return undefined
  return items.map((child, i) => [`${i}`, child] as const)
}

function keyText(key: PyValue): string {
  return typeof key === 'string' ? short(key) : plainText(key)
}

function isPlain(value: PyValue): boolean {
  return value === null || typeof value !== 'object' || value instanceof PyFloat
}

function typeName(value: PyValue): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'number' || typeof value === 'bigint') return 'int'
  if (Array.isArray(value)) return 'list'
  if (value instanceof PyDict) return value.kind
  if (value instanceof PyFloat) return 'float'
  if (value instanceof PyTuple) return 'tuple'
  if (value instanceof PySet) return value.frozen ? 'frozenset' : 'set'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof PyByteArray) return 'bytearray'
  if (value instanceof PyComplex) return 'complex'
  if (value instanceof PyObject) return value.cls.path
  if (value instanceof StorageRef) return 'storage'
  if (value instanceof NestedTensor) return 'nested'
  return value.constructor.name
}

function plainText(value: PyValue): string {
  if (value === null) return ''
  if (typeof value === 'string') return short(value)
  if (typeof value === 'bigint') return bigText(value)
  if (typeof value !== 'object') return String(value)
  if (value instanceof PyFloat) return String(value.value)
  if (Array.isArray(value)) return `[${listText(value)}]`
  if (value instanceof PyTuple) return `(${listText(value.items)})`
  if (value instanceof PySet) return `${value.elements.size} elements`
  if (value instanceof Uint8Array) return size(value.length)
  if (value instanceof PyByteArray) return size(value.bytes.length)
  if (value instanceof PyComplex) return `${value.re}+${value.im}j`
  if (value instanceof TorchSize) return `[${value.dims.join(', ')}]`
  if (value instanceof TorchDType || value instanceof TorchLayout) return `torch.${value.name}`
  if (value instanceof TorchDevice) return value.toString()
  if (value instanceof PyGlobal) return value.path
  const number = numpyScalar(value)
  if (number !== null) return plainText(number)
  if (value instanceof StorageRef) return `${value.dtype}, ${value.numel} elements`
  return ''
}

/** The first items, and how many there are. */
function listText(items: readonly PyValue[]): string {
  const shown = items.slice(0, MAX_LIST).map(plainText).join(', ')
  return items.length > MAX_LIST ? `${shown}, ... ${items.length} in all` : shown
}

/** Digits of an int that has few: writing down very long ones takes long. */
function bigText(value: bigint): string {
  const digits = value.toString(16).length
  return digits > MAX_TEXT ? `an int of ${4 * digits} bits` : String(value)
}

/** Text from a file: cut, and without what could disturb a terminal. */
function short(text: string): string {
  return safeText(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text)
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value.toFixed(1)} ${units[unit]}`
}
