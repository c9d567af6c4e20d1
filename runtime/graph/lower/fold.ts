/** Folds as data: what is accumulated, over which inner dims, from which elements. */
import {
  add,
  and,
  binary,
  constBool,
  constI32,
  eq,
  floordiv,
  ge,
  literal,
  lt,
  mod,
  mul,
  select,
} from '../../kernels/expr.ts'
import { type BinaryOp, type Expr, REGISTER_TYPE } from '../../kernels/ir.ts'
import { type DType, isFloat } from '../../ops/dtype.ts'
import type { Attrs, ReductionOp } from '../../ops/primitives.ts'
import type { Value } from '../value.ts'
import { constantOf, type Subscript } from './view.ts'

/** An element of a value; outside of the mask it has no meaning. */
export type Read = (value: Value, at: Subscript, mask?: Expr) => Expr

export interface Fold {
  /** How two partial results combine: associative. */
  readonly combine: BinaryOp
  /** Where accumulation starts, in the register type of the result. */
  readonly identity: Expr
  /** Sizes of the dims that are folded away. */
  readonly inner: readonly number[]
  /** What is combined, for a subscript of the result and one of the inner dims. */
  term(outer: Subscript, inner: Subscript, read: Read): Expr
}

const COMBINE: Readonly<Record<ReductionOp, BinaryOp>> = { sum: 'add', prod: 'mul', max: 'max', min: 'min' }
const COMBINE_BOOL: Readonly<Record<ReductionOp, BinaryOp>> = {
  sum: 'or',
  prod: 'and',
  max: 'or',
  min: 'and',
}

/** The least value of a dtype (sign -1) or the greatest: what an extreme over nothing is. */
export function extremeOf(dtype: DType, sign: 1 | -1): Expr {
  if (isFloat(dtype)) return constantOf(dtype, sign * Number.POSITIVE_INFINITY)
  switch (dtype) {
    case 'bool':
      return constBool(sign > 0)
    case 'uint8':
      return constI32(sign > 0 ? 255 : 0)
    case 'int8':
      return constI32(sign > 0 ? 127 : -128)
    case 'int16':
      return constI32(sign > 0 ? 32767 : -32768)
    case 'int32':
      return constI32(sign > 0 ? 2 ** 31 - 1 : -(2 ** 31))
    default:
      return constantOf('int64', sign > 0 ? 2n ** 63n - 1n : -(2n ** 63n))
  }
}

function identityOf(op: ReductionOp, dtype: DType): Expr {
  if (op === 'max') return extremeOf(dtype, -1)
  if (op === 'min') return extremeOf(dtype, 1)
  return literal(REGISTER_TYPE[dtype], op === 'sum' ? 0 : 1)
}

/** A reduction over some dims of its operand. */
export function reduction(op: ReductionOp, value: Value, dims: readonly number[]): Fold {
  const [x] = value.inputs
  return {
    combine: (value.dtype === 'bool' ? COMBINE_BOOL : COMBINE)[op],
    identity: identityOf(op, value.dtype),
    inner: dims.map(d => x!.shape[d]!),
    term: (outer, inner, read) => read(x!, joined(x!.shape.length, dims, outer, inner)),
  }
}

/** The subscript whose entries at `dims` are `inner` and elsewhere `outer`. */
export function joined(rank: number, dims: readonly number[], outer: Subscript, inner: Subscript): Expr[] {
  let next = 0
  return Array.from({ length: rank }, (_, axis) => {
    const k = dims.indexOf(axis)
    return k >= 0 ? inner[k]! : outer[next++]!
  })
}

/** Products of booleans and sums of them are counted in integers. */
const product = (a: Expr, b: Expr): Expr => (a.type === 'bool' ? binary('and', a, b) : mul(a, b))

/** A fold that sums products. */
function productSum(value: Value, inner: readonly number[], term: Fold['term']): Fold {
  return {
    combine: value.dtype === 'bool' ? 'or' : 'add',
    identity: literal(REGISTER_TYPE[value.dtype], 0),
    inner,
    term,
  }
}

export function matmulFold(value: Value): Fold {
  const [a, b] = value.inputs
  return productSum(value, [a!.shape.at(-1)!], (outer, [k], read) => {
    const batch = outer.slice(0, -2)
    const [m, n] = outer.slice(-2)
    return product(read(a!, [...batch, m!, k!]), read(b!, [...batch, k!, n!]))
  })
}

export function convFold(value: Value, { strides, padding, dilations, groups }: Attrs['conv']): Fold {
  const [x, w] = value.inputs
  const channels = w!.shape[1]!
  const perGroup = w!.shape[0]! / (groups as number)
  return productSum(value, w!.shape.slice(1), ([n, o, ...position], [c, ...k], read) => {
    const group = floordiv(o!, constI32(Math.max(1, perGroup)))
    const source = position.map((p, i) =>
      add(add(mul(p, strides[i]!), mul(k[i]!, dilations[i]!)), -padding[i]![0]),
    )
    const inside = source.reduce<Expr>(
      (mask, p, i) => and(mask, and(ge(p, 0), lt(p, constI32(x!.shape[2 + i]!)))),
      constBool(true),
    )
    const input = read(x!, [n!, add(mul(group, channels), c!), ...source], inside)
    return product(guarded(input, inside), read(w!, [o!, c!, ...k]))
  })
}

export function convTransposeFold(
  value: Value,
  { strides, padding, dilations, groups }: Attrs['conv_transpose'],
): Fold {
  const [x, w] = value.inputs
  const channels = x!.shape[1]! / (groups as number)
  const perGroup = w!.shape[1]!
  return productSum(value, [channels, ...w!.shape.slice(2)], ([n, o, ...position], [c, ...k], read) => {
    const group = floordiv(o!, constI32(Math.max(1, perGroup)))
    let inside: Expr = constBool(true)
    const source = position.map((p, i) => {
      const scaled = add(add(p, mul(k[i]!, -dilations[i]!)), padding[i]![0])
      const q = floordiv(scaled, constI32(strides[i]!))
      inside = and(inside, eq(mod(scaled, constI32(strides[i]!)), 0))
      inside = and(inside, and(ge(q, 0), lt(q, constI32(x!.shape[2 + i]!))))
      return q
    })
    const channel = add(mul(group, channels), c!)
    const weight = read(w!, [channel, mod(o!, constI32(Math.max(1, perGroup))), ...k])
    return product(guarded(read(x!, [n!, channel, ...source], inside), inside), weight)
  })
}

/** Zero outside of the mask. */
function guarded(value: Expr, mask: Expr): Expr {
  // A load is zero there by itself.
  if (value.kind === 'load' && value.mask === mask) return value
  return select(mask, value, literal(value.type, 0))
}
