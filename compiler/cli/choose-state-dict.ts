/** Which state_dict in a checkpoint is meant: the one that fits the model, in any generation or layout, or the one that `--prefix` names. */
import {
  type Checkpoint,
  type PyDict,
  type StateDictCandidate,
  type StoredTensor,
  stateDictsOf,
} from '../../runtime/checkpoint/index.ts'
import {
  currentGeneration,
  fittingPlaces,
  type Generation,
  isImplied,
  type KeyContract,
  misfitOf,
} from '../../runtime/keys/index.ts'
import { CommandError } from './failure.ts'

export interface ChosenState {
  /** What was taken, for people: `model_state_dict, keys without 'module.'`. */
  readonly label: string
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** The file's `_metadata` for these keys; null where it has none, or a wrapper changed the keys. */
  readonly metadata: PyDict | null
  /** What to try where the keys do not fit; null where nothing suggests itself. */
  readonly hint: string | null
}

interface Choice {
  readonly path: readonly string[]
  /** Removed from the front of every key. */
  readonly prefix: string
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: PyDict | null
}

/**
 * Throws CommandError where the file holds no tensors though the model has some, where two state_dicts fit, and where `prefix` names
 * none. With `isPart`, the file holds some of the keys, as one of several files.
 */
export function chooseStateDict(
  file: string,
  checkpoint: Checkpoint,
  contract: KeyContract,
  options: { readonly prefix?: string; readonly isPart: boolean },
): ChosenState {
  const candidates = stateDictsOf(checkpoint)
  if (candidates.length === 0 && currentGeneration(contract).tensors.length === 0)
    return { label: 'nothing: the model has no tensors', tensors: new Map(), metadata: null, hint: null }
  if (candidates.length === 0) {
    throw new CommandError(
      'weights/none',
      `${file} holds no tensors under text keys`,
      'holdfast inspect shows what is in it',
    )
  }
  if (options.prefix !== undefined) return named(file, candidates, options.prefix)
  const isFit = (choice: Choice): boolean => fits(choice, contract, options.isPart)
  // The keys of a layout may be those of a generation below a prefix.
  const choices = candidates.flatMap(c => (isFit(c) ? [c] : withoutCommonPrefix(c, contract).filter(isFit)))
  const fitting = distinct(choices)
  if (fitting.length > 1) {
    const names = fitting.map(c => `'${prefixOf(c)}'`).join(', ')
    throw new CommandError(
      'weights/ambiguous',
      `${fitting.length} state_dicts in ${file} fit the spec: ${fitting.map(labelOf).join('; ')}`,
      `choose one with --prefix: ${names}`,
    )
  }
  const best = fitting[0] ?? mostMatching(candidates, contract)
  return chosen(best, fitting.length > 0 ? null : hintFor(candidates, best, contract))
}

const chosen = (choice: Choice, hint: string | null): ChosenState => ({
  label: labelOf(choice),
  tensors: choice.tensors,
  metadata: choice.prefix === '' ? choice.metadata : null,
  hint,
})

function labelOf({ path, prefix, tensors }: Choice): string {
  const where = path.length === 0 ? 'the state_dict' : path.join('.')
  const without = prefix === '' ? '' : `, keys without '${prefix}'`
  return `${where} (${tensors.size} tensor${tensors.size === 1 ? '' : 's'}${without})`
}

/** What `--prefix` must be to name it. */
const prefixOf = ({ path, prefix }: Choice): string => path.map(p => `${p}.`).join('') + prefix

function fits({ tensors }: Choice, contract: KeyContract, isPart: boolean): boolean {
  if (!isPart) return fittingPlaces(contract, tensors).length > 0
  return contract.generations.some(generation => {
    const { unexpected, mismatched } = misfitOf(generation, tensors)
    return unexpected.length + mismatched.length === 0
  })
}

/** The same keys below a prefix that all of them have, such as the attribute of a wrapper that holds the model (`net.`). */
function withoutCommonPrefix(candidate: StateDictCandidate, contract: KeyContract): Choice[] {
  return [...new Set(contract.generations.toReversed().flatMap(g => prefixesFor(candidate, g)))]
    .filter(prefix => [...candidate.tensors.keys()].every(key => key.startsWith(prefix)))
    .map(prefix => ({
      ...candidate,
      prefix: candidate.prefix + prefix,
      tensors: stripped(candidate.tensors, prefix),
    }))
}

/** Prefixes under which every key of a generation is there, but for those that files may lack. */
function prefixesFor({ tensors }: StateDictCandidate, generation: Generation): string[] {
  const keys = generation.tensors.filter(t => t.tie === null && !isImplied(t)).map(t => t.key)
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

function mostMatching(candidates: readonly StateDictCandidate[], contract: KeyContract): Choice {
  const known = new Set(contract.generations.flatMap(g => g.tensors.map(t => t.key)))
  const matches = (c: Choice): number => [...c.tensors.keys()].filter(key => known.has(key)).length
  return candidates.reduce((best, c) => (matches(c) > matches(best) ? c : best))
}

function hintFor(
  candidates: readonly StateDictCandidate[],
  best: Choice,
  contract: KeyContract,
): string | null {
  for (const candidate of candidates) {
    const [prefix] = prefixesFor(candidate, currentGeneration(contract))
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
function named(file: string, candidates: readonly StateDictCandidate[], prefix: string): ChosenState {
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
  return chosen(first, null)
}
