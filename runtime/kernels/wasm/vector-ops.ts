/**
 * 128-bit instructions for one operation on all lanes: 4 of f32 or i32, or 2 of f64 or i64. A bool is a mask of the
 * loop's lane width. What has no such instruction gives null, and is done lane by lane by the caller.
 */

import type { Binary, Cast, CompareOp, ScalarType, Unary } from '../ir.ts'
import { isConst } from '../node.ts'
import type { FunctionBuilder, Val } from './function-builder.ts'
import type { Opcode } from './opcodes.ts'
import type { ScalarOps } from './scalar-ops.ts'
import { WASM_TYPE } from './scalar-ops.ts'

export type Lanes = 2 | 4

const SHAPE = { f32: 'f32x4', f64: 'f64x2', i32: 'i32x4', i64: 'i64x2' } as const

const FLOAT_UNARY: Readonly<Partial<Record<string, string>>> = {
  neg: 'neg',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil',
  trunc: 'trunc',
  round: 'nearest',
  sqrt: 'sqrt',
}

export class VectorOps {
  readonly #b: FunctionBuilder
  readonly #scalar: ScalarOps

  constructor(b: FunctionBuilder, scalar: ScalarOps) {
    this.#b = b
    this.#scalar = scalar
  }

  #v(opcode: Opcode, ...operands: Val[]): Val {
    return this.#b.op(opcode, 'v128', operands)
  }

  #shape(type: ScalarType, lanes: Lanes): 'f32x4' | 'f64x2' | 'i32x4' | 'i64x2' {
    return type === 'bool' ? (lanes === 4 ? 'i32x4' : 'i64x2') : SHAPE[type]
  }

  /** A bool as a lane of a mask (all ones or zero); other scalars as they are. */
  #laneOf(type: ScalarType, lanes: Lanes, a: Val): Val {
    if (type !== 'bool') return a
    const mask = this.#b.op('i32.sub', 'i32', [this.#b.i32(0), a])
    return lanes === 4 ? mask : this.#b.op('i64.extend_i32_s', 'i64', [mask])
  }

  /** The scalar in all lanes. */
  splat(type: ScalarType, lanes: Lanes, a: Val): Val {
    return this.#v(`${this.#shape(type, lanes)}.splat`, this.#laneOf(type, lanes, a))
  }

  extract(type: ScalarType, lanes: Lanes, a: Val, lane: number): Val {
    const shape = this.#shape(type, lanes)
    if (type !== 'bool') return this.#b.op(`${shape}.extract_lane`, WASM_TYPE[type], [a], [lane])
    const mask = this.#b.op(`${shape}.extract_lane`, lanes === 4 ? 'i32' : 'i64', [a], [lane])
    const low = lanes === 4 ? mask : this.#b.op('i32.wrap_i64', 'i32', [mask])
    return this.#b.op('i32.and', 'i32', [low, this.#b.i32(1)])
  }

  replace(type: ScalarType, lanes: Lanes, a: Val, lane: number, value: Val): Val {
    return this.#b.op(
      `${this.#shape(type, lanes)}.replace_lane`,
      'v128',
      [a, this.#laneOf(type, lanes, value)],
      [lane],
    )
  }

  /** A vector from its lanes. */
  assemble(type: ScalarType, lanes: Lanes, values: readonly Val[]): Val {
    const first = this.splat(type, lanes, values[0]!)
    return values.slice(1).reduce((whole, value, i) => this.replace(type, lanes, whole, i + 1, value), first)
  }

  unary({ op, type }: Unary, a: Val): Val | null {
    if (op === 'not') return this.#v('v128.not', a)
    if (type === 'bool') return null
    const shape = SHAPE[type]
    if (type === 'f32' || type === 'f64') {
      const native = FLOAT_UNARY[op]
      if (native !== undefined) return this.#v(`${shape}.${native}` as Opcode, a)
      if (op !== 'sign') return null
      const f = SHAPE[type]
      const zero = this.#splatNumber(type, 0)
      const one = this.#splatNumber(type, 1)
      const above = this.#v('v128.and', this.#v(`${f}.gt`, a, zero), one)
      return this.#v(`${f}.sub`, above, this.#v('v128.and', this.#v(`${f}.lt`, a, zero), one))
    }
    const i = SHAPE[type]
    if (op === 'neg' || op === 'abs') return this.#v(`${i}.${op}`, a)
    const zero = this.#splatNumber(type, 0)
    // Masks are -1: below minus above is the sign.
    return this.#v(`${i}.sub`, this.#v(`${i}.lt_s`, a, zero), this.#v(`${i}.gt_s`, a, zero))
  }

  #splatNumber(type: 'f32' | 'f64' | 'i32' | 'i64', value: number): Val {
    return this.#v(`${SHAPE[type]}.splat`, this.#scalar.literal(type, type === 'i64' ? BigInt(value) : value))
  }

  binary(e: Binary, a: Val, b: Val): Val | null {
    const { op, type } = e
    if (op === 'and' || op === 'or' || op === 'xor') return this.#v(`v128.${op}`, a, b)
    if (type === 'bool') return null
    if (type === 'f32' || type === 'f64') return this.#floatBinary(e, SHAPE[type], a, b)
    const shape = SHAPE[type]
    switch (op) {
      case 'add':
      case 'sub':
      case 'mul':
        return this.#v(`${shape}.${op}`, a, b)
      case 'min':
      case 'max':
        if (shape === 'i32x4') return this.#v(`i32x4.${op}_s`, a, b)
        return this.#v('v128.bitselect', a, b, this.#v(op === 'min' ? 'i64x2.lt_s' : 'i64x2.gt_s', a, b))
      case 'shl':
      case 'shr':
      case 'floordiv':
      case 'mod':
        return this.#byConstant(e, a)
      default:
        return null
    }
  }

  #floatBinary({ op, a: x, b: y }: Binary, shape: 'f32x4' | 'f64x2', a: Val, b: Val): Val | null {
    if (op === 'add' || op === 'sub' || op === 'mul' || op === 'div') return this.#v(`${shape}.${op}`, a, b)
    if (op !== 'min' && op !== 'max') return null
    // The pseudo-minimum is one instruction on x86 and returns its first operand for NaN: right if the second is none.
    if (isConst(y) && !Number.isNaN(y.value)) return this.#v(`${shape}.p${op}`, a, b)
    if (isConst(x) && !Number.isNaN(x.value)) return this.#v(`${shape}.p${op}`, b, a)
    // Else two more make NaN of what the second operand lacks; the instruction that minds NaN is eight on x86.
    return this.#v('v128.or', this.#v(`${shape}.p${op}`, a, b), this.#v(`${shape}.ne`, b, b))
  }

  /** Shifts by a constant, and division by a power of two. */
  #byConstant({ op, type, b }: Binary, a: Val): Val | null {
    if (!isConst(b)) return null
    const by = Number(b.value)
    const shape = type === 'i64' ? 'i64x2' : 'i32x4'
    if (op === 'shl' || op === 'shr') {
      if (by < 0 || by >= (type === 'i64' ? 64 : 32)) return null
      return this.#v(op === 'shl' ? `${shape}.shl` : `${shape}.shr_s`, a, this.#b.i32(by))
    }
    if (by <= 0 || !Number.isInteger(Math.log2(by))) return null
    if (op === 'floordiv') return this.#v(`${shape}.shr_s`, a, this.#b.i32(Math.log2(by)))
    return this.#v('v128.and', a, this.#splatNumber(type === 'i64' ? 'i64' : 'i32', by - 1))
  }

  compare(op: CompareOp, type: ScalarType, a: Val, b: Val): Val | null {
    if (type === 'bool') {
      if (op !== 'eq' && op !== 'ne') return null
      const differ = this.#v('v128.xor', a, b)
      return op === 'ne' ? differ : this.#v('v128.not', differ)
    }
    if (type === 'f32' || type === 'f64') return this.#v(`${SHAPE[type]}.${op}`, a, b)
    return this.#v(op === 'eq' || op === 'ne' ? `${SHAPE[type]}.${op}` : `${SHAPE[type]}.${op}_s`, a, b)
  }

  select(mask: Val, yes: Val, no: Val): Val {
    return this.#v('v128.bitselect', yes, no, mask)
  }

  cast({ to, type, a: { type: from } }: Cast, a: Val): Val | null {
    if (to === 'bool') {
      if (from === 'bool') return a
      const f = SHAPE[from]
      return this.#v(`${f}.ne`, a, this.#splatNumber(from, 0))
    }
    if (from === 'bool') return type === 'bool' ? a : this.#v('v128.and', a, this.#splatNumber(type, 1))
    if (type === 'f32' && from === 'i32') return this.#v('f32x4.convert_i32x4_s', a)
    if (type === 'i32') {
      if (from !== 'i32' && from !== 'f32') return null
      return this.#wrap(to, from === 'f32' ? this.#v('i32x4.trunc_sat_f32x4_s', a) : a)
    }
    return type === from ? a : null
  }

  #wrap(to: string, a: Val): Val {
    if (to === 'uint8') return this.#v('v128.and', a, this.#splatNumber('i32', 255))
    if (to !== 'int8' && to !== 'int16') return a
    const by = this.#b.i32(to === 'int8' ? 24 : 16)
    return this.#v('i32x4.shr_s', this.#v('i32x4.shl', a, by), by)
  }

  anyTrue(mask: Val): Val {
    return this.#b.op('v128.any_true', 'i32', [mask])
  }
}
