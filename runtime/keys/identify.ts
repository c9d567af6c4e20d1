/** Which generation or layout a state_dict is of, by its keys and shapes: for files that do not say it. */
import { applyExact } from './apply.ts'
import type { ArrayType } from './arrays.ts'
import type { Generation, KeyContract, LockedTensor } from './contract.ts'
import type { ExactStep } from './exact-step.ts'
import { KeysError } from './keys-error.ts'
import { currentGeneration, generationOf, type Place, placeName, routeBetween } from './route.ts'
import { initialShape, ShapeOnly, shapeArrays } from './shape-arrays.ts'
import { unwrap } from './wrappers.ts'

type Types = ReadonlyMap<string, ArrayType>

export interface Fit {
  readonly place: Place
  /** Whether the names of wrappers were taken off first. */
  readonly isWrapped: boolean
  /** To the current generation. */
  readonly steps: readonly ExactStep[]
}

/** What a state_dict lacks to be of a generation; files without aliases may leave out tied names. */
export interface Misfit {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  readonly mismatched: readonly string[]
}

export function misfitOf(generation: Generation, types: Types): Misfit {
  const keys = new Set(generation.tensors.map(t => t.key))
  const missing: string[] = []
  const mismatched: string[] = []
  for (const tensor of generation.tensors) {
    const { key, shape, tie } = tensor
    const type = types.get(key)
    if (type === undefined) {
      if (tie === null && !isImplied(tensor)) missing.push(key)
    } else if (!sameShape(type.shape, shape)) mismatched.push(key)
  }
  return { missing, mismatched, unexpected: [...types.keys()].filter(key => !keys.has(key)) }
}

/** Files of PyTorch before 0.4.1 have no counts of batches; they are 0 then, as PyTorch has it. */
export const isImplied = ({ key, shape, kind }: Pick<LockedTensor, 'key' | 'shape' | 'kind'>): boolean =>
  kind === 'buffer' && shape.length === 0 && /(^|\.)num_batches_tracked$/.test(key)

/** Scalars had shape [1] before PyTorch 0.4. */
const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.join() === b.join() || (b.length === 0 && a.join() === '1')

export const misfitSize = ({ missing, unexpected, mismatched }: Misfit): number =>
  missing.length + unexpected.length + mismatched.length

const fits = (misfit: Misfit): boolean => misfitSize(misfit) === 0

/** The names that a file without aliases leaves out. */
export function withTiedNames<V>(generation: Generation, state: ReadonlyMap<string, V>): Map<string, V> {
  const keyOf = new Map(generation.tensors.map(({ id, key }) => [id, key]))
  const whole = new Map(state)
  for (const { key, tie } of generation.tensors) {
    if (tie === null) continue
    const owner = keyOf.get(tie)!
    if (!whole.has(key) && whole.has(owner)) whole.set(key, whole.get(owner)!)
    else if (whole.has(key) && !whole.has(owner)) whole.set(owner, whole.get(key)!)
  }
  return whole
}

/** Every generation and layout whose keys and shapes these are, newest first; of wrapped keys only where bare ones fit none. */
export function fittingPlaces(contract: KeyContract, types: Types): Fit[] {
  const direct = fitsOf(contract, types, false)
  if (direct.length > 0) return direct
  const bare = unwrap(types)
  return bare === null ? [] : fitsOf(contract, bare.state, true)
}

function fitsOf(contract: KeyContract, types: Types, isWrapped: boolean): Fit[] {
  const current = currentGeneration(contract)
  const to: Place = { generation: current.generation }
  const found: Fit[] = []
  for (const generation of contract.generations.toReversed()) {
    const whole = withTiedNames(generation, types)
    if (!fits(misfitOf(generation, whole))) continue
    const place: Place = { generation: generation.generation }
    found.push({ place, isWrapped, steps: routeBetween(contract, place, to, whole) })
  }
  for (const { name } of contract.layouts) {
    const place: Place = { layout: name }
    try {
      const steps = routeBetween(contract, place, to, types)
      const state = new Map([...types].map(([key, type]) => [key, new ShapeOnly(type)]))
      const result = applyExact(steps, state, shapeArrays, { initial: initialShape }).state
      if (fits(misfitOf(current, withTiedNames(current, result)))) found.push({ place, isWrapped, steps })
    } catch (error) {
      if (!(error instanceof KeysError)) throw error
    }
  }
  return found
}

/**
 * The one place whose state_dict this is. Several are one where they lead to the same tensors (generations that differ in the
 * order of parameters alone): the one whose order the file has, by which optimizers know their state, else the newest. Throws KeysError: `keys/ambiguous-generation` with all that fit,
 * `keys/no-generation` with what the nearest lacks.
 */
export function identify(contract: KeyContract, types: Types): Fit {
  const found = fittingPlaces(contract, types)
  const [first] = found
  if (first === undefined) throw noPlace(contract, types)
  const effects = new Set(found.map(({ steps }) => JSON.stringify(effectOf(steps))))
  if (effects.size > 1) {
    const names = found.map(({ place }) => placeName(place)).join(', ')
    throw new KeysError('keys/ambiguous-generation', `the keys are those of ${names} of ${contract.model}`, {
      hint: 'say which it is: generation or layout',
    })
  }
  return found.find(fit => hasOrderOf(contract, fit, types)) ?? first
}

/** Whether the keys come in the order of a generation; those that only one side has do not count. */
function hasOrderOf(contract: KeyContract, { place, isWrapped }: Fit, types: Types): boolean {
  if ('layout' in place) return false
  const given = [...(isWrapped ? unwrap(types)!.state : types).keys()]
  const known = generationOf(contract, place.generation).tensors.map(t => t.key)
  const [isGiven, isKnown] = [new Set(given), new Set(known)]
  const order = (keys: readonly string[], other: ReadonlySet<string>): string =>
    keys.filter(key => other.has(key)).join('\n')
  return order(given, isKnown) === order(known, isGiven)
}

/** Steps but for those that move nothing. */
const effectOf = (steps: readonly ExactStep[]): unknown[] =>
  steps
    .filter(s => s.kind !== 'move' || s.moves.some(([from, to]) => from !== to))
    .map(({ index: _, ...rest }) => rest)

function noPlace(contract: KeyContract, types: Types): KeysError {
  const bare = unwrap(types)?.state ?? types
  const [nearest] = contract.generations
    .map(generation => ({ generation, misfit: misfitOf(generation, bare) }))
    .sort(
      (a, b) =>
        misfitSize(a.misfit) - misfitSize(b.misfit) || b.generation.generation - a.generation.generation,
    )
  const { missing, unexpected, mismatched } = nearest!.misfit
  const list = (what: string, keys: readonly string[]): string =>
    keys.length === 0
      ? ''
      : `\n  ${what}: ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? `, and ${keys.length - 5} more` : ''}`
  const message = `the keys fit no generation and no layout of ${contract.model}; the nearest is generation ${nearest!.generation.generation}`
  return new KeysError(
    'keys/no-generation',
    message +
      list('missing', missing) +
      list('unexpected', unexpected) +
      list('of another shape', mismatched),
    contract.unproven
      ? { hint: contract.unproven }
      : missing.length + unexpected.length === 0
        ? {
            hint: 'the params are others, which no preset has: name them under presets: in the spec, and run holdfast lock',
          }
        : {},
  )
}
