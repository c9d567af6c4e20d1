/**
 * Simplification of i32 arithmetic: what reshapes, slices and padding make of loop variables (sums, products,
 * floor division, remainder) folds back to few operations. Sound for wrapping int32 data too: rewriting rests on
 * ranges that prove the absence of overflow.
 */

import type { CompareOp, Expr } from './ir.ts'
import {
  addLinear,
  factorOf,
  type Linear,
  linearExpr,
  linearOf,
  linearRange,
  sameAtom,
  scaleLinear,
  type Term,
} from './linear.ts'
import { binaryNode, constI32, isConst } from './node.ts'
import { fits, rangeOf } from './range.ts'

/** a + by * b. */
export function addIndex(a: Expr, b: Expr, by = 1): Expr | null {
  const sum = joinQuotients(addLinear(linearOf(a), scaleLinear(linearOf(b), by)))
  return fits(linearRange(sum)) ? linearExpr(sum) : null
}

/** a * by, for a constant. */
export function scaleIndex(a: Expr, by: number): Expr | null {
  const product = scaleLinear(linearOf(a), by)
  return fits(linearRange(product)) ? linearExpr(product) : null
}

/**
 * Rewrites m * (y div m) + y mod m to y, and m * ((z + y div m) mod k) + y mod m to (m * z + y) mod (m * k), which reshapes
 * there and back leave behind.
 */
function joinQuotients(form: Linear): Linear {
  for (const { atom, factor } of form.terms) {
    if (atom.kind !== 'binary' || atom.op !== 'mod' || !isConst(atom.b)) continue
    const divisor = atom.b.value as number
    if (!form.terms.some(term => term.factor === factor * divisor)) continue
    const quotient = floordivIndex(atom.a, divisor)
    const joined = (other: Expr, whole: Expr): Linear => {
      const terms = form.terms.filter(term => term.atom !== atom && !sameAtom(term.atom, other))
      const rest = { constant: form.constant, terms }
      return joinQuotients(addLinear(rest, scaleLinear(linearOf(whole), factor)))
    }
    if (factorOf(form, quotient) === factor * divisor) return joined(quotient, atom.a)
    for (const { atom: other, factor: by } of form.terms) {
      if (other.kind !== 'binary' || other.op !== 'mod' || !isConst(other.b)) continue
      const size = divisor * (other.b.value as number)
      if (by !== factor * divisor || size >= 2 ** 31) continue
      if (!sameAtom(other.a, quotient) && factorOf(linearOf(other.a), quotient) !== 1) continue
      const inner = scaleIndex(other.a, divisor)
      const whole = inner && addIndex(inner, atom)
      if (whole !== null) return joined(other, modIndex(whole, size))
    }
  }
  return form
}

/**
 * x = divisor * whole + rest, with as much in `whole` as the factors show and the constant split so that `rest`
 * starts within the first period.
 */
function split(x: Expr, divisor: number): { whole: Linear; rest: Linear } {
  const { constant, terms } = linearOf(x)
  const whole: Term[] = []
  const rest: Term[] = []
  for (const { atom, factor } of terms) {
    if (factor % divisor === 0) whole.push({ atom, factor: factor / divisor })
    else rest.push({ atom, factor })
  }
  const lowest = linearRange({ constant, terms: rest }).min
  const periods = Math.floor(lowest / divisor)
  return {
    whole: { constant: periods, terms: whole },
    rest: { constant: constant - periods * divisor, terms: rest },
  }
}

/**
 * x = step * high + low with low from 0 to step - 1, for the largest step that divides the divisor: then the low part has
 * no say in the quotient.
 */
function steps(form: Linear, divisor: number): { step: number; high: Linear; low: Linear } | null {
  const candidates = new Set(form.terms.map(({ factor }) => gcd(divisor, Math.abs(factor))))
  for (const step of [...candidates].sort((a, b) => b - a)) {
    if (step === 1) return null
    const isHigh = ({ factor }: Term): boolean => factor % step === 0
    const low = { constant: form.constant, terms: form.terms.filter(t => !isHigh(t)) }
    const range = linearRange(low)
    if (low.terms.length === 0 || range.min < 0 || range.max >= step) continue
    const terms = form.terms.filter(isHigh).map(({ atom, factor }) => ({ atom, factor: factor / step }))
    return { step, high: { constant: 0, terms }, low }
  }
  return null
}

function commonFactor(form: Linear, with_: number): number {
  let common = with_
  for (const { factor } of form.terms) common = gcd(common, Math.abs(factor))
  return common
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/** floor(x / divisor), for a positive constant. */
export function floordivIndex(x: Expr, divisor: number): Expr {
  if (divisor === 1) return x
  const range = rangeOf(x)
  const first = Math.floor(range.min / divisor)
  if (first === Math.floor(range.max / divisor)) return constI32(first)
  if (x.kind === 'binary' && x.op === 'mod' && isConst(x.b) && (x.b.value as number) % divisor === 0) {
    return modIndex(floordivIndex(x.a, divisor), (x.b.value as number) / divisor)
  }
  const { whole, rest } = split(x, divisor)
  const restRange = linearRange(rest)
  if (!fits(restRange) || !fits(linearRange(whole))) return binaryNode('floordiv', x, constI32(divisor))
  if (restRange.min >= 0 && restRange.max < divisor) return linearExpr(whole)
  const quotient = reducedQuotient(rest, divisor)
  if (whole.terms.length === 0 && whole.constant === 0) return quotient
  return addIndex(linearExpr(whole), quotient) ?? binaryNode('floordiv', x, constI32(divisor))
}

function reducedQuotient(form: Linear, divisor: number): Expr {
  const parts = steps(form, divisor)
  if (parts !== null) return floordivIndex(linearExpr(parts.high), divisor / parts.step)
  const common = commonFactor(form, divisor)
  if (common > 1) {
    const terms = form.terms.map(({ atom, factor }) => ({ atom, factor: factor / common }))
    return floordivIndex(
      linearExpr({ constant: Math.floor(form.constant / common), terms }),
      divisor / common,
    )
  }
  const x = linearExpr(form)
  if (x.kind === 'binary' && x.op === 'floordiv' && isConst(x.b)) {
    const inner = x.b.value as number
    if (inner > 0 && inner * divisor < 2 ** 31) return floordivIndex(x.a, inner * divisor)
  }
  return binaryNode('floordiv', x, constI32(divisor))
}

/** x - divisor * floor(x / divisor), for a positive constant. */
export function modIndex(x: Expr, divisor: number): Expr {
  if (divisor === 1) return constI32(0)
  const { rest } = split(x, divisor)
  const range = linearRange(rest)
  if (!fits(range)) return binaryNode('mod', x, constI32(divisor))
  if (range.min >= 0 && range.max < divisor) return linearExpr(rest)
  const common = commonFactor(rest, divisor)
  if (common > 1 && rest.constant % common === 0) {
    const terms = rest.terms.map(({ atom, factor }) => ({ atom, factor: factor / common }))
    const reduced = modIndex(linearExpr({ constant: rest.constant / common, terms }), divisor / common)
    return scaleIndex(reduced, common) ?? binaryNode('mod', x, constI32(divisor))
  }
  const parts = steps(rest, divisor)
  if (parts !== null) {
    const high = scaleIndex(modIndex(linearExpr(parts.high), divisor / parts.step), parts.step)
    const sum = high && addIndex(high, linearExpr(parts.low))
    if (sum !== null) return sum
  }
  const y = linearExpr(rest)
  if (y.kind === 'binary' && y.op === 'mod' && isConst(y.b) && (y.b.value as number) % divisor === 0) {
    return modIndex(y.a, divisor)
  }
  return binaryNode('mod', y, constI32(divisor))
}

/** Whether `a op b` holds for all values (true), for none (false), or must be computed (null). */
export function decide(op: CompareOp, a: Expr, b: Expr): boolean | null {
  const { min, max } = linearRange(addLinear(linearOf(a), scaleLinear(linearOf(b), -1)))
  switch (op) {
    case 'lt':
      return max < 0 ? true : min >= 0 ? false : null
    case 'ge':
      return min >= 0 ? true : max < 0 ? false : null
    case 'le':
      return max <= 0 ? true : min > 0 ? false : null
    case 'gt':
      return min > 0 ? true : max <= 0 ? false : null
    case 'eq':
      return min === 0 && max === 0 ? true : min > 0 || max < 0 ? false : null
    case 'ne':
      return min > 0 || max < 0 ? true : min === 0 && max === 0 ? false : null
  }
}
