/** Instructions for one scalar operation, given its operands. i32 stands for bool too (0 or 1). */

import type { Binary, BinaryOp, Cast, CompareOp, ScalarType, Unary } from '../ir.ts'
import { isConst } from '../node.ts'
import { rangeOf } from '../range.ts'
import type { FunctionBuilder, Val } from './function-builder.ts'
import type { WasmType } from './module.ts'
import { leb, type Opcode } from './opcodes.ts'

export const WASM_TYPE: Readonly<Record<ScalarType, WasmType>> = {
  bool: 'i32',
  i32: 'i32',
  i64: 'i64',
  f32: 'f32',
  f64: 'f64',
}

/** The index of a host function of the given float64 arity, or of the i64 power. */
export type HostImports = (name: string, type: 'f64' | 'i64', arity: 1 | 2) => number

const FLOAT_NATIVE: Readonly<Partial<Record<string, string>>> = {
  neg: 'neg',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil',
  trunc: 'trunc',
  round: 'nearest',
  sqrt: 'sqrt',
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  div: 'div',
  min: 'min',
  max: 'max',
}

export class ScalarOps {
  readonly #b: FunctionBuilder
  readonly #host: HostImports

  constructor(b: FunctionBuilder, host: HostImports) {
    this.#b = b
    this.#host = host
  }

  #i32(opcode: Opcode, ...operands: Val[]): Val {
    return this.#b.op(opcode, 'i32', operands)
  }

  #select(condition: Val, yes: Val, no: Val): Val {
    return this.#b.op('select', yes.type, [yes, no, condition])
  }

  literal(type: ScalarType, value: number | bigint | boolean): Val {
    switch (type) {
      case 'bool':
        return this.#b.i32(value ? 1 : 0)
      case 'i32':
        return this.#b.i32(value as number)
      case 'i64':
        return this.#b.i64(value as bigint)
      case 'f32':
        return this.#b.f32(value as number)
      case 'f64':
        return this.#b.f64(value as number)
    }
  }

  unary({ op, type }: Unary, a: Val): Val {
    if (type === 'f32' || type === 'f64') return this.#floatUnary(op, type, a)
    if (type === 'bool') return this.#i32('i32.eqz', a)
    const zero = this.literal(type, type === 'i64' ? 0n : 0)
    const t = type
    switch (op) {
      case 'neg':
        return this.#b.op(`${t}.sub`, t, [zero, a])
      case 'abs':
        return this.#select(this.#i32(`${t}.lt_s`, a, zero), this.#b.op(`${t}.sub`, t, [zero, a]), a)
      case 'sign': {
        const sign = this.#i32('i32.sub', this.#i32(`${t}.gt_s`, a, zero), this.#i32(`${t}.lt_s`, a, zero))
        return t === 'i32' ? sign : this.#b.op('i64.extend_i32_s', 'i64', [sign])
      }
      default:
        return this.#b.op(`${t}.xor`, t, [a, this.literal(t, t === 'i64' ? -1n : -1)])
    }
  }

  #floatUnary(op: string, type: 'f32' | 'f64', a: Val): Val {
    const native = FLOAT_NATIVE[op]
    if (native !== undefined) return this.#b.op(`${type}.${native}` as Opcode, type, [a])
    if (op === 'sign') {
      const zero = this.literal(type, 0)
      const sign = this.#i32('i32.sub', this.#i32(`${type}.gt`, a, zero), this.#i32(`${type}.lt`, a, zero))
      return this.#b.op(`${type}.convert_i32_s`, type, [sign])
    }
    return this.#hostCall(op, type, [a])
  }

  /** A function of the host's, in float64; an f32 result is rounded once more. */
  #hostCall(op: string, type: 'f32' | 'f64', operands: readonly Val[]): Val {
    const index = leb(this.#host(op, 'f64', operands.length === 1 ? 1 : 2))
    const wide = operands.map(a => (type === 'f64' ? a : this.#b.op('f64.promote_f32', 'f64', [a])))
    const result = this.#b.op('call', 'f64', wide, index)
    return type === 'f64' ? result : this.#b.op('f32.demote_f64', 'f32', [result])
  }

  binary(e: Binary, a: Val, b: Val): Val {
    switch (e.type) {
      case 'bool':
        return this.#i32(`i32.${e.op as 'and' | 'or' | 'xor'}`, a, b)
      case 'i32':
      case 'i64':
        return this.#integer(e, e.type, a, b)
      default: {
        const native = FLOAT_NATIVE[e.op]
        if (native !== undefined) return this.#b.op(`${e.type}.${native}` as Opcode, e.type, [a, b])
        return this.#hostCall(e.op, e.type, [a, b])
      }
    }
  }

  #integer(e: Binary, type: 'i32' | 'i64', a: Val, b: Val): Val {
    const { op } = e
    switch (op) {
      case 'add':
      case 'sub':
      case 'and':
      case 'or':
      case 'xor':
        return this.#b.op(`${type}.${op}`, type, [a, b])
      case 'mul':
        return this.#multiply(type, a, b)
      case 'min':
      case 'max':
        return this.#select(this.#i32(op === 'min' ? `${type}.lt_s` : `${type}.gt_s`, a, b), a, b)
      case 'shl':
      case 'shr':
        return this.#shift(op, type, a, b)
      case 'pow':
        return this.#power(type, a, b)
      default:
        if (type === 'i32' && isConst(e.b) && (e.b.value as number) > 0) {
          const known = this.#byConstant(op, a, e.b.value as number, rangeOf(e.a).min >= 0)
          if (known !== null) return known
        }
        return this.#divide(op, type, a, b)
    }
  }

  #multiply(type: 'i32' | 'i64', a: Val, b: Val): Val {
    const by = b.constant
    if (type === 'i32' && by !== null && by > 1 && Number.isInteger(Math.log2(by))) {
      return this.#i32('i32.shl', a, this.#b.i32(Math.log2(by)))
    }
    return this.#b.op(`${type}.mul`, type, [a, b])
  }

  #shift(op: 'shl' | 'shr', type: 'i32' | 'i64', a: Val, b: Val): Val {
    const width = type === 'i32' ? 32 : 64
    const opcode: Opcode = op === 'shl' ? `${type}.shl` : `${type}.shr_s`
    const shifted = this.#b.op(opcode, type, [a, b])
    if (b.constant !== null && b.constant >= 0 && b.constant < width) return shifted
    const limit = this.literal(type, type === 'i32' ? width : BigInt(width))
    const zero = this.literal(type, type === 'i32' ? 0 : 0n)
    const last = this.literal(type, type === 'i32' ? 31 : 63n)
    const valid = this.#i32(
      'i32.and',
      this.#i32(`${type}.ge_s`, b, zero),
      this.#i32(`${type}.lt_s`, b, limit),
    )
    const beyond = op === 'shl' ? zero : this.#b.op(`${type}.shr_s`, type, [a, last])
    return this.#select(valid, shifted, beyond)
  }

  #power(type: 'i32' | 'i64', a: Val, b: Val): Val {
    const index = leb(this.#host('ipow', 'i64', 2))
    if (type === 'i64') return this.#b.op('call', 'i64', [a, b], index)
    const wide = [a, b].map(x => this.#b.op('i64.extend_i32_s', 'i64', [x]))
    return this.#i32('i32.wrap_i64', this.#b.op('call', 'i64', wide, index))
  }

  /** Division by a positive constant: what indices are made of. */
  #byConstant(op: BinaryOp, a: Val, by: number, nonNegative: boolean): Val | null {
    const floor = op === 'floordiv' || op === 'mod'
    const quotient = op === 'floordiv' || op === 'div'
    const shift = Math.log2(by)
    if (Number.isInteger(shift) && (floor || nonNegative)) {
      if (by === 1) return quotient ? a : this.#b.i32(0)
      return quotient
        ? this.#i32('i32.shr_s', a, this.#b.i32(shift))
        : this.#i32('i32.and', a, this.#b.i32(by - 1))
    }
    if (!nonNegative) return null
    return this.#i32(quotient ? 'i32.div_u' : 'i32.rem_u', a, this.#b.i32(by))
  }

  /** Division that never traps: by 0 gives 0, and the smallest integer by -1 wraps. */
  #divide(op: BinaryOp, t: 'i32' | 'i64', a: Val, b: Val): Val {
    const constant = (n: number) => this.literal(t, t === 'i32' ? n : BigInt(n))
    const [zero, one, minusOne] = [constant(0), constant(1), constant(-1)]
    const isZero = this.#i32(`${t}.eq`, b, zero)
    const isMinusOne = this.#i32(`${t}.eq`, b, minusOne)
    const safe = this.#select(this.#i32('i32.or', isZero, isMinusOne), one, b)
    const rest = this.#b.op(`${t}.rem_s`, t, [a, safe])
    // A remainder by 1 is 0, which is also right for the divisors 0 and -1.
    const differ = this.#i32(`${t}.lt_s`, this.#b.op(`${t}.xor`, t, [rest, b]), zero)
    const floors = this.#i32('i32.and', this.#i32(`${t}.ne`, rest, zero), differ)
    if (op === 'fmod') return rest
    if (op === 'mod') return this.#select(floors, this.#b.op(`${t}.add`, t, [rest, b]), rest)
    const quotient = this.#b.op(`${t}.div_s`, t, [a, safe])
    const lower = this.#b.op(`${t}.sub`, t, [quotient, one])
    const rounded = op === 'floordiv' ? this.#select(floors, lower, quotient) : quotient
    const negated = this.#b.op(`${t}.sub`, t, [zero, a])
    return this.#select(isZero, zero, this.#select(isMinusOne, negated, rounded))
  }

  compare(op: CompareOp, type: ScalarType, a: Val, b: Val): Val {
    if (type === 'f32' || type === 'f64') return this.#i32(`${type}.${op}`, a, b)
    const t = type === 'i64' ? 'i64' : 'i32'
    return this.#i32(op === 'eq' || op === 'ne' ? `${t}.${op}` : `${t}.${op}_s`, a, b)
  }

  select(condition: Val, yes: Val, no: Val): Val {
    return this.#select(condition, yes, no)
  }

  bitcast(from: ScalarType, a: Val): Val {
    switch (from) {
      case 'i32':
        return this.#b.op('f32.reinterpret_i32', 'f32', [a])
      case 'f32':
        return this.#b.op('i32.reinterpret_f32', 'i32', [a])
      case 'i64':
        return this.#b.op('f64.reinterpret_i64', 'f64', [a])
      default:
        return this.#b.op('i64.reinterpret_f64', 'i64', [a])
    }
  }

  /** Casts other than to float16 and bfloat16, which are lowered before. */
  cast({ to, a: { type: from } }: Cast, a: Val): Val {
    switch (to) {
      case 'bool':
        return from === 'bool' ? a : this.compare('ne', from, a, this.literal(from, from === 'i64' ? 0n : 0))
      case 'int64':
        if (from === 'i64') return a
        if (from === 'f32' || from === 'f64') return this.#b.op(`i64.trunc_sat_${from}_s`, 'i64', [a])
        return this.#b.op('i64.extend_i32_s', 'i64', [a])
      case 'float32':
      case 'float16':
      case 'bfloat16':
        if (from === 'f32') return a
        if (from === 'f64') return this.#b.op('f32.demote_f64', 'f32', [a])
        return this.#b.op(from === 'i64' ? 'f32.convert_i64_s' : 'f32.convert_i32_s', 'f32', [a])
      case 'float64':
        if (from === 'f64') return a
        if (from === 'f32') return this.#b.op('f64.promote_f32', 'f64', [a])
        return this.#b.op(from === 'i64' ? 'f64.convert_i64_s' : 'f64.convert_i32_s', 'f64', [a])
      default:
        return this.wrap(to, this.#toI32(from, a))
    }
  }

  #toI32(from: ScalarType, a: Val): Val {
    if (from === 'i64') return this.#i32('i32.wrap_i64', a)
    return from === 'f32' || from === 'f64' ? this.#i32(`i32.trunc_sat_${from}_s`, a) : a
  }

  /** An i32 wrapped to a narrow type. */
  wrap(to: string, a: Val): Val {
    if (to === 'uint8') return this.#i32('i32.and', a, this.#b.i32(255))
    if (to !== 'int8' && to !== 'int16') return a
    const by = this.#b.i32(to === 'int8' ? 24 : 16)
    return this.#i32('i32.shr_s', this.#i32('i32.shl', a, by), by)
  }
}
