/** A number as one element of a dtype, little-endian. */
import { bytesOf, type FileDType } from '../checkpoint/file-dtype.ts'
import { bfloat16Bits, float16Bits } from '../kernels/half.ts'
import { KeysError } from './keys-error.ts'

/** Throws KeysError (`keys/dtype`) where the dtype cannot hold the number exactly, or is none of numbers. */
export function elementBytes(dtype: FileDType, value: number): Uint8Array {
  const bytes = new Uint8Array(bytesOf(dtype))
  // Zero is zero bytes in every type.
  if (Object.is(value, 0)) return bytes
  const view = new DataView(bytes.buffer)
  const write = WRITERS[dtype]
  if (write === undefined)
    throw new KeysError('keys/dtype', `tensors of ${dtype} cannot be filled with ${value}`)
  write(view, value)
  return bytes
}

type Write = (view: DataView, value: number) => void

const integer =
  (low: number, high: number, write: Write): Write =>
  (view, value) => {
    if (!Number.isSafeInteger(value) || value < low || value > high)
      throw new KeysError('keys/dtype', `${value} is none of the integers ${low} to ${high}`)
    write(view, value)
  }

const WRITERS: { readonly [D in FileDType]?: Write } = {
  bool: integer(0, 1, (view, value) => view.setUint8(0, value)),
  uint8: integer(0, 255, (view, value) => view.setUint8(0, value)),
  int8: integer(-128, 127, (view, value) => view.setInt8(0, value)),
  int16: integer(-32768, 32767, (view, value) => view.setInt16(0, value, true)),
  int32: integer(-(2 ** 31), 2 ** 31 - 1, (view, value) => view.setInt32(0, value, true)),
  int64: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, (view, value) =>
    view.setBigInt64(0, BigInt(value), true),
  ),
  float16: (view, value) => view.setUint16(0, float16Bits(value), true),
  bfloat16: (view, value) => view.setUint16(0, bfloat16Bits(value), true),
  float32: (view, value) => view.setFloat32(0, value, true),
  float64: (view, value) => view.setFloat64(0, value, true),
}
