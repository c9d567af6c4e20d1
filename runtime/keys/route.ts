/** Ways between the places that a contract knows: its generations, and the layouts of other projects. */
import { applySteps } from './apply.ts'
import type { ArrayType } from './arrays.ts'
import type { Generation, KeyContract, Layout } from './contract.ts'
import { type ExactStep, invertExact } from './exact-step.ts'
import { invertSteps } from './invert.ts'
import { KeysError } from './keys-error.ts'
import { initialShape, ShapeOnly, shapeArrays, shapesOf } from './shape-arrays.ts'
import type { Step } from './step.ts'

export type Place = { readonly generation: number } | { readonly layout: string }

export const placeName = (place: Place): string =>
  'layout' in place ? `layout '${place.layout}'` : `generation ${place.generation}`

/** The last generation: what the code has. Throws KeysError for a contract without any. */
export function currentGeneration(contract: KeyContract): Generation {
  const last = contract.generations.at(-1)
  if (last === undefined)
    throw new KeysError('keys/no-generation', `the contract of ${contract.model} has no generation`)
  return last
}

/** Throws KeysError (`keys/no-generation`). */
export function generationOf(contract: KeyContract, number: number): Generation {
  const found = contract.generations.find(g => g.generation === number)
  if (found !== undefined) return found
  const known = contract.generations.map(g => g.generation).join(', ')
  const newest = contract.generations.at(-1)?.generation ?? 0
  const older = contract.unproven || `it has ${known}`
  throw new KeysError('keys/no-generation', `${contract.model} has no generation ${number} of its keys`, {
    hint: number > newest ? `this code knows ${known}; the file is of a newer one` : older,
  })
}

/** Throws KeysError (`keys/no-generation`). */
export function layoutOf(contract: KeyContract, name: string): Layout {
  const found = contract.layouts.find(l => l.name === name)
  if (found !== undefined) return found
  const known = contract.layouts.map(l => l.name).join(', ')
  throw new KeysError('keys/no-generation', `${contract.model} has no layout '${name}'`, {
    hint: known === '' ? 'its spec declares none' : `it has ${known}`,
  })
}

type Types = ReadonlyMap<string, ArrayType>

const shapesOnly = (types: Types): Map<string, ShapeOnly> => {
  const known = new Map<ArrayType, ShapeOnly>()
  return new Map(
    [...types].map(([key, type]) => {
      const shape = known.get(type) ?? new ShapeOnly(type)
      known.set(type, shape)
      return [key, shape]
    }),
  )
}

/**
 * Exact steps from one place to another. `types` are what is at `from`; null stands for what the contract says of it. Throws KeysError
 * where there is no way.
 */
export function routeBetween(
  contract: KeyContract,
  from: Place,
  to: Place,
  types: Types | null,
): ExactStep[] {
  const steps: ExactStep[] = []
  let at: number
  if ('layout' in from) {
    const layout = layoutOf(contract, from.layout)
    at = layout.to
    steps.push(...outOfLayout(contract, layout, types))
  } else at = generationOf(contract, from.generation).generation
  const end = 'layout' in to ? layoutOf(contract, to.layout) : null
  const goal = end?.to ?? generationOf(contract, (to as { generation: number }).generation).generation
  steps.push(...betweenGenerations(contract, at, goal))
  if (end !== null) steps.push(...intoLayout(contract, end))
  return steps
}

function betweenGenerations(contract: KeyContract, from: number, to: number): ExactStep[] {
  if (from > to) return invertExact(betweenGenerations(contract, to, from))
  const steps: ExactStep[] = []
  for (let at = from; at < to; ) {
    const migration = contract.migrations.find(m => m.from === at)
    if (migration === undefined) {
      throw new KeysError(
        'keys/no-generation',
        `no migration leads from generation ${at} of ${contract.model}`,
      )
    }
    const target = shapesOf(generationOf(contract, migration.to))
    const source = shapesOf(generationOf(contract, at))
    steps.push(...applySteps(migration.steps, source, shapeArrays, { target, initial: initialShape }).exact)
    at = migration.to
  }
  return steps
}

function outOfLayout(contract: KeyContract, layout: Layout, types: Types | null): readonly ExactStep[] {
  const target = shapesOf(generationOf(contract, layout.to))
  // What a layout has beyond the model is not in every file of it, and never in ours.
  const options = { target, initial: initialShape, isOptional: (step: Step) => step.kind === 'drop' }
  const given =
    types === null ? applySteps(invertSteps(layout.steps), target, shapeArrays).state : shapesOnly(types)
  return applySteps(layout.steps, given, shapeArrays, options).exact
}

/** The inverse of a layout, which must lead back to where it came from. */
function intoLayout(contract: KeyContract, layout: Layout): ExactStep[] {
  const source = shapesOf(generationOf(contract, layout.to))
  const there = applySteps(invertSteps(layout.steps), source, shapeArrays)
  const steps = layout.steps.filter(step => step.kind !== 'drop')
  const back = applySteps(steps, there.state, shapeArrays, { target: source, initial: initialShape }).state
  const text = (state: ReadonlyMap<string, ShapeOnly>): string =>
    [...state]
      .map(([key, { shape, dtype }]) => `${key} ${dtype}[${shape}]`)
      .sort()
      .join('\n')
  if (text(back) !== text(source)) {
    throw new KeysError(
      'keys/lossy',
      `layout '${layout.name}' cannot be written: its steps do not lead back`,
      {
        hint: 'its renames send keys to where others are already, so that the way back cannot tell them apart',
      },
    )
  }
  return [...there.exact]
}

/** In the order of a generation's state_dict; keys that it lacks last. */
export function inOrderOf<V>(generation: Generation, state: ReadonlyMap<string, V>): Map<string, V> {
  const ordered = new Map<string, V>()
  for (const { key } of generation.tensors) if (state.has(key)) ordered.set(key, state.get(key)!)
  for (const [key, value] of state) if (!ordered.has(key)) ordered.set(key, value)
  return ordered
}
