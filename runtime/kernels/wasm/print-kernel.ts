/**
 * Prints one kernel as a WebAssembly function: (pointer of each buffer..., scratch, gridStart, gridEnd).
 * Statements and loops are walked here, expressions in expression-printer; the function builder shares and hoists
 * what they compute.
 */

import { constI32 } from '../expr.ts'
import type { Expr, For, Kernel, LocalArray, SetLocal, Stmt, Var } from '../ir.ts'
import { letVar } from '../ir.ts'
import { normalize, registerIndexVars } from '../normalize.ts'
import { getsOf, mapStmt, stmtExprs, substitution, visitStmts } from '../traverse.ts'
import { Environment, type Target, type VectorContext } from './environment.ts'
import { ExpressionPrinter } from './expression-printer.ts'
import { type Cell, FunctionBuilder, type Val } from './function-builder.ts'
import type { WasmType } from './module.ts'
import { inPieces } from './pieces.ts'
import { WASM_TYPE } from './scalar-ops.ts'
import { splitBarriers } from './split-barriers.ts'
import { packedArrays, planVector, TYPE_LANES, type VectorPlan } from './vectorize.ts'

export interface PrintedFunction {
  readonly parameters: readonly WasmType[]
  readonly locals: readonly WasmType[]
  readonly code: readonly number[]
}

/** The extent over which a call may be split: that of a grid loop which is the whole kernel, else 1. */
export function gridExtent(kernel: Kernel): number {
  const [only, ...rest] = kernel.body
  return only?.kind === 'for' && only.bind === 'grid' && rest.length === 0 ? Math.max(1, only.extent) : 1
}

/** Prints a kernel. Throws KernelError for what this target cannot do. */
export function printKernel(kernel: Kernel, target: Target): PrintedFunction {
  return new KernelPrinter(kernel, target).print()
}

class KernelPrinter {
  readonly #kernel: Kernel
  readonly #parameters: readonly WasmType[]
  readonly #b: FunctionBuilder
  readonly #env: Environment
  readonly #exprs: ExpressionPrinter
  readonly #statements: readonly Stmt[]
  readonly #packed: ReadonlySet<LocalArray>
  readonly #unrolled: ReadonlySet<Var>
  /** Registers that arrays in use take up. */
  readonly #live = new Map<LocalArray, number>()

  constructor(kernel: Kernel, target: Target) {
    this.#kernel = kernel
    this.#parameters = [...kernel.buffers.map((): WasmType => 'i32'), 'i32', 'i32', 'i32']
    this.#b = new FunctionBuilder(this.#parameters)
    this.#env = new Environment(kernel, target, this.#b)
    this.#exprs = new ExpressionPrinter(this.#env)
    this.#statements = inPieces(normalize(splitBarriers(kernel.body)))
    this.#packed = packedArrays(this.#statements)
    this.#unrolled = registerIndexVars(this.#statements)
  }

  print(): PrintedFunction {
    const [only] = this.#statements
    if (gridExtent(this.#kernel) > 1 && only?.kind === 'for') this.#splittableGrid(only)
    else this.#body(this.#statements)
    return { parameters: this.#parameters, ...this.#b.finish() }
  }

  // Statements

  #body(body: readonly Stmt[]): void {
    const ends = lastUses(body)
    body.forEach((s, i) => {
      this.#stmt(s)
      for (const array of ends[i] ?? []) this.#live.delete(array)
    })
  }

  /** Once for each copy of the vector in work, or once. */
  #eachCopy(emit: () => void): void {
    const context = this.#env.context
    for (let copy = 0; copy < (context?.copies ?? 1); copy++) {
      if (context !== null) context.copy = copy
      this.#exprs.forget()
      emit()
    }
  }

  #stmt(s: Stmt): void {
    switch (s.kind) {
      case 'for':
        this.#for(s)
        return
      case 'if':
        this.#exprs.forget()
        this.#conditional(this.#exprs.value(s.condition), s.body, () => this.#body(s.body))
        return
      case 'let':
        this.#eachCopy(() => this.#let(s.variable, s.value))
        return
      case 'alloc':
        this.#alloc(s.array, s.init)
        return
      case 'set':
        this.#eachCopy(() => this.#set(s))
        return
      case 'store':
        this.#eachCopy(() => this.#exprs.store(s))
        this.#env.changed(s.buffer)
        return
      case 'barrier':
        this.#env.fail('kernel/structure', 'a barrier outside of local loops')
    }
  }

  #let(variable: Var, value: Expr): void {
    const context = this.#env.context
    if (context?.varies(value)) {
      const copies = this.#env.vectorVars.get(variable) ?? []
      copies[context.copy] = this.#b.copy(this.#exprs.vectorValue(value))
      this.#env.vectorVars.set(variable, copies)
    } else {
      this.#env.vars.set(variable, this.#b.copy(this.#exprs.value(value)))
    }
  }

  #alloc(array: LocalArray, init: Expr | null): void {
    if (array.space === 'shared') {
      this.#env.allocShared(array)
      return
    }
    const context = this.#env.context
    const lanes = this.#packed.has(array) ? TYPE_LANES[array.type] : 1
    const vector = lanes > 1 || context !== null
    const type = vector ? 'v128' : WASM_TYPE[array.type]
    const count = Math.ceil(array.size / lanes)
    const copies = Array.from({ length: context?.copies ?? 1 }, () =>
      Array.from({ length: count }, () => this.#b.cell(type)),
    )
    this.#live.set(array, count * copies.length)
    const live = [...this.#live.values()].reduce((a, b) => a + b, 0)
    const { registers } = this.#env.target.limits
    if (live > registers) {
      this.#env.fail('kernel/register-budget', `${live} registers are live, the target has ${registers}`)
    }
    this.#env.arrays.set(array, { lanes, copies })
    if (init === null) return
    this.#eachCopy(() => {
      const value = vector ? this.#exprs.splatted(init) : this.#exprs.value(init)
      for (const cell of copies[context?.copy ?? 0]!) this.#b.assign(cell, value)
    })
  }

  #set(s: SetLocal): void {
    const shared = this.#env.shared.get(s.array)
    if (shared !== undefined) {
      this.#exprs.store({ kind: 'store', buffer: shared.buffer, index: s.index, value: s.value, mask: null })
      this.#env.changed(shared.buffer)
      return
    }
    const context = this.#env.context
    const reduction = context?.reductions.get(s)
    if (context && reduction) {
      const cell = this.#accumulator(s)[context.copy]!
      const op = {
        kind: 'binary',
        type: s.array.type,
        op: reduction.op,
        a: reduction.value,
        b: reduction.value,
      } as const
      const before = this.#env.readCell(cell, s.array)
      const fused = reduction.op === 'add' ? this.#exprs.fused(reduction.value, before) : null
      this.#b.assign(
        cell,
        fused ?? this.#exprs.vectorBinary(op, before, this.#exprs.splatted(reduction.value)),
      )
      return
    }
    const { lanes, copies } = this.#env.registers(s.array)
    if (context !== null && (lanes === 1 || context.varies(s.index))) {
      const element = lanes === 1 ? this.#env.constantIndex(s.index) : this.#env.packedCell(s.array, s.index)
      this.#b.assign(copies[lanes === 1 ? context.copy : 0]![element]!, this.#exprs.splatted(s.value))
      return
    }
    const element = this.#env.constantIndex(s.index)
    const cell = copies[0]![Math.floor(element / lanes)]!
    const value = this.#exprs.value(s.value)
    if (lanes === 1) {
      this.#b.assign(cell, value)
    } else {
      const before = this.#env.readCell(cell, s.array)
      this.#b.assign(cell, this.#exprs.vector.replace(s.array.type, lanes, before, element % lanes, value))
    }
  }

  // Loops

  #conditional(condition: Val, body: readonly Stmt[], emit: () => void): void {
    this.#b.when(condition, () => this.#scope(body, emit))
    this.#env.expire(body)
  }

  #scope(body: readonly Stmt[], emit: () => void): void {
    this.#env.scope(body, () => {
      this.#exprs.forget()
      emit()
    })
    this.#exprs.forget()
  }

  #splittableGrid(s: For): void {
    const [start, end] = [1, 2].map(i => this.#b.parameter(this.#kernel.buffers.length + i))
    const some = this.#b.op('i32.lt_s', 'i32', [start!, end!])
    this.#conditional(some, s.body, () => this.#loop(s, start!, end!))
  }

  #loop(s: For, start: Val, end: Val): void {
    this.#b.loop(start, end, 1, i => {
      this.#scope(s.body, () => {
        this.#env.vars.set(s.variable, i)
        this.#body(s.body)
      })
    })
    this.#env.expire(s.body)
  }

  #for(s: For): void {
    if (s.bind === 'vector' && this.#env.context === null) {
      const plan = planVector(s, this.#packed, this.#env.target.limits.registers)
      if (plan !== null) {
        this.#vectorLoop(s, plan)
        return
      }
    }
    if (this.#unrolled.has(s.variable)) this.#unroll(s, 0, s.extent)
    else this.#loop(s, this.#b.i32(0), this.#b.i32(s.extent))
  }

  #unroll(s: For, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const rewrite = substitution(new Map([[s.variable, constI32(i)]]))
      this.#body(s.body.map(inner => mapStmt(inner, rewrite)))
    }
  }

  #vectorLoop(s: For, plan: VectorPlan): void {
    const { lanes } = plan
    const unroll = this.#unrolled.has(s.variable)
    const copies = unroll ? 1 : plan.copies
    this.#openAccumulators(plan, copies)
    const stride = lanes * copies
    const covered = unroll ? 0 : Math.floor(s.extent / stride) * stride
    if (covered > stride) {
      this.#b.loop(this.#b.i32(0), this.#b.i32(covered), stride, counter => {
        this.#scope(s.body, () => this.#vectorBody(s, { ...plan, copies, counter, start: 0 }))
      })
      this.#env.expire(s.body)
    } else if (covered > 0) {
      this.#vectorBody(s, { ...plan, copies, counter: null, start: 0 })
    }
    let start = covered
    for (; start + lanes <= s.extent; start += lanes) {
      this.#vectorBody(s, { ...plan, copies: 1, counter: null, start })
    }
    this.#closeAccumulators(plan)
    this.#unroll(s, start, s.extent)
  }

  #vectorBody(s: For, context: Omit<VectorContext, 'copy' | 'variable'>): void {
    this.#env.context = { ...context, variable: s.variable, copy: 0 }
    this.#body(s.body)
    this.#env.context = null
    this.#exprs.forget()
  }

  // Accumulation over a vector loop

  #accumulator(s: SetLocal): Cell[] {
    return this.#env.accumulators.get(s.array)!.get(this.#env.constantIndex(s.index))!
  }

  #openAccumulators(plan: VectorPlan, copies: number): void {
    for (const [s, { op }] of plan.reductions) {
      const { array } = s
      const byElement = this.#env.accumulators.get(array) ?? new Map<number, Cell[]>()
      this.#env.accumulators.set(array, byElement)
      const element = this.#env.constantIndex(s.index)
      if (byElement.has(element)) continue
      const cells = Array.from({ length: copies }, () => this.#b.cell('v128'))
      byElement.set(element, cells)
      const start =
        op === 'add' || op === 'mul'
          ? this.#exprs.scalar.literal(
              array.type,
              array.type === 'i64' ? BigInt(op === 'mul' ? 1 : 0) : op === 'mul' ? 1 : 0,
            )
          : this.#env.readCell(this.#env.registers(array).copies[0]![element]!, array)
      const splat = this.#exprs.vector.splat(array.type, plan.lanes, start)
      for (const cell of cells) this.#b.assign(cell, splat)
    }
  }

  /** Brings the lanes of all copies together, by pairs, and into the array. */
  #closeAccumulators(plan: VectorPlan): void {
    const done = new Set<LocalArray>()
    for (const [{ array }, { op }] of plan.reductions) {
      if (done.has(array)) continue
      done.add(array)
      // Of operands that nothing is known of: they may be NaN.
      const e = {
        kind: 'binary',
        type: array.type,
        op,
        a: letVar('a', array.type),
        b: letVar('b', array.type),
      } as const
      for (const [element, cells] of this.#env.accumulators.get(array)!) {
        let vectors = cells.map(cell => this.#env.readCell(cell, array))
        while (vectors.length > 1)
          vectors = pairs(vectors, (a, b) => this.#exprs.vectorBinaryOn(e, plan.lanes, a, b))
        let lanes = Array.from({ length: plan.lanes }, (_, lane) =>
          this.#exprs.vector.extract(array.type, plan.lanes, vectors[0]!, lane),
        )
        while (lanes.length > 1) lanes = pairs(lanes, (a, b) => this.#exprs.scalar.binary(e, a, b))
        const cell = this.#env.registers(array).copies[0]![element]!
        this.#b.assign(cell, this.#exprs.scalar.binary(e, this.#env.readCell(cell, array), lanes[0]!))
      }
      this.#env.accumulators.delete(array)
    }
  }
}

/** Joins neighbours; an odd last one stays. */
function pairs(values: readonly Val[], join: (a: Val, b: Val) => Val): Val[] {
  const joined: Val[] = []
  for (let i = 0; i < values.length; i += 2) {
    const second = values[i + 1]
    joined.push(second === undefined ? values[i]! : join(values[i]!, second))
  }
  return joined
}

/** For each statement, the arrays allocated in the body that it is the last to use. */
function lastUses(body: readonly Stmt[]): readonly (readonly LocalArray[])[] {
  const own = new Set<LocalArray>()
  for (const s of body) if (s.kind === 'alloc' && s.array.space === 'register') own.add(s.array)
  if (own.size === 0) return []
  const last = new Map<LocalArray, number>()
  body.forEach((top, i) => {
    visitStmts([top], s => {
      if ((s.kind === 'set' || s.kind === 'alloc') && own.has(s.array)) last.set(s.array, i)
      for (const e of stmtExprs(s)) for (const { array } of getsOf(e)) if (own.has(array)) last.set(array, i)
    })
  })
  const ends: LocalArray[][] = body.map(() => [])
  for (const [array, i] of last) ends[i]!.push(array)
  return ends
}
