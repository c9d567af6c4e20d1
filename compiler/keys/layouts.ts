/** `layouts:` of a spec for its members: each is proven by going from its generation to the layout and back. */
import { applySteps } from '../../runtime/keys/apply.ts'
import type { Layout } from '../../runtime/keys/contract.ts'
import { invertSteps } from '../../runtime/keys/invert.ts'
import { KeysError } from '../../runtime/keys/keys-error.ts'
import { ShapeOnly, shapeArrays, shapesOf } from '../../runtime/keys/shape-arrays.ts'
import * as messages from '../diagnostics/catalogue/keys.ts'
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { LayoutDecl, SpecFile } from '../spec/spec.ts'
import type { Member } from './family.ts'
import { type Lock, type LockedMember, lastOf } from './lock.ts'
import { evaluateSteps, type PlacedStep } from './steps.ts'

/** By preset. Layouts with errors are left out, and reported. */
export function layoutsOf(
  file: SpecFile,
  members: readonly Member[],
  lock: Lock,
  diagnostics: Diagnostics,
): ReadonlyMap<string, readonly Layout[]> {
  const found = new Map<string, Layout[]>(members.map(m => [m.preset, []]))
  for (const decl of file.layouts) {
    const last = lastOf(lock).generation
    if (decl.to > last) {
      diagnostics.add(messages.layoutGeneration(decl.name.place, decl.to, last))
      continue
    }
    const idle = new Map<number, { step: PlacedStep; error: KeysError }>()
    const used = new Set<number>()
    for (const member of members) {
      const target = lock.generations[decl.to - 1]!.members.get(member.preset)
      const steps = target && evaluateSteps(decl.steps, member.root.scope, diagnostics)
      if (target === undefined || steps == null) continue
      const kept = prove(decl, steps, target, idle, diagnostics)
      if (kept === null) continue
      for (const { place } of kept) used.add(place.range.start)
      found.get(member.preset)!.push({ name: decl.name.name, to: decl.to, steps: kept.map(s => s.step) })
    }
    for (const [start, { step, error }] of idle)
      if (!used.has(start))
        diagnostics.add(messages.stepRefused(step.place, step.step.kind, error.message, error.hint))
  }
  return found
}

/** The steps that find something in this member; null after a report. */
function prove(
  decl: LayoutDecl,
  steps: readonly PlacedStep[],
  target: LockedMember,
  idle: Map<number, { step: PlacedStep; error: KeysError }>,
  diagnostics: Diagnostics,
): readonly PlacedStep[] | null {
  const goal = shapesOf({ generation: decl.to, tensors: target.tensors, parameters: [] })
  const options = {
    target: goal,
    initial: (_key: string, type: ShapeOnly | { shape: readonly number[]; dtype: ShapeOnly['dtype'] }) =>
      new ShapeOnly(type),
  }
  let state: ReadonlyMap<string, ShapeOnly> = goal
  const kept: PlacedStep[] = []
  for (const step of steps.toReversed()) {
    try {
      // What a layout has beyond the model cannot be made up; dropping it needs no proof.
      state = applySteps(invertSteps([step.step]), state, shapeArrays, options).state
      kept.unshift(step)
    } catch (error) {
      if (!(error instanceof KeysError)) throw error
      if (error.code === 'keys/missing') idle.set(step.place.range.start, { step, error })
      else {
        diagnostics.add(messages.stepRefused(step.place, step.step.kind, error.message, error.hint))
        return null
      }
    }
  }
  const wrong = backAgain(kept, state, goal, options)
  if (wrong === null) return kept
  diagnostics.add(messages.layoutDiffers(decl.name.place, decl.name.name, wrong))
  return null
}

function backAgain(
  steps: readonly PlacedStep[],
  foreign: ReadonlyMap<string, ShapeOnly>,
  goal: ReadonlyMap<string, ShapeOnly>,
  options: Parameters<typeof applySteps<ShapeOnly>>[3],
): string | null {
  const forward = steps.map(s => s.step).filter(s => s.kind !== 'drop')
  try {
    const { state } = applySteps(forward, foreign, shapeArrays, options)
    const missing = [...goal].find(([key, { shape }]) => `${state.get(key)?.shape}` !== `${shape}`)
    if (missing !== undefined) return `'${missing[0]}' does not come out of it`
    const extra = [...state.keys()].find(key => !goal.has(key))
    return extra === undefined ? null : `'${extra}' is left over`
  } catch (error) {
    if (error instanceof KeysError) return error.message
    throw error
  }
}
