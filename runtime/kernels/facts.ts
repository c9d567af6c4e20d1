/**
 * What the index analyses found out about a node, kept on the node itself: a weak map would do the same at several
 * times the cost, and printing a kernel asks for these facts constantly.
 */

import type { Expr, Get, Var } from './ir.ts'
import type { Linear } from './linear.ts'
import type { Range } from './range.ts'

export interface Facts {
  range: Range | null
  form: Linear | null
  key: string | null
  /** Variables and elements of local arrays that occur in the expression, index expressions included. */
  vars: readonly Var[] | null
  gets: readonly Get[] | null
}

/** The node's facts, for `range.ts` and `linear.ts` to fill. */
export function factsOf(e: Expr): Facts {
  const node: Expr & { facts?: Facts } = e
  node.facts ??= { range: null, form: null, key: null, vars: null, gets: null }
  return node.facts
}
