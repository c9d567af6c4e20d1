/**
 * Elementary functions of f32 as IR, so that they run on vectors: the same bits in every lane, loop tail and scalar.
 * Errors against the exact value, measured over the whole range (`test/kernels/accuracy.test.ts`), in units in the
 * last place: exp 1, expm1 2, log 1, log2 2, log1p 2, tanh 3, erf 2. Coefficients are least squares fits of relative error,
 * reweighted towards the least maximum; the forms are the textbook ones (Muller, "Elementary Functions", 3rd ed.).
 */

import {
  add,
  binary,
  bitcast,
  cast,
  constF32,
  constI32,
  div,
  eq,
  ge,
  gt,
  lt,
  max,
  min,
  mul,
  select,
  sub,
  unary,
} from '../expr.ts'
import type { Expr, UnaryOp } from '../ir.ts'

const LOG2E = Math.LOG2E
/** ln 2 in two parts: the first has 9 bits, so that its product with an exponent is exact. */
const LN2_HIGH = 0.693359375
const LN2_LOW = Math.LN2 - LN2_HIGH

/** c0 + x c1 + x^2 c2 + ..., by Horner's rule. */
function polynomial(x: Expr, coefficients: readonly number[]): Expr {
  return coefficients
    .slice(0, -1)
    .reduceRight<Expr>((sum, c) => add(mul(sum, x), c), constF32(coefficients.at(-1)!))
}

/** 2^n for an integer n in -126..127. */
function powerOfTwo(n: Expr): Expr {
  return bitcast(binary('shl', add(n, 127), 23))
}

/** x = n ln 2 + r with |r| <= ln 2 / 2, and e^r - 1. */
function reduced(x: Expr): { n: Expr; expm1: Expr } {
  const rounded = unary('round', mul(x, LOG2E))
  const r = sub(sub(x, mul(rounded, LN2_HIGH)), mul(rounded, LN2_LOW))
  const tail = polynomial(
    r,
    [0.5, 0.1666666716337204, 0.041666269302368164, 0.008333263918757439, 0.0013946119, 0.00019918448],
  )
  return { n: cast('int32', rounded), expm1: add(r, mul(mul(r, r), tail)) }
}

function exp(x: Expr): Expr {
  // Beyond these bounds the result is 0 or infinite anyway, and the exponent stays within range.
  const { n, expm1 } = reduced(max(min(x, 89), -104))
  // In two steps: results may be subnormal, and 2^128 is no number.
  const half = binary('shr', n, 1)
  return mul(mul(add(expm1, 1), powerOfTwo(half)), powerOfTwo(sub(n, half)))
}

function expm1(x: Expr): Expr {
  return select(gt(x, 64), exp(x), expm1Below(max(min(x, 64), -30)))
}

/** expm1 for x in -30..64, where no exponent overflows. */
function expm1Below(x: Expr): Expr {
  const { n, expm1: small } = reduced(x)
  const scale = powerOfTwo(n)
  return add(mul(small, scale), sub(scale, 1))
}

/** x = m 2^e with m from sqrt(1/2) to sqrt(2), for a positive x; f = m - 1 and log(m) - f. */
function mantissa(x: Expr): { e: Expr; f: Expr; rest: (low: Expr) => Expr } {
  const isSubnormal = lt(x, 2 ** -126)
  const bits = bitcast(select(isSubnormal, mul(x, 2 ** 23), x))
  const SQRT_HALF = 0x3f3504f3
  const shifted = add(bits, 0x3f800000 - SQRT_HALF)
  const exponent = sub(binary('shr', shifted, 23), select(isSubnormal, constI32(127 + 23), constI32(127)))
  const f = sub(bitcast(add(binary('and', shifted, 0x7fffff), SQRT_HALF)), 1)
  // log(1 + f) = 2 atanh(s) = 2 s + 2/3 s^3 + ..., arranged so that f itself enters exactly.
  const s = div(f, add(f, 2))
  const z = mul(s, s)
  const series = mul(z, polynomial(z, [2 / 3, 2 / 5, 2 / 7, 2 / 9]))
  const halfSquare = mul(mul(f, f), 0.5)
  const rest = (low: Expr) => sub(add(mul(s, add(halfSquare, series)), low), halfSquare)
  return { e: cast('float32', exponent), f, rest }
}

/** The value for what has no finite logarithm: 0, negative numbers, infinity and NaN. */
function logEdges(x: Expr, finite: Expr): Expr {
  const outside = select(eq(x, 0), constF32(Number.NEGATIVE_INFINITY), constF32(Number.NaN))
  const large = select(ge(x, Number.POSITIVE_INFINITY), x, finite)
  return select(gt(x, 0), large, outside)
}

function log(x: Expr): Expr {
  const { e, f, rest } = mantissa(x)
  return logEdges(x, add(mul(e, LN2_HIGH), add(f, rest(mul(e, LN2_LOW)))))
}

function log2(x: Expr): Expr {
  const { e, f, rest } = mantissa(x)
  // log2(e) in two parts: 1.4375 has few bits, so most of the product is exact.
  const low = rest(constF32(0))
  const high = 1.4375
  const product = add(mul(f, high), add(mul(low, LOG2E), mul(f, LOG2E - high)))
  return logEdges(x, add(e, product))
}

function log1p(x: Expr): Expr {
  const u = add(x, 1)
  // What rounding 1 + x lost, to first order.
  const lost = div(sub(x, sub(u, 1)), u)
  const finite = add(log(u), lost)
  return select(gt(u, 0), select(ge(u, Number.POSITIVE_INFINITY), u, finite), log(u))
}

function tanh(x: Expr): Expr {
  const size = min(unary('abs', x), 10)
  const t = expm1Below(add(size, size))
  return withSign(x, div(t, add(t, 2)))
}

/** A non-negative value with the sign bit of x. */
function withSign(x: Expr, value: Expr): Expr {
  const sign = binary('and', bitcast(x), constI32(-(2 ** 31)))
  return bitcast(binary('or', bitcast(value), sign))
}

function erf(x: Expr): Expr {
  const size = unary('abs', x)
  const z = mul(size, size)
  const near = polynomial(
    z,
    [
      0.12837916612625122, -0.3761263489723206, 0.11283701658248901, -0.026859702542424202,
      0.00520171644166112, -0.000814980827271938, 0.000083978040493,
    ],
  )
  const small = add(size, mul(size, near))
  // 1 - exp(-p(x)), where p is -log(erfc); from 4 on the result is 1.
  const t = min(size, 4)
  const p = polynomial(
    t,
    [
      -0.00017518458480481058, 1.1295173168182373, 0.6333420276641846, 0.10828544199466705,
      -0.025122886523604393, 0.004172376357018948, -0.00043473366531543434, 0.000021118492441019043,
    ],
  )
  const { n, expm1: part } = reduced(unary('neg', p))
  const large = sub(1, mul(add(part, 1), powerOfTwo(n)))
  return withSign(x, select(lt(size, 0.921875), small, large))
}

/** The functions that are expanded; others are imported from the host. */
export const F32_FUNCTIONS: Readonly<Partial<Record<UnaryOp, (x: Expr) => Expr>>> = {
  exp,
  expm1,
  log,
  log2,
  log1p,
  tanh,
  erf,
}
