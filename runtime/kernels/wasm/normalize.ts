/** Brings a kernel into the form that the printer reads: fewer kinds of loop, and indices without names between. */

import { constI32, isConst } from '../expr.ts'
import type { Expr, For, Stmt, Var } from '../ir.ts'
import { mapStmt, operands, substitute, substitution } from '../traverse.ts'

/**
 * Drops loops that never run and conditions that are known, replaces the variable of those that run once, makes vector loops inside of vector
 * loops sequential, and substitutes `let`s of pure index arithmetic, so that strides can be read off an index.
 */
export function normalize(body: readonly Stmt[], insideVector = false): readonly Stmt[] {
  const result: Stmt[] = []
  const values = new Map<Var, Expr>()
  for (const original of body) {
    const s = values.size === 0 ? original : mapStmt(original, e => substitute(e, values))
    if (s.kind === 'let' && s.variable.type === 'i32' && isPureIndex(s.value)) {
      values.set(s.variable, s.value)
    } else if (s.kind === 'for') {
      result.push(...normalizeLoop(s, insideVector))
    } else if (s.kind === 'if') {
      const inner = normalize(s.body, insideVector)
      if (!isConst(s.condition)) result.push({ ...s, body: inner })
      else if (s.condition.value) result.push(...inner)
    } else {
      result.push(s)
    }
  }
  return result
}

function normalizeLoop(s: For, insideVector: boolean): readonly Stmt[] {
  if (s.extent === 0) return []
  if (s.extent === 1) {
    const once = substitution(new Map([[s.variable, constI32(0)]]))
    const inlined = normalize(
      s.body.map(inner => mapStmt(inner, once)),
      insideVector,
    )
    // Arrays allocated in the body end with it; names are unique, so the enclosing body can hold them.
    return inlined
  }
  const bind = s.bind === 'vector' && insideVector ? 'seq' : s.bind
  return [{ ...s, bind, body: normalize(s.body, insideVector || s.bind === 'vector') }]
}

/** True of arithmetic over variables and literals alone: the same wherever it is evaluated. */
function isPureIndex(e: Expr): boolean {
  if (e.kind === 'load' || e.kind === 'get') return false
  return operands(e).every(isPureIndex)
}
