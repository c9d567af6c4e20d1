/**
 * Cuts vector loops where a condition on their variable changes, as at the edges of padding and the seams of concatenations: in the
 * pieces between, conditions are known, so that memory is read by vectors and nothing is selected.
 */

import { add, constI32 } from '../expr.ts'
import type { Compare, For, LocalArray, Stmt, Var } from '../ir.ts'
import { loopVar } from '../ir.ts'
import { addLinear, factorOf, linearOf, linearRange, scaleLinear } from '../linear.ts'
import { forVar } from '../stmt.ts'
import { mapStmt, stmtBody, stmtExprs, substitution, varsOf, visitExprs, visitStmts } from '../traverse.ts'

/** Pieces begin at multiples of the lanes of a vector of 32-bit elements. */
const LANES = 4
/** Shorter loops gain less than their pieces cost. */
const LEAST_EXTENT = 16
/** More pieces would be too much code. */
const MOST_CUTS = 4

/** Vector loops in pieces, at any depth. They may accumulate into nothing from outside: the order of such sums stays. */
export function inPieces(body: readonly Stmt[]): readonly Stmt[] {
  return body.flatMap((s): readonly Stmt[] => {
    if (s.kind === 'for' && s.bind === 'vector') return piecesOf(s)
    return s.kind === 'for' || s.kind === 'if' ? [{ ...s, body: inPieces(s.body) }] : [s]
  })
}

function piecesOf(s: For): readonly Stmt[] {
  const cuts = s.extent < LEAST_EXTENT || accumulates(s) ? [] : cutsOf(s)
  if (cuts.length === 0 || cuts.length > MOST_CUTS) return [s]
  const bounds = [0, ...cuts, s.extent]
  return bounds.slice(1).map((end, i) => {
    const start = bounds[i]!
    const variable = loopVar(s.variable.name, end - start)
    const moved = substitution(new Map([[s.variable, add(variable, constI32(start))]]))
    return forVar(
      variable,
      end - start,
      'vector',
      s.body.map(inner => mapStmt(inner, moved)),
    )
  })
}

/** True if the loop sets what was there before it. */
function accumulates(s: For): boolean {
  const own = new Set<LocalArray>()
  let found = false
  visitStmts(s.body, inner => {
    if (inner.kind === 'alloc') own.add(inner.array)
    if (inner.kind === 'set') found ||= inner.array.space === 'register' && !own.has(inner.array)
  })
  return found
}

/** Where conditions change: the ends of the stretches in which the variable does not decide them. */
function cutsOf(s: For): readonly number[] {
  const cuts = new Set<number>()
  const visit = (body: readonly Stmt[]): void => {
    for (const inner of body) {
      visitExprs(stmtExprs(inner), e => {
        if (e.kind !== 'compare' || e.a.type !== 'i32') return
        const stretch = undecided(e, s.variable)
        if (stretch === null) return
        cuts.add(Math.floor(stretch.from / LANES) * LANES)
        cuts.add(Math.ceil(stretch.to / LANES) * LANES)
      })
      visit(stmtBody(inner))
    }
  }
  visit(s.body)
  return [...cuts].filter(cut => cut > 0 && cut < s.extent).sort((a, b) => a - b)
}

/**
 * The condition is the same for all values of the variable below `from`, and for all from `to` on, whatever other variables are; null
 * if it is no comparison with a multiple of the variable.
 */
function undecided({ op, a, b }: Compare, variable: Var): { from: number; to: number } | null {
  if (op === 'eq' || op === 'ne') return null
  const form = addLinear(linearOf(a), scaleLinear(linearOf(b), -1))
  const step = factorOf(form, variable)
  const terms = form.terms.filter(({ atom }) => atom !== variable)
  if (step === 0 || terms.some(({ atom }) => varsOf(atom).includes(variable))) return null
  const rest = linearRange({ constant: form.constant, terms })
  // All four ask, or deny, that step * variable + rest is at least so much.
  const least = op === 'ge' || op === 'lt' ? 0 : 1
  const changes = (r: number): number =>
    step > 0 ? Math.ceil((least - r) / step) : Math.floor((least - r) / step) + 1
  const ends = [changes(rest.min), changes(rest.max)]
  return { from: Math.min(...ends), to: Math.max(...ends) }
}
