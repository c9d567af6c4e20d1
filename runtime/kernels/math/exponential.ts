/** Exponentials, logarithms and powers of f32, and what follows from them. See `f32.ts` for errors and sources. */

import {
  add,
  and,
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
  ne,
  or,
  select,
  sub,
  unary,
} from '../expr.ts'
import type { Expr } from '../ir.ts'
import {
  abs,
  exactProduct,
  exactSum,
  firstOf,
  INFINITY,
  NAN,
  nearest,
  negate,
  type Pair,
  polynomial,
  powerOfTwo,
  withSign,
} from './f32-parts.ts'

const LOG2E = Math.LOG2E
/** ln 2 in two parts: the first has 9 bits, so that its product with an exponent is exact. */
const LN2_HIGH = 0.693359375
const LN2_LOW = Math.LN2 - LN2_HIGH

/** x = n ln 2 + r with |r| <= ln 2 / 2, and e^r - 1. */
function reduced(x: Expr): { n: Expr; expm1: Expr } {
  const { rounded, integer } = nearest(mul(x, LOG2E))
  const r = sub(sub(x, mul(rounded, LN2_HIGH)), mul(rounded, LN2_LOW))
  const tail = polynomial(
    r,
    [0.5, 0.1666666716337204, 0.041666269302368164, 0.008333263918757439, 0.0013946119, 0.00019918448],
  )
  return { n: integer, expm1: add(r, mul(mul(r, r), tail)) }
}

/** value * 2^n for n in -252..254: in two steps, since results may be subnormal and 2^128 is no number. */
function scaled(value: Expr, n: Expr): Expr {
  const half = binary('shr', n, 1)
  return mul(mul(value, powerOfTwo(half)), powerOfTwo(sub(n, half)))
}

/** e^x 2^shift. */
function expTimes(x: Expr, shift: number): Expr {
  // Beyond these bounds the result is 0 or infinite anyway, and the exponent stays within range.
  const { n, expm1 } = reduced(max(min(x, 90), -104))
  return scaled(add(expm1, 1), add(n, shift))
}

export function exp(x: Expr): Expr {
  return expTimes(x, 0)
}

/** e^-x for x from 0 to 80, where nothing overflows: one scaling less. */
export function expOfNegated(x: Expr): Expr {
  const { n, expm1 } = reduced(negate(x))
  return mul(add(expm1, 1), powerOfTwo(n))
}

export function expm1(x: Expr): Expr {
  return select(gt(x, 64), exp(x), expm1Below(max(min(x, 64), -30)))
}

/** expm1 for x in -30..64, where no exponent overflows. */
function expm1Below(x: Expr): Expr {
  const { n, expm1: small } = reduced(x)
  const scale = powerOfTwo(n)
  return add(mul(small, scale), sub(scale, 1))
}

/** x = m 2^e with m from sqrt(1/2) to sqrt(2), for a positive x; m - 1. */
function mantissa(x: Expr): { e: Expr; f: Expr } {
  const isSubnormal = lt(x, 2 ** -126)
  const bits = bitcast(select(isSubnormal, mul(x, 2 ** 23), x))
  const SQRT_HALF = 0x3f3504f3
  const shifted = add(bits, 0x3f800000 - SQRT_HALF)
  const exponent = sub(binary('shr', shifted, 23), select(isSubnormal, constI32(127 + 23), constI32(127)))
  const f = sub(bitcast(add(binary('and', shifted, 0x7fffff), SQRT_HALF)), 1)
  return { e: cast('float32', exponent), f }
}

/** log(1 + f) - f + low. */
function logRest(f: Expr, low: Expr): Expr {
  // log(1 + f) = 2 atanh(s) = 2 s + 2/3 s^3 + ..., arranged so that f itself enters exactly.
  const s = div(f, add(f, 2))
  const z = mul(s, s)
  const series = mul(z, polynomial(z, [2 / 3, 2 / 5, 2 / 7, 2 / 9]))
  const halfSquare = mul(mul(f, f), 0.5)
  return sub(add(mul(s, add(halfSquare, series)), low), halfSquare)
}

/** The value for what has no finite logarithm: 0, negative numbers, infinity and NaN. */
function logEdges(x: Expr, finite: Expr): Expr {
  const outside = select(eq(x, 0), constF32(Number.NEGATIVE_INFINITY), NAN)
  const large = select(ge(x, INFINITY), x, finite)
  return select(gt(x, 0), large, outside)
}

export function log(x: Expr): Expr {
  const { e, f } = mantissa(x)
  return logEdges(x, add(mul(e, LN2_HIGH), add(f, logRest(f, mul(e, LN2_LOW)))))
}

export function log2(x: Expr): Expr {
  const { e, f } = mantissa(x)
  // log2(e) in two parts: 1.4375 has few bits, so most of the product is exact.
  const low = logRest(f, constF32(0))
  const high = 1.4375
  const product = add(mul(f, high), add(mul(low, LOG2E), mul(f, LOG2E - high)))
  return logEdges(x, add(e, product))
}

export function log1p(x: Expr): Expr {
  const u = add(x, 1)
  // What rounding 1 + x lost, to first order.
  const lost = div(sub(x, sub(u, 1)), u)
  const finite = add(log(u), lost)
  // Where nothing but rounding is left of x, x is the result: -0 too.
  const large = select(ge(u, INFINITY), u, finite)
  return select(lt(abs(x), 2 ** -25), x, select(gt(u, 0), large, log(u)))
}

export function tanh(x: Expr): Expr {
  const size = min(abs(x), 10)
  const t = expm1Below(add(size, size))
  return withSign(x, div(t, add(t, 2)))
}

export function sinh(x: Expr): Expr {
  const size = abs(x)
  const z = mul(size, size)
  const series = polynomial(
    z,
    [0.1666666716337204, 0.008333311416208744, 0.00019842608890030533, 2.784269781841431e-6],
  )
  const near = add(size, mul(mul(size, z), series))
  const half = expTimes(size, -1)
  return withSign(x, select(lt(size, 1), near, sub(half, div(0.25, half))))
}

export function cosh(x: Expr): Expr {
  const half = expTimes(abs(x), -1)
  return add(half, div(0.25, half))
}

/** Of inverse hyperbolic functions beyond here, only the logarithm is left. */
const LARGE = 2 ** 13
const logOfTwice = (x: Expr): Expr => add(log(x), Math.LN2)

export function asinh(x: Expr): Expr {
  const size = abs(x)
  const square = mul(size, size)
  const near = log1p(add(size, div(square, add(unary('sqrt', add(square, 1)), 1))))
  return withSign(x, select(gt(size, LARGE), logOfTwice(size), near))
}

export function acosh(x: Expr): Expr {
  const t = sub(x, 1)
  const near = log1p(add(t, unary('sqrt', add(add(t, t), mul(t, t)))))
  return select(lt(x, 1), NAN, select(gt(x, LARGE), logOfTwice(x), near))
}

export function atanh(x: Expr): Expr {
  const size = abs(x)
  return withSign(x, mul(log1p(div(add(size, size), sub(1, size))), 0.5))
}

/** log2 of a positive number, to some 31 digits. */
function log2Pair(x: Expr): Pair {
  const { e, f } = mantissa(x)
  // s = f / (2 + f) with its remainder, then log = 2 atanh(s).
  const denominator = exactSum(constF32(2), f)
  const s = div(f, denominator.high)
  const back = exactProduct(s, denominator.high)
  const remainder = sub(sub(sub(f, back.high), back.low), mul(s, denominator.low))
  const z = mul(s, s)
  const series = polynomial(
    z,
    [0.3333333134651184, 0.20000484585762024, 0.14249588549137115, 0.12134019285440445],
  )
  // What s lacks counts in its cube as well.
  const lacking = div(remainder, denominator.high)
  const rest = add(add(lacking, mul(lacking, z)), mul(mul(s, z), series))
  const FACTOR = Math.fround(2 * LOG2E)
  const main = exactProduct(s, constF32(FACTOR))
  const joined = exactSum(main.high, mul(rest, FACTOR))
  const low = add(add(main.low, mul(s, 2 * LOG2E - FACTOR)), joined.low)
  const sum = exactSum(e, joined.high)
  return exactSum(sum.high, add(sum.low, low))
}

/** 2^(high + low) for any high. */
function exp2Pair({ high, low }: Pair): Expr {
  const { rounded, integer } = nearest(max(min(high, 130), -152))
  // Where `high` was cut off, the result is 0 or infinite whatever the fraction.
  const fraction = max(min(add(sub(high, rounded), low), 1), -1)
  const part = polynomial(
    fraction,
    [
      0.6931471824645996, 0.24022647738456726, 0.05550359562039375, 0.00961849931627512,
      0.0013390969252213836, 0.0001532926398795098,
    ],
  )
  return scaled(add(mul(fraction, part), 1), integer)
}

/** x^y as C's pow: 1 for x = 1 or y = 0 whatever the other, NaN for a negative base and a broken exponent. */
export function pow(x: Expr, y: Expr): Expr {
  const size = abs(x)
  const logarithm = log2Pair(size)
  const product = exactProduct(y, logarithm.high)
  const finite = exp2Pair({ high: product.high, low: add(product.low, mul(y, logarithm.low)) })
  const falls = binary('xor', lt(y, 0), lt(size, 1))
  // Also where |y| is so large that products lose their digits.
  const beyond = select(falls, constF32(0), INFINITY)
  const isInteger = eq(unary('floor', y), y)
  const half = mul(y, 0.5)
  const isOdd = and(isInteger, ne(unary('floor', half), half))
  const positive = firstOf(
    [
      [or(eq(y, 0), eq(x, 1)), constF32(1)],
      [or(ne(x, x), ne(y, y)), NAN],
      [eq(size, 1), constF32(1)],
      [or(or(eq(size, 0), eq(size, INFINITY)), gt(abs(product.high), 200)), beyond],
    ],
    finite,
  )
  const signed = select(and(isOdd, lt(bitcast(x), 0)), negate(positive), positive)
  const broken = and(and(lt(x, 0), ne(size, INFINITY)), and(isFinite_(y), binary('xor', isInteger, TRUE)))
  return select(broken, NAN, signed)
}

const TRUE = eq(constI32(0), 0)
const isFinite_ = (x: Expr): Expr => lt(abs(x), INFINITY)
