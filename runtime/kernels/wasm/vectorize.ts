/** Decides how a vector loop runs on 128-bit vectors: how many lanes, or one at a time where it cannot. */

import type { BinaryOp, Expr, For, LocalArray, ScalarType, SetLocal, Stmt, Var } from '../ir.ts'
import { REGISTER_TYPE } from '../ir.ts'
import { factorOf, linearOf } from '../linear.ts'
import { getsOf, operands, stmtBody, stmtExprs, varsOf, visitStmts } from '../traverse.ts'
import type { Lanes } from './vector-ops.ts'

export const TYPE_LANES: Readonly<Record<ScalarType, Lanes>> = { bool: 4, i32: 4, f32: 4, i64: 2, f64: 2 }

/** An accumulation over the loop: array[index] = array[index] op value. */
export interface Reduction {
  readonly op: BinaryOp
  readonly value: Expr
}

export interface VectorPlan {
  readonly lanes: Lanes
  /** Vectors worked on together, so that their latencies overlap. */
  readonly copies: number
  /** Statements that accumulate into an array from outside the loop. */
  readonly reductions: ReadonlyMap<SetLocal, Reduction>
  /** True for what differs from lane to lane. */
  readonly varies: (e: Expr) => boolean
}

/** Instructions for an access lane by lane, about: more copies would only make more code. */
const LANEWISE_COST = 12

const ASSOCIATIVE: ReadonlySet<BinaryOp> = new Set(['add', 'mul', 'min', 'max', 'and', 'or'])

/**
 * Register arrays that are held in vector registers, consecutive elements in its lanes: those that some vector loop
 * indexes by its variable, always at aligned places.
 */
export function packedArrays(body: readonly Stmt[]): ReadonlySet<LocalArray> {
  const packed = new Set<LocalArray>()
  const refused = new Set<LocalArray>()
  const see = (array: LocalArray, index: Expr, variable: Var) => {
    if (array.space !== 'register' || !varsOf(index).includes(variable)) return
    const lanes = TYPE_LANES[array.type]
    const { constant, terms } = linearOf(index)
    let aligned = constant % lanes === 0 && array.type !== 'bool'
    for (const { atom, factor } of terms) {
      aligned &&= atom === variable ? factor === 1 : factor % lanes === 0 && !varsOf(atom).includes(variable)
    }
    if (aligned) packed.add(array)
    else refused.add(array)
  }
  const loops = (inner: readonly Stmt[], variable: Var | null) => {
    for (const s of inner) {
      if (variable !== null) {
        if (s.kind === 'set') see(s.array, s.index, variable)
        for (const e of stmtExprs(s)) for (const { array, index } of getsOf(e)) see(array, index, variable)
      }
      loops(stmtBody(s), s.kind === 'for' && s.bind === 'vector' ? s.variable : variable)
    }
  }
  loops(body, null)
  for (const array of refused) packed.delete(array)
  return packed
}

/** The plan for a vector loop, or null if it runs one iteration at a time. */
export function planVector(loop: For, packed: ReadonlySet<LocalArray>, registers: number): VectorPlan | null {
  return new VectorAnalysis(loop, packed).plan(registers)
}

class VectorAnalysis {
  readonly #loop: For
  readonly #packed: ReadonlySet<LocalArray>
  readonly #own = new Set<LocalArray>()
  readonly #varyingLets = new Set<Var>()
  readonly #varies = new Map<Expr, boolean>()
  readonly #types = new Set<ScalarType>()
  readonly #counted = new Set<Expr>()
  readonly #reductions = new Map<SetLocal, Reduction>()
  /** Loads and stores whose lanes do not lie in a row. */
  #scattered = 0
  #possible = true
  #registers = 0

  constructor(loop: For, packed: ReadonlySet<LocalArray>) {
    this.#loop = loop
    this.#packed = packed
  }

  plan(registers: number): VectorPlan | null {
    this.#body(this.#loop.body)
    const lanes = this.#lanes()
    if (!this.#possible || lanes === null || this.#loop.extent < lanes) return null
    const cost = this.#counted.size + this.#scattered * LANEWISE_COST
    const wanted = cost <= 12 ? 4 : cost <= 40 ? 2 : 1
    const affordable = Math.max(1, Math.floor(registers / 4 / Math.max(1, this.#registers)))
    const copies = Math.min(wanted, affordable, Math.floor(this.#loop.extent / lanes))
    return { lanes, copies, reductions: this.#reductions, varies: e => this.varies(e) }
  }

  #lanes(): Lanes | null {
    const all = [...this.#types]
    if (all.every(t => t === 'f32' || t === 'i32' || t === 'bool')) return 4
    return all.every(t => t === 'f64' || t === 'i64' || t === 'bool') ? 2 : null
  }

  varies(e: Expr): boolean {
    if (e.kind === 'const') return false
    if (e.kind === 'var') return e === this.#loop.variable || this.#varyingLets.has(e)
    let known = this.#varies.get(e)
    if (known === undefined) {
      known =
        (e.kind === 'get' && this.#own.has(e.array)) || operands(e).some(operand => this.varies(operand))
      this.#varies.set(e, known)
    }
    return known
  }

  #body(body: readonly Stmt[]): void {
    for (const s of body) this.#stmt(s)
  }

  #stmt(s: Stmt): void {
    switch (s.kind) {
      case 'for':
        if (s.bind === 'local') this.#possible = false
        this.#body(s.body)
        return
      case 'if':
        if (this.varies(s.condition)) this.#possible = false
        this.#body(s.body)
        return
      case 'let':
        this.#value(s.value)
        if (this.varies(s.value)) this.#varyingLets.add(s.variable)
        return
      case 'alloc':
        if (s.array.space === 'shared' || this.#packed.has(s.array)) this.#possible = false
        this.#own.add(s.array)
        this.#types.add(s.array.type)
        this.#registers += s.array.size
        if (s.init !== null) this.#value(s.init)
        return
      case 'set':
        this.#set(s)
        return
      case 'store':
        if (this.varies(s.index)) {
          this.#types.add(REGISTER_TYPE[s.buffer.dtype])
          this.#place(s.index)
        }
        this.#value(s.value)
        if (s.mask !== null) this.#value(s.mask)
        return
      case 'barrier':
        this.#possible = false
    }
  }

  #set(s: SetLocal): void {
    if (this.#own.has(s.array)) {
      if (this.varies(s.index)) this.#possible = false
      this.#value(s.value)
      return
    }
    if (s.array.space === 'shared' || (this.#packed.has(s.array) && this.varies(s.index))) {
      this.#types.add(s.array.type)
      this.#value(s.value)
      return
    }
    const reduction = this.#packed.has(s.array) ? null : this.#reduction(s)
    if (reduction === null) {
      this.#possible = false
      return
    }
    this.#reductions.set(s, reduction)
    this.#types.add(s.array.type)
    this.#registers += 1
    this.#value(reduction.value)
  }

  /** The accumulation that a statement is, if the array has no other use in the loop. */
  #reduction(s: SetLocal): Reduction | null {
    const own = accumulation(s)
    if (own === null) return null
    let onlyUse = true
    visitStmts(this.#loop.body, other => {
      if (other.kind === 'set' && other.array === s.array) onlyUse &&= accumulation(other)?.op === own.op
      else if (stmtExprs(other).some(e => mentions(e, s.array))) onlyUse = false
    })
    return onlyUse ? own : null
  }

  #place(index: Expr): void {
    if (factorOf(linearOf(index), this.#loop.variable) !== 1) this.#scattered++
  }

  /** Notes the types of what varies among the values computed. Addresses stay scalar. */
  #value(e: Expr): void {
    if (this.#counted.has(e) || !this.varies(e)) return
    this.#counted.add(e)
    this.#types.add(e.type)
    if (e.kind === 'load') {
      this.#place(e.index)
      if (e.mask !== null) this.#value(e.mask)
      if (e.otherwise !== null) this.#value(e.otherwise)
    } else if (e.kind === 'get') {
      const held = this.#own.has(e.array) || this.#packed.has(e.array) || e.array.space === 'shared'
      if (!held) this.#possible = false
    } else {
      for (const operand of operands(e)) this.#value(operand)
    }
  }
}

/** array[i] = array[i] op value, where the value does not depend on the array. */
function accumulation({ array, index, value }: SetLocal): Reduction | null {
  if (array.space !== 'register' || index.kind !== 'const' || value.kind !== 'binary') return null
  if (!ASSOCIATIVE.has(value.op)) return null
  const isSelf = (e: Expr) => e.kind === 'get' && e.array === array && sameConstant(e.index, index)
  const other = isSelf(value.a) ? value.b : isSelf(value.b) ? value.a : null
  return other === null || mentions(other, array) ? null : { op: value.op, value: other }
}

function mentions(e: Expr, array: LocalArray): boolean {
  return getsOf(e).some(element => element.array === array)
}

function sameConstant(a: Expr, b: Expr): boolean {
  return a.kind === 'const' && b.kind === 'const' && a.value === b.value
}
