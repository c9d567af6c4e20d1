/** Operations that no target has, written with those that all have. */

import {
  add,
  and,
  binary,
  bitcast,
  cast,
  compare,
  constI32,
  constI64,
  eq,
  gt,
  lt,
  ne,
  select,
  sub,
  unary,
} from '../expr.ts'
import type { Binary, Expr } from '../ir.ts'
import { F32_BINARY, F32_RARELY, F32_UNARY } from './f32.ts'
import { roundToHalf } from './half-bits.ts'
import { always, type Rarely } from './rarely.ts'

/** The node in terms of simpler ones, or null if it is simple already. Its operands are left as they are. */
export function lowerNode(e: Expr): Expr | null {
  if (e.kind === 'cast' && (e.to === 'float16' || e.to === 'bfloat16')) {
    return roundToHalf(e.to, cast('float32', e.a))
  }
  if (e.kind === 'unary' && e.type === 'f32') {
    const expand = F32_UNARY[e.op]
    if (expand !== undefined) return expand(e.a)
    const parts = lowerRarely(e)
    if (parts !== null) return always(parts)
  }
  if (e.kind === 'unary' && e.op === 'rsqrt') return binary('div', 1, unary('sqrt', e.a))
  if (e.kind === 'binary' && (e.type === 'f32' || e.type === 'f64')) {
    const expand = e.type === 'f32' ? F32_BINARY[e.op] : undefined
    if (expand !== undefined) return expand(e.a, e.b)
    if (e.op === 'mod') return floatMod(e)
    if (e.op === 'floordiv') return floatFloordiv(e)
  }
  return null
}

/** As `lowerNode`, for what has a part that is hardly ever needed: printers that can branch around it ask this first. */
export function lowerRarely(e: Expr): Rarely | null {
  return e.kind === 'unary' && e.type === 'f32' ? (F32_RARELY[e.op]?.(e.a) ?? null) : null
}

/** True where a remainder and a divisor have opposite signs, so that flooring and truncation differ. */
function oppositeSigns(rest: Expr, divisor: Expr): Expr {
  return and(ne(rest, 0), binary('xor', lt(rest, 0), lt(divisor, 0)))
}

function floatMod({ a, b }: Binary): Expr {
  const rest = binary('fmod', a, b)
  return select(oppositeSigns(rest, b), add(rest, b), rest)
}

/** torch's floor division: from the exact remainder, so that the quotient agrees with `mod`. */
function floatFloordiv({ type, a, b }: Binary): Expr {
  const rest = binary('fmod', a, b)
  const exact = binary('div', sub(a, rest), b)
  const quotient = select(oppositeSigns(rest, b), sub(exact, 1), exact)
  const floor = unary('floor', quotient)
  const rounded = select(gt(sub(quotient, floor), 0.5), add(floor, 1), floor)
  const zero = signedZero(type === 'f32', binary('div', a, b))
  return select(eq(b, 0), binary('div', a, b), select(compare('ne', quotient, 0), rounded, zero))
}

/** 0 with the sign bit of x. */
function signedZero(single: boolean, x: Expr): Expr {
  const sign = single ? constI32(-(2 ** 31)) : constI64(-(2n ** 63n))
  return bitcast(binary('and', bitcast(x), sign))
}
