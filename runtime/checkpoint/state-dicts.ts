/** Finds the state_dicts inside a checkpoint: few files are one, most hold one beside an epoch and an optimizer. */
import { CheckpointError, quoted } from './checkpoint-error.ts'
import type { Checkpoint } from './open.ts'
import { PyDict } from './py-dict.ts'
import type { PyValue } from './python-value.ts'
import { StoredTensor } from './stored-tensor.ts'
import { isModule, moduleStateDict } from './torch/module-state.ts'

/** Prefixes that wrappers put before every key: DataParallel and DistributedDataParallel, torch.compile. */
const WRAPPERS = ['module.', '_orig_mod.']
const MAX_DEPTH = 4

export interface StateDictCandidate {
  /** Keys that lead from the root to it, e.g. ['state_dict']; empty for the root itself. */
  readonly path: readonly string[]
  /** Wrapper prefix that every key has and `tensors` lacks, e.g. `module.`; empty when there is none. */
  readonly prefix: string
  /** Without the prefix, in the file's order. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** PyTorch's `_metadata`: versions of classes by the paths of modules, with the prefix; null where the file has none. */
  readonly metadata: PyDict | null
}

/**
 * Every dict of tensors in a value: the root, or dicts under text keys up to four levels down, whole modules (read
 * inertly) included. In the file's order, the ones that are nearer to the root first. Dicts whose keys are ints (an
 * optimizer's state) are none.
 */
export function findStateDicts(value: PyValue): StateDictCandidate[] {
  const found: StateDictCandidate[] = []
  let level: { path: readonly string[]; value: PyValue }[] = [{ path: [], value }]
  const seen = new Set<PyValue>()
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const next: typeof level = []
    for (const { path, value: at } of level) {
      if (seen.has(at)) continue
      seen.add(at)
      const dict = isModule(at) ? moduleStateDict(at) : at
      if (!(dict instanceof PyDict)) continue
      const tensors = tensorsOf(dict)
      const metadata = dict.attrs?.get('_metadata')
      if (tensors.size > 0)
        found.push({
          path,
          ...withoutWrappers(tensors),
          metadata: metadata instanceof PyDict ? metadata : null,
        })
      if (dict !== at) continue
      for (const [key, child] of dict) {
        if (typeof key === 'string' && !(child instanceof StoredTensor))
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

function tensorsOf(dict: PyDict): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>()
  for (const [key, value] of dict) {
    if (typeof key === 'string' && value instanceof StoredTensor) tensors.set(key, value)
  }
  return tensors
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
