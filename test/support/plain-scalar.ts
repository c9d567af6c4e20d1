/** What the elementwise primitives do to single values, in float64 or exact integers; the caller rounds to the dtype. */
import { roundHalfEven } from '../../runtime/kernels/half.ts'
import { erf, erfc } from '../../runtime/kernels/special.ts'
import { type DType, ITEM_SIZE, isFloat } from '../../runtime/ops/dtype.ts'
import type { ArithmeticOp, ComparisonOp, UnaryOp } from '../../runtime/ops/primitives.ts'
import type { PlainValue } from './plain-tensor.ts'

const sign = (x: number): number => (x > 0 ? 1 : x < 0 ? -1 : 0)

/** Inverse of erf by bisection: slow and certain. */
function erfinv(y: number): number {
  if (Number.isNaN(y) || y < -1 || y > 1) return Number.NaN
  if (Math.abs(y) === 1) return y * Number.POSITIVE_INFINITY
  let low = -6
  let high = 6
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (erf(middle) < y) low = middle
    else high = middle
  }
  return y === 0 ? y : (low + high) / 2
}

/** log|gamma(x)| by shifting up and Stirling's series (Abramowitz and Stegun 6.1.40). */
function lgamma(x: number): number {
  if (Number.isNaN(x)) return x
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Number.POSITIVE_INFINITY
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x)
  let shifted = x
  let product = 1
  for (; shifted < 15; shifted++) product *= shifted
  const z = 1 / (shifted * shifted)
  const series = (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z / 1680))) / shifted
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product)
  )
}

/** The derivative of log gamma (Abramowitz and Stegun 6.3.18), torch's values at the poles. */
function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  if (x < 0 && Number.isInteger(x)) return Number.NaN
  if (x < 0) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.trunc(x)))
  if (x === Number.POSITIVE_INFINITY) return x
  let sum = 0
  let shifted = x
  for (; shifted < 15; shifted++) sum -= 1 / shifted
  const z = 1 / (shifted * shifted)
  const series = z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z / 132))))
  return sum + Math.log(shifted) - 0.5 / shifted - series
}

const FLOAT: Readonly<Record<UnaryOp, (x: number) => number>> = {
  neg: x => -x,
  abs: Math.abs,
  sign,
  not: x => (x === 0 ? 1 : 0),
  exp: Math.exp,
  exp2: x => 2 ** x,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  rsqrt: x => 1 / Math.sqrt(x),
  reciprocal: x => 1 / x,
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
  erfinv,
  lgamma,
  digamma,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  trunc: Math.trunc,
  sigmoid: x => 1 / (1 + Math.exp(-x)),
}

/** One element of a unary primitive. */
export function unaryOn(op: UnaryOp, dtype: DType, value: PlainValue): PlainValue {
  if (isFloat(dtype)) return FLOAT[op](value as number)
  const n = BigInt(value)
  switch (op) {
    case 'neg':
      return -n
    case 'abs':
      return n < 0n ? -n : n
    case 'sign':
      return n > 0n ? 1n : n < 0n ? -1n : 0n
    case 'not':
      return dtype === 'bool' ? 1n - n : ~n
    default:
      return n // floor, ceil, round and trunc leave integers as they are
  }
}

/** Python's % on floats. */
function floatRemainder(a: number, b: number): number {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

/** Python's // on floats, as torch and CPython compute it: the quotient that goes with the remainder. */
function floatFloorDivide(a: number, b: number): number {
  if (b === 0) return a / b
  const rest = a % b
  const quotient = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0)
  return quotient === 0 ? 0 * sign(a / b) : Math.round(quotient)
}

function onFloats(op: ArithmeticOp, a: number, b: number): number {
  switch (op) {
    case 'add':
      return a + b
    case 'sub':
      return a - b
    case 'mul':
      return a * b
    case 'div':
      return a / b
    case 'floordiv':
      return floatFloorDivide(a, b)
    case 'remainder':
      return floatRemainder(a, b)
    case 'fmod':
      return a % b
    case 'pow':
      return a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b
    case 'atan2':
      return Math.atan2(a, b)
    case 'minimum':
      return Math.min(a, b)
    case 'maximum':
      return Math.max(a, b)
    default:
      throw new TypeError(`${op} is not defined on floats`)
  }
}

/** Python's // on integers, 0 for a zero divisor. */
function floorDivide(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n
  return a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n)
}

function power(a: bigint, b: bigint): bigint {
  if (b < 0n) return a === 1n ? 1n : a === -1n ? (b % 2n === 0n ? 1n : -1n) : 0n
  let result = 1n
  for (let i = 0n; i < b; i++) result = BigInt.asIntN(64, result * a)
  return result
}

function onIntegers(op: ArithmeticOp, dtype: DType, a: bigint, b: bigint): bigint {
  const width = BigInt(ITEM_SIZE[dtype] === 8 ? 64 : 32)
  switch (op) {
    case 'add':
      return a + b
    case 'sub':
      return a - b
    case 'mul':
      return a * b
    case 'div':
      return b === 0n ? 0n : a / b
    case 'floordiv':
      return floorDivide(a, b)
    case 'remainder':
      return b === 0n ? 0n : a - floorDivide(a, b) * b
    case 'fmod':
      return b === 0n ? 0n : a % b
    case 'pow':
      return power(a, b)
    case 'minimum':
      return a < b ? a : b
    case 'maximum':
      return a > b ? a : b
    case 'and':
      return a & b
    case 'or':
      return a | b
    case 'xor':
      return a ^ b
    case 'shl':
      return b < 0n || b >= width ? 0n : a << b
    case 'shr':
      return b < 0n || b >= width ? (a < 0n ? -1n : 0n) : a >> b
    case 'atan2':
      throw new TypeError('atan2 is not defined on integers')
  }
}

/** One element of a binary primitive. */
export function arithmeticOn(op: ArithmeticOp, dtype: DType, a: PlainValue, b: PlainValue): PlainValue {
  return isFloat(dtype) ? onFloats(op, Number(a), Number(b)) : onIntegers(op, dtype, BigInt(a), BigInt(b))
}

/** One element of a comparison. */
export function compareValues(op: ComparisonOp, a: PlainValue, b: PlainValue): boolean {
  switch (op) {
    case 'eq':
      return a === b
    case 'ne':
      return a !== b
    case 'lt':
      return a < b
    case 'le':
      return a <= b
    case 'gt':
      return a > b
    case 'ge':
      return a >= b
  }
}
