/**
 * Linear forms of i32 index expressions: constant + sum of coefficient * atom, where an atom is whatever is not a
 * sum or a multiple by a constant. Two equal indices have equal forms, so differences, strides and divisibility
 * can be read off. Only arithmetic that cannot wrap is taken apart: the form is equal over the integers.
 */

import { factsOf } from './facts.ts'
import type { Expr } from './ir.ts'
import { binaryNode, constI32 } from './node.ts'
import { addRange, fits, type Range, rangeOf, scaleRange } from './range.ts'

export interface Term {
  readonly atom: Expr
  readonly factor: number
}

export interface Linear {
  readonly constant: number
  /** In the order of first appearance; atoms differ, and no factor is 0. */
  readonly terms: readonly Term[]
}

let opaque = 0
/** Longer structural keys are replaced by identity: that can only miss a merge. */
const LONGEST_KEY = 160

/** A key that equal index expressions share; other expressions have one of their own. */
export function keyOf(e: Expr): string {
  if (e.kind === 'const') return e.type === 'i32' ? `${e.value as number}` : `${e.type}:${String(e.value)}`
  const facts = factsOf(e)
  if (facts.key === null) {
    const key = structure(e)
    facts.key = key === '' || key.length > LONGEST_KEY ? `#${++opaque}` : key
  }
  return facts.key
}

function structure(e: Expr): string {
  switch (e.kind) {
    case 'var':
      return `v${e.id}`
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

/** True of equal index expressions; a variable equals itself only. */
export function sameAtom(a: Expr, b: Expr): boolean {
  if (a === b) return true
  return a.kind === b.kind && a.kind !== 'var' && keyOf(a) === keyOf(b)
}

/** The factor of an atom in a form; 0 if it does not occur. */
export function factorOf(form: Linear, atom: Expr): number {
  for (const term of form.terms) if (sameAtom(term.atom, atom)) return term.factor
  return 0
}

const NO_TERMS: readonly Term[] = []

/** The linear form of an i32 expression; a single atom if it is none. */
export function linearOf(e: Expr): Linear {
  if (e.kind === 'const') return { constant: e.value as number, terms: NO_TERMS }
  const facts = factsOf(e)
  facts.form ??= takeApart(e)
  return facts.form
}

function takeApart(e: Expr): Linear {
  if (e.kind === 'binary' && exact(e.op, e.a, e.b)) {
    if (e.op === 'add') return addLinear(linearOf(e.a), linearOf(e.b))
    if (e.op === 'sub') return addLinear(linearOf(e.a), scaleLinear(linearOf(e.b), -1))
    if (e.op === 'mul' && e.b.kind === 'const') return scaleLinear(linearOf(e.a), e.b.value as number)
    if (e.op === 'mul' && e.a.kind === 'const') return scaleLinear(linearOf(e.b), e.a.value as number)
  }
  return { constant: 0, terms: [{ atom: e, factor: 1 }] }
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
  const constant = a.constant + b.constant
  if (b.terms.length === 0) return { constant, terms: a.terms }
  if (a.terms.length === 0) return { constant, terms: b.terms }
  const terms = [...a.terms]
  for (const term of b.terms) {
    const at = terms.findIndex(known => sameAtom(known.atom, term.atom))
    if (at < 0) terms.push(term)
    else if (terms[at]!.factor + term.factor === 0) terms.splice(at, 1)
    else terms[at] = { atom: term.atom, factor: terms[at]!.factor + term.factor }
  }
  return { constant, terms }
}

export function scaleLinear(a: Linear, by: number): Linear {
  if (by === 0) return { constant: 0, terms: NO_TERMS }
  if (by === 1) return a
  return {
    constant: a.constant * by,
    terms: a.terms.map(({ atom, factor }) => ({ atom, factor: factor * by })),
  }
}

/** Bounds by interval arithmetic; they may leave int32. */
export function linearRange(a: Linear): Range {
  let min = a.constant
  let max = a.constant
  for (const { atom, factor } of a.terms) {
    const range = rangeOf(atom)
    min += factor * (factor > 0 ? range.min : range.max)
    max += factor * (factor > 0 ? range.max : range.min)
  }
  return { min, max }
}

/** The form as an expression: terms in order, the constant last. The form's range must fit int32. */
export function linearExpr(form: Linear): Expr {
  let sum: Expr | null = null
  for (const { atom, factor } of form.terms) {
    const term: Expr = factor === 1 ? atom : binaryNode('mul', atom, constI32(factor))
    sum = sum === null ? term : binaryNode('add', sum, term)
  }
  if (sum === null) return constI32(form.constant)
  if (form.constant !== 0) sum = binaryNode('add', sum, constI32(form.constant))
  const facts = factsOf(sum)
  facts.form ??= form
  facts.range ??= linearRange(form)
  return sum
}
