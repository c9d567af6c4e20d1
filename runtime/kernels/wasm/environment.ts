/**
 * What is in scope while a kernel is printed: values of variables, places of arrays, and which state the open
 * scopes change, so that nothing is read from before a change. Statements and expressions share it.
 */

import type { DType } from '../../ops/dtype.ts'
import { ITEM_SIZE } from '../../ops/dtype.ts'
import { constI32 } from '../expr.ts'
import type { Buffer, Expr, Kernel, Limits, LocalArray, ScalarType, Stmt, Var } from '../ir.ts'
import { buffer, KernelError } from '../ir.ts'
import { substitute, visitStmts } from '../traverse.ts'
import type { Cell, FunctionBuilder, Val } from './function-builder.ts'
import type { ReadPoint } from './memory-ops.ts'
import type { HostImports } from './scalar-ops.ts'
import type { Lanes } from './vector-ops.ts'
import { TYPE_LANES, type VectorPlan } from './vectorize.ts'

/** What the printed code may use. */
export interface Target {
  readonly limits: Limits
  /** Vectors of floats may use fused multiply-add, which rounds once instead of twice. */
  readonly fusedMultiplyAdd: boolean
  readonly host: HostImports
}

/** A vector loop that is being printed; `copy` is that of the vector in work. */
export interface VectorContext extends VectorPlan {
  readonly variable: Var
  /** The loop's counter, or null where it is unrolled. */
  readonly counter: Val | null
  /** Added to the counter for the first copy. */
  readonly start: number
  copy: number
}

/** Where the elements of a register array live. */
export interface Registers {
  /** Lanes per cell: 1, or more where consecutive elements share a vector. */
  readonly lanes: 1 | Lanes
  /** For each copy, the cells; only arrays of a vector loop's own have several copies. */
  readonly copies: readonly (readonly Cell[])[]
}

/** State that statements change. */
export type Mutable = LocalArray | Buffer

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

export class Environment {
  readonly kernel: Kernel
  readonly target: Target
  readonly b: FunctionBuilder
  readonly vars = new Map<Var, Val>()
  /** Values of a vector loop's own varying lets, one for each copy. */
  readonly vectorVars = new Map<Var, Val[]>()
  readonly arrays = new Map<LocalArray, Registers>()
  readonly shared = new Map<LocalArray, { buffer: Buffer; pointer: Val }>()
  /** Vectors that stand for an array's elements while a vector loop accumulates into them. */
  readonly accumulators = new Map<LocalArray, Map<number, Cell[]>>()
  /** The vector loop in work. */
  context: VectorContext | null = null
  readonly #versions = new Map<Buffer, number>()
  readonly #written = new Set<Buffer>()
  readonly #frames: Frame[] = []
  #sharedBytes = 0

  constructor(kernel: Kernel, target: Target, b: FunctionBuilder) {
    this.kernel = kernel
    this.target = target
    this.b = b
    visitStmts(kernel.body, s => {
      if (s.kind === 'store') this.#written.add(s.buffer)
    })
  }

  fail(code: KernelError['code'], message: string): never {
    throw new KernelError(code, `${message} (kernel ${this.kernel.name}, WebAssembly)`)
  }

  allocShared(array: LocalArray): void {
    const dtype = SHARED_DTYPE[array.type]
    const scratch = this.b.parameter(this.kernel.buffers.length)
    const pointer = this.b.op('i32.add', 'i32', [scratch, this.b.i32(this.#sharedBytes)])
    this.#sharedBytes += Math.ceil((array.size * ITEM_SIZE[dtype]) / 16) * 16
    const place = buffer(array.name, dtype, array.size, 'readwrite')
    this.#written.add(place)
    this.shared.set(array, { buffer: place, pointer })
  }

  registers(array: LocalArray): Registers {
    return this.arrays.get(array) ?? this.fail('kernel/scope', `array ${array.name} is not allocated here`)
  }

  constantIndex(index: Expr): number {
    if (index.kind === 'const') return index.value as number
    return this.fail('kernel/structure', 'an index of a register array is not constant after unrolling')
  }

  /** The cell of a packed array that the vector in work covers. */
  packedCell(array: LocalArray, index: Expr): number {
    const context = this.context!
    const first = substitute(index, new Map([[context.variable, constI32(this.offset(context))]]))
    return this.constantIndex(first) / TYPE_LANES[array.type]
  }

  offset(context: VectorContext): number {
    return context.start + context.copy * context.lanes
  }

  readCell(cell: Cell, of: Mutable): Val {
    return this.b.read(cell, this.#assignedDepth(of))
  }

  #assignedDepth(of: Mutable): number {
    for (let i = this.#frames.length - 1; i >= 0; i--)
      if (this.#frames[i]!.assigned.has(of)) return this.#frames[i]!.depth
    return 0
  }

  changed(buffer: Buffer): void {
    this.#versions.set(buffer, (this.#versions.get(buffer) ?? 0) + 1)
  }

  /** Runs `emit` as a scope that assigns what its statements assign. */
  scope(body: readonly Stmt[], emit: () => void): void {
    const assigned = assignedIn(body)
    this.#frames.push({ depth: this.b.depth, assigned })
    this.#expireAll(assigned)
    emit()
    this.#frames.pop()
  }

  /** Forgets what was known of the state that the statements assign. */
  expire(body: readonly Stmt[]): void {
    this.#expireAll(assignedIn(body))
  }

  #expireAll(assigned: ReadonlySet<Mutable>): void {
    for (const of of assigned) {
      if ('dtype' in of) {
        this.changed(of)
        continue
      }
      const place = this.shared.get(of)
      if (place !== undefined) this.changed(place.buffer)
      for (const cells of this.arrays.get(of)?.copies ?? []) for (const cell of cells) cell.current = null
      for (const cells of this.accumulators.get(of)?.values() ?? [])
        for (const cell of cells) cell.current = null
    }
  }

  pointer(of: Buffer): Val {
    const index = this.kernel.buffers.indexOf(of)
    if (index >= 0) return this.b.parameter(index)
    for (const { buffer, pointer } of this.shared.values()) if (buffer === of) return pointer
    return this.fail('kernel/binding', `${of.name} is no buffer of the kernel`)
  }

  readPoint(of: Buffer, array: LocalArray | null = null): ReadPoint {
    const condition = this.b.conditionDepth
    if (!this.#written.has(of)) return { version: '', pinned: condition }
    const version = `v${this.#versions.get(of) ?? 0}`
    return { version, pinned: Math.max(condition, this.#assignedDepth(array ?? of)) }
  }
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
