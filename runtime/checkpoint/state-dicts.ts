/** Finds the state_dicts inside a checkpoint: few files are one, most hold one beside an epoch and an optimizer. */
import { CheckpointError, quoted } from './checkpoint-error.ts'
import { arrayTensor } from './numpy-value.ts'
import type { Checkpoint } from './open.ts'
import { PyDict } from './py-dict.ts'
import { PyObject, PyTuple, type PyValue } from './python-value.ts'
import { isTensor } from './special-tensors.ts'
import { StoredTensor } from './stored-tensor.ts'
import { attributesOf, isModule, moduleStateDict } from './torch/module-state.ts'
import { FROM_TYPE } from './torch/rebuild.ts'

/** Prefixes that wrappers put before every key: DataParallel and DistributedDataParallel, torch.compile. */
const WRAPPERS = ['module.', '_orig_mod.']
const MAX_DEPTH = 4
/** Models that stand in a list are few, and come first. */
const MAX_ITEMS = 64

export interface StateDictCandidate {
  /** Keys that lead from the root to it, e.g. ['state_dict']; empty for the root itself. */
  readonly path: readonly string[]
  /** Wrapper prefix that every key has and `tensors` lacks, e.g. `module.`; empty when there is none. */
  readonly prefix: string
  /** Without the prefix, in the file's order. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** PyTorch's `_metadata`: versions of classes by the paths of modules, with the prefix; null where the file has none. */
  readonly metadata: PyDict | null
  /** Keys of tensors that are no dense ones (sparse, nested, meta, shards) and stand beside `tensors`; with the prefix. */
  readonly leftOut: readonly string[]
}

/**
 * Every dict of tensors in a value: the root, or dicts under text keys up to four levels down, whole modules (read
 * inertly) included. In the file's order, the ones that are nearer to the root first. Dicts whose keys are ints (an
 * optimizer's state) are none. Where there is none of these, those in lists and in the attributes of objects are found; where a
 * file has no tensors of PyTorch at all, dicts of NumPy's arrays.
 */
export function findStateDicts(value: PyValue): StateDictCandidate[] {
  for (const search of SEARCHES) {
    const found = searched(value, search)
    if (found.length > 0) return found
  }
  return []
}

interface Search {
  /** What lies below a value, by the step that leads there. */
  readonly below: (value: PyValue) => Iterable<readonly [PyValue, PyValue]>
  readonly tensor: (value: PyValue) => StoredTensor | null
}

const ownTensor = (value: PyValue): StoredTensor | null => (value instanceof StoredTensor ? value : null)

const SEARCHES: readonly Search[] = [
  { below: value => (value instanceof PyDict ? value : []), tensor: ownTensor },
  { below: allBelow, tensor: ownTensor },
  { below: allBelow, tensor: arrayTensor },
]

function allBelow(value: PyValue): Iterable<readonly [PyValue, PyValue]> {
  if (value instanceof PyDict) return value
  if (value instanceof PyObject) return attributesOf(value) ?? []
  const items = value instanceof PyTuple ? value.items : value
  return Array.isArray(items) ? items.slice(0, MAX_ITEMS).map((item, i) => [String(i), item] as const) : []
}

function searched(value: PyValue, { below, tensor }: Search): StateDictCandidate[] {
  const found: StateDictCandidate[] = []
  let level: { path: readonly string[]; value: PyValue }[] = [{ path: [], value }]
  const seen = new Set<PyValue>()
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const next: typeof level = []
    for (const { path, value: at } of level) {
      if (seen.has(at)) continue
      seen.add(at)
      const dict = isModule(at) ? moduleStateDict(at) : at
      const tensors = dict instanceof PyDict ? tensorsOf(dict, tensor) : new Map<string, StoredTensor>()
      const metadata = dict instanceof PyDict ? dict.attrs?.get('_metadata') : null
      if (tensors.size > 0)
        found.push({
          path,
          ...withoutWrappers(tensors),
          metadata: metadata instanceof PyDict ? metadata : null,
          leftOut: dict instanceof PyDict ? otherTensorsOf(dict) : [],
        })
      if (dict !== at) continue
      for (const [key, child] of below(at)) {
        if (typeof key === 'string' && typeof child === 'object' && tensor(child) === null)
          next.push({ path: [...path, key], value: child })
      }
    }
    level = next
  }
  return found
}

/** As {@link findStateDicts}, and the format's own state_dict where it defines one. */
export function stateDictsOf(checkpoint: Pick<Checkpoint, 'value' | 'stateDict'>): StateDictCandidate[] {
  return findStateDicts(checkpoint.stateDict ?? checkpoint.value)
}

function tensorsOf(dict: PyDict, tensorIn: Search['tensor']): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>()
  for (const [key, value] of dict) {
    const tensor = tensorIn(value)
    if (typeof key === 'string' && tensor !== null) tensors.set(key, tensor)
  }
  return tensors
}

/** A tensor of a class whose parts cannot be put together here: a shard of a DTensor, a jagged tensor. */
const isSubclass = (value: PyValue): boolean => value instanceof PyObject && value.cls.path === FROM_TYPE

function otherTensorsOf(dict: PyDict): string[] {
  return dict
    .entries()
    .filter(([, value]) => !(value instanceof StoredTensor) && (isTensor(value) || isSubclass(value)))
    .map(([key]) => String(key))
}

function withoutWrappers(tensors: Map<string, StoredTensor>): Pick<StateDictCandidate, 'prefix' | 'tensors'> {
  let prefix = ''
  let bare = tensors
  for (;;) {
    const wrapper = WRAPPERS.find(name => [...bare.keys()].every(key => key.startsWith(name)))
    if (wrapper === undefined) return { prefix, tensors: bare }
    prefix += wrapper
    bare = new Map([...bare].map(([key, tensor]) => [key.slice(wrapper.length), tensor]))
  }
}

/** One state_dict of several, as `--weights` given more than once asks for. Throws merge/duplicate-key. */
export function mergeStateDicts(
  parts: Iterable<ReadonlyMap<string, StoredTensor>>,
): ReadonlyMap<string, StoredTensor> {
  const merged = new Map<string, StoredTensor>()
  for (const part of parts) {
    for (const [key, tensor] of part) {
      if (merged.has(key)) {
        throw new CheckpointError('merge/duplicate-key', `the key ${quoted(key)} is in two of the files`, {
          hint: 'give files whose keys differ',
        })
      }
      merged.set(key, tensor)
    }
  }
  return merged
}
