/** Tensors as plain arrays: what the plain evaluator computes on. Not fast, but nothing in it can be subtly wrong. */

import { bfloat16Bits, bfloat16Value, float16Bits, float16Value } from '../../runtime/kernels/half.ts'
import { type DType, isFloat } from '../../runtime/ops/dtype.ts'

/** Row-major elements: bigints for int64, 0 and 1 for bool, numbers else; every one a value of the dtype. */
export interface PlainTensor {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly data: readonly (number | bigint)[]
}

export type PlainValue = number | bigint
type Nested = number | bigint | boolean | readonly Nested[]

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1)
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!
  return strides
}

/** All subscripts of a shape in row-major order. */
export function* subscripts(shape: readonly number[]): Generator<number[]> {
  const size = sizeOf(shape)
  const strides = stridesOf(shape)
  for (let flat = 0; flat < size; flat++) yield shape.map((d, axis) => Math.floor(flat / strides[axis]!) % d)
}

/** The element at a subscript. */
export function at(x: PlainTensor, subscript: readonly number[]): PlainValue {
  const strides = stridesOf(x.shape)
  let flat = 0
  for (const [axis, i] of subscript.entries()) {
    if (!(i >= 0 && i < x.shape[axis]!)) throw new RangeError(`[${subscript}] is outside [${x.shape}]`)
    flat += i * strides[axis]!
  }
  return x.data[flat]!
}

/** A tensor of the shape whose element at each subscript is `value(subscript)`, converted to the dtype. */
export function build(
  shape: readonly number[],
  dtype: DType,
  value: (subscript: number[]) => PlainValue,
): PlainTensor {
  return { shape: [...shape], dtype, data: [...subscripts(shape)].map(s => convert(dtype, value(s))) }
}

/** The nearest value of the dtype, as torch's `.to(dtype)`. */
export function convert(dtype: DType, value: PlainValue | boolean): PlainValue {
  if (dtype === 'bool') return Number(value) !== 0 ? 1 : 0
  if (dtype === 'int64') return toInt64(value)
  if (!isFloat(dtype)) return toNarrow(dtype as 'uint8' | 'int8' | 'int16' | 'int32', value)
  const x = Number(value)
  if (dtype === 'float64') return x
  if (dtype === 'float16') return float16Value(float16Bits(Math.fround(x)))
  return dtype === 'bfloat16' ? bfloat16Value(bfloat16Bits(Math.fround(x))) : Math.fround(x)
}

function toInt64(value: PlainValue | boolean): bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value)
  const x = Number(value)
  if (Number.isNaN(x)) return 0n
  if (x >= 2 ** 63) return 2n ** 63n - 1n
  return x <= -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(x))
}

function toNarrow(dtype: 'uint8' | 'int8' | 'int16' | 'int32', value: PlainValue | boolean): number {
  let whole: bigint
  if (typeof value === 'bigint') whole = value
  else {
    const x = Number(value)
    // Floats saturate at int32 before they wrap to the narrow type.
    whole = Number.isNaN(x) ? 0n : BigInt(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x))))
  }
  if (dtype === 'uint8') return Number(BigInt.asUintN(8, whole))
  return Number(BigInt.asIntN(dtype === 'int8' ? 8 : dtype === 'int16' ? 16 : 32, whole))
}

/** A tensor from nested lists; without a shape, that of the nesting. Elements are rounded to the dtype. */
export function plain(nested: Nested, dtype: DType = 'float32', shape?: readonly number[]): PlainTensor {
  const found: number[] = []
  for (let level: Nested = nested; Array.isArray(level); level = (level as readonly Nested[])[0]!)
    found.push((level as readonly Nested[]).length)
  const flat: PlainValue[] = []
  const visit = (x: Nested): void => {
    if (typeof x === 'object') for (const inner of x) visit(inner)
    else flat.push(convert(dtype, x))
  }
  visit(nested)
  const dims = shape ?? found
  if (flat.length !== sizeOf(dims))
    throw new RangeError(`${flat.length} elements do not fill shape [${dims}]`)
  return { shape: dims, dtype, data: flat }
}
