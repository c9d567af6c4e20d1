/** What steps make of one generation's tensors: their keys, shapes, ids and ties afterwards, by shapes alone. This is the prover. */
import { applySteps, undoSteps } from '../../runtime/keys/apply.ts'
import type { ArrayType } from '../../runtime/keys/arrays.ts'
import type { LockedTensor } from '../../runtime/keys/contract.ts'
import type { ExactStep } from '../../runtime/keys/exact-step.ts'
import { KeysError } from '../../runtime/keys/keys-error.ts'
import { initialShape, ShapeOnly, shapeArrays } from '../../runtime/keys/shape-arrays.ts'
import { Track } from '../../runtime/keys/track.ts'
import type { PlacedStep } from './steps.ts'

/** What a tensor of one generation has become. */
export interface Advanced extends ArrayType {
  readonly key: string
  /** Null for a tensor that a step gave being: its id is its key. */
  readonly id: string | null
  readonly kind: 'parameter' | 'buffer'
  /** The first key of the same tensor. */
  readonly owner: string
}

export interface Transition {
  readonly tensors: ReadonlyMap<string, Advanced>
  /** Keys that `drop` ended, with the reason. */
  readonly dropped: ReadonlyMap<string, string>
  /** The steps that found tensors in this member of the family. */
  readonly steps: readonly PlacedStep[]
  /** Steps that found none. */
  readonly idle: readonly { readonly step: PlacedStep; readonly error: KeysError }[]
  /** Why there is no way back; null where there is. */
  readonly stuck: KeysError | null
}

/** A step that cannot be applied. */
export interface Refusal {
  readonly step: PlacedStep
  readonly error: KeysError
}

/**
 * Applies steps to shapes, one after another. Nothing is lost on the way: what no step names passes through. `target` is what the steps
 * lead to, where `add` takes shapes and kinds from.
 */
export function advance(
  from: readonly LockedTensor[],
  steps: readonly PlacedStep[],
  target: ReadonlyMap<string, ArrayType & { readonly kind: 'parameter' | 'buffer' }>,
): Transition | Refusal {
  const track = new Track(from)
  const start = shapesOf(from)
  let state: ReadonlyMap<string, ShapeOnly> = start
  const done: PlacedStep[] = []
  const idle: { step: PlacedStep; error: KeysError }[] = []
  const exact: ExactStep[] = []
  for (const step of steps) {
    try {
      const applied = applySteps([step.step], state, shapeArrays, { target, initial: initialShape })
      for (const one of applied.exact) track.follow(one, key => target.get(key)?.kind ?? 'parameter')
      exact.push(...applied.exact)
      state = applied.state
      done.push(step)
    } catch (error) {
      if (!(error instanceof KeysError)) throw error
      if (!isIdle(error)) return { step, error }
      idle.push({ step, error })
    }
  }
  const owners = new Map<number, string>()
  const tensors = [...state].map(([key, { shape, dtype }]) => {
    const { id, kind, group } = track.entries.get(key)!
    if (!owners.has(group)) owners.set(group, key)
    return [key, { key, shape, dtype, id, kind, owner: owners.get(group)! }] as const
  })
  const stuck = wayBack(exact, state, start)
  return { tensors: new Map(tensors), dropped: track.dropped, steps: done, idle, stuck }
}

/** Steps of one spec serve all members of the family, of which some may lack what they are about. */
const isIdle = ({ code }: KeysError): boolean => code === 'keys/missing' || code === 'keys/no-value'

/** The inverse steps give the same keys and shapes again, or the reason why not. */
function wayBack(
  exact: readonly ExactStep[],
  state: ReadonlyMap<string, ShapeOnly>,
  start: ReadonlyMap<string, ShapeOnly>,
): KeysError | null {
  try {
    const back = undoSteps(exact, state, shapeArrays, { initial: initialShape }).state
    const lost = [...start].find(([key, type]) => `${back.get(key)?.shape}` !== `${type.shape}`)
    if (lost === undefined && back.size === start.size) return null
    return new KeysError(
      'keys/lossy',
      `'${lost?.[0] ?? [...back.keys()].find(key => !start.has(key))}' does not come back`,
    )
  } catch (error) {
    if (error instanceof KeysError) return error
    throw error
  }
}

function shapesOf(from: readonly LockedTensor[]): Map<string, ShapeOnly> {
  const values = new Map<string, ShapeOnly>()
  return new Map(
    from.map(tensor => {
      const owner = tensor.tie ?? tensor.id
      const value = values.get(owner) ?? new ShapeOnly(tensor)
      values.set(owner, value)
      return [tensor.key, value]
    }),
  )
}
