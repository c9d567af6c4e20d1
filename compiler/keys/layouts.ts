/** `layouts:` of a spec for its members: each is proven by going from its generation to the layout and back. */
import { applySteps } from '../../runtime/keys/apply.ts'
import type { Layout } from '../../runtime/keys/contract.ts'
import { invertSteps } from '../../runtime/keys/invert.ts'
import { attempt, KeysError } from '../../runtime/keys/keys-error.ts'
import { nearestPath } from '../../runtime/keys/nearest-key.ts'
import { isPathOf } from '../../runtime/keys/pattern.ts'
import { initialShape, type ShapeOnly, shapeArrays, shapesOf } from '../../runtime/keys/shape-arrays.ts'
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
    const keys = new Set<string>()
    for (const member of members) {
      const target = lock.generations[decl.to - 1]!.members.get(member.preset)
      const steps = target && evaluateSteps(decl.steps, member.root.scope, diagnostics)
      if (target === undefined || steps == null) continue
      const proven = prove(decl, steps, target, idle, diagnostics)
      if (proven === null) continue
      const { kept } = proven
      for (const { place } of kept) used.add(place.range.start)
      for (const key of proven.keys) keys.add(key)
      found.get(member.preset)!.push({
        name: decl.name.name,
        to: decl.to,
        ...(decl.order === null ? {} : { order: decl.order.map(o => o.name) }),
        steps: kept.map(s => s.step),
      })
    }
    if (keys.size > 0) checkOrder(decl, [...keys], diagnostics)
    for (const [start, { step, error }] of idle)
      if (!used.has(start))
        diagnostics.add(messages.stepRefused(step.place, step.step.kind, error.message, error.hint))
  }
  return found
}

/** Paths that no key of the layout has order nothing. */
function checkOrder({ order }: LayoutDecl, keys: readonly string[], diagnostics: Diagnostics): void {
  for (const { name, place } of order ?? []) {
    const isThere = (): boolean => keys.some(key => isPathOf(name, key))
    const wrong = attempt(isThere)
    if (wrong instanceof KeysError) diagnostics.add(messages.layoutOrder(place, wrong.message, wrong.hint))
    else if (!wrong) {
      const near = nearestPath(name, keys)
      const hint = near === null ? null : `did you mean '${near}'?`
      diagnostics.add(messages.layoutOrder(place, `the layout has no '${name}'`, hint))
    }
  }
}

/** The steps that find something in this member, and the keys of the layout; null after a report. */
function prove(
  decl: LayoutDecl,
  steps: readonly PlacedStep[],
  target: LockedMember,
  idle: Map<number, { step: PlacedStep; error: KeysError }>,
  diagnostics: Diagnostics,
): { readonly kept: readonly PlacedStep[]; readonly keys: readonly string[] } | null {
  const goal = shapesOf({ generation: decl.to, tensors: target.tensors, parameters: [] })
  const options = { target: goal, initial: initialShape }
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
  if (wrong === null) return { kept, keys: [...state.keys()] }
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
