/**
 * Loop nests around element expressions: which dims may run as one loop. What does not change in inner loops is computed
 * further out by the printers, not here.
 */
import { add, constI32, floordiv, mod, mul } from '../../kernels/expr.ts'
import type { Bind, Expr, Stmt, Var } from '../../kernels/ir.ts'
import { loopVar } from '../../kernels/ir.ts'
import { linearOf } from '../../kernels/linear.ts'
import { forVar } from '../../kernels/stmt.ts'
import { operands, substitution, visitExprs } from '../../kernels/traverse.ts'

/** One loop over the combined range of some neighbouring dims. */
export interface Axis {
  readonly variable: Var
  readonly extent: number
  /** The first of the dims. */
  readonly dim: number
}

/** Loops, and the subscript of each dim in their variables. */
export interface Nest {
  readonly axes: readonly Axis[]
  readonly at: readonly Expr[]
}

/** What a nest computes, as far as loops are chosen by it: where it stores, and everything that it evaluates. */
export interface Probe {
  /** Positions in memory that are stored to. */
  readonly stores: readonly Expr[]
  readonly values: readonly Expr[]
}

/** A nest of one loop per group of dims. */
function nestOf(groups: readonly (readonly number[])[], shape: readonly number[]): Nest {
  const at: Expr[] = shape.map(() => constI32(0))
  const axes = groups.map(dims => {
    const extent = dims.reduce((n, d) => n * shape[d]!, 1)
    const variable = loopVar(`i${dims[0]}`, extent)
    let rest: Expr = variable
    for (const [k, d] of [...dims].reverse().entries()) {
      at[d] = k === dims.length - 1 ? rest : mod(rest, constI32(shape[d]!))
      rest = floordiv(rest, constI32(shape[d]!))
    }
    return { variable, extent, dim: dims[0]! }
  })
  return { axes, at }
}

/**
 * The fewest loops that cover the dims: neighbours run as one where every position in memory moves along both by the same
 * step. `breaks` are dims that start a loop of their own.
 */
export function nest(
  shape: readonly number[],
  breaks: ReadonlySet<number>,
  probe: (at: readonly Expr[]) => Probe,
): Nest {
  const dims = shape.map((_, d) => d).filter(d => shape[d] !== 1)
  const single = nestOf(
    dims.map(d => [d]),
    shape,
  )
  if (dims.length < 2) return single
  const variables = new Map(dims.map((d, i) => [d, single.axes[i]!.variable]))
  const steps = memorySteps(probe(single.at), new Set(variables.values()))
  const groups: number[][] = []
  for (const d of dims) {
    const last = groups.at(-1)
    const before = last?.at(-1)
    if (last !== undefined && before !== undefined && !breaks.has(d)) {
      const outer = steps.get(variables.get(before)!)
      const inner = steps.get(variables.get(d)!)
      if (outer && inner && outer.every((step, i) => step === inner[i]! * shape[d]!)) {
        last.push(d)
        continue
      }
    }
    groups.push([d])
  }
  return nestOf(groups, shape)
}

/** By how much each memory position moves with each variable; null for variables that occur in other ways. */
export function memorySteps(probe: Probe, variables: ReadonlySet<Var>): Map<Var, number[] | null> {
  const positions = new Set(probe.stores)
  const others = new Set<Expr>()
  visitExprs(probe.values, e => {
    if (e.kind === 'load') positions.add(e.index)
  })
  // A position itself is no other use; what stands in a mask or a value is.
  const walk = (e: Expr): void => {
    if (others.has(e)) return
    others.add(e)
    if (e.kind === 'load') {
      if (e.mask !== null) walk(e.mask)
      if (e.otherwise !== null) walk(e.otherwise)
    } else for (const operand of operands(e)) walk(operand)
  }
  for (const value of probe.values) walk(value)
  const steps = new Map<Var, number[] | null>()
  for (const v of variables) steps.set(v, others.has(v) ? null : [])
  for (const position of positions) {
    const { terms } = linearOf(position)
    const direct = new Map<Expr, number>()
    for (const { atom, factor } of terms.values()) {
      if (atom.kind === 'var') direct.set(atom, factor)
      else
        visitExprs([atom], e => {
          if (e.kind === 'var' && steps.has(e)) steps.set(e, null)
        })
    }
    for (const [v, list] of steps) list?.push(direct.get(v) ?? 0)
  }
  return steps
}

/** Runs one axis as two: the outer one over blocks of `size` iterations, which must divide its extent. */
export function splitAxis({ axes, at }: Nest, which: number, size: number): Nest {
  const axis = axes[which]!
  const outer = { variable: loopVar('block', axis.extent / size), extent: axis.extent / size, dim: axis.dim }
  const inner = { variable: loopVar('i', size), extent: size, dim: axis.dim }
  const replace = substitution(
    new Map([[axis.variable, add(mul(outer.variable, constI32(size)), inner.variable)]]),
  )
  return { axes: axes.toSpliced(which, 1, outer, inner), at: at.map(replace) }
}

/**
 * Loops from outer to inner around a body.
 * @param bindOf how the loop over each axis runs; by default the innermost one is a vector, the others a grid
 */
export function loopsAround(
  axes: readonly Axis[],
  body: readonly Stmt[],
  bindOf: (i: number) => Bind = i => (i === axes.length - 1 ? 'vector' : 'grid'),
): readonly Stmt[] {
  let statements = body
  for (let i = axes.length - 1; i >= 0; i--) {
    const { variable, extent } = axes[i]!
    statements = [forVar(variable, extent, bindOf(i), statements)]
  }
  return statements
}

/** The largest divisor of `extent` between the bounds, so that one loop can run as two; null if there is none. */
export function divisorBetween(extent: number, least: number, most: number): number | null {
  for (let size = Math.min(most, extent); size >= least; size--) if (extent % size === 0) return size
  return null
}
