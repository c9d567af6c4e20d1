/**
 * A layout as if it were a generation: what a state_dict in it holds, in which order. An optimizer that was made in it knows its state
 * by that order.
 */
import { applySteps } from './apply.ts'
import type { ArrayType } from './arrays.ts'
import type { Generation, KeyContract, Layout, LockedTensor } from './contract.ts'
import { invertSteps } from './invert.ts'
import { KeysError } from './keys-error.ts'
import { inModuleOrder } from './module-order.ts'
import { generationOf, layoutOf, type Place } from './route.ts'
import { shapeArrays, shapesOf } from './shape-arrays.ts'
import { parametersOf, trackedGeneration } from './tracked-generation.ts'

/** A state_dict as an optimizer sees it. */
export interface OptimizedState extends Generation {
  /** Keys that may be parameters, in the order of `tensors`: what the model does not have, and second names that it does not know. */
  readonly unknown: readonly string[]
}

/**
 * What an optimizer's positions follow at a place. `given` is what the file holds beside it, by bare key in the order of its state_dict
 * (names of one tensor have one object); null where there is no such file, or its format does not keep the order. Throws KeysError
 * (`keys/optimizer`) where nothing says the order.
 */
export function optimizedAt(
  contract: KeyContract,
  place: Place,
  given: ReadonlyMap<string, ArrayType> | null,
): OptimizedState {
  if ('generation' in place) return { ...generationOf(contract, place.generation), unknown: [] }
  const layout = layoutOf(contract, place.layout)
  if (given === null && layout.order === undefined) throw noOrder(layout)
  const own = layoutGeneration(contract, layout)
  return given === null ? { ...own, unknown: [] } : merged(own, layout, given)
}

/** The layout of the model as it was in the generation that the layout leads to. */
export function layoutGeneration(contract: KeyContract, layout: Layout): Generation {
  const source = generationOf(contract, layout.to)
  const { state, exact } = applySteps(invertSteps(layout.steps), shapesOf(source), shapeArrays)
  const keys = layout.order === undefined ? [...state.keys()] : inModuleOrder([...state.keys()], layout.order)
  return trackedGeneration(layout.to, source.tensors, exact, state, keys)
}

/** In the order of the file, and with what it holds beyond the model. */
function merged(own: Generation, layout: Layout, given: ReadonlyMap<string, ArrayType>): OptimizedState {
  const known = new Map(own.tensors.map(t => [t.key, t]))
  const keys = layout.order === undefined ? [...given.keys()] : inModuleOrder([...given.keys()], layout.order)
  const names = new Map<ArrayType | string, string>()
  const unknown: string[] = []
  const tensors = keys.map((key): LockedTensor => {
    const type = given.get(key)!
    const is = known.get(key)
    const group = is === undefined ? key : (is.tie ?? is.id)
    const tie = names.get(group) ?? names.get(type) ?? null
    // The layout ties them itself; whether they were one parameter before is for the optimizer to say.
    const isSharedOnly = tie !== null && !names.has(group) && is?.kind === 'parameter'
    if (isSharedOnly || (is === undefined && tie === null)) unknown.push(key)
    names.set(type, tie ?? key)
    names.set(group, tie ?? key)
    const { shape, dtype } = type
    return { id: key, key, shape, dtype: dtype as LockedTensor['dtype'], kind: is?.kind ?? 'buffer', tie }
  })
  return { generation: own.generation, tensors, parameters: parametersOf(tensors), unknown }
}

const noOrder = ({ name }: Layout): KeysError =>
  new KeysError(
    'keys/optimizer',
    `layout '${name}' does not say the order of its parameters, by which an optimizer's state is known`,
    {
      hint: 'add order: to the layout: the paths of its modules in their order, or [] where it is that of this model',
    },
  )
