/** A checkpoint as a flat list: every tensor and every plain value under its path, so that two can be compared. */
import {
  arrayTensor,
  attributesOf,
  type Checkpoint,
  findStateDicts,
  isModule,
  moduleStateDict,
  numpyScalar,
  PyDict,
  PyFloat,
  PyObject,
  PyTuple,
  type PyValue,
  SparseCompressedTensor,
  SparseCooTensor,
} from '../../runtime/checkpoint/index.ts'

export type Leaves = ReadonlyMap<string, PyValue>

/** Names joined by dots; positions and keys that are no text stand in brackets. */
export function leavesOf(checkpoint: Pick<Checkpoint, 'value' | 'stateDict'>): Leaves {
  const leaves = new Map<string, PyValue>()
  const seen = new Map<object, string>()
  const add = (path: string, value: PyValue): void => {
    const leaf = arrayTensor(value) ?? numpyScalar(value) ?? value
    const children = childrenOf(leaf)
    if (children === undefined || children.length === 0) {
      leaves.set(unused(path, leaves), leaf)
      return
    }
    // What is shared is compared once: references that refer to references would have no end.
    const first = seen.get(value as object)
    if (first !== undefined) {
      leaves.set(unused(path, leaves), `the same object as ${first || 'the root'}`)
      return
    }
    seen.set(value as object, path)
    for (const [key, child] of children) add(joined(path, key), child)
  }
  add('', checkpoint.stateDict ?? checkpoint.value)
  return leaves
}

/** The tensors of the only state_dict in a checkpoint, without the prefixes of wrappers; undefined where it has not one. */
export function onlyStateDict(checkpoint: Pick<Checkpoint, 'value' | 'stateDict'>): Leaves | undefined {
  const [only, other] = findStateDicts(checkpoint.stateDict ?? checkpoint.value)
  return other === undefined ? only?.tensors : undefined
}

function childrenOf(value: PyValue): readonly (readonly [PyValue, PyValue])[] | undefined {
  if (isModule(value)) return moduleStateDict(value).entries()
  if (value instanceof PyDict) return value.entries()
  if (value instanceof PyObject) return attributesOf(value)?.entries()
  if (value instanceof SparseCooTensor) {
    return [
      ['shape', [...value.shape]],
      ['indices', value.indices],
      ['values', value.values],
    ]
  }
  if (value instanceof SparseCompressedTensor) {
    return [
      ['layout', value.layout],
      ['shape', [...value.shape]],
      ['compressed', value.compressed],
      ['plain', value.plain],
      ['values', value.values],
    ]
  }
  const items = value instanceof PyTuple ? value.items : value
  return Array.isArray(items) ? items.map((child, i) => [i, child] as const) : undefined
}

function joined(path: string, key: PyValue): string {
  if (typeof key !== 'string') return `${path}[${keyText(key)}]`
  return path === '' ? key : `${path}.${key}`
}

function keyText(key: PyValue): string {
  if (key instanceof PyTuple) return key.items.map(keyText).join(', ')
  if (key instanceof PyFloat) return String(key.value)
  return typeof key === 'object' && key !== null ? key.constructor.name : String(key)
}

/** A key `a.b` and a key `b` in a dict `a` have one path: the second says so. */
function unused(path: string, leaves: Leaves): string {
  let name = path
  for (let i = 2; leaves.has(name); i++) name = `${path} (${i})`
  return name
}
