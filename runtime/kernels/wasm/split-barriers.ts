/**
 * Makes workgroups sequential: local loops with barriers inside become one loop over the invocations for each stretch
 * between barriers. What an invocation keeps across a barrier moves from registers to memory, one place for each.
 * The transformation is that of CPU implementations of OpenCL (Jaaskelainen et al., "pocl", 2015).
 */

import { add, constI32, get, mul } from '../expr.ts'
import type { Expr, For, LocalArray, Stmt, Var } from '../ir.ts'
import { KernelError, sharedArray } from '../ir.ts'
import { mapOperands, mapStmt, stmtBody, visitStmts } from '../traverse.ts'

/** The statements with every barrier gone; the same statements if there is none. */
export function splitBarriers(body: readonly Stmt[]): readonly Stmt[] {
  if (!body.some(hasBarrier)) return body
  return body.flatMap(s => {
    if (!hasBarrier(s)) return [s]
    if (s.kind !== 'for') throw new KernelError('kernel/structure', 'a barrier outside of local loops')
    if (s.bind !== 'local') return [{ ...s, body: splitBarriers(s.body) }]
    return new Workgroup(s).split()
  })
}

function hasBarrier(s: Stmt): boolean {
  let found = s.kind === 'barrier'
  visitStmts(stmtBody(s), inner => {
    if (inner.kind === 'barrier') found = true
  })
  return found
}

class Workgroup {
  /** The local loops, outermost first: perfectly nested. */
  readonly #loops: For[] = []
  readonly #body: readonly Stmt[]
  readonly #size: number
  /** The number of an invocation. */
  readonly #invocation: Expr
  readonly #places = new Map<LocalArray | Var, LocalArray>()
  readonly #rewritten = new Map<Expr, Expr>()

  constructor(outermost: For) {
    let body: readonly Stmt[] = [outermost]
    for (;;) {
      const [only, ...rest] = body
      if (rest.length > 0 || only?.kind !== 'for' || only.bind !== 'local') break
      this.#loops.push(only)
      body = only.body
    }
    this.#body = body
    this.#size = this.#loops.reduce((size, l) => size * l.extent, 1)
    this.#invocation = this.#loops.reduce<Expr>((sum, l) => add(mul(sum, l.extent), l.variable), constI32(0))
  }

  split(): readonly Stmt[] {
    this.#collect(this.#body)
    const allocations = [...this.#places.values()].map(
      (array): Stmt => ({ kind: 'alloc', array, init: null }),
    )
    return [...allocations, ...this.#segments(this.#body)]
  }

  /** Gives a place in memory to what is declared where a barrier may follow: not inside a stretch's own loops. */
  #collect(body: readonly Stmt[]): void {
    for (const s of body) {
      if (s.kind === 'alloc' && s.array.space === 'register') {
        const { name, type, size } = s.array
        this.#places.set(s.array, sharedArray(name, type, size * this.#size))
      } else if (s.kind === 'let') {
        this.#places.set(s.variable, sharedArray(s.variable.name, s.variable.type, this.#size))
      } else if (hasBarrier(s)) {
        this.#collect(stmtBody(s))
      }
    }
  }

  #segments(body: readonly Stmt[]): readonly Stmt[] {
    const result: Stmt[] = []
    let stretch: Stmt[] = []
    const flush = () => {
      if (stretch.length > 0) result.push(this.#everyInvocation(stretch))
      stretch = []
    }
    for (const s of body) {
      if (s.kind === 'barrier') {
        if (s.combine !== null)
          throw new KernelError('kernel/structure', 'invocations that run one by one combine nothing')
        flush()
      } else if (s.kind === 'alloc' && s.array.space === 'shared') result.push(s)
      else if (!hasBarrier(s)) stretch.push(...this.#rewrite(s))
      else {
        flush()
        // A condition around a barrier is the same for all invocations.
        const isUniform = s.kind === 'if' || (s.kind === 'for' && s.bind !== 'local')
        if (!isUniform) throw new KernelError('kernel/structure', 'a barrier that not all iterations reach')
        result.push({ ...s, body: this.#segments(s.body) })
      }
    }
    flush()
    return result
  }

  #everyInvocation(stretch: readonly Stmt[]): Stmt {
    return this.#loops.reduceRight<readonly Stmt[]>((body, l) => [{ ...l, bind: 'seq', body }], stretch)[0]!
  }

  #at(array: LocalArray, index: Expr): Expr {
    return add(mul(this.#invocation, array.size), index)
  }

  #rewrite(s: Stmt): readonly Stmt[] {
    const replaced = mapStmt(s, e => this.#expr(e))
    if (replaced.kind === 'let') {
      const place = this.#places.get(replaced.variable)
      if (place === undefined) return [replaced]
      return [{ kind: 'set', array: place, index: this.#invocation, value: replaced.value }]
    }
    if (replaced.kind === 'alloc') return this.#fill(replaced.array, replaced.init)
    return [this.#redirect(replaced)]
  }

  /** An allocation with an initial value, as stores to every element. */
  #fill(array: LocalArray, init: Expr | null): readonly Stmt[] {
    const place = this.#places.get(array)!
    if (init === null) return []
    return Array.from({ length: array.size }, (_, i) => {
      return { kind: 'set', array: place, index: this.#at(array, constI32(i)), value: init }
    })
  }

  /** Sets of arrays that have moved, at any depth. */
  #redirect(s: Stmt): Stmt {
    if (s.kind === 'for' || s.kind === 'if') return { ...s, body: s.body.map(inner => this.#redirect(inner)) }
    if (s.kind !== 'set') return s
    const place = this.#places.get(s.array)
    return place === undefined ? s : { ...s, array: place, index: this.#at(s.array, s.index) }
  }

  #expr(e: Expr): Expr {
    let result = this.#rewritten.get(e)
    if (result === undefined) {
      result = this.#moved(mapOperands(e, operand => this.#expr(operand)))
      this.#rewritten.set(e, result)
    }
    return result
  }

  #moved(e: Expr): Expr {
    if (e.kind === 'var') {
      const place = this.#places.get(e)
      return place === undefined ? e : get(place, this.#invocation)
    }
    if (e.kind !== 'get') return e
    const place = this.#places.get(e.array)
    return place === undefined ? e : get(place, this.#at(e.array, e.index))
  }
}
