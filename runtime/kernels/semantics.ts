/**
 * What each operation means, on JavaScript values: numbers for i32, f32 and f64, bigints for i64, booleans for
 * bool. The reference interpreter and constant folding share it; printers are tested against it.
 */

import type { DType } from '../ops/dtype.ts'
import { bfloat16Bits, bfloat16Value, float16Bits, float16Value, roundHalfEven } from './half.ts'
import type { BinaryOp, CompareOp, ScalarType, UnaryOp } from './ir.ts'
import { REGISTER_TYPE } from './ir.ts'
import { erf, erfc } from './special.ts'

export type Value = number | bigint | boolean

type FloatUnary = Exclude<UnaryOp, 'not'>

const FLOAT_UNARY: Readonly<Record<FloatUnary, (x: number) => number>> = {
  neg: x => -x,
  abs: Math.abs,
  sign: x => (x > 0 ? 1 : x < 0 ? -1 : 0),
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round: roundHalfEven,
  sqrt: Math.sqrt,
  rsqrt: x => 1 / Math.sqrt(x),
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf,
  erfc,
}

/** A float operation in float64, by name: what printers import where they have no code of their own. */
export function floatUnary(op: UnaryOp): (x: number) => number {
  if (op === 'not') throw new TypeError('not is no operation on floats')
  return FLOAT_UNARY[op]
}

/** pow with C's rules where JavaScript differs: 1 to any power, and -1 to an infinite one, is 1. */
export function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1
  return x ** y
}

/** Integer power by squaring, wrapped to `bits`; a negative exponent gives the truncated quotient. */
export function integerPower(x: bigint, y: bigint, bits: number): bigint {
  if (y < 0n) return x === 1n ? 1n : x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n
  let result = 1n
  let square = x
  for (let rest = y; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(bits, result * square)
    square = BigInt.asIntN(bits, square * square)
  }
  return result
}

/** Rounds a float64 result to the type. */
function rounding(type: ScalarType): (x: number) => number {
  return type === 'f32' ? Math.fround : x => x
}

export function evalUnary(op: UnaryOp, type: ScalarType, x: Value): Value {
  if (type === 'bool') {
    if (op === 'not') return !x
  } else if (type === 'i64') {
    const n = x as bigint
    if (op === 'neg') return BigInt.asIntN(64, -n)
    if (op === 'abs') return BigInt.asIntN(64, n < 0n ? -n : n)
    if (op === 'sign') return n > 0n ? 1n : n < 0n ? -1n : 0n
    if (op === 'not') return ~n
  } else if (type === 'i32') {
    const n = x as number
    if (op === 'neg') return -n | 0
    if (op === 'abs') return Math.abs(n) | 0
    if (op === 'sign') return Math.sign(n)
    if (op === 'not') return ~n
  } else {
    const round = rounding(type)
    // Two roundings: targets compute it so.
    if (op === 'rsqrt') return round(1 / round(Math.sqrt(x as number)))
    return round(floatUnary(op)(x as number))
  }
  throw new TypeError(`${op} is no operation on ${type}`)
}

function floatBinary(op: BinaryOp, round: (x: number) => number, x: number, y: number): number {
  switch (op) {
    case 'add':
      return round(x + y)
    case 'sub':
      return round(x - y)
    case 'mul':
      return round(x * y)
    case 'div':
      return round(x / y)
    case 'fmod':
      return x % y
    case 'mod': {
      const rest = x % y
      return rest !== 0 && y < 0 !== rest < 0 ? round(rest + y) : rest
    }
    case 'floordiv': {
      // As torch's: from the exact remainder, so that the quotient agrees with mod.
      if (y === 0) return round(x / y)
      const rest = x % y
      let quotient = round(round(x - rest) / y)
      if (rest !== 0 && y < 0 !== rest < 0) quotient = round(quotient - 1)
      if (quotient === 0) return round(x / y) < 0 || Object.is(round(x / y), -0) ? -0 : 0
      const floor = Math.floor(quotient)
      return quotient - floor > 0.5 ? round(floor + 1) : floor
    }
    case 'min':
      return Math.min(x, y)
    case 'max':
      return Math.max(x, y)
    case 'pow':
      return round(power(x, y))
    case 'atan2':
      return round(Math.atan2(x, y))
    default:
      throw new TypeError(`${op} is no operation on floats`)
  }
}

function int32Binary(op: BinaryOp, x: number, y: number): number {
  switch (op) {
    case 'add':
      return (x + y) | 0
    case 'sub':
      return (x - y) | 0
    case 'mul':
      return Math.imul(x, y)
    case 'div':
      return y === 0 ? 0 : (x / y) | 0
    case 'floordiv':
      return y === 0 ? 0 : Math.floor(x / y) | 0
    case 'mod':
      return y === 0 ? 0 : (x - Math.floor(x / y) * y) | 0
    case 'fmod':
      return y === 0 ? 0 : (x % y) | 0
    case 'min':
      return Math.min(x, y)
    case 'max':
      return Math.max(x, y)
    case 'pow':
      return Number(integerPower(BigInt(x), BigInt(y), 32))
    case 'and':
      return x & y
    case 'or':
      return x | y
    case 'xor':
      return x ^ y
    case 'shl':
      return y < 0 || y > 31 ? 0 : x << y
    case 'shr':
      return y < 0 || y > 31 ? x >> 31 : x >> y
    case 'atan2':
      throw new TypeError('atan2 is no operation on integers')
  }
}

function int64Binary(op: BinaryOp, x: bigint, y: bigint): bigint {
  const wrap = (n: bigint) => BigInt.asIntN(64, n)
  switch (op) {
    case 'add':
      return wrap(x + y)
    case 'sub':
      return wrap(x - y)
    case 'mul':
      return wrap(x * y)
    case 'div':
      return y === 0n ? 0n : wrap(x / y)
    case 'fmod':
      return y === 0n ? 0n : x % y
    case 'floordiv':
      if (y === 0n) return 0n
      return wrap(x / y - (x % y !== 0n && x < 0n !== y < 0n ? 1n : 0n))
    case 'mod': {
      if (y === 0n) return 0n
      const rest = x % y
      return rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest
    }
    case 'min':
      return x < y ? x : y
    case 'max':
      return x > y ? x : y
    case 'pow':
      return integerPower(x, y, 64)
    case 'and':
      return x & y
    case 'or':
      return x | y
    case 'xor':
      return x ^ y
    case 'shl':
      return y < 0n || y > 63n ? 0n : wrap(x << y)
    case 'shr':
      return y < 0n || y > 63n ? (x < 0n ? -1n : 0n) : x >> y
    case 'atan2':
      throw new TypeError('atan2 is no operation on integers')
  }
}

export function evalBinary(op: BinaryOp, type: ScalarType, x: Value, y: Value): Value {
  if (type === 'bool') {
    if (op === 'and') return Boolean(x) && Boolean(y)
    if (op === 'or') return Boolean(x) || Boolean(y)
    if (op === 'xor') return x !== y
    throw new TypeError(`${op} is no operation on bool`)
  }
  if (type === 'i64') return int64Binary(op, x as bigint, y as bigint)
  if (type === 'i32') return int32Binary(op, x as number, y as number)
  return floatBinary(op, rounding(type), x as number, y as number)
}

export function evalCompare(op: CompareOp, x: Value, y: Value): boolean {
  switch (op) {
    case 'eq':
      return x === y
    case 'ne':
      return x !== y
    case 'lt':
      return x < y
    case 'le':
      return x <= y
    case 'gt':
      return x > y
    case 'ge':
      return x >= y
  }
}

function saturate(x: number): number {
  return Number.isNaN(x) ? 0 : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x)))
}

function toInt64(x: Value): bigint {
  if (typeof x === 'bigint') return x
  if (typeof x === 'boolean') return x ? 1n : 0n
  if (Number.isNaN(x)) return 0n
  if (x >= 2 ** 63) return 2n ** 63n - 1n
  return x < -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(x))
}

function toInt32(x: Value, from: ScalarType): number {
  if (typeof x === 'bigint') return Number(BigInt.asIntN(32, x))
  if (typeof x === 'boolean') return x ? 1 : 0
  return from === 'i32' ? x : saturate(x)
}

/** Integer to float32 in one rounding: through a float64 an int64 could be rounded twice. */
function int64ToFloat32(n: bigint): number {
  const size = n < 0n ? -n : n
  const shift = size.toString(2).length - 40
  if (shift <= 0) return Math.fround(Number(n))
  // 40 bits hold the float32 significand and more; a sticky last bit stands for all that was cut off.
  const kept = size >> BigInt(shift)
  const sticky = kept << BigInt(shift) === size ? kept : kept | 1n
  const value = Math.fround(Number(sticky)) * 2 ** shift
  return n < 0n ? -value : value
}

/** The conversion of `Cast`, from a value of register type `from`. */
export function evalCast(to: DType, from: ScalarType, x: Value): Value {
  if (to === 'bool') return typeof x === 'bigint' ? x !== 0n : typeof x === 'boolean' ? x : x !== 0
  if (to === 'int64') return toInt64(x)
  if (REGISTER_TYPE[to] === 'i32') {
    const n = toInt32(x, from)
    if (to === 'uint8') return n & 0xff
    if (to === 'int8') return (n << 24) >> 24
    return to === 'int16' ? (n << 16) >> 16 : n
  }
  if (to === 'float64') return Number(x)
  const single = typeof x === 'bigint' ? int64ToFloat32(x) : Math.fround(Number(x))
  if (to === 'float16') return float16Value(float16Bits(single))
  return to === 'bfloat16' ? bfloat16Value(bfloat16Bits(single)) : single
}

const bits = new DataView(new ArrayBuffer(8))

/** The conversion of `Bitcast`, from a value of register type `from`. */
export function evalBitcast(from: ScalarType, x: Value): Value {
  if (from === 'i32') bits.setInt32(0, x as number)
  else if (from === 'f32') bits.setFloat32(0, x as number)
  else if (from === 'i64') bits.setBigInt64(0, x as bigint)
  else bits.setFloat64(0, x as number)
  if (from === 'i32') return bits.getFloat32(0)
  if (from === 'f32') return bits.getInt32(0)
  return from === 'i64' ? bits.getFloat64(0) : bits.getBigInt64(0)
}
