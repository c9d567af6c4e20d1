/** The elementwise primitives as scalar expressions: what one element of the result is, given those of the operands. */
import { binary, cast, compare, isConst, literal, select, unary } from '../../kernels/expr.ts'
import type { BinaryOp, Expr, UnaryOp as KernelUnary } from '../../kernels/ir.ts'
import { type DType, isFloat } from '../../ops/dtype.ts'
import type { ArithmeticOp, ComparisonOp, UnaryOp } from '../../ops/primitives.ts'
import { digamma, erfinv, inDouble, lgamma } from './special-functions.ts'

/** How a unary primitive is computed: by an operation of the kernel IR, or from several. */
type UnaryLowering = KernelUnary | ((x: Expr) => Expr)

const UNARY: { readonly [P in UnaryOp]: UnaryLowering } = {
  neg: 'neg',
  abs: 'abs',
  sign: 'sign',
  not: 'not',
  exp: 'exp',
  exp2: x => binary('pow', literal(x.type, 2), x),
  expm1: 'expm1',
  log: 'log',
  log2: 'log2',
  // A product with 1/ln(10) in float32 would miss exact powers of ten.
  log10: x => inDouble(x, y => binary('div', unary('log', y), Math.LN10)),
  log1p: 'log1p',
  sqrt: 'sqrt',
  rsqrt: 'rsqrt',
  reciprocal: x => binary('div', 1, x),
  sin: 'sin',
  cos: 'cos',
  tan: 'tan',
  asin: 'asin',
  acos: 'acos',
  atan: 'atan',
  sinh: 'sinh',
  cosh: 'cosh',
  tanh: 'tanh',
  asinh: 'asinh',
  acosh: 'acosh',
  atanh: 'atanh',
  erf: 'erf',
  erfc: 'erfc',
  erfinv: x => inDouble(x, erfinv),
  lgamma: x => inDouble(x, lgamma),
  digamma: x => inDouble(x, digamma),
  floor: 'floor',
  ceil: 'ceil',
  round: 'round',
  trunc: 'trunc',
  sigmoid: x => binary('div', 1, binary('add', 1, unary('exp', unary('neg', x)))),
}

const ARITHMETIC: { readonly [P in ArithmeticOp]: BinaryOp } = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  div: 'div',
  floordiv: 'floordiv',
  remainder: 'mod',
  fmod: 'fmod',
  pow: 'pow',
  atan2: 'atan2',
  minimum: 'min',
  maximum: 'max',
  and: 'and',
  or: 'or',
  xor: 'xor',
  shl: 'shl',
  shr: 'shr',
}

const WHOLE: ReadonlySet<UnaryOp> = new Set(['floor', 'ceil', 'round', 'trunc'])

/**
 * One element of a unary primitive on a tensor of the dtype, rounded or wrapped to it: half precision is computed in float32
 * and rounded after each operation, as PyTorch does, whether the operations are fused or not.
 */
export function unaryElement(op: UnaryOp, dtype: DType, x: Expr): Expr {
  if (!isFloat(dtype)) {
    if (WHOLE.has(op)) return x
    if (dtype === 'bool' && op !== 'not') return x
  }
  const how = UNARY[op]
  return cast(dtype, typeof how === 'string' ? unary(how, x) : how(x))
}

const LOGIC: ReadonlySet<BinaryOp> = new Set(['and', 'or', 'xor'])

/** One element of an arithmetic primitive. Booleans are counted as 0 and 1, so that add is or and mul is and. */
export function arithmeticElement(op: ArithmeticOp, dtype: DType, a: Expr, b: Expr): Expr {
  const how = ARITHMETIC[op]
  if (dtype === 'bool' && !LOGIC.has(how))
    return cast('bool', binary(how, cast('int32', a), cast('int32', b)))
  if (op === 'pow' && isConst(b)) return cast(dtype, constantPower(a, b))
  return cast(dtype, binary(how, a, b))
}

/** Small powers as products: squares are everywhere (variances, norms), and pow is slow. */
function constantPower(a: Expr, b: Expr & { kind: 'const' }): Expr {
  if (b.value === 2 || b.value === 2n) return binary('mul', a, a)
  if (b.value === 0.5 && a.type !== 'i32' && a.type !== 'i64') {
    // torch: pow(-0, 0.5) is 0 and pow(-inf, 0.5) is inf, where sqrt differs.
    return select(compare('le', a, 0), binary('pow', a, b), unary('sqrt', a))
  }
  return binary('pow', a, b)
}

/** One element of a comparison; false is less than true. */
export function comparisonElement(op: ComparisonOp, a: Expr, b: Expr): Expr {
  if (a.type === 'bool') return compare(op, cast('int32', a), cast('int32', b))
  return compare(op, a, b)
}

/** How much work an element is, in additions. Transcendental functions count for what their polynomials cost. */
export const UNARY_COST: { readonly [P in UnaryOp]: number } = {
  neg: 1,
  abs: 1,
  sign: 2,
  not: 1,
  exp: 12,
  exp2: 25,
  expm1: 15,
  log: 12,
  log2: 12,
  log10: 60,
  log1p: 15,
  sqrt: 3,
  rsqrt: 5,
  reciprocal: 3,
  sin: 15,
  cos: 15,
  tan: 20,
  asin: 20,
  acos: 20,
  atan: 20,
  sinh: 20,
  cosh: 20,
  tanh: 15,
  asinh: 25,
  acosh: 25,
  atanh: 25,
  erf: 20,
  erfc: 25,
  erfinv: 100,
  lgamma: 100,
  digamma: 100,
  floor: 1,
  ceil: 1,
  round: 1,
  trunc: 1,
  sigmoid: 16,
}

export const ARITHMETIC_COST: { readonly [P in ArithmeticOp]: number } = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 3,
  floordiv: 10,
  remainder: 10,
  fmod: 10,
  pow: 30,
  atan2: 30,
  minimum: 1,
  maximum: 1,
  and: 1,
  or: 1,
  xor: 1,
  shl: 1,
  shr: 1,
}
