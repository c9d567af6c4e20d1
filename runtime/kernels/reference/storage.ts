/** The typed array of each storage dtype, and how its elements become register values. */

import type { DType } from '../../ops/dtype.ts'
import { bfloat16Bits, bfloat16Value, float16Bits, float16Value } from '../half.ts'
import type { Value } from '../semantics.ts'

/** What a buffer is bound to. float16 and bfloat16 are held as their bits, bool as 0 and 1. */
export type Storage =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array

type StorageClass = {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Storage
  new (length: number): Storage
}

export const STORAGE_CLASS: Readonly<Record<DType, StorageClass>> = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
}

/** A stored element as a register value. */
export function decode(dtype: DType, stored: number | bigint): Value {
  if (dtype === 'bool') return stored !== 0
  if (dtype === 'float16') return float16Value(stored as number)
  return dtype === 'bfloat16' ? bfloat16Value(stored as number) : stored
}

/** A register value of the dtype's register type as it is stored: narrow integers wrap, halves round. */
export function encode(dtype: DType, value: Value): number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (dtype === 'float16') return float16Bits(value as number)
  return dtype === 'bfloat16' ? bfloat16Bits(value as number) : value
}
