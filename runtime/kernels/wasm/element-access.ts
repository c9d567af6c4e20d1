/**
 * Elements of buffers and shared arrays as values: which instruction reads or writes them depends on how the index
 * changes along a vector loop.
 */

import type { DType } from '../../ops/dtype.ts'
import { ITEM_SIZE } from '../../ops/dtype.ts'
import { add, constI32, isConst } from '../expr.ts'
import type { Buffer, Expr, Load, LocalArray, ScalarType, Store, Var } from '../ir.ts'
import { letVar, REGISTER_TYPE } from '../ir.ts'
import { factorOf, linearOf } from '../linear.ts'
import { bfloat16FromBits, bfloat16ToBits, float16FromBits, float16ToBits } from '../math/half-bits.ts'
import { operands, substitution } from '../traverse.ts'
import type { Environment, VectorContext } from './environment.ts'
import type { Val } from './function-builder.ts'
import { type Address, MemoryOps } from './memory-ops.ts'
import type { ScalarOps } from './scalar-ops.ts'
import type { Lanes, VectorOps } from './vector-ops.ts'

/** Computes expressions; the counterpart of this file. */
export interface Values {
  /** The value of an expression that is the same in all lanes. */
  value(e: Expr): Val
  /** A value in all lanes, whether it varies or not. */
  splatted(e: Expr): Val
  /** A value that varies along the vector loop in work. */
  vectorValue(e: Expr): Val
}

export class ElementAccess {
  readonly #env: Environment
  readonly #values: Values
  readonly #scalar: ScalarOps
  readonly #vector: VectorOps
  readonly #memory: MemoryOps
  /** Substitutions of the present loop variable: what several statements share is rewritten once. */
  readonly #rewriters = new Map<string, (e: Expr) => Expr>()
  #rewriterVariable: Var | null = null

  constructor(env: Environment, values: Values, scalar: ScalarOps, vector: VectorOps) {
    this.#env = env
    this.#values = values
    this.#scalar = scalar
    this.#vector = vector
    this.#memory = new MemoryOps(env.b)
  }

  #address(of: Buffer, index: Expr): Address {
    const context = this.#env.context
    if (context === null || !context.varies(index)) {
      return this.#memory.address(this.#env.pointer(of), of.dtype, index, atom => this.#values.value(atom))
    }
    const shifted = this.#atLane(index, context, 0)
    return this.#memory.address(this.#env.pointer(of), of.dtype, shifted, atom =>
      atom === context.variable ? context.counter! : this.#values.value(atom),
    )
  }

  /** The expression in one lane of the vector in work. */
  #atLane(e: Expr, context: VectorContext, lane: number): Expr {
    const { variable } = context
    if (this.#rewriterVariable !== variable) {
      this.#rewriterVariable = variable
      this.#rewriters.clear()
    }
    const offset = this.#env.offset(context) + lane
    const key = context.counter === null ? `${offset}` : `+${offset}`
    let rewrite = this.#rewriters.get(key)
    if (rewrite === undefined) {
      const value = context.counter === null ? constI32(offset) : add(variable, constI32(offset))
      rewrite = substitution(new Map([[variable, value]]))
      this.#rewriters.set(key, rewrite)
    }
    return rewrite(e)
  }

  /** True if consecutive lanes lie `step` elements apart. */
  #isStrided(index: Expr, context: VectorContext, step: number): boolean {
    const form = linearOf(index)
    if (factorOf(form, context.variable) !== step) return false
    for (const { atom } of form.terms) if (atom !== context.variable && context.varies(atom)) return false
    return true
  }

  #isContiguous(index: Expr, context: VectorContext): boolean {
    return this.#isStrided(index, context, 1)
  }

  /** Index values of all lanes, as scalars. */
  #lanewise(e: Expr, context: VectorContext): Val[] {
    const all = Array.from({ length: context.lanes }, (_, lane) => lane)
    if (!context.varies(e)) return all.map(() => this.#values.value(e))
    if (this.#usesVectorState(e, context)) {
      const vector = this.#values.vectorValue(e)
      return all.map(lane => this.#vector.extract(e.type, context.lanes, vector, lane))
    }
    return all.map(lane => this.#laneValue(e, context, lane))
  }

  #laneValue(e: Expr, context: VectorContext, lane: number): Val {
    return this.#uniformly(context, this.#atLane(e, context, lane))
  }

  /** The value where the loop variable stands for the counter itself. */
  #uniformly(context: VectorContext, e: Expr): Val {
    this.#env.context = null
    if (context.counter !== null) this.#env.vars.set(context.variable, context.counter)
    const result = this.#values.value(e)
    this.#env.context = context
    return result
  }

  /** True if the expression varies by more than the loop variable: its lanes exist as vectors only. */
  #usesVectorState(e: Expr, context: VectorContext): boolean {
    return variesBesides(e, context)
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
      this.#env.vars.set(x, value)
      const context = this.#env.context
      this.#env.context = null
      const result = this.#values.value(expand(x))
      this.#env.context = context
      return result
    }
    const context = this.#env.context!
    const copies: Val[] = []
    copies[context.copy] = value
    this.#env.vectorVars.set(x, copies)
    this.#env.context = { ...context, varies: e => e.kind !== 'const' }
    const result = this.#values.vectorValue(expand(x))
    this.#env.context = context
    return result
  }

  load(e: Load, of: Buffer, array: LocalArray | null): Val {
    const at = this.#env.readPoint(of, array)
    const address = this.#address(of, e.index)
    if (e.mask === null || e.otherwise === null) {
      return this.#decoded(of.dtype, this.#memory.load(of.dtype, address, at), 1)
    }
    const mask = this.#values.value(e.mask)
    const safe = this.#memory.guarded(address, mask, this.#env.pointer(of))
    const loaded = this.#decoded(of.dtype, this.#memory.load(of.dtype, safe, at), 1)
    return this.#scalar.select(mask, loaded, this.#values.value(e.otherwise))
  }

  vectorLoad(e: Load, of: Buffer, array: LocalArray | null): Val {
    const context = this.#env.context!
    const { lanes } = context
    const masked = e.mask !== null && e.otherwise !== null
    const mask = masked ? this.#values.splatted(e.mask) : null
    /** Where any lane is needed; else the buffer's start, which can be read in any case. */
    const from = (): Address => {
      const address = this.#address(of, e.index)
      if (mask === null) return address
      const needed = context.varies(e.mask!) ? this.#vector.anyTrue(mask) : this.#values.value(e.mask!)
      return this.#memory.guarded(address, needed, this.#env.pointer(of))
    }
    let loaded: Val
    if (this.#isContiguous(e.index, context) && this.#memory.hasVector(of.dtype, lanes)) {
      const stored = this.#memory.loadVector(of.dtype, from(), this.#env.readPoint(of, array))
      loaded = this.#decoded(of.dtype, stored, lanes)
    } else if (lanes === 4 && ITEM_SIZE[of.dtype] === 4 && this.#isStrided(e.index, context, 2)) {
      loaded = this.#memory.loadEverySecond(of.dtype, from(), this.#env.readPoint(of, array))
    } else {
      loaded = (masked ? null : this.#repeated(e.index, of, array)) ?? this.#gather(e, of, array)
    }
    return mask === null || e.otherwise === null
      ? loaded
      : this.#vector.select(mask, loaded, this.#values.splatted(e.otherwise))
  }

  /** A vector of elements each of which several lanes share, as where an image is enlarged; null if it is none. */
  #repeated(index: Expr, of: Buffer, array: LocalArray | null): Val | null {
    const context = this.#env.context!
    const { lanes, variable } = context
    if (lanes !== 4 || ITEM_SIZE[of.dtype] !== 4 || this.#env.offset(context) % lanes !== 0) return null
    const [shared, ...others] = linearOf(index).terms.filter(({ atom }) => context.varies(atom))
    if (shared === undefined || others.length > 0 || shared.factor !== 1) return null
    const { atom } = shared
    if (atom.kind !== 'binary' || atom.op !== 'floordiv' || atom.a !== variable || !isConst(atom.b))
      return null
    const times = Number(atom.b.value)
    const at = this.#env.readPoint(of, array)
    if (times === 2) return this.#memory.loadEachTwice(this.#laneAddress(of, index, context, 0), at)
    return times % lanes === 0
      ? this.#memory.loadSplat(4, this.#laneAddress(of, index, context, 0), at)
      : null
  }

  /** A vector of elements that do not lie in a row. */
  #gather(e: Load, of: Buffer, array: LocalArray | null): Val {
    const context = this.#env.context!
    const pointer = this.#env.pointer(of)
    const at = this.#env.readPoint(of, array)
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
    const pointer = this.#env.pointer(of)
    if (this.#usesVectorState(index, context)) {
      return this.#lanewise(index, context).map(at => {
        const name = letVar('at', 'i32')
        return this.#memory.address(pointer, of.dtype, name, () => at)
      })
    }
    return Array.from({ length: context.lanes }, (_, lane) => this.#laneAddress(of, index, context, lane))
  }

  #laneAddress(of: Buffer, index: Expr, context: VectorContext, lane: number): Address {
    const at = this.#atLane(index, context, lane)
    return this.#memory.address(this.#env.pointer(of), of.dtype, at, atom => this.#uniformly(context, atom))
  }

  store(s: Store): void {
    const context = this.#env.context
    const { dtype } = s.buffer
    if (
      context === null ||
      !(context.varies(s.index) || context.varies(s.value) || (s.mask && context.varies(s.mask)))
    ) {
      const value = this.#encoded(dtype, this.#values.value(s.value), 1)
      const address = this.#address(s.buffer, s.index)
      const write = () => this.#memory.store(dtype, address, value)
      if (s.mask === null) write()
      else this.#env.b.when(this.#values.value(s.mask), write)
      return
    }
    const { lanes } = context
    const value = this.#encoded(dtype, this.#values.splatted(s.value), lanes)
    const uniformMask = s.mask === null || !context.varies(s.mask)
    if (uniformMask && this.#isContiguous(s.index, context) && this.#memory.hasVector(dtype, lanes)) {
      const address = this.#address(s.buffer, s.index)
      const write = () => this.#memory.storeVector(dtype, address, value)
      if (s.mask === null) write()
      else this.#env.b.when(this.#values.value(s.mask), write)
      return
    }
    const masks = s.mask === null ? null : this.#lanewise(s.mask, context)
    const half = dtype === 'float16' || dtype === 'bfloat16'
    const type = half ? 'i32' : REGISTER_TYPE[dtype]
    this.#laneAddresses(s.buffer, s.index, context).forEach((address, lane) => {
      const element = this.#vector.extract(type, lanes, value, lane)
      const write = () => this.#memory.store(dtype, address, element)
      if (masks === null) write()
      else this.#env.b.when(masks[lane]!, write)
    })
  }

  /** A uniform element straight into all lanes, which is one instruction. */
  loadSplat(e: Expr): Val | null {
    if (e.kind !== 'load' || e.mask !== null || e.type === 'bool') return null
    const { dtype } = e.buffer
    const size = ITEM_SIZE[dtype]
    if (size < 4) return null
    return this.#memory.loadSplat(size, this.#address(e.buffer, e.index), this.#env.readPoint(e.buffer))
  }
}

/** True if the expression would vary with the loop variable held fixed: by names and registers of the loop. */
function variesBesides(e: Expr, context: VectorContext, seen = new Set<Expr>()): boolean {
  if (e === context.variable || seen.has(e) || !context.varies(e)) return false
  seen.add(e)
  const parts = operands(e)
  return parts.every(part => !context.varies(part)) || parts.some(part => variesBesides(part, context, seen))
}
