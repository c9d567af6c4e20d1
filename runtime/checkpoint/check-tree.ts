/** Checks of a whole value tree after reading: depth, and what only the data can tell (indices of sparse tensors). */
import { CheckpointError } from './checkpoint-error.ts'
import { materialize } from './materialize.ts'
import { PyDict } from './py-dict.ts'
import { PyObject, PySet, PyTuple, type PyValue } from './python-value.ts'
import { MetaTensor, NestedTensor, SparseCompressedTensor, SparseCooTensor } from './special-tensors.ts'
import { StoredTensor } from './stored-tensor.ts'
import { ViewBudget } from './view-budget.ts'

/** Deeper nesting is refused: everything that walks a tree may recurse. Python's own pickler ends near 500. */
const MAX_DEPTH = 1000

/** The values directly inside `value`, in order. */
export function children(value: PyValue): Iterable<PyValue> {
  if (Array.isArray(value)) return value
  if (value instanceof PyTuple) return value.items
  if (value instanceof PySet) return value.values()
  if (value instanceof PyDict) return dictChildren(value)
  if (value instanceof PyObject) return objectChildren(value)
  return tensorParts(value)
}

function tensorParts(value: PyValue): readonly PyValue[] {
  if (value instanceof StoredTensor) {
    const { scales, zeroPoints } = value.quantization?.perChannel ?? {}
    const parts = [scales, zeroPoints].filter(part => part instanceof StoredTensor)
    return value.attrs === null ? parts : [...parts, value.attrs]
  }
  if (value instanceof SparseCooTensor) return [value.indices, value.values]
  if (value instanceof SparseCompressedTensor) return [value.compressed, value.plain, value.values]
  if (value instanceof NestedTensor) return [value.buffer, value.sizes, value.strides, value.offsets]
  return []
}

function* dictChildren(dict: PyDict): Iterable<PyValue> {
  for (const [key, value] of dict) {
    yield key
    yield value
  }
  if (dict.attrs !== null) yield dict.attrs
}

function* objectChildren(object: PyObject): Iterable<PyValue> {
  yield object.args
  yield object.state
  yield* object.items
  for (const entry of object.entries) yield* entry
}

/**
 * Every container and tensor of a tree once, without recursion, so that neither depth nor shared references nor cycles
 * cost more than the file is long. Throws limit/exceeded when the tree is deeper than 1000.
 */
export function distinctObjects(root: PyValue): object[] {
  const seen = new Set<object>()
  const path: Iterator<PyValue>[] = [[root][Symbol.iterator]()]
  while (path.length > 0) {
    const { done, value } = (path.at(-1) as Iterator<PyValue>).next()
    if (done) {
      path.pop()
      continue
    }
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (path.length > MAX_DEPTH) {
      throw new CheckpointError('limit/exceeded', `the values are nested more than ${MAX_DEPTH} deep`)
    }
    path.push(children(value)[Symbol.iterator]())
  }
  return [...seen]
}

/** Throws when the tree is too deep or a sparse tensor has indices outside its shape. */
export async function checkTree(root: PyValue): Promise<void> {
  const budget = new ViewBudget()
  for (const object of distinctObjects(root)) {
    if (object instanceof SparseCooTensor) {
      budget.spend(object.indices)
      await checkCoo(object)
    } else if (object instanceof SparseCompressedTensor) {
      budget.spend(object.compressed)
      budget.spend(object.plain)
      await checkCompressed(object)
    } else if (object instanceof MetaTensor && object.shape.length > 64) {
      throw new CheckpointError('tensor/geometry', `${object.shape.length} dimensions`)
    }
  }
}

async function integers(tensor: StoredTensor): Promise<(i: number) => number> {
  const bytes = await materialize(tensor, { maxExpansion: 16 << 20 })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return tensor.dtype === 'int32'
    ? i => view.getInt32(i * 4, true)
    : i => view.getInt32(i * 8 + 4, true) * 2 ** 32 + view.getUint32(i * 8, true)
}

async function checkCoo({ indices, shape }: SparseCooTensor): Promise<void> {
  const at = await integers(indices)
  const nnz = indices.shape[1] as number
  for (let i = 0; i < indices.numel; i++) {
    const size = shape[Math.floor(i / nnz)] as number
    if (!(at(i) >= 0 && at(i) < size)) throw outside(at(i), size)
  }
}

async function checkCompressed({ layout, compressed, plain, shape }: SparseCompressedTensor): Promise<void> {
  const pointer = await integers(compressed)
  const index = await integers(plain)
  const perBatch = compressed.shape.at(-1) as number
  const nnz = plain.shape.at(-1) ?? 0
  for (let i = 0; i < compressed.numel; i++) {
    const first = i % perBatch === 0
    const previous = first ? 0 : pointer(i - 1)
    if (pointer(i) < previous || pointer(i) > nnz || (first && pointer(i) !== 0))
      throw outside(pointer(i), nnz)
  }
  // Blocked layouts index blocks, of which there are at most as many as rows or columns.
  const size = Math.max(
    0,
    ...shape.slice(layout.endsWith('r') ? -1 : -2, layout.endsWith('r') ? undefined : -1),
  )
  for (let i = 0; i < plain.numel; i++) if (!(index(i) >= 0 && index(i) < size)) throw outside(index(i), size)
}

function outside(index: number, size: number): CheckpointError {
  return new CheckpointError(
    'tensor/geometry',
    `a sparse tensor has the index ${index} where ${size} is the size`,
    {
      hint: 'the file is damaged or was made to mislead',
    },
  )
}
