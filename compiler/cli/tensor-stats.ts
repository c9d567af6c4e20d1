/** Minimum, maximum, mean and the numbers that are none, of one tensor's elements. */
import { bytesOf, type FileDType, materialize, type StoredTensor } from '../../runtime/checkpoint/index.ts'

/** One element as a number; int64 beyond 2^53 is rounded. */
export type ReadElement = (view: DataView, at: number) => number

const READERS: Partial<Record<FileDType, ReadElement>> = {
  bool: (view, at) => view.getUint8(at),
  uint8: (view, at) => view.getUint8(at),
  int8: (view, at) => view.getInt8(at),
  int16: (view, at) => view.getInt16(at, true),
  uint16: (view, at) => view.getUint16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  uint64: (view, at) => Number(view.getBigUint64(at, true)),
  float16: (view, at) => half(view.getUint16(at, true)),
  bfloat16: (view, at) => bfloat(view.getUint16(at, true)),
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
}

/** How elements of a dtype are read; undefined for those that are no single number. */
export function elementReader(dtype: FileDType): ReadElement | undefined {
  return READERS[dtype]
}

/** One line; empty for types without an order (complex, quantized) and for empty tensors. */
export async function tensorStats(tensor: StoredTensor): Promise<string> {
  const read = READERS[tensor.dtype]
  if (read === undefined || tensor.numel === 0) return ''
  const bytes = await materialize(tensor)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const step = bytesOf(tensor.dtype)
  let [min, max, sum, finite, nan, infinite] = [Infinity, -Infinity, 0, 0, 0, 0]
  for (let at = 0; at < bytes.length; at += step) {
    const value = read(view, at)
    if (Number.isNaN(value)) nan++
    else if (!Number.isFinite(value)) infinite++
    else {
      finite++
      sum += value
      if (value < min) min = value
      if (value > max) max = value
    }
  }
  const parts =
    finite === 0 ? [] : [`min ${digits(min)}`, `max ${digits(max)}`, `mean ${digits(sum / finite)}`]
  if (nan > 0) parts.push(`${nan} NaN`)
  if (infinite > 0) parts.push(`${infinite} infinite`)
  return parts.join(' ')
}

function digits(value: number): string {
  return String(Number(value.toPrecision(5)))
}

function bfloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint16(0, bits)
  return view.getFloat32(0)
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
