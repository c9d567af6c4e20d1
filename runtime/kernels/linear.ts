/**
 * Linear forms of i32 index expressions: constant + sum of coefficient * atom, where an atom is whatever is not a
 * sum or a multiple by a constant. Two equal indices have equal forms, so differences, strides and divisibility
 * can be read off. Only arithmetic that cannot wrap is taken apart: the form is equal over the integers.
 */

import type { Expr } from './ir.ts'
import { binaryNode, constI32 } from './node.ts'
import { addRange, fits, type Range, rangeOf, scaleRange } from './range.ts'

export interface Term {
  readonly atom: Expr
  readonly factor: number
}

export interface Linear {
  readonly constant: number
  /** By `keyOf(atom)`, in the order of first appearance; no factor is 0. */
  readonly terms: ReadonlyMap<string, Term>
}

const keys = new WeakMap<Expr, string>()
let opaque = 0
/** Longer structural keys are replaced by identity: that can only miss a merge. */
const LONGEST_KEY = 160

/** A key that equal index expressions share; other expressions have one of their own. */
export function keyOf(e: Expr): string {
  if (e.kind === 'var') return `v${e.id}`
  if (e.kind === 'const') return e.type === 'i32' ? `${e.value as number}` : `${e.type}:${String(e.value)}`
  let key = keys.get(e)
  if (key === undefined) {
    key = structure(e)
    if (key === '' || key.length > LONGEST_KEY) key = `#${++opaque}`
    keys.set(e, key)
  }
  return key
}

function structure(e: Expr): string {
  switch (e.kind) {
    case 'unary':
      return `(${e.op} ${e.type} ${keyOf(e.a)})`
    case 'binary':
    case 'compare':
      return `(${e.op} ${e.type} ${keyOf(e.a)} ${keyOf(e.b)})`
    case 'cast':
      return `(${e.to} ${keyOf(e.a)})`
    case 'select':
      return `(? ${keyOf(e.condition)} ${keyOf(e.yes)} ${keyOf(e.no)})`
    default:
      return ''
  }
}

const forms = new WeakMap<Expr, Linear>()

/** The linear form of an i32 expression; a single atom if it is none. */
export function linearOf(e: Expr): Linear {
  if (e.kind === 'const') return { constant: e.value as number, terms: new Map() }
  let form = forms.get(e)
  if (form === undefined) {
    form = takeApart(e)
    forms.set(e, form)
  }
  return form
}

function takeApart(e: Expr): Linear {
  if (e.kind === 'binary' && exact(e.op, e.a, e.b)) {
    if (e.op === 'add') return addLinear(linearOf(e.a), linearOf(e.b))
    if (e.op === 'sub') return addLinear(linearOf(e.a), scaleLinear(linearOf(e.b), -1))
    if (e.op === 'mul' && e.b.kind === 'const') return scaleLinear(linearOf(e.a), e.b.value as number)
    if (e.op === 'mul' && e.a.kind === 'const') return scaleLinear(linearOf(e.b), e.a.value as number)
  }
  return { constant: 0, terms: new Map([[keyOf(e), { atom: e, factor: 1 }]]) }
}

/** True if the sum, difference or product of the two cannot wrap. */
function exact(op: string, a: Expr, b: Expr): boolean {
  const x = rangeOf(a)
  const y = rangeOf(b)
  if (op === 'add') return fits(addRange(x, y))
  if (op === 'sub') return fits(addRange(x, scaleRange(y, -1)))
  if (op !== 'mul') return false
  if (b.kind === 'const') return fits(scaleRange(x, b.value as number))
  return a.kind === 'const' && fits(scaleRange(y, a.value as number))
}

export function addLinear(a: Linear, b: Linear): Linear {
  const terms = new Map(a.terms)
  for (const [key, term] of b.terms) {
    const factor = (terms.get(key)?.factor ?? 0) + term.factor
    if (factor === 0) terms.delete(key)
    else terms.set(key, { atom: term.atom, factor })
  }
  return { constant: a.constant + b.constant, terms }
}

export function scaleLinear(a: Linear, by: number): Linear {
  if (by === 0) return { constant: 0, terms: new Map() }
  if (by === 1) return a
  const terms = new Map<string, Term>()
  for (const [key, { atom, factor }] of a.terms) terms.set(key, { atom, factor: factor * by })
  return { constant: a.constant * by, terms }
}

/** Bounds by interval arithmetic; they may leave int32. */
export function linearRange(a: Linear): Range {
  let range: Range = { min: a.constant, max: a.constant }
  for (const { atom, factor } of a.terms.values()) range = addRange(range, scaleRange(rangeOf(atom), factor))
  return range
}

/** The form as an expression: terms in order, the constant last. */
export function linearExpr({ constant, terms }: Linear): Expr {
  let sum: Expr | null = null
  for (const { atom, factor } of terms.values()) {
    const term = factor === 1 ? atom : binaryNode('mul', atom, constI32(factor))
    sum = sum === null ? term : binaryNode('add', sum, term)
  }
  if (sum === null) return constI32(constant)
  return constant === 0 ? sum : binaryNode('add', sum, constI32(constant))
}

/** a - b where that is a constant, else null. */
export function constantDifference(a: Expr, b: Expr): number | null {
  const difference = addLinear(linearOf(a), scaleLinear(linearOf(b), -1))
  return difference.terms.size === 0 ? difference.constant : null
}
