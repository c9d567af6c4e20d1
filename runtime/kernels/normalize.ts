/** Brings a kernel into the form that the printers read: fewer kinds of loop, and indices without names between. */

import { constI32, isConst } from './expr.ts'
import type { Expr, For, Stmt, Var } from './ir.ts'
import {
  getsOf,
  mapStmt,
  operands,
  stmtExprs,
  substitute,
  substitution,
  varsOf,
  visitStmts,
} from './traverse.ts'

/**
 * Drops loops that never run and conditions that are known, writes out loops that are to be unrolled (also those that
 * index registers, which have no addresses), makes vector loops inside of vector loops sequential, and substitutes
 * `let`s of pure index arithmetic, so that strides can be read off an index.
 * @param keepSingle loops of one iteration stay, so that kernels look alike whatever their extents are
 */
export function normalize(body: readonly Stmt[], keepSingle = false): readonly Stmt[] {
  return new Normalizer(registerIndexVars(body), keepSingle).body(body, false)
}

class Normalizer {
  readonly #unrolled: ReadonlySet<Var>
  readonly #most: number

  constructor(unrolled: ReadonlySet<Var>, keepSingle: boolean) {
    this.#unrolled = unrolled
    this.#most = keepSingle ? 0 : 1
  }

  body(body: readonly Stmt[], insideVector: boolean): readonly Stmt[] {
    const result: Stmt[] = []
    const values = new Map<Var, Expr>()
    for (const original of body) {
      const s = values.size === 0 ? original : mapStmt(original, e => substitute(e, values))
      if (s.kind === 'let' && s.variable.type === 'i32' && isPureIndex(s.value)) {
        values.set(s.variable, s.value)
      } else if (s.kind === 'for') {
        result.push(...this.#loop(s, insideVector))
      } else if (s.kind === 'if') {
        const inner = this.body(s.body, insideVector)
        if (!isConst(s.condition)) result.push({ ...s, body: inner })
        else if (s.condition.value) result.push(...inner)
      } else {
        result.push(s)
      }
    }
    return result
  }

  #loop(s: For, insideVector: boolean): readonly Stmt[] {
    const bind = s.bind === 'vector' && insideVector ? 'seq' : s.bind
    const writtenOut =
      bind === 'unroll' || s.extent <= this.#most || (bind !== 'vector' && this.#unrolled.has(s.variable))
    if (!writtenOut) return [{ ...s, bind, body: this.body(s.body, insideVector || bind === 'vector') }]
    // Arrays and names of the body are unique, so the enclosing body can hold them.
    return Array.from({ length: s.extent }, (_, i) => {
      const once = substitution(new Map([[s.variable, constI32(i)]]))
      return this.body(
        s.body.map(inner => mapStmt(inner, once)),
        insideVector,
      )
    }).flat()
  }
}

/** True of arithmetic over variables and literals alone: the same wherever it is evaluated. */
export function isPureIndex(e: Expr): boolean {
  if (e.kind === 'load' || e.kind === 'get') return false
  return operands(e).every(isPureIndex)
}

/** Variables of loops that index register arrays: these loops must be unrolled. */
export function registerIndexVars(body: readonly Stmt[]): ReadonlySet<Var> {
  const vars = new Set<Var>()
  const index = (e: Expr) => {
    for (const v of varsOf(e)) vars.add(v)
  }
  visitStmts(body, s => {
    if (s.kind === 'set' && s.array.space === 'register') index(s.index)
    for (const e of stmtExprs(s)) {
      for (const { array, index: at } of getsOf(e)) if (array.space === 'register') index(at)
    }
  })
  return vars
}
