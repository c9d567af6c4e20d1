/**
 * Prints one kernel as a WebAssembly function: (pointer of each buffer..., scratch, gridStart, gridEnd).
 * Statements, loops and expressions are walked here; instructions are chosen by scalar-ops, vector-ops and
 * memory-ops; the function builder shares and hoists what they compute.
 */

import type { DType } from '../../ops/dtype.ts'
import { ITEM_SIZE } from '../../ops/dtype.ts'
import { add, constI32 } from '../expr.ts'
import type {
  Binary,
  Buffer,
  Expr,
  For,
  Kernel,
  Limits,
  Load,
  LocalArray,
  ScalarType,
  SetLocal,
  Stmt,
  Store,
  Var,
} from '../ir.ts'
import { buffer, KernelError, letVar, REGISTER_TYPE } from '../ir.ts'
import { factorOf, linearOf } from '../linear.ts'
import { bfloat16FromBits, bfloat16ToBits, float16FromBits, float16ToBits } from '../math/half-bits.ts'
import { lowerNode } from '../math/lower.ts'
import { mapStmt, substitute, substitution, visitStmts } from '../traverse.ts'
import { type Cell, FunctionBuilder, type Val } from './function-builder.ts'
import { type Address, MemoryOps, type ReadPoint } from './memory-ops.ts'
import type { WasmType } from './module.ts'
import { normalize } from './normalize.ts'
import { type HostImports, ScalarOps, WASM_TYPE } from './scalar-ops.ts'
import { splitBarriers } from './split-barriers.ts'
import { type Lanes, VectorOps } from './vector-ops.ts'
import { packedArrays, planVector, registerIndexVars, TYPE_LANES, type VectorPlan } from './vectorize.ts'

/** A vector loop that is being printed; `copy` and `offset` are those of the vector in work. */
interface VectorContext extends VectorPlan {
  readonly variable: Var
  /** The loop's counter, or null where it is unrolled. */
  readonly counter: Val | null
  /** Added to the counter for the first copy. */
  readonly start: number
  copy: number
}

/** Where the elements of a register array live. */
interface Registers {
  /** Lanes per cell: 1, or more where consecutive elements share a vector. */
  readonly lanes: 1 | Lanes
  /** For each copy, the cells; only arrays of a vector loop's own have several copies. */
  readonly copies: readonly (readonly Cell[])[]
}

type Mutable = LocalArray | Buffer

/** An open scope that assigns some state: its reads may not move out of it. */
interface Frame {
  readonly depth: number
  readonly assigned: ReadonlySet<Mutable>
}

/** Shared arrays lie in scratch memory, as buffers of these dtypes. */
const SHARED_DTYPE: Readonly<Record<ScalarType, DType>> = {
  bool: 'bool',
  i32: 'int32',
  i64: 'int64',
  f32: 'float32',
  f64: 'float64',
}

export interface Target {
  readonly limits: Limits
  /** Vectors of floats may use fused multiply-add, which rounds once instead of twice. */
  readonly fusedMultiplyAdd: boolean
  readonly host: HostImports
}

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
  readonly #target: Target
  readonly #parameters: readonly WasmType[]
  readonly #b: FunctionBuilder
  readonly #scalar: ScalarOps
  readonly #vector: VectorOps
  readonly #memory: MemoryOps

  readonly #vars = new Map<Var, Val>()
  /** Values of a vector loop's own varying lets, one for each copy. */
  readonly #vectorVars = new Map<Var, Val[]>()
  readonly #arrays = new Map<LocalArray, Registers>()
  readonly #shared = new Map<LocalArray, { buffer: Buffer; pointer: Val }>()
  readonly #accumulators = new Map<LocalArray, Map<number, Cell[]>>()
  readonly #versions = new Map<Buffer, number>()
  readonly #written = new Set<Buffer>()
  readonly #frames: Frame[] = []
  readonly #lowered = new Map<Expr, Expr | null>()
  /** Values within the statement in work, by node. */
  #scalars = new Map<Expr, Val>()
  #vectors = new Map<Expr, Val>()
  #context: VectorContext | null = null
  #packed: ReadonlySet<LocalArray> = new Set()
  #unrolled: ReadonlySet<Var> = new Set()
  #sharedBytes = 0
  #liveRegisters = 0

  constructor(kernel: Kernel, target: Target) {
    this.#kernel = kernel
    this.#target = target
    this.#parameters = [...kernel.buffers.map((): WasmType => 'i32'), 'i32', 'i32', 'i32']
    this.#b = new FunctionBuilder(this.#parameters)
    this.#scalar = new ScalarOps(this.#b, target.host)
    this.#vector = new VectorOps(this.#b, this.#scalar)
    this.#memory = new MemoryOps(this.#b)
  }

  print(): PrintedFunction {
    const body = normalize(splitBarriers(this.#kernel.body))
    this.#packed = packedArrays(body)
    this.#unrolled = registerIndexVars(body)
    visitStmts(body, s => {
      if (s.kind === 'store') this.#written.add(s.buffer)
    })
    const [only] = body
    if (gridExtent(this.#kernel) > 1 && only?.kind === 'for') this.#splittableGrid(only)
    else this.#body(body)
    return { parameters: this.#parameters, ...this.#b.finish() }
  }

  #fail(code: KernelError['code'], message: string): never {
    throw new KernelError(code, `${message} (kernel ${this.#kernel.name}, WebAssembly)`)
  }

  // Statements

  #body(body: readonly Stmt[]): void {
    const live = this.#liveRegisters
    for (const s of body) this.#stmt(s)
    this.#liveRegisters = live
  }

  /** Once for each copy of the vector in work, or once. */
  #eachCopy(emit: () => void): void {
    const context = this.#context
    for (let copy = 0; copy < (context?.copies ?? 1); copy++) {
      if (context !== null) context.copy = copy
      this.#forget()
      emit()
    }
  }

  #forget(): void {
    this.#scalars = new Map()
    this.#vectors = new Map()
  }

  #stmt(s: Stmt): void {
    switch (s.kind) {
      case 'for':
        this.#for(s)
        return
      case 'if':
        this.#forget()
        this.#conditional(this.#value(s.condition), s.body, () => this.#body(s.body))
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
        this.#eachCopy(() => this.#store(s))
        this.#changed(s.buffer)
        return
      case 'barrier':
        this.#fail('kernel/structure', 'a barrier outside of local loops')
    }
  }

  #let(variable: Var, value: Expr): void {
    const context = this.#context
    if (context?.varies(value)) {
      const copies = this.#vectorVars.get(variable) ?? []
      copies[context.copy] = this.#b.copy(this.#vectorValue(value))
      this.#vectorVars.set(variable, copies)
    } else {
      this.#vars.set(variable, this.#b.copy(this.#value(value)))
    }
  }

  #alloc(array: LocalArray, init: Expr | null): void {
    if (array.space === 'shared') {
      this.#allocShared(array)
      return
    }
    const context = this.#context
    const lanes = this.#packed.has(array) ? TYPE_LANES[array.type] : 1
    const vector = lanes > 1 || context !== null
    const type = vector ? 'v128' : WASM_TYPE[array.type]
    const count = Math.ceil(array.size / lanes)
    const copies = Array.from({ length: context?.copies ?? 1 }, () =>
      Array.from({ length: count }, () => this.#b.cell(type)),
    )
    this.#liveRegisters += count * copies.length
    if (this.#liveRegisters > this.#target.limits.registers) {
      const message = `${this.#liveRegisters} registers are live, the target has ${this.#target.limits.registers}`
      this.#fail('kernel/register-budget', message)
    }
    this.#arrays.set(array, { lanes, copies })
    if (init === null) return
    this.#eachCopy(() => {
      const value = vector ? this.#splatted(init) : this.#value(init)
      for (const cell of copies[context?.copy ?? 0]!) this.#b.assign(cell, value)
    })
  }

  #allocShared(array: LocalArray): void {
    const dtype = SHARED_DTYPE[array.type]
    const scratch = this.#b.parameter(this.#kernel.buffers.length)
    const pointer = this.#b.op('i32.add', 'i32', [scratch, this.#b.i32(this.#sharedBytes)])
    this.#sharedBytes += Math.ceil((array.size * ITEM_SIZE[dtype]) / 16) * 16
    const place = buffer(array.name, dtype, array.size, 'readwrite')
    this.#written.add(place)
    this.#shared.set(array, { buffer: place, pointer })
  }

  #set(s: SetLocal): void {
    const shared = this.#shared.get(s.array)
    if (shared !== undefined) {
      this.#store({ kind: 'store', buffer: shared.buffer, index: s.index, value: s.value, mask: null })
      this.#changed(shared.buffer)
      return
    }
    const context = this.#context
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
      const before = this.#readCell(cell, s.array)
      const fused = reduction.op === 'add' ? this.#fused(reduction.value, before) : null
      this.#b.assign(cell, fused ?? this.#vectorBinary(op, before, this.#splatted(reduction.value)))
      return
    }
    const { lanes, copies } = this.#registers(s.array)
    if (context !== null && (lanes === 1 || context.varies(s.index))) {
      const element = lanes === 1 ? this.#constantIndex(s.index) : this.#packedCell(s.array, s.index)
      this.#b.assign(copies[lanes === 1 ? context.copy : 0]![element]!, this.#splatted(s.value))
      return
    }
    const element = this.#constantIndex(s.index)
    const cell = copies[0]![Math.floor(element / lanes)]!
    const value = this.#value(s.value)
    if (lanes === 1) {
      this.#b.assign(cell, value)
    } else {
      const before = this.#readCell(cell, s.array)
      this.#b.assign(cell, this.#vector.replace(s.array.type, lanes, before, element % lanes, value))
    }
  }

  #registers(array: LocalArray): Registers {
    return this.#arrays.get(array) ?? this.#fail('kernel/scope', `array ${array.name} is not allocated here`)
  }

  #constantIndex(index: Expr): number {
    if (index.kind === 'const') return index.value as number
    return this.#fail('kernel/structure', 'an index of a register array is not constant after unrolling')
  }

  /** The cell of a packed array that the vector in work covers. */
  #packedCell(array: LocalArray, index: Expr): number {
    const context = this.#context!
    const first = substitute(index, new Map([[context.variable, constI32(this.#offset(context))]]))
    return this.#constantIndex(first) / TYPE_LANES[array.type]
  }

  #offset(context: VectorContext): number {
    return context.start + context.copy * context.lanes
  }

  #readCell(cell: Cell, of: Mutable): Val {
    return this.#b.read(cell, this.#assignedDepth(of))
  }

  #assignedDepth(of: Mutable): number {
    for (let i = this.#frames.length - 1; i >= 0; i--)
      if (this.#frames[i]!.assigned.has(of)) return this.#frames[i]!.depth
    return 0
  }

  #changed(buffer: Buffer): void {
    this.#versions.set(buffer, (this.#versions.get(buffer) ?? 0) + 1)
  }

  // Loops

  #conditional(condition: Val, body: readonly Stmt[], emit: () => void): void {
    this.#b.when(condition, () => this.#scope(body, emit))
    this.#expire(assignedIn(body))
  }

  /** Runs `emit` as a scope that assigns what its statements assign. */
  #scope(body: readonly Stmt[], emit: () => void): void {
    const assigned = assignedIn(body)
    this.#frames.push({ depth: this.#b.depth, assigned })
    this.#expire(assigned)
    this.#forget()
    emit()
    this.#frames.pop()
    this.#forget()
  }

  #expire(assigned: ReadonlySet<Mutable>): void {
    for (const of of assigned) {
      if ('dtype' in of) {
        this.#changed(of)
        continue
      }
      const place = this.#shared.get(of)
      if (place !== undefined) this.#changed(place.buffer)
      for (const cells of this.#arrays.get(of)?.copies ?? []) for (const cell of cells) cell.current = null
      for (const cells of this.#accumulators.get(of)?.values() ?? [])
        for (const cell of cells) cell.current = null
    }
  }

  #splittableGrid(s: For): void {
    const [start, end] = [1, 2].map(i => this.#b.parameter(this.#kernel.buffers.length + i))
    const some = this.#b.op('i32.lt_s', 'i32', [start!, end!])
    this.#conditional(some, s.body, () => this.#loop(s, start!, end!))
  }

  #loop(s: For, start: Val, end: Val): void {
    this.#b.loop(start, end, 1, i => {
      this.#scope(s.body, () => {
        this.#vars.set(s.variable, i)
        this.#body(s.body)
      })
    })
    this.#expire(assignedIn(s.body))
  }

  #for(s: For): void {
    if (s.bind === 'vector' && this.#context === null) {
      const plan = planVector(s, this.#packed, this.#target.limits.registers)
      if (plan !== null) {
        this.#vectorLoop(s, plan)
        return
      }
    }
    if (s.bind === 'unroll' || this.#unrolled.has(s.variable)) this.#unroll(s, 0, s.extent)
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
      this.#expire(assignedIn(s.body))
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
    this.#context = { ...context, variable: s.variable, copy: 0 }
    this.#body(s.body)
    this.#context = null
    this.#forget()
  }

  // Accumulation over a vector loop

  #accumulator(s: SetLocal): Cell[] {
    return this.#accumulators.get(s.array)!.get(this.#constantIndex(s.index))!
  }

  #openAccumulators(plan: VectorPlan, copies: number): void {
    for (const [s, { op }] of plan.reductions) {
      const { array } = s
      const byElement = this.#accumulators.get(array) ?? new Map<number, Cell[]>()
      this.#accumulators.set(array, byElement)
      const element = this.#constantIndex(s.index)
      if (byElement.has(element)) continue
      const cells = Array.from({ length: copies }, () => this.#b.cell('v128'))
      byElement.set(element, cells)
      const start =
        op === 'add' || op === 'mul'
          ? this.#scalar.literal(
              array.type,
              array.type === 'i64' ? BigInt(op === 'mul' ? 1 : 0) : op === 'mul' ? 1 : 0,
            )
          : this.#readCell(this.#registers(array).copies[0]![element]!, array)
      const splat = this.#vector.splat(array.type, plan.lanes, start)
      for (const cell of cells) this.#b.assign(cell, splat)
    }
  }

  /** Brings the lanes of all copies together, by pairs, and into the array. */
  #closeAccumulators(plan: VectorPlan): void {
    const done = new Set<LocalArray>()
    for (const [{ array }, { op }] of plan.reductions) {
      if (done.has(array)) continue
      done.add(array)
      const e = { kind: 'binary', type: array.type, op, a: constI32(0), b: constI32(0) } as const
      for (const [element, cells] of this.#accumulators.get(array)!) {
        let vectors = cells.map(cell => this.#readCell(cell, array))
        while (vectors.length > 1)
          vectors = pairs(vectors, (a, b) => this.#vectorBinaryOn(e, plan.lanes, a, b))
        let lanes = Array.from({ length: plan.lanes }, (_, lane) =>
          this.#vector.extract(array.type, plan.lanes, vectors[0]!, lane),
        )
        while (lanes.length > 1) lanes = pairs(lanes, (a, b) => this.#scalar.binary(e, a, b))
        const cell = this.#registers(array).copies[0]![element]!
        this.#b.assign(cell, this.#scalar.binary(e, this.#readCell(cell, array), lanes[0]!))
      }
      this.#accumulators.delete(array)
    }
  }

  // Memory

  #pointer(of: Buffer): Val {
    const index = this.#kernel.buffers.indexOf(of)
    if (index >= 0) return this.#b.parameter(index)
    for (const { buffer, pointer } of this.#shared.values()) if (buffer === of) return pointer
    return this.#fail('kernel/binding', `${of.name} is no buffer of the kernel`)
  }

  #readPoint(of: Buffer, array: LocalArray | null = null): ReadPoint {
    const condition = this.#b.conditionDepth
    if (!this.#written.has(of)) return { version: '', pinned: condition }
    const version = `v${this.#versions.get(of) ?? 0}`
    return { version, pinned: Math.max(condition, this.#assignedDepth(array ?? of)) }
  }

  #address(of: Buffer, index: Expr): Address {
    const context = this.#context
    if (context === null || !context.varies(index)) {
      return this.#memory.address(this.#pointer(of), of.dtype, index, atom => this.#value(atom))
    }
    const shifted = substitute(index, new Map([[context.variable, this.#lane(context, 0)]]))
    return this.#memory.address(this.#pointer(of), of.dtype, shifted, atom =>
      atom === context.variable ? context.counter! : this.#value(atom),
    )
  }

  /** The loop variable of one lane of the vector in work, as an expression. */
  #lane(context: VectorContext, lane: number): Expr {
    const offset = constI32(this.#offset(context) + lane)
    return context.counter === null ? offset : add(context.variable, offset)
  }

  /** True if consecutive lanes lie one after the other. */
  #isContiguous(index: Expr, context: VectorContext): boolean {
    const form = linearOf(index)
    if (factorOf(form, context.variable) !== 1) return false
    for (const { atom } of form.terms) if (atom !== context.variable && context.varies(atom)) return false
    return true
  }

  /** Index values of all lanes, as scalars. */
  #lanewise(e: Expr, context: VectorContext): Val[] {
    const all = Array.from({ length: context.lanes }, (_, lane) => lane)
    if (!context.varies(e)) return all.map(() => this.#value(e))
    if (this.#usesVectorState(e, context)) {
      const vector = this.#vectorValue(e)
      return all.map(lane => this.#vector.extract(e.type, context.lanes, vector, lane))
    }
    return all.map(lane => this.#laneValue(e, context, lane))
  }

  #laneValue(e: Expr, context: VectorContext, lane: number): Val {
    return this.#uniformly(context, substitute(e, new Map([[context.variable, this.#lane(context, lane)]])))
  }

  /** The value where the loop variable stands for the counter itself. */
  #uniformly(context: VectorContext, e: Expr): Val {
    this.#context = null
    if (context.counter !== null) this.#vars.set(context.variable, context.counter)
    const result = this.#value(e)
    this.#context = context
    return result
  }

  /** True if the expression varies by more than the loop variable: its lanes exist as vectors only. */
  #usesVectorState(e: Expr, context: VectorContext): boolean {
    const constant = substitute(e, new Map([[context.variable, constI32(0)]]))
    return context.varies(constant)
  }

  #decoded(dtype: DType, stored: Val, lanes: 1 | Lanes): Val {
    if (dtype !== 'float16' && dtype !== 'bfloat16') return stored
    const expand = dtype === 'float16' ? float16FromBits : bfloat16FromBits
    return this.#expanded(expand, 'i32', stored, lanes)
  }

  #encoded(dtype: DType, value: Val, lanes: 1 | Lanes): Val {
    if (dtype !== 'float16' && dtype !== 'bfloat16') return value
    return this.#expanded(dtype === 'float16' ? float16ToBits : bfloat16ToBits, 'f32', value, lanes)
  }

  /** Applies IR to a value that has been computed already. */
  #expanded(expand: (x: Expr) => Expr, type: ScalarType, value: Val, lanes: 1 | Lanes): Val {
    const x = letVar('x', type)
    if (lanes === 1) {
      this.#vars.set(x, value)
      const context = this.#context
      this.#context = null
      const result = this.#value(expand(x))
      this.#context = context
      return result
    }
    const context = this.#context!
    const copies: Val[] = []
    copies[context.copy] = value
    this.#vectorVars.set(x, copies)
    this.#context = { ...context, varies: e => e.kind !== 'const' }
    const result = this.#vectorValue(expand(x))
    this.#context = context
    return result
  }

  #load(e: Load, of: Buffer, array: LocalArray | null): Val {
    const at = this.#readPoint(of, array)
    const address = this.#address(of, e.index)
    if (e.mask === null || e.otherwise === null) {
      return this.#decoded(of.dtype, this.#memory.load(of.dtype, address, at), 1)
    }
    const mask = this.#value(e.mask)
    const safe = this.#memory.guarded(address, mask, this.#pointer(of))
    const loaded = this.#decoded(of.dtype, this.#memory.load(of.dtype, safe, at), 1)
    return this.#scalar.select(mask, loaded, this.#value(e.otherwise))
  }

  #vectorLoad(e: Load, of: Buffer, array: LocalArray | null): Val {
    const context = this.#context!
    const { lanes } = context
    const masked = e.mask !== null && e.otherwise !== null
    const mask = masked ? this.#splatted(e.mask) : null
    let loaded: Val
    if (this.#isContiguous(e.index, context) && this.#memory.hasVector(of.dtype, lanes)) {
      const address = this.#address(of, e.index)
      const safe =
        mask === null ? address : this.#memory.guarded(address, this.#vector.anyTrue(mask), this.#pointer(of))
      const stored = this.#memory.loadVector(of.dtype, safe, this.#readPoint(of, array))
      loaded = this.#decoded(of.dtype, stored, lanes)
    } else {
      loaded = this.#gather(e, of, array)
    }
    return mask === null || e.otherwise === null
      ? loaded
      : this.#vector.select(mask, loaded, this.#splatted(e.otherwise))
  }

  /** A vector of elements that do not lie in a row. */
  #gather(e: Load, of: Buffer, array: LocalArray | null): Val {
    const context = this.#context!
    const pointer = this.#pointer(of)
    const at = this.#readPoint(of, array)
    const masks = e.mask === null ? null : this.#lanewise(e.mask, context)
    const addresses = this.#laneAddresses(of, e.index, context)
    const elements = addresses.map((address, lane) => {
      const safe = masks === null ? address : this.#memory.guarded(address, masks[lane]!, pointer)
      return this.#memory.load(of.dtype, safe, at)
    })
    const half = of.dtype === 'float16' || of.dtype === 'bfloat16'
    const stored = this.#vector.assemble(half ? 'i32' : e.type, context.lanes, elements)
    return this.#decoded(of.dtype, stored, context.lanes)
  }

  #laneAddresses(of: Buffer, index: Expr, context: VectorContext): Address[] {
    const pointer = this.#pointer(of)
    if (this.#usesVectorState(index, context)) {
      return this.#lanewise(index, context).map(at => {
        const name = letVar('at', 'i32')
        return this.#memory.address(pointer, of.dtype, name, () => at)
      })
    }
    return Array.from({ length: context.lanes }, (_, lane) => {
      const at = substitute(index, new Map([[context.variable, this.#lane(context, lane)]]))
      return this.#memory.address(pointer, of.dtype, at, atom => this.#uniformly(context, atom))
    })
  }

  #store(s: Store): void {
    const context = this.#context
    const { dtype } = s.buffer
    if (
      context === null ||
      !(context.varies(s.index) || context.varies(s.value) || (s.mask && context.varies(s.mask)))
    ) {
      const value = this.#encoded(dtype, this.#value(s.value), 1)
      const address = this.#address(s.buffer, s.index)
      const write = () => this.#memory.store(dtype, address, value)
      if (s.mask === null) write()
      else this.#b.when(this.#value(s.mask), write)
      return
    }
    const { lanes } = context
    const value = this.#encoded(dtype, this.#splatted(s.value), lanes)
    const uniformMask = s.mask === null || !context.varies(s.mask)
    if (uniformMask && this.#isContiguous(s.index, context) && this.#memory.hasVector(dtype, lanes)) {
      const address = this.#address(s.buffer, s.index)
      const write = () => this.#memory.storeVector(dtype, address, value)
      if (s.mask === null) write()
      else this.#b.when(this.#value(s.mask), write)
      return
    }
    const masks = s.mask === null ? null : this.#lanewise(s.mask, context)
    const half = dtype === 'float16' || dtype === 'bfloat16'
    const type = half ? 'i32' : REGISTER_TYPE[dtype]
    this.#laneAddresses(s.buffer, s.index, context).forEach((address, lane) => {
      const element = this.#vector.extract(type, lanes, value, lane)
      const write = () => this.#memory.store(dtype, address, element)
      if (masks === null) write()
      else this.#b.when(masks[lane]!, write)
    })
  }

  // Expressions

  #simpler(e: Expr): Expr | null {
    let simpler = this.#lowered.get(e)
    if (simpler === undefined) {
      simpler = lowerNode(e)
      this.#lowered.set(e, simpler)
    }
    return simpler
  }

  /** The value of an expression that is the same in all lanes. */
  #value(e: Expr): Val {
    let val = this.#scalars.get(e)
    if (val === undefined) {
      const simpler = this.#simpler(e)
      val = simpler === null ? this.#scalarNode(e) : this.#value(simpler)
      this.#scalars.set(e, val)
    }
    return val
  }

  #scalarNode(e: Expr): Val {
    switch (e.kind) {
      case 'const':
        return this.#scalar.literal(e.type, e.value)
      case 'var':
        return this.#vars.get(e) ?? this.#fail('kernel/scope', `${e.name} is not defined here`)
      case 'load':
        return this.#load(e, e.buffer, null)
      case 'get': {
        const shared = this.#shared.get(e.array)
        if (shared !== undefined) return this.#load(loadOf(shared.buffer, e.index), shared.buffer, e.array)
        const { lanes, copies } = this.#registers(e.array)
        const element = this.#constantIndex(e.index)
        const cell = this.#readCell(copies[0]![Math.floor(element / lanes)]!, e.array)
        return lanes === 1 ? cell : this.#vector.extract(e.type, lanes, cell, element % lanes)
      }
      case 'unary':
        return this.#scalar.unary(e, this.#value(e.a))
      case 'binary':
        return this.#scalar.binary(e, this.#value(e.a), this.#value(e.b))
      case 'compare':
        return this.#scalar.compare(e.op, e.a.type, this.#value(e.a), this.#value(e.b))
      case 'select':
        return this.#scalar.select(this.#value(e.condition), this.#value(e.yes), this.#value(e.no))
      case 'cast':
        return this.#scalar.cast(e, this.#value(e.a))
      case 'bitcast':
        return this.#scalar.bitcast(e.a.type, this.#value(e.a))
    }
  }

  /** A value in all lanes, whether it varies or not. */
  #splatted(e: Expr): Val {
    const context = this.#context
    if (context === null) return this.#vector.splat(e.type, TYPE_LANES[e.type], this.#value(e))
    if (context.varies(e)) return this.#vectorValue(e)
    return this.#loadSplat(e) ?? this.#vector.splat(e.type, context.lanes, this.#value(e))
  }

  /** A uniform element straight into all lanes, which is one instruction. */
  #loadSplat(e: Expr): Val | null {
    if (e.kind !== 'load' || e.mask !== null || e.type === 'bool') return null
    const { dtype } = e.buffer
    const size = ITEM_SIZE[dtype]
    if (size < 4) return null
    return this.#memory.loadSplat(size, this.#address(e.buffer, e.index), this.#readPoint(e.buffer))
  }

  #vectorValue(e: Expr): Val {
    let val = this.#vectors.get(e)
    if (val === undefined) {
      const simpler = this.#simpler(e)
      val = simpler === null ? this.#vectorNode(e) : this.#splatted(simpler)
      this.#vectors.set(e, val)
    }
    return val
  }

  #vectorNode(e: Expr): Val {
    const context = this.#context!
    switch (e.kind) {
      case 'const':
        return this.#splatted(e)
      case 'var':
        return e === context.variable ? this.#ramp(context) : this.#vectorVars.get(e)![context.copy]!
      case 'load':
        return this.#vectorLoad(e, e.buffer, null)
      case 'get': {
        const shared = this.#shared.get(e.array)
        if (shared !== undefined)
          return this.#vectorLoad(loadOf(shared.buffer, e.index), shared.buffer, e.array)
        const { lanes: packing, copies } = this.#registers(e.array)
        if (packing === 1)
          return this.#readCell(copies[context.copy]![this.#constantIndex(e.index)]!, e.array)
        return this.#readCell(copies[0]![this.#packedCell(e.array, e.index)]!, e.array)
      }
      case 'unary': {
        const a = this.#splatted(e.a)
        return (
          this.#vector.unary(e, a) ?? this.#byLane(e.type, [e.a], [a], ([x]) => this.#scalar.unary(e, x!))
        )
      }
      case 'binary': {
        const b = this.#splatted(e.b)
        const fused = e.op === 'add' ? (this.#fused(e.a, b) ?? this.#fused(e.b, this.#splatted(e.a))) : null
        return fused ?? this.#vectorBinary(e, this.#splatted(e.a), b)
      }
      case 'compare': {
        const [a, b] = [this.#splatted(e.a), this.#splatted(e.b)]
        const type = e.a.type
        return (
          this.#vector.compare(e.op, type, a, b) ??
          this.#byLane('bool', [e.a, e.b], [a, b], ([x, y]) => this.#scalar.compare(e.op, type, x!, y!))
        )
      }
      case 'select': {
        const [yes, no] = [this.#splatted(e.yes), this.#splatted(e.no)]
        return this.#vector.select(this.#splatted(e.condition), yes, no)
      }
      case 'cast': {
        const a = this.#splatted(e.a)
        return this.#vector.cast(e, a) ?? this.#byLane(e.type, [e.a], [a], ([x]) => this.#scalar.cast(e, x!))
      }
      case 'bitcast':
        return this.#splatted(e.a)
    }
  }

  /** product + addend in one instruction, if the target may and the expression is a product of floats. */
  #fused(product: Expr, addend: Val): Val | null {
    if (!this.#target.fusedMultiplyAdd || product.kind !== 'binary' || product.op !== 'mul') return null
    if (product.type !== 'f32' && product.type !== 'f64') return null
    const opcode = product.type === 'f32' ? 'f32x4.relaxed_madd' : 'f64x2.relaxed_madd'
    return this.#b.op(opcode, 'v128', [this.#splatted(product.a), this.#splatted(product.b), addend])
  }

  #vectorBinary(e: Binary, a: Val, b: Val): Val {
    return this.#vectorBinaryOn(e, this.#context!.lanes, a, b)
  }

  #vectorBinaryOn(e: Binary, lanes: Lanes, a: Val, b: Val): Val {
    const whole = this.#vector.binary(e, a, b)
    if (whole !== null) return whole
    const split = (v: Val, lane: number) => this.#vector.extract(e.type, lanes, v, lane)
    const values = Array.from({ length: lanes }, (_, l) => this.#scalar.binary(e, split(a, l), split(b, l)))
    return this.#vector.assemble(e.type, lanes, values)
  }

  /** An operation without a vector instruction: lane by lane. */
  #byLane(type: ScalarType, of: readonly Expr[], vectors: readonly Val[], apply: (lane: Val[]) => Val): Val {
    const { lanes } = this.#context!
    const values = Array.from({ length: lanes }, (_, lane) =>
      apply(vectors.map((v, i) => this.#vector.extract(of[i]!.type, lanes, v, lane))),
    )
    return this.#vector.assemble(type, lanes, values)
  }

  /** The loop variable in each lane: n, n + 1, ... */
  #ramp(context: VectorContext): Val {
    const steps = Array.from({ length: context.lanes }, (_, lane) =>
      this.#b.i32(this.#offset(context) + lane),
    )
    const ramp = this.#vector.assemble('i32', context.lanes, steps)
    if (context.counter === null) return ramp
    return this.#b.op('i32x4.add', 'v128', [this.#vector.splat('i32', context.lanes, context.counter), ramp])
  }
}

function loadOf(from: Buffer, index: Expr): Load {
  return { kind: 'load', type: REGISTER_TYPE[from.dtype], buffer: from, index, mask: null, otherwise: null }
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

const assignedCache = new WeakMap<readonly Stmt[], ReadonlySet<Mutable>>()

/** Arrays and buffers that the statements assign, at any depth. */
function assignedIn(body: readonly Stmt[]): ReadonlySet<Mutable> {
  let assigned = assignedCache.get(body)
  if (assigned === undefined) {
    const found = new Set<Mutable>()
    visitStmts(body, s => {
      if (s.kind === 'store') found.add(s.buffer)
      if (s.kind === 'set' || s.kind === 'alloc') found.add(s.array)
    })
    assigned = found
    assignedCache.set(body, assigned)
  }
  return assigned
}
