/**
 * A whole checkpoint from one place of a contract to another: model, optimizer and averaged copies, wherever they stand in nested
 * dictionaries. What is none of them stays as it is.
 */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { ApplyOptions } from './apply.ts'
import type { KeyContract } from './contract.ts'
import { convertState } from './convert-state.ts'
import { type Fit, fittingPlaces, identify } from './identify.ts'
import { KeysError } from './keys-error.ts'
import { optimizedAt } from './layout-generation.ts'
import { convertOptimizerState, isOptimizerState, type OptimizerOptions } from './optimizer-state.ts'
import { currentGeneration, type Place, placeName, routeBetween } from './route.ts'
import { typesOfFile } from './shape-arrays.ts'
import { type Unwrapped, unwrap } from './wrappers.ts'

export interface ConvertOptions extends Pick<ApplyOptions<StoredTensor>, 'initial'> {
  /** What the file is, as its stamp or its user says; without it, its keys and shapes say it. */
  readonly from?: Place
  /** Default: the current generation. */
  readonly to?: Place
  readonly optimizer?: OptimizerOptions
}

/** A part of the checkpoint that was converted. */
export interface ConvertedPart {
  /** Keys of the dictionaries that lead to it; empty for the root. */
  readonly path: readonly string[]
  readonly kind: 'model' | 'optimizer'
  readonly from: Place
  readonly tensors: number
}

export interface Converted {
  readonly value: PyValue
  readonly parts: readonly ConvertedPart[]
}

const MAX_DEPTH = 4

/**
 * Converts every state_dict that fits the contract, and every optimizer. Throws KeysError where none fits, where two fit different
 * generations, and where an optimizer's positions cannot be told.
 */
export async function convertCheckpoint(
  contract: KeyContract,
  value: PyValue,
  options: ConvertOptions = {},
): Promise<Converted> {
  const found = partsOf(value)
  const models = found.models.flatMap(part => {
    const fit = fitOf(contract, part.tensors, options.from)
    return fit === null ? [] : [{ ...part, from: fit.place, isWrapped: fit.isWrapped }]
  })
  const from = onePlace(contract, models, found.models)
  const to = options.to ?? { generation: currentGeneration(contract).generation }
  const replaced = new Map<PyValue, PyValue>()
  const parts: ConvertedPart[] = []
  for (const { path, dict, tensors, isWrapped } of models) {
    const wrapped = isWrapped ? unwrap(tensors) : null
    const state = await convertState(contract, wrapped?.state ?? tensors, from, to, options)
    replaced.set(dict, dictOf(dict, state, wrapped))
    parts.push({ path, kind: 'model', from, tensors: tensors.size })
  }
  for (const { path, dict } of found.optimizers) {
    const [{ tensors, isWrapped }] = models as [(typeof models)[number]]
    const given = typesOfFile((isWrapped ? unwrap(tensors)?.state : undefined) ?? tensors)
    const [source, target] = [optimizedAt(contract, from, given), optimizedAt(contract, to, null)]
    const steps = routeBetween(contract, from, to, given)
    replaced.set(dict, await convertOptimizerState(dict, source, target, steps, options.optimizer))
    parts.push({ path, kind: 'optimizer', from, tensors: (dict.get('state') as PyDict).size })
  }
  return { value: rebuilt(value, replaced, 0), parts }
}

interface Found {
  readonly models: readonly {
    path: readonly string[]
    dict: PyDict
    tensors: ReadonlyMap<string, StoredTensor>
  }[]
  readonly optimizers: readonly { path: readonly string[]; dict: PyDict }[]
}

function partsOf(root: PyValue): Found {
  const models: Found['models'][number][] = []
  const optimizers: Found['optimizers'][number][] = []
  const seen = new Set<PyValue>()
  const visit = (value: PyValue, path: readonly string[]): void => {
    if (!(value instanceof PyDict) || path.length > MAX_DEPTH || seen.has(value)) return
    seen.add(value)
    if (isOptimizerState(value)) {
      optimizers.push({ path, dict: value })
      return
    }
    const tensors = new Map(
      value
        .entries()
        .filter((e): e is [string, StoredTensor] => typeof e[0] === 'string' && e[1] instanceof StoredTensor),
    )
    if (tensors.size > 0 && tensors.size === value.size) models.push({ path, dict: value, tensors })
    else for (const [key, child] of value) if (typeof key === 'string') visit(child, [...path, key])
  }
  visit(root, [])
  return { models, optimizers }
}

/** What a state_dict is; null where it is none of this model. */
function fitOf(
  contract: KeyContract,
  tensors: ReadonlyMap<string, StoredTensor>,
  given: Place | undefined,
): Fit | null {
  const fits = fittingPlaces(contract, tensors)
  if (given !== undefined) return fits.find(({ place }) => placeName(place) === placeName(given)) ?? null
  return fits.length === 0 ? null : identify(contract, tensors)
}

function onePlace(
  contract: KeyContract,
  models: readonly { readonly path: readonly string[]; readonly from: Place }[],
  candidates: Found['models'],
): Place {
  const [first] = models
  if (first === undefined) {
    const [largest] = candidates.toSorted((a, b) => b.tensors.size - a.tensors.size)
    if (largest !== undefined) identify(contract, largest.tensors)
    throw new KeysError(
      'keys/no-generation',
      `the file holds no state_dict of ${contract.model} as it is said to be`,
    )
  }
  const other = models.find(m => placeName(m.from) !== placeName(first.from))
  if (other !== undefined) {
    const name = (m: typeof first): string => `${m.path.join('.') || 'the root'} (${placeName(m.from)})`
    throw new KeysError(
      'keys/ambiguous-generation',
      `${name(first)} and ${name(other)} are of different places`,
      {
        hint: 'say which it is: generation or layout',
      },
    )
  }
  return first.from
}

/** With what the wrapper put before the keys, and has beside them. */
function dictOf(
  source: PyDict,
  state: ReadonlyMap<string, StoredTensor>,
  wrapped: Unwrapped<StoredTensor> | null,
): PyDict {
  const result = new PyDict(source.kind)
  for (const [key, extra] of wrapped?.extras ?? []) result.set(key, extra)
  for (const [key, tensor] of state) result.set((wrapped?.prefix ?? '') + key, tensor)
  // `_metadata` names modules, which may have moved.
  const isSame = result.size === source.size && [...result.keys()].every(key => source.has(key))
  if (isSame) result.attrs = source.attrs
  return result
}

/** The tree with some of its dictionaries replaced; what holds none of them is the very object. */
function rebuilt(value: PyValue, replaced: ReadonlyMap<PyValue, PyValue>, depth: number): PyValue {
  const own = replaced.get(value)
  if (own !== undefined) return own
  if (!(value instanceof PyDict) || depth > MAX_DEPTH) return value
  const entries = value.entries().map(([key, child]) => [key, rebuilt(child, replaced, depth + 1)] as const)
  if (entries.every(([, child], i) => child === value.entries()[i]![1])) return value
  const dict = new PyDict(value.kind, entries)
  dict.attrs = value.attrs
  return dict
}
