/**
 * Expressions and statements as WGSL can say them: operations that no target has are written out, and what is computed in
 * float64 is computed in float32. The lowering uses float64 only inside a few special functions, for their last digits; tensors
 * of float64 are refused by the device.
 */
import { cast, constF32, get } from '../expr.ts'
import type { Expr, LocalArray, Stmt, Var } from '../ir.ts'
import { KernelError, letVar, register, sharedArray } from '../ir.ts'
import { lowerNode } from '../math/lower.ts'
import { mapOperands } from '../traverse.ts'
import { isFunction } from './library.ts'

/** A rewriter for one kernel. */
export class Rewriter {
  readonly #done = new Map<Expr, Expr>()
  readonly #vars = new Map<Var, Var>()
  readonly #arrays = new Map<LocalArray, LocalArray>()

  body(body: readonly Stmt[]): readonly Stmt[] {
    return body.map(s => this.#stmt(s))
  }

  #stmt(s: Stmt): Stmt {
    switch (s.kind) {
      case 'for':
        return { ...s, body: this.body(s.body) }
      case 'if':
        return { ...s, condition: this.#expr(s.condition), body: this.body(s.body) }
      case 'let':
        return { ...s, variable: this.#var(s.variable), value: this.#expr(s.value) }
      case 'alloc':
        return { ...s, array: this.#array(s.array), init: s.init && this.#expr(s.init) }
      case 'set':
        return {
          ...s,
          array: this.#array(s.array),
          index: this.#expr(s.index),
          value: this.#expr(s.value),
        }
      case 'store':
        return {
          ...s,
          index: this.#expr(s.index),
          value: this.#expr(s.value),
          mask: s.mask && this.#expr(s.mask),
        }
      case 'barrier':
        return s
    }
  }

  #expr(e: Expr): Expr {
    let result = this.#done.get(e)
    if (result === undefined) {
      result = this.#simple(e)
      this.#done.set(e, result)
    }
    return result
  }

  #simple(e: Expr): Expr {
    if (e.kind === 'var') return this.#var(e)
    if (e.kind === 'const') return e.type === 'f64' ? constF32(Number(e.value)) : e
    if (e.kind === 'get') return get(this.#array(e.array), this.#expr(e.index))
    if (e.kind === 'load' && e.type === 'f64')
      throw new KernelError('kernel/type', `${e.buffer.name} is of float64, which WGSL has not`)
    if (e.kind === 'bitcast' && (e.type === 'f64' || e.type === 'i64'))
      throw new KernelError('kernel/type', 'WGSL has no float64 whose bits could be taken')
    if (e.kind === 'cast' && e.to === 'float64') return cast('float32', this.#expr(e.a))
    const same = mapOperands(e, operand => this.#expr(operand))
    const lowered = isFunction(same) ? null : lowerNode(same)
    return lowered === null ? same : this.#expr(lowered)
  }

  #var(v: Var): Var {
    if (v.type !== 'f64') return v
    const known = this.#vars.get(v) ?? letVar(v.name, 'f32')
    this.#vars.set(v, known)
    return known
  }

  #array(a: LocalArray): LocalArray {
    if (a.type !== 'f64') return a
    const make = a.space === 'shared' ? sharedArray : register
    const known = this.#arrays.get(a) ?? make(a.name, 'f32', a.size)
    this.#arrays.set(a, known)
    return known
  }
}
