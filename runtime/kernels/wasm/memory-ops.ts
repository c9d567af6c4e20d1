/**
 * Loads and stores of each storage dtype, scalar and by vectors. Memory must have `SPARE_BYTES` before the first and after the
 * last buffer: vectors at the edge of a mask may touch them.
 */

import type { DType } from '../../ops/dtype.ts'
import { ITEM_SIZE } from '../../ops/dtype.ts'
import type { Expr } from '../ir.ts'
import { REGISTER_TYPE } from '../ir.ts'
import { linearOf, linearRange } from '../linear.ts'
import type { FunctionBuilder, Val } from './function-builder.ts'
import { leb, type Opcode } from './opcodes.ts'
import { WASM_TYPE } from './scalar-ops.ts'

/** Two vectors, as where every second element is read. */
export const SPARE_BYTES = 32

/** A place in memory: a byte address in a local plus a constant, which the instruction adds for free. */
export interface Address {
  readonly base: Val
  readonly offset: number
}

/** When memory is read: reads of one buffer are alike within a version, and stay inside the pinned scope. */
export interface ReadPoint {
  readonly version: string
  readonly pinned: number
}

const LOAD: Readonly<Record<DType, Opcode>> = {
  bool: 'i32.load8_u',
  uint8: 'i32.load8_u',
  int8: 'i32.load8_s',
  int16: 'i32.load16_s',
  int32: 'i32.load',
  int64: 'i64.load',
  float16: 'i32.load16_u',
  bfloat16: 'i32.load16_u',
  float32: 'f32.load',
  float64: 'f64.load',
}

const STORE: Readonly<Record<DType, Opcode>> = {
  bool: 'i32.store8',
  uint8: 'i32.store8',
  int8: 'i32.store8',
  int16: 'i32.store16',
  int32: 'i32.store',
  int64: 'i64.store',
  float16: 'i32.store16',
  bfloat16: 'i32.store16',
  float32: 'f32.store',
  float64: 'f64.store',
}

/** Bytes of the even 32-bit lanes of two vectors. */
const EVERY_SECOND = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]
/** Bytes of the first 32-bit lane twice, then of the second. */
const EACH_TWICE = [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7]
/** Bytes of four 32-bit lanes that hold their low 8 or 16 bits, gathered to the front; the rest does not matter. */
const LOW_BYTES = [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12]
const LOW_HALVES = [0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13]

export class MemoryOps {
  readonly #b: FunctionBuilder

  constructor(b: FunctionBuilder) {
    this.#b = b
  }

  /**
   * The address of an element. The sum goes from outer to inner variables, so that each part is computed in the
   * outermost loop that knows it; the constant becomes the instruction's offset wherever the rest cannot be negative.
   * @param value the value of an atom of the index
   */
  address(pointer: Val, dtype: DType, index: Expr, value: (atom: Expr) => Val): Address {
    const size = ITEM_SIZE[dtype]
    const { constant, terms } = linearOf(index)
    const lowest = linearRange({ constant: 0, terms }).min
    // Addresses are unsigned: the local part must not fall below 0, even where the constant would bring it back.
    const shift = lowest >= 0 ? 0 : -lowest
    const inBase = constant - shift >= 0 ? shift : constant
    let base = this.#plus(pointer, inBase * size)
    const parts = terms.map(({ atom, factor }) => ({
      atom: value(atom),
      factor: factor * size,
    }))
    parts.sort((a, b) => a.atom.depth - b.atom.depth)
    for (const { atom, factor } of parts) {
      base = this.#b.op('i32.add', 'i32', [base, this.#times(atom, factor)])
    }
    return { base, offset: (constant - inBase) * size }
  }

  #plus(a: Val, constant: number): Val {
    return constant === 0 ? a : this.#b.op('i32.add', 'i32', [a, this.#b.i32(constant)])
  }

  #times(a: Val, factor: number): Val {
    if (factor === 1) return a
    const shift = Math.log2(factor)
    if (Number.isInteger(shift)) return this.#b.op('i32.shl', 'i32', [a, this.#b.i32(shift)])
    return this.#b.op('i32.mul', 'i32', [a, this.#b.i32(factor)])
  }

  /** The address where the condition holds, else that of the buffer's start: it can be read in any case. */
  guarded({ base, offset }: Address, condition: Val, pointer: Val): Address {
    return { base: this.#b.op('select', 'i32', [this.#plus(base, offset), pointer, condition]), offset: 0 }
  }

  /** The stored element: bits for float16 and bfloat16. */
  load(dtype: DType, { base, offset }: Address, at: ReadPoint): Val {
    const half = dtype === 'float16' || dtype === 'bfloat16'
    const type = half ? 'i32' : WASM_TYPE[REGISTER_TYPE[dtype]]
    return this.#b.op(LOAD[dtype], type, [base], [0, ...leb(offset)], at.version, at.pinned)
  }

  /** Stores an element: bits for float16 and bfloat16. */
  store(dtype: DType, { base, offset }: Address, value: Val): void {
    this.#b.effect(STORE[dtype], [base, value], [0, ...leb(offset)])
  }

  /** Consecutive elements as lanes: 4 (of 32 bits: also bool and narrow integers; bits of halves) or 2. */
  loadVector(dtype: DType, { base, offset }: Address, at: ReadPoint): Val {
    const memory = (opcode: Opcode) =>
      this.#b.op(opcode, 'v128', [base], [0, ...leb(offset)], at.version, at.pinned)
    const widen = (opcode: Opcode, a: Val) => this.#b.op(opcode, 'v128', [a])
    switch (dtype) {
      case 'bool': {
        const bytes = widen('i16x8.extend_low_i8x16_u', memory('v128.load32_zero'))
        const zero = this.#b.op('i32x4.splat', 'v128', [this.#b.i32(0)])
        return this.#b.op('i32x4.ne', 'v128', [widen('i32x4.extend_low_i16x8_u', bytes), zero])
      }
      case 'uint8':
        return widen(
          'i32x4.extend_low_i16x8_u',
          widen('i16x8.extend_low_i8x16_u', memory('v128.load32_zero')),
        )
      case 'int8':
        return widen(
          'i32x4.extend_low_i16x8_s',
          widen('i16x8.extend_low_i8x16_s', memory('v128.load32_zero')),
        )
      case 'int16':
        return memory('v128.load16x4_s')
      case 'float16':
      case 'bfloat16':
        return memory('v128.load16x4_u')
      default:
        return memory('v128.load')
    }
  }

  /** An element of 4 or 8 bytes in all lanes. */
  loadSplat(size: number, { base, offset }: Address, at: ReadPoint): Val {
    const opcode: Opcode = size === 4 ? 'v128.load32_splat' : 'v128.load64_splat'
    return this.#b.op(opcode, 'v128', [base], [0, ...leb(offset)], at.version, at.pinned)
  }

  /** Four elements of 4 bytes, each two places after the last. One element behind them is read too. */
  loadEverySecond(dtype: DType, address: Address, at: ReadPoint): Val {
    const low = this.loadVector(dtype, address, at)
    const high = this.loadVector(dtype, { ...address, offset: address.offset + 16 }, at)
    return this.#b.op('i8x16.shuffle', 'v128', [low, high], EVERY_SECOND)
  }

  /** Four elements of 4 bytes: two that lie in a row, each twice. */
  loadEachTwice({ base, offset }: Address, at: ReadPoint): Val {
    const two = this.#b.op('v128.load64_zero', 'v128', [base], [0, ...leb(offset)], at.version, at.pinned)
    return this.#b.op('i8x16.shuffle', 'v128', [two, two], EACH_TWICE)
  }

  /** True if `loadVector` and `storeVector` take the dtype with this many lanes. */
  hasVector(dtype: DType, lanes: number): boolean {
    return ITEM_SIZE[dtype] === 8 ? lanes === 2 : lanes === 4
  }

  storeVector(dtype: DType, { base, offset }: Address, value: Val): void {
    const immediates = [0, ...leb(offset)]
    const shuffled = (order: readonly number[]) => this.#b.op('i8x16.shuffle', 'v128', [value, value], order)
    if (ITEM_SIZE[dtype] >= 4) {
      this.#b.effect('v128.store', [base, value], immediates)
    } else if (ITEM_SIZE[dtype] === 2) {
      this.#b.effect('v128.store64_lane', [base, shuffled(LOW_HALVES)], [...immediates, 0])
    } else {
      const bytes = shuffled(LOW_BYTES)
      // A mask's bytes are all ones: only the lowest bit is stored.
      const one = () => this.#b.op('i32x4.splat', 'v128', [this.#b.i32(0x01010101)])
      const stored = dtype === 'bool' ? this.#b.op('v128.and', 'v128', [bytes, one()]) : bytes
      this.#b.effect('v128.store32_lane', [base, stored], [...immediates, 0])
    }
  }
}
