/**
 * The contract of a member of a family that is no preset: its keys and shapes are those of a module, and the locked steps, turned
 * round, say what its older generations had. What they do not say by themselves stays unknown.
 */
import { applySteps } from './apply.ts'
import type { Generation, KeyContract, Layout, Migration } from './contract.ts'
import type { ExactStep } from './exact-step.ts'
import { invertSteps } from './invert.ts'
import { attempt, KeysError } from './keys-error.ts'
import { inModuleOrder } from './module-order.ts'
import { routeBetween } from './route.ts'
import { initialShape, type ShapeOnly, shapeArrays, shapesOf } from './shape-arrays.ts'
import type { Step } from './step.ts'
import { trackedGeneration } from './tracked-generation.ts'

/** By the preset whose steps lead furthest back. `own` is what the module has; `contracts` are those of its presets, at least one. */
export function memberContract(contracts: readonly KeyContract[], own: Generation): KeyContract {
  const [first, ...others] = contracts.map(contract => derived(contract, own))
  return others.reduce((best, next) => (reach(next) > reach(best) ? next : best), first!)
}

const reach = ({ generations, layouts }: KeyContract): number => generations.length * 1000 + layouts.length

function derived(preset: KeyContract, own: Generation): KeyContract {
  const number = preset.generations.at(-1)!.generation
  const generations: Generation[] = [{ ...own, generation: number }]
  const migrations: Migration[] = []
  let reason = ''
  for (const known of preset.generations.slice(0, -1).toReversed()) {
    const next = generations[0]!
    const migration = preset.migrations.find(m => m.to === next.generation)
    if (migration === undefined) break
    const before = attempt(() => older(next, migration, known))
    if (before instanceof KeysError) {
      reason = notKnown(known.generation, before)
      break
    }
    generations.unshift(before.generation)
    migrations.unshift({ from: known.generation, to: next.generation, steps: before.steps })
  }
  const { model } = preset
  const bare = { model, preset: null, generations, migrations, layouts: [], unproven: reason }
  return { ...bare, layouts: preset.layouts.filter(layout => isProven(bare, layout)) }
}

const notKnown = (generation: number, { message }: KeysError): string =>
  `generation ${generation} of the keys is known for presets only (${message}): name these params under presets: in the spec, and run holdfast lock`

/** What the generation before had. Throws KeysError where the steps alone do not say it. */
function older(
  next: Generation,
  { steps }: Migration,
  known: Generation,
): { readonly generation: Generation; readonly steps: readonly Step[] } {
  const goal = shapesOf(next)
  let state: ReadonlyMap<string, ShapeOnly> = goal
  const kept: Step[] = []
  const exact: ExactStep[] = []
  for (const step of steps.toReversed()) {
    if (step.kind === 'drop')
      throw new KeysError('keys/no-value', `what '${step.key}' was, before it was dropped, is not said`)
    const applied = attempt(() => applySteps(invertSteps([step]), state, shapeArrays))
    if (applied instanceof KeysError) {
      // Steps of a preset serve the whole family, of which some members lack what they are about.
      if (applied.code === 'keys/missing') continue
      throw applied
    }
    state = applied.state
    exact.push(...applied.exact)
    kept.unshift(step)
  }
  checkForward(kept, state, goal)
  return { generation: generationOf(next, known, state, exact), steps: kept }
}

function checkForward(
  steps: readonly Step[],
  before: ReadonlyMap<string, ShapeOnly>,
  goal: ReadonlyMap<string, ShapeOnly>,
): void {
  const { state } = applySteps(steps, before, shapeArrays, { target: goal, initial: initialShape })
  const wrong = [...goal].find(([key, { shape }]) => state.get(key)?.shape.join() !== shape.join())
  if (wrong !== undefined || state.size !== goal.size)
    throw new KeysError('keys/lossy', 'its steps do not lead back to the keys of this model')
}

function generationOf(
  next: Generation,
  known: Generation,
  state: ReadonlyMap<string, ShapeOnly>,
  exact: readonly ExactStep[],
): Generation {
  const general = new Set(known.tensors.map(t => starred(t.key)))
  const stranger = [...state.keys()].find(key => !general.has(starred(key)))
  if (stranger !== undefined)
    throw new KeysError('keys/missing', `no preset has '${stranger}' in it`, { key: stranger })
  const keys = inModuleOrder([...state.keys()], pathsOf(known))
  return trackedGeneration(known.generation, next.tensors, exact, state, keys)
}

/** With `*` in place of numbers. */
const starred = (path: string): string =>
  path
    .split('.')
    .map(segment => (/^\d+$/.test(segment) ? '*' : segment))
    .join('.')

/** The paths of a generation in their order. */
function pathsOf({ tensors }: Generation): string[] {
  const paths = tensors.flatMap(({ key }) => {
    const segments = starred(key).split('.')
    return segments.map((_, i) => segments.slice(0, i + 1).join('.'))
  })
  return [...new Set(paths)]
}

/** Whether the layout's steps lead from it and back to it for this member too. */
function isProven(contract: KeyContract, layout: Layout): boolean {
  if (!contract.generations.some(g => g.generation === layout.to)) return false
  const known = { ...contract, layouts: [layout] }
  const [there, own] = [{ layout: layout.name }, { generation: layout.to }]
  const proof = attempt(() => [routeBetween(known, own, there, null), routeBetween(known, there, own, null)])
  return !(proof instanceof KeysError)
}
