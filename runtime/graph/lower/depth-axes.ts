/** What a product's sum runs over: loops along which both factors move by constant steps in memory. */
import { add, constI32, mul } from '../../kernels/expr.ts'
import { type Expr, loopVar, type Var } from '../../kernels/ir.ts'
import { visitExprs } from '../../kernels/traverse.ts'
import { memorySteps } from './loops.ts'

export interface DepthAxes {
  /** Outermost first. */
  readonly extents: readonly number[]
  /** By how much each position in memory moves along the last axis: those of the left factor, then of the right one. */
  readonly left: readonly number[]
  readonly right: readonly number[]
}

/** Elements of a factor at a place of its sum. */
type Elements = (k: Expr) => Expr

/**
 * The loops of a sum over k, where it was several dims before a reshape; null where it is one loop, or where elements move in
 * other ways.
 */
export function depthAxes(k: number, left: Elements, right: Elements): DepthAxes | null {
  const whole = loopVar('k', k)
  const bounds = boundaries([left(whole), right(whole)], whole, k)
  if (bounds === null) return null
  const extents = [...bounds.slice(1), k].map((bound, i) => bound / bounds[i]!).reverse()
  const found = stepsAlong(extents, left, right)
  if (found === null) return null
  const merged = joined(extents, found)
  if (merged.extents.length < 2) return null
  const { left: a, right: b } = merged.steps.at(-1)!
  return { extents: merged.extents, left: a, right: b }
}

/** Sizes of the blocks into which quotients and remainders divide k, from 1 on, each a multiple of the last; null if they are not. */
function boundaries(elements: readonly Expr[], k: Var, size: number): readonly number[] | null {
  const scales = new Map<Expr, number>([[k, 1]])
  const found = new Set([1])
  visitExprs(elements, e => {
    if (e.kind !== 'binary' || e.b.kind !== 'const' || (e.op !== 'floordiv' && e.op !== 'mod')) return
    const scale = scales.get(e.a)
    if (scale === undefined) return
    const bound = scale * (e.b.value as number)
    found.add(bound)
    scales.set(e, e.op === 'floordiv' ? bound : scale)
  })
  const bounds = [...found].filter(bound => bound < size).sort((a, b) => a - b)
  const divides = [...bounds.slice(1), size].every((bound, i) => bound % bounds[i]! === 0)
  return bounds.length > 1 && divides ? bounds : null
}

/** Row-major place of indices. */
export function placeIn(extents: readonly number[], at: readonly Expr[]): Expr {
  return at.reduce((sum, i, axis) => add(mul(sum, extents[axis]!), i), constI32(0) as Expr)
}

interface Steps {
  readonly left: readonly number[]
  readonly right: readonly number[]
}

/** By how much the factors' positions move along each axis; null if not by constants. */
function stepsAlong(extents: readonly number[], left: Elements, right: Elements): readonly Steps[] | null {
  const vars = extents.map((extent, i) => loopVar(`k${i}`, extent))
  const place = placeIn(extents, vars)
  const [a, b] = [left, right].map(f => memorySteps({ stores: [], values: [f(place)] }, new Set(vars)))
  const steps = vars.flatMap((v): Steps[] => {
    const [l, r] = [a!.get(v), b!.get(v)]
    return l == null || r == null ? [] : [{ left: l, right: r }]
  })
  return steps.length === vars.length ? steps : null
}

/** Neighbouring axes as one, where all positions move on along them alike. */
function joined(
  extents: readonly number[],
  steps: readonly Steps[],
): { readonly extents: readonly number[]; readonly steps: readonly Steps[] } {
  const axes: { extent: number; steps: Steps }[] = []
  for (const [i, extent] of extents.entries()) {
    const [last, own] = [axes.at(-1), steps[i]!]
    const along = (outer: readonly number[], inner: readonly number[]) =>
      outer.every((step, j) => step === inner[j]! * extent)
    if (last !== undefined && along(last.steps.left, own.left) && along(last.steps.right, own.right))
      axes[axes.length - 1] = { extent: last.extent * extent, steps: own }
    else axes.push({ extent, steps: own })
  }
  return { extents: axes.map(a => a.extent), steps: axes.map(a => a.steps) }
}
