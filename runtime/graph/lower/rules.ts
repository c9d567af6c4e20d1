/**
 * How each primitive is lowered: THE total map over primitives on this side. `map` and `view` primitives are expressions and
 * melt into the kernels of their users; `fold` primitives are the loops that kernels are made around, with what comes before
 * and after them fused; `kernel` primitives stand alone.
 */
import { cast, constI32, select } from '../../kernels/expr.ts'
import type { Expr } from '../../kernels/ir.ts'
import {
  ARITHMETIC,
  type ArithmeticOp,
  type Attrs,
  COMPARISON,
  type ComparisonOp,
  type Primitive,
  UNARY,
  type UnaryOp,
} from '../../ops/primitives.ts'
import { ARITHMETIC_COST, arithmeticElement, comparisonElement, UNARY_COST, unaryElement } from './scalar.ts'
import {
  catElement,
  constantOf,
  gatherElement,
  type Layout,
  padElement,
  permuteSubscript,
  type ReadOperand,
  reshapeSubscript,
  type Subscript,
  sliceSubscript,
  takeElement,
  windowSubscript,
} from './view.ts'

/** The element of the result at a subscript, from elements of the operands at the same. */
export interface MapRule {
  readonly kind: 'map'
  /** Work per element, in additions. */
  readonly cost: number
  value(operands: readonly Expr[], types: readonly Layout[], result: Layout): Expr
}

/** The element of the result at a subscript, from elements of the operands wherever they are. */
export interface ViewRule<P extends Primitive> {
  readonly kind: 'view'
  readonly cost: number
  element(
    at: Subscript,
    attrs: Attrs[P],
    operands: readonly Layout[],
    result: Layout,
    read: ReadOperand,
  ): Expr
  /** Where an element of the operand goes: only for views that show each element of their operand exactly once. */
  forward?(at: Subscript, attrs: Attrs[P], operand: Layout, result: Layout): Subscript
}

/** Loops with an accumulator: a kernel each, with prologue and epilogue. */
export interface FoldRule {
  readonly kind: 'fold'
}

/** Kernels of their own. */
export interface KernelRule {
  readonly kind: 'kernel'
}

export type LoweringRule<P extends Primitive> = MapRule | ViewRule<P> | FoldRule | KernelRule

const FOLDS = [
  'reduce_sum',
  'reduce_prod',
  'reduce_max',
  'reduce_min',
  'argmax',
  'argmin',
  'matmul',
  'attention',
  'conv',
  'conv_transpose',
] as const
const KERNELS = ['cumsum', 'cumprod', 'argsort', 'scatter', 'lu', 'cholesky', 'solve_triangular'] as const

/** Primitives that kernels are made for: `lower.ts` has one entry for each. */
export type KernelPrimitive = (typeof FOLDS)[number] | (typeof KERNELS)[number]

function fromNames<K extends string, R>(names: readonly K[], make: (name: K) => R): { [N in K]: R } {
  return Object.fromEntries(names.map(n => [n, make(n)])) as { [N in K]: R }
}

const unary = (op: UnaryOp): MapRule => ({
  kind: 'map',
  cost: UNARY_COST[op],
  value: ([x], _types, { dtype }) => unaryElement(op, dtype, x!),
})

const arithmetic = (op: ArithmeticOp): MapRule => ({
  kind: 'map',
  cost: ARITHMETIC_COST[op],
  value: ([a, b], _types, { dtype }) => arithmeticElement(op, dtype, a!, b!),
})

const comparison = (op: ComparisonOp): MapRule => ({
  kind: 'map',
  cost: 1,
  value: ([a, b]) => comparisonElement(op, a!, b!),
})

const sizes = (dims: readonly unknown[]): readonly number[] => dims as readonly number[]

export const rules: { readonly [P in Primitive]: LoweringRule<P> } = {
  ...fromNames(UNARY, unary),
  ...fromNames(ARITHMETIC, arithmetic),
  ...fromNames(COMPARISON, comparison),
  where: { kind: 'map', cost: 1, value: ([condition, a, b]) => select(condition!, a!, b!) },
  cast: { kind: 'map', cost: 1, value: ([x], _types, { dtype }) => cast(dtype, x!) },
  full: {
    kind: 'view',
    cost: 0,
    element: (_at, { value, dtype }) => constantOf(dtype, value as number | bigint | boolean),
  },
  iota: { kind: 'view', cost: 0, element: ([i], { dtype }) => cast(dtype, i!) },
  reshape: {
    kind: 'view',
    cost: 0,
    element: (at, { shape }, [x], _result, read) => read(0, reshapeSubscript(at, sizes(shape), x!.shape)),
    forward: (at, { shape }, x) => reshapeSubscript(at, x.shape, sizes(shape)),
  },
  permute: {
    kind: 'view',
    cost: 0,
    element: (at, { dims }, _operands, _result, read) => read(0, permuteSubscript(at, dims)),
    forward: (at, { dims }) => dims.map(d => at[d]!),
  },
  expand: {
    kind: 'view',
    cost: 0,
    element: (at, _attrs, [x], _result, read) =>
      read(
        0,
        at.map((i, axis) => (x!.shape[axis] === 1 ? constI32(0) : i)),
      ),
  },
  slice: {
    kind: 'view',
    cost: 0,
    element: (at, attrs, _operands, _result, read) => read(0, sliceSubscript(at, attrs)),
  },
  pad: {
    kind: 'view',
    cost: 2,
    element: (at, attrs, [x], _result, read) => padElement(at, x!, attrs, read),
  },
  cat: {
    kind: 'view',
    cost: 2,
    element: (at, { dim }, operands, _result, read) => catElement(at, dim, operands, read),
  },
  window: {
    kind: 'view',
    cost: 0,
    element: (at, attrs, [x], _result, read) => read(0, windowSubscript(at, x!.shape.length, attrs)),
  },
  take: {
    kind: 'view',
    cost: 4,
    element: (at, { dim }, [x, indices], _result, read) => takeElement(at, dim, [x!, indices!], read),
  },
  gather: {
    kind: 'view',
    cost: 4,
    element: (at, { dim }, [x], _result, read) => gatherElement(at, dim, x!, read),
  },
  ...fromNames(FOLDS, (): FoldRule => ({ kind: 'fold' })),
  ...fromNames(KERNELS, (): KernelRule => ({ kind: 'kernel' })),
}
