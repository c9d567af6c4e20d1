/** Which state_dict in a checkpoint is meant: the one that fits the spec, or the one that `--prefix` names. */
import {
  type Checkpoint,
  PyDict,
  PyFloat,
  type PyValue,
  type StateDictCandidate,
  type StoredTensor,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'
import type { StateMetadata } from '../../runtime/nn/index.ts'
import type { StateEntry } from '../ir/module.ts'
import { CommandError } from './failure.ts'

export interface ChosenState {
  /** What was taken, for people: `model_state_dict, keys without 'module.'`. */
  readonly label: string
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** The file's `_metadata` for these keys; null where it has none, or a wrapper changed the keys. */
  readonly metadata: StateMetadata | null
  /** What to try where the keys do not fit; null where nothing suggests itself. */
  readonly hint: string | null
}

interface Choice {
  readonly path: readonly string[]
  /** Removed from the front of every key. */
  readonly prefix: string
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/**
 * Throws CommandError where the file holds no tensors, where two state_dicts fit, and where `prefix` names none.
 * With `isPart`, the file holds some of the keys, as one of several files.
 */
export function chooseStateDict(
  file: string,
  checkpoint: Checkpoint,
  state: readonly StateEntry[],
  options: { readonly prefix?: string; readonly isPart: boolean },
): ChosenState {
  const candidates = stateDictsOf(checkpoint)
  if (candidates.length === 0) {
    throw new CommandError(
      'weights/none',
      `${file} holds no tensors under text keys`,
      'holdfast inspect shows what is in it',
    )
  }
  if (options.prefix !== undefined) return named(file, candidates, options.prefix, checkpoint)
  const choices = candidates.flatMap(c => [c, ...withoutCommonPrefix(c, state)])
  const fitting = distinct(choices.filter(c => fits(c, state, options.isPart)))
  if (fitting.length > 1) {
    const names = fitting.map(c => `'${prefixOf(c)}'`).join(', ')
    throw new CommandError(
      'weights/ambiguous',
      `${fitting.length} state_dicts in ${file} fit the spec: ${fitting.map(labelOf).join('; ')}`,
      `choose one with --prefix: ${names}`,
    )
  }
  const best = fitting[0] ?? mostMatching(candidates, state)
  return chosen(best, checkpoint, fitting.length > 0 ? null : hintFor(candidates, best, state))
}

const chosen = (choice: Choice, checkpoint: Checkpoint, hint: string | null): ChosenState => ({
  label: labelOf(choice),
  tensors: choice.tensors,
  metadata: choice.prefix === '' ? metadataAt(checkpoint.stateDict ?? checkpoint.value, choice.path) : null,
  hint,
})

function labelOf({ path, prefix, tensors }: Choice): string {
  const where = path.length === 0 ? 'the state_dict' : path.join('.')
  const without = prefix === '' ? '' : `, keys without '${prefix}'`
  return `${where} (${tensors.size} tensor${tensors.size === 1 ? '' : 's'}${without})`
}

/** What `--prefix` must be to name it. */
const prefixOf = ({ path, prefix }: Choice): string => path.map(p => `${p}.`).join('') + prefix

/** Old files lack it, and PyTorch does not miss it there. */
export const isCounter = (key: string): boolean =>
  key === 'num_batches_tracked' || key.endsWith('.num_batches_tracked')

function fits({ tensors }: Choice, state: readonly StateEntry[], isPart: boolean): boolean {
  const expected = new Map(state.map(e => [e.key, e.tensor.shape]))
  const allKnown = [...tensors].every(([key, tensor]) => {
    const shape = expected.get(key)
    return shape !== undefined && sameShape(shape, tensor.shape)
  })
  return allKnown && (isPart || state.every(({ key }) => tensors.has(key) || isCounter(key)))
}

/** Scalars had shape [1] before PyTorch 0.4. */
const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  (a.length === b.length && a.every((d, i) => d === b[i])) || (a.length === 0 && b.length === 1 && b[0] === 1)

/** The same keys below a prefix that all of them have, such as the attribute of a wrapper that holds the model (`net.`). */
function withoutCommonPrefix(candidate: StateDictCandidate, state: readonly StateEntry[]): Choice[] {
  return prefixesFor(candidate, state)
    .filter(prefix => [...candidate.tensors.keys()].every(key => key.startsWith(prefix)))
    .map(prefix => ({
      path: candidate.path,
      prefix: candidate.prefix + prefix,
      tensors: stripped(candidate.tensors, prefix),
    }))
}

/** Prefixes under which every key of the spec is there. */
function prefixesFor({ tensors }: StateDictCandidate, state: readonly StateEntry[]): string[] {
  const keys = state.map(e => e.key).filter(key => !isCounter(key))
  const [first] = keys
  if (first === undefined) return []
  const prefixes = [...tensors.keys()]
    .filter(k => k.endsWith(`.${first}`))
    .map(k => k.slice(0, -first.length))
  return prefixes.filter(prefix => keys.every(key => tensors.has(prefix + key)))
}

const stripped = (
  tensors: ReadonlyMap<string, StoredTensor>,
  prefix: string,
): ReadonlyMap<string, StoredTensor> =>
  new Map(
    [...tensors].filter(([key]) => key.startsWith(prefix)).map(([key, t]) => [key.slice(prefix.length), t]),
  )

/** Without those that hold the very same tensors as an earlier one. */
function distinct(choices: readonly Choice[]): Choice[] {
  const identity = (t: StoredTensor): string => `${t.storage.id} ${t.offset} ${t.shape} ${t.stride}`
  const seen = new Set<string>()
  return choices.filter(({ tensors }) => {
    const all = JSON.stringify([...tensors].map(([key, t]) => [key, identity(t)]).sort())
    return !seen.has(all) && seen.add(all)
  })
}

function mostMatching(candidates: readonly StateDictCandidate[], state: readonly StateEntry[]): Choice {
  const known = new Set(state.map(e => e.key))
  const matches = (c: Choice): number => [...c.tensors.keys()].filter(key => known.has(key)).length
  return candidates.reduce((best, c) => (matches(c) > matches(best) ? c : best))
}

function hintFor(
  candidates: readonly StateDictCandidate[],
  best: Choice,
  state: readonly StateEntry[],
): string | null {
  for (const candidate of candidates) {
    const [prefix] = prefixesFor(candidate, state)
    if (prefix !== undefined) {
      const option = `${prefixOf(candidate)}${prefix}`
      return `every key of the spec is there below '${option}': --prefix ${option}`
    }
  }
  const others = candidates.filter(c => c !== best).map(c => `'${prefixOf(c)}'`)
  if (others.length === 0) return null
  return `--prefix takes another part of the file: ${others.slice(0, 5).join(', ')}`
}

/** The tensors whose full name (path in the file, then key) begins with the prefix; wrappers below it are stripped too. */
function named(
  file: string,
  candidates: readonly StateDictCandidate[],
  prefix: string,
  checkpoint: Checkpoint,
): ChosenState {
  const wanted = prefix === '' || prefix.endsWith('.') ? prefix : `${prefix}.`
  const found = candidates.flatMap((candidate): Choice[] => {
    const own = prefixOf(candidate)
    const root = prefixOf({ ...candidate, prefix: '' })
    // The whole dict is named with or without its wrapper, or a part of it.
    if (wanted === own || wanted === root) return [candidate]
    if (!wanted.startsWith(own)) return []
    const inner = wanted.slice(own.length)
    const tensors = stripped(candidate.tensors, inner)
    return tensors.size === 0 ? [] : [{ ...candidate, prefix: candidate.prefix + inner, tensors }]
  })
  const [first] = found
  if (first === undefined) {
    const names = candidates.slice(0, 5).map(c => `'${prefixOf(c)}'`)
    throw new CommandError(
      'weights/prefix',
      `${file} has no tensors below '${prefix}'`,
      `state_dicts stand at ${names.join(', ')}; a prefix of their keys may follow`,
    )
  }
  return chosen(first, checkpoint, null)
}

/** What stands in a file under these keys, one below the other; null where there is nothing. */
export function valueAt(value: PyValue, path: readonly string[]): PyValue {
  return path.reduce((at, key) => (at instanceof PyDict ? (at.get(key) ?? null) : null), value)
}

/** `_metadata` of the state_dict at a path: the versions of the classes that wrote it. */
function metadataAt(value: PyValue, path: readonly string[]): StateMetadata | null {
  const at = valueAt(value, path)
  const metadata = at instanceof PyDict ? at.attrs?.get('_metadata') : undefined
  if (!(metadata instanceof PyDict)) return null
  const versions = new Map<string, { version?: number }>()
  for (const [key, facts] of metadata) {
    if (typeof key !== 'string' || !(facts instanceof PyDict)) continue
    const version = facts.get('version')
    const number = version instanceof PyFloat ? version.value : version
    versions.set(key, typeof number === 'number' ? { version: number } : {})
  }
  return versions
}
