/** What the elementary functions of f32 are built from: polynomials, bits of a float, and products without rounding. */

import { add, binary, bitcast, constF32, constI32, mul, select, sub, unary } from '../expr.ts'
import type { Expr } from '../ir.ts'

export const INFINITY = constF32(Number.POSITIVE_INFINITY)
export const NAN = constF32(Number.NaN)

const SIGN_BIT = constI32(-(2 ** 31))

/** c0 + x c1 + x^2 c2 + ..., by Horner's rule. */
export function polynomial(x: Expr, coefficients: readonly number[]): Expr {
  return coefficients
    .slice(0, -1)
    .reduceRight<Expr>((sum, c) => add(mul(sum, x), c), constF32(coefficients.at(-1)!))
}

export const abs = (x: Expr): Expr => unary('abs', x)
export const negate = (x: Expr): Expr => unary('neg', x)

/** A value with its sign changed where x is negative: with the sign of x, for a value that is not negative. */
export function withSign(x: Expr, value: Expr): Expr {
  return bitcast(binary('xor', bitcast(value), binary('and', bitcast(x), SIGN_BIT)))
}

/** 2^n for an integer n in -126..127. */
export function powerOfTwo(n: Expr): Expr {
  return bitcast(binary('shl', add(n, 127), 23))
}

/** Added to a float of size below 2^22, it leaves the nearest integer in the last bits. */
const TO_LAST_BITS = 1.5 * 2 ** 23

/** The integer nearest to x (|x| < 2^22), as a float and as an i32: for NaN some integer. */
export function nearest(x: Expr): { rounded: Expr; integer: Expr } {
  const shifted = add(x, TO_LAST_BITS)
  return { rounded: sub(shifted, TO_LAST_BITS), integer: sub(bitcast(shifted), 0x4b400000) }
}

/** A sum of two floats that stands for more digits than one has: `low` is at most a rounding error of `high`. */
export interface Pair {
  readonly high: Expr
  readonly low: Expr
}

/** The first 12 digits, so that products of such numbers are exact. */
function head(x: Expr): Expr {
  return bitcast(binary('and', bitcast(x), constI32(~0xfff)))
}

/** x as the sum of two numbers of 12 binary digits each. */
export function halves(x: Expr): Pair {
  const high = head(x)
  return { high, low: sub(x, high) }
}

/** a + b without rounding, where |a| >= |b| or a is 0 (Dekker 1971). */
export function exactSum(a: Expr, b: Expr): Pair {
  const high = add(a, b)
  return { high, low: sub(b, sub(high, a)) }
}

/** a * b without rounding (Veltkamp and Dekker 1971). */
export function exactProduct(a: Expr, b: Expr): Pair {
  const [x, y] = [halves(a), halves(b)]
  const high = mul(a, b)
  const cross = add(add(sub(mul(x.high, y.high), high), mul(x.high, y.low)), mul(x.low, y.high))
  return { high, low: add(cross, mul(x.low, y.low)) }
}

/** The first value for which the condition holds, else `otherwise`. */
export function firstOf(cases: readonly (readonly [Expr, Expr])[], otherwise: Expr): Expr {
  return cases.reduceRight((rest, [condition, value]) => select(condition, value, rest), otherwise)
}
