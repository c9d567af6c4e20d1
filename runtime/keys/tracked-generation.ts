/** The generation that exact steps lead to from the tensors of another one. */
import type { Generation, LockedTensor } from './contract.ts'
import type { ExactStep } from './exact-step.ts'
import type { ShapeOnly } from './shape-arrays.ts'
import { Track } from './track.ts'

/** `state` is what the steps made of the shapes; its tensors come in the order of `keys`, under ids that are their keys. */
export function trackedGeneration(
  generation: number,
  from: readonly LockedTensor[],
  steps: readonly ExactStep[],
  state: ReadonlyMap<string, ShapeOnly>,
  keys: readonly string[],
): Generation {
  const track = new Track(from)
  for (const step of steps) track.follow(step, () => 'parameter')
  const owners = new Map<number, string>()
  const tensors = keys.map((key): LockedTensor => {
    const { kind, group } = track.entries.get(key)!
    const tie = owners.get(group) ?? null
    if (tie === null) owners.set(group, key)
    const { shape, dtype } = state.get(key)!
    return { id: key, key, shape, dtype: dtype as LockedTensor['dtype'], kind, tie }
  })
  return { generation, tensors, parameters: parametersOf(tensors) }
}

/** Ids of the parameters, without their second names. */
export const parametersOf = (tensors: readonly LockedTensor[]): string[] =>
  tensors.filter(t => t.kind === 'parameter' && t.tie === null).map(t => t.id)
