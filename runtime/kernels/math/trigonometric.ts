/**
 * Circular functions of f32 and their inverses. See `f32.ts` for errors and sources.
 *
 * Arguments are brought to within pi/4 of 0 by taking multiples of pi/2 away: exactly, by products with few digits (Cody and
 * Waite) up to `LARGE`, beyond by a product with those digits of 2/pi that matter (Payne and Hanek).
 */

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
  mul,
  ne,
  or,
  select,
  sub,
  unary,
} from '../expr.ts'
import type { Expr } from '../ir.ts'
import { abs, INFINITY, NAN, nearest, negate, polynomial, withSign } from './f32-parts.ts'
import type { Rarely } from './rarely.ts'

/** pi/2 in parts of 11 binary digits, the last of 24. */
const HALF_PI = [
  1.5703125, 0.0004837512969970703, 7.549533620476723e-8, 2.5632829192545614e-12, 6.123234262925839e-17,
] as const
/** Below, the number of quadrants has 13 digits: its products with the parts of pi/2 are exact. */
const LARGE = 12800

/** A positive number as multiples of pi/2 (of which the last two bits are right) and a rest. */
interface Angle {
  readonly quadrant: Expr
  readonly rest: Expr
}

function smallAngle(x: Expr): Angle {
  const { rounded, integer } = nearest(mul(x, 2 / Math.PI))
  const rest = HALF_PI.reduce<Expr>((r, part) => sub(r, mul(rounded, part)), x)
  return { quadrant: integer, rest }
}

/** 224 binary digits of 2/pi behind the point. */
const TWO_OVER_PI = 0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abn
/** The same in words of 32 digits, from that of weight 2^11 (a zero) on. */
const WORDS = Array.from({ length: 7 }, (_, i) =>
  Number(BigInt.asIntN(32, (TWO_OVER_PI >> 12n) >> BigInt(192 - 32 * i))),
)

const shl = (a: Expr, by: Expr | number): Expr => binary('shl', a, by)
const bits = (a: Expr, from: number, mask: number): Expr =>
  binary('and', from === 0 ? a : binary('shr', a, from), mask)

/** Digits `from`.. of `WORDS`, as six digits to the base 2^16, the highest first. */
function digitsOfTwoOverPi(from: Expr): Expr[] {
  const word = binary('shr', from, 5)
  const shift = binary('and', from, 31)
  const pick = (i: number): Expr =>
    [0, 1, 2].reduceRight<Expr>(
      (rest, k) => select(eq(word, k), constI32(WORDS[i + k]!), rest),
      constI32(WORDS[i + 3]!),
    )
  const words = [0, 1, 2, 3].map(pick)
  return [0, 1, 2].flatMap(i => {
    const below = binary('and', binary('shr', words[i + 1]!, sub(32, shift)), sub(shl(constI32(1), shift), 1))
    const both = binary('or', shl(words[i]!, shift), below)
    return [bits(both, 16, 0xffff), bits(both, 0, 0xffff)]
  })
}

/** The digits of a number times a factor of 12 bits, the highest first, without what carries beyond. */
function times(digits: readonly Expr[], factor: Expr): Expr[] {
  let carry: Expr = constI32(0)
  return [...digits]
    .reverse()
    .map(digit => {
      const sum = add(mul(digit, factor), carry)
      carry = binary('shr', sum, 16)
      return bits(sum, 0, 0xffff)
    })
    .reverse()
}

function largeAngle(x: Expr): Angle {
  const all = bitcast(x)
  const exponent = sub(bits(all, 23, 0xff), 150)
  const digits = digitsOfTwoOverPi(add(exponent, 10))
  // x = (2^12 upper + lower) 2^exponent. The digits begin where the product has its last two bits above the point.
  const upper = binary('or', bits(all, 12, 0x7ff), constI32(0x800))
  const [a, b] = [times(digits, bits(all, 0, 0xfff)), times(digits, upper)]
  let carry: Expr = constI32(0)
  const product = [...digits.keys()].reverse().map(i => {
    const shifted = binary('or', shl(b[i]!, 12), i + 1 < 6 ? bits(b[i + 1]!, 4, 0xfff) : constI32(0))
    const sum = add(add(a[i]!, bits(shifted, 0, 0xffff)), carry)
    carry = binary('shr', sum, 16)
    return bits(sum, 0, 0xffff)
  })
  const [, , p2, p3, p4, p5] = product as [Expr, Expr, Expr, Expr, Expr, Expr]
  // The fraction of a quadrant, signed: 32 digits, and 24 more below them.
  const fraction = binary('or', binary('or', shl(p5, 18), shl(p4, 2)), bits(p3, 14, 3))
  const below = binary('or', shl(bits(p3, 0, 0x3fff), 10), bits(p2, 6, 0x3ff))
  const size = add(cast('float32', fraction), mul(cast('float32', below), 2 ** -24))
  return {
    quadrant: sub(bits(p5, 14, 3), binary('shr', fraction, 31)),
    rest: mul(size, (Math.PI / 2) * 2 ** -32),
  }
}

function sinNear(r: Expr): Expr {
  const z = mul(r, r)
  const series = polynomial(
    z,
    [-0.1666666716337204, 0.008333379402756691, -0.00019853025150950998, 2.8317181204329245e-6],
  )
  return add(r, mul(mul(r, z), series))
}

function cosNear(r: Expr): Expr {
  const z = mul(r, r)
  const series = polynomial(z, [0.04166664555668831, -0.0013887304812694754, 2.4431425117654726e-5])
  return add(sub(1, mul(z, 0.5)), mul(mul(z, z), series))
}

/** Bit 1 of an integer as a float's sign. */
const signed = (value: Expr, n: Expr): Expr =>
  bitcast(binary('xor', bitcast(value), shl(binary('and', n, 2), 30)))

const isOdd = (n: Expr): Expr => ne(binary('and', n, 1), 0)

/** A function of |x| from its angle, as printers take it: huge arguments apart. */
function circular(x: Expr, of: (angle: Angle) => Expr): Rarely {
  const size = abs(x)
  const large = select(ge(size, INFINITY), NAN, of(largeAngle(size)))
  return { when: ge(size, LARGE), rarely: large, usually: of(smallAngle(size)) }
}

export const sin = (x: Expr): Rarely =>
  circular(x, ({ quadrant, rest }) =>
    withSign(x, signed(select(isOdd(quadrant), cosNear(rest), sinNear(rest)), quadrant)),
  )

export const cos = (x: Expr): Rarely =>
  circular(x, ({ quadrant, rest }) =>
    signed(select(isOdd(quadrant), sinNear(rest), cosNear(rest)), add(quadrant, 1)),
  )

export const tan = (x: Expr): Rarely =>
  circular(x, ({ quadrant, rest }) => {
    const [s, c] = [sinNear(rest), cosNear(rest)]
    const odd = isOdd(quadrant)
    return withSign(x, div(select(odd, c, s), select(odd, negate(s), c)))
  })

/** atan of t from 0 to 1. */
function atanNear(t: Expr): Expr {
  // Beyond tan(pi/8): atan(t) = pi/4 + atan((t - 1) / (t + 1)).
  const upper = gt(t, 0.41421357)
  const r = select(upper, div(sub(t, 1), add(t, 1)), t)
  const z = mul(r, r)
  const series = polynomial(
    z,
    [
      -0.33333316445350647, 0.19998526573181152, -0.14244344830513, 0.10598728060722351,
      -0.060887355357408524,
    ],
  )
  const value = add(r, mul(mul(r, z), series))
  return select(upper, add(value, Math.PI / 4), value)
}

/** What rounding pi/2 to f32 loses. */
const HALF_PI_LOW = Math.PI / 2 - Math.fround(Math.PI / 2)

/** pi/2 - a. */
const complement = (a: Expr): Expr => sub(Math.PI / 2, sub(a, HALF_PI_LOW))

export function atan(x: Expr): Expr {
  const size = abs(x)
  const inverted = gt(size, 1)
  const value = atanNear(select(inverted, div(1, size), size))
  return withSign(x, select(inverted, complement(value), value))
}

export function atan2(y: Expr, x: Expr): Expr {
  const [height, width] = [abs(y), abs(x)]
  const steep = gt(height, width)
  const [small, large] = [select(steep, width, height), select(steep, height, width)]
  // 0 / 0 is an angle of 0, and inf / inf one of pi/4.
  const quotient = div(small, select(eq(large, 0), constF32(1), large))
  const both = and(eq(small, INFINITY), eq(large, INFINITY))
  const flat = atanNear(select(both, constF32(1), quotient))
  const quarter = select(steep, complement(flat), flat)
  const left = lt(bitcast(x), 0)
  const value = select(left, sub(Math.PI, sub(quarter, 2 * HALF_PI_LOW)), quarter)
  return select(or(ne(x, x), ne(y, y)), NAN, withSign(y, value))
}

/** (asin(t) - t) / t for t^2 = z up to 1/4. */
function asinSeries(z: Expr): Expr {
  const series = polynomial(
    z,
    [
      0.16666659712791443, 0.07500521093606949, 0.04451369121670723, 0.031834930181503296,
      0.014336326159536839, 0.03765875846147537,
    ],
  )
  return mul(z, series)
}

/** asin of t from 0 to 1/2, or for larger t, of sqrt((1 - t) / 2): half of what is missing to pi/2. */
function asinParts(size: Expr): { upper: Expr; value: Expr } {
  const upper = gt(size, 0.5)
  const half = mul(sub(1, size), 0.5)
  const t = select(upper, unary('sqrt', half), size)
  const z = select(upper, half, mul(size, size))
  return { upper, value: add(t, mul(t, asinSeries(z))) }
}

export function asin(x: Expr): Expr {
  const { upper, value } = asinParts(abs(x))
  return withSign(x, select(upper, complement(add(value, value)), value))
}

export function acos(x: Expr): Expr {
  const { upper, value } = asinParts(abs(x))
  const twice = add(value, value)
  const right = select(upper, twice, complement(value))
  const left = select(upper, sub(Math.PI, sub(twice, 2 * HALF_PI_LOW)), add(value, Math.PI / 2))
  return select(lt(x, 0), left, right)
}
