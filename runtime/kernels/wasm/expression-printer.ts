/**
 * Prints expressions: as one value where all lanes agree, as vectors where they differ. What has no vector instruction
 * is done lane by lane.
 */

import type { Binary, Buffer, Expr, Load, ScalarType, Store } from '../ir.ts'
import { REGISTER_TYPE } from '../ir.ts'
import { lowerNode, lowerRarely } from '../math/lower.ts'
import type { Rarely } from '../math/rarely.ts'
import { ElementAccess, type Values } from './element-access.ts'
import type { Environment, VectorContext } from './environment.ts'
import type { Val } from './function-builder.ts'
import type { WasmType } from './module.ts'
import { ScalarOps, WASM_TYPE } from './scalar-ops.ts'
import { type Lanes, VectorOps } from './vector-ops.ts'
import { TYPE_LANES } from './vectorize.ts'

export class ExpressionPrinter implements Values {
  readonly scalar: ScalarOps
  readonly vector: VectorOps
  readonly #env: Environment
  readonly #access: ElementAccess
  readonly #lowered = new Map<Expr, Expr | null>()
  readonly #rare = new Map<Expr, Rarely | null>()
  /** Values within the statement in work, by node. */
  #scalars = new Map<Expr, Val>()
  #vectors = new Map<Expr, Val>()

  constructor(env: Environment) {
    this.#env = env
    this.scalar = new ScalarOps(env.b, env.target.host)
    this.vector = new VectorOps(env.b, this.scalar)
    this.#access = new ElementAccess(env, this, this.scalar, this.vector)
  }

  /** Forgets the values of the last statement: state may have changed since. */
  forget(): void {
    this.#scalars = new Map()
    this.#vectors = new Map()
  }

  store(s: Store): void {
    this.#access.store(s)
  }

  #simpler(e: Expr): Expr | null {
    let simpler = this.#lowered.get(e)
    if (simpler === undefined) {
      simpler = lowerNode(e)
      this.#lowered.set(e, simpler)
    }
    return simpler
  }

  /** The value of an expression that is the same in all lanes. */
  value(e: Expr): Val {
    let val = this.#scalars.get(e)
    if (val === undefined) {
      const rare = this.#rarely(e)
      const simpler = rare === null ? this.#simpler(e) : null
      if (rare !== null) val = this.#branch(rare, WASM_TYPE[e.type], false)
      else val = simpler === null ? this.#scalarNode(e) : this.value(simpler)
      this.#scalars.set(e, val)
    }
    return val
  }

  #rarely(e: Expr): Rarely | null {
    let rare = this.#rare.get(e)
    if (rare === undefined) {
      rare = lowerRarely(e)
      this.#rare.set(e, rare)
    }
    return rare
  }

  /** A value with a part that is hardly ever needed: computed under a branch, if any lane needs it. */
  #branch({ when, rarely, usually }: Rarely, type: WasmType, vector: boolean): Val {
    const { b } = this.#env
    const print = (e: Expr): Val => (vector ? this.splatted(e) : this.value(e))
    const [condition, usual] = [print(when), print(usually)]
    const cell = b.cell(type)
    b.assign(cell, usual)
    // What is computed inside the branch is not there after it.
    const [scalars, vectors] = [new Map(this.#scalars), new Map(this.#vectors)]
    b.when(
      vector ? this.vector.anyTrue(condition) : condition,
      () => {
        const value = print(rarely)
        b.assign(cell, vector ? this.vector.select(condition, value, usual) : value)
      },
      true,
    )
    this.#scalars = scalars
    this.#vectors = vectors
    return b.copy(b.read(cell, b.depth))
  }

  #scalarNode(e: Expr): Val {
    switch (e.kind) {
      case 'const':
        return this.scalar.literal(e.type, e.value)
      case 'var':
        return this.#env.vars.get(e) ?? this.#env.fail('kernel/scope', `${e.name} is not defined here`)
      case 'load':
        return this.#access.load(e, e.buffer, null)
      case 'get': {
        const shared = this.#env.shared.get(e.array)
        if (shared !== undefined)
          return this.#access.load(loadOf(shared.buffer, e.index), shared.buffer, e.array)
        const { lanes, copies } = this.#env.registers(e.array)
        const element = this.#env.constantIndex(e.index)
        const cell = this.#env.readCell(copies[0]![Math.floor(element / lanes)]!, e.array)
        return lanes === 1 ? cell : this.vector.extract(e.type, lanes, cell, element % lanes)
      }
      case 'unary':
        return this.scalar.unary(e, this.value(e.a))
      case 'binary':
        return this.scalar.binary(e, this.value(e.a), this.value(e.b))
      case 'compare':
        return this.scalar.compare(e.op, e.a.type, this.value(e.a), this.value(e.b))
      case 'select':
        return this.scalar.select(this.value(e.condition), this.value(e.yes), this.value(e.no))
      case 'cast':
        return this.scalar.cast(e, this.value(e.a))
      case 'bitcast':
        return this.scalar.bitcast(e.a.type, this.value(e.a))
    }
  }

  /** A value in all lanes, whether it varies or not. */
  splatted(e: Expr): Val {
    const context = this.#env.context
    if (context === null) return this.vector.splat(e.type, TYPE_LANES[e.type], this.value(e))
    if (context.varies(e)) return this.vectorValue(e)
    return this.#access.loadSplat(e) ?? this.vector.splat(e.type, context.lanes, this.value(e))
  }

  vectorValue(e: Expr): Val {
    let val = this.#vectors.get(e)
    if (val === undefined) {
      const rare = this.#rarely(e)
      const simpler = rare === null ? this.#simpler(e) : null
      if (rare !== null) val = this.#branch(rare, 'v128', true)
      else val = simpler === null ? this.#vectorNode(e) : this.splatted(simpler)
      this.#vectors.set(e, val)
    }
    return val
  }

  #vectorNode(e: Expr): Val {
    const context = this.#env.context!
    switch (e.kind) {
      case 'const':
        return this.splatted(e)
      case 'var':
        return e === context.variable ? this.#ramp(context) : this.#env.vectorVars.get(e)![context.copy]!
      case 'load':
        return this.#access.vectorLoad(e, e.buffer, null)
      case 'get': {
        const shared = this.#env.shared.get(e.array)
        if (shared !== undefined)
          return this.#access.vectorLoad(loadOf(shared.buffer, e.index), shared.buffer, e.array)
        const { lanes: packing, copies } = this.#env.registers(e.array)
        if (packing === 1)
          return this.#env.readCell(copies[context.copy]![this.#env.constantIndex(e.index)]!, e.array)
        return this.#env.readCell(copies[0]![this.#env.packedCell(e.array, e.index)]!, e.array)
      }
      case 'unary': {
        const a = this.splatted(e.a)
        return this.vector.unary(e, a) ?? this.#byLane(e.type, [e.a], [a], ([x]) => this.scalar.unary(e, x!))
      }
      case 'binary': {
        const b = this.splatted(e.b)
        const fused = e.op === 'add' ? (this.fused(e.a, b) ?? this.fused(e.b, this.splatted(e.a))) : null
        return fused ?? this.vectorBinary(e, this.splatted(e.a), b)
      }
      case 'compare': {
        const [a, b] = [this.splatted(e.a), this.splatted(e.b)]
        const type = e.a.type
        return (
          this.vector.compare(e.op, type, a, b) ??
          this.#byLane('bool', [e.a, e.b], [a, b], ([x, y]) => this.scalar.compare(e.op, type, x!, y!))
        )
      }
      case 'select': {
        const [yes, no] = [this.splatted(e.yes), this.splatted(e.no)]
        return this.vector.select(this.splatted(e.condition), yes, no)
      }
      case 'cast': {
        const a = this.splatted(e.a)
        return this.vector.cast(e, a) ?? this.#byLane(e.type, [e.a], [a], ([x]) => this.scalar.cast(e, x!))
      }
      case 'bitcast':
        return this.splatted(e.a)
    }
  }

  /** product + addend in one instruction, if the target may and the expression is a product of floats. */
  fused(product: Expr, addend: Val): Val | null {
    if (!this.#env.target.fusedMultiplyAdd || product.kind !== 'binary' || product.op !== 'mul') return null
    if (product.type !== 'f32' && product.type !== 'f64') return null
    const opcode = product.type === 'f32' ? 'f32x4.relaxed_madd' : 'f64x2.relaxed_madd'
    return this.#env.b.op(opcode, 'v128', [this.splatted(product.a), this.splatted(product.b), addend])
  }

  vectorBinary(e: Binary, a: Val, b: Val): Val {
    return this.vectorBinaryOn(e, this.#env.context!.lanes, a, b)
  }

  vectorBinaryOn(e: Binary, lanes: Lanes, a: Val, b: Val): Val {
    const whole = this.vector.binary(e, a, b)
    if (whole !== null) return whole
    const split = (v: Val, lane: number) => this.vector.extract(e.type, lanes, v, lane)
    const values = Array.from({ length: lanes }, (_, l) => this.scalar.binary(e, split(a, l), split(b, l)))
    return this.vector.assemble(e.type, lanes, values)
  }

  /** An operation without a vector instruction: lane by lane. */
  #byLane(type: ScalarType, of: readonly Expr[], vectors: readonly Val[], apply: (lane: Val[]) => Val): Val {
    const { lanes } = this.#env.context!
    const values = Array.from({ length: lanes }, (_, lane) =>
      apply(vectors.map((v, i) => this.vector.extract(of[i]!.type, lanes, v, lane))),
    )
    return this.vector.assemble(type, lanes, values)
  }

  /** The loop variable in each lane: n, n + 1, ... */
  #ramp(context: VectorContext): Val {
    const steps = Array.from({ length: context.lanes }, (_, lane) =>
      this.#env.b.i32(this.#env.offset(context) + lane),
    )
    const ramp = this.vector.assemble('i32', context.lanes, steps)
    if (context.counter === null) return ramp
    return this.#env.b.op('i32x4.add', 'v128', [
      this.vector.splat('i32', context.lanes, context.counter),
      ramp,
    ])
  }
}

function loadOf(from: Buffer, index: Expr): Load {
  return { kind: 'load', type: REGISTER_TYPE[from.dtype], buffer: from, index, mask: null, otherwise: null }
}
