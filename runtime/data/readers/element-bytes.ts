/** Elements as files hold them, brought into the order of memory. */
import type { DType } from '../../ops/dtype.ts'
import { DataError } from '../data-error.ts'

/** From the order of Fortran, where the first index runs fastest, to that of C. */
export function rowMajor(bytes: Uint8Array, shape: readonly number[], width: number): Uint8Array {
  const out = new Uint8Array(bytes.length)
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1))
  const index = shape.map(() => 0)
  for (let to = 0; to < bytes.length; to += width) {
    const from = index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0) * width
    for (let i = 0; i < width; i++) out[to + i] = bytes[from + i]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = index[axis]! + 1
      if (index[axis]! < shape[axis]!) break
      index[axis] = 0
    }
  }
  return out
}

/** Unsigned integers that no tensor has, as signed ones of twice the size. Throws DataError for what does not fit. */
export function widened(bytes: Uint8Array, width: 2 | 4 | 8): { dtype: DType; bytes: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.length / width
  if (width === 2) {
    const out = Int32Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true))
    return { dtype: 'int32', bytes: new Uint8Array(out.buffer) }
  }
  const out = new BigInt64Array(count)
  for (let i = 0; i < count; i++) {
    const value = width === 4 ? BigInt(view.getUint32(4 * i, true)) : view.getBigUint64(8 * i, true)
    if (value >= 2n ** 63n) throw new DataError('data/unsupported', `${value} does not fit int64`)
    out[i] = value
  }
  return { dtype: 'int64', bytes: new Uint8Array(out.buffer) }
}
