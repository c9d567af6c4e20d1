/** Elements in plain memory: what batches are put together from, and what travels between threads. */
import type { Device } from '../devices/device.ts'
import { STORAGE_CLASS } from '../kernels/reference/storage.ts'
import { printShape, product } from '../ops/dim.ts'
import { type DType, ITEM_SIZE } from '../ops/dtype.ts'
import { fromBytes } from '../tensor/create.ts'
import { Tensor, type TypedArray } from '../tensor/tensor.ts'
import { DataError } from './data-error.ts'

/** Row-major elements, little-endian as memory is. */
export interface HostArray {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

export const bytesOfArray = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)

/** A tensor's elements, read from its device. */
export async function hostArray(tensor: Tensor): Promise<HostArray> {
  return { dtype: tensor.dtype, shape: tensor.shape, bytes: bytesOfArray(await tensor.data()) }
}

/** The elements on a device. */
export const tensorOfHost = ({ bytes, shape, dtype }: HostArray, device: Device): Tensor =>
  fromBytes(bytes, shape, dtype, device)

/** A sample's value as elements: tensors, typed arrays, numbers (float32, as in `tensor`), bigints (int64), booleans. */
export async function elementsOf(value: Tensor | TypedArray | number | bigint | boolean): Promise<HostArray> {
  if (value instanceof Tensor) return hostArray(value)
  const of = (dtype: DType, element: number | bigint): HostArray => {
    const array = new STORAGE_CLASS[dtype](1)
    array[0] = element
    return { dtype, shape: [], bytes: bytesOfArray(array) }
  }
  if (typeof value === 'number') return of('float32', value)
  if (typeof value === 'bigint') return of('int64', value)
  if (typeof value === 'boolean') return of('bool', value ? 1 : 0)
  for (const dtype of ['float32', 'float64', 'int64', 'int32', 'int16', 'int8', 'uint8'] as const)
    if (value instanceof STORAGE_CLASS[dtype])
      return { dtype, shape: [value.length], bytes: bytesOfArray(value) }
  throw new DataError('data/sample', `a ${value.constructor.name} has no dtype of its own`, {
    hint: 'give a tensor',
  })
}

/** Arrays of one shape and dtype, one above the other. Throws DataError where they differ. */
export function stacked(rows: readonly HostArray[]): HostArray {
  const [first] = rows
  if (first === undefined) throw new DataError('data/sample', 'there is no batch of no samples')
  const { dtype, shape } = first
  const size = first.bytes.byteLength
  const bytes = new Uint8Array(size * rows.length)
  for (const [i, row] of rows.entries()) {
    if (row.dtype !== dtype || printShape(row.shape) !== printShape(shape)) {
      throw new DataError(
        'data/sample',
        `the samples of a batch differ: ${dtype}${printShape(shape)} and ${row.dtype}${printShape(row.shape)}`,
        { hint: 'make them of one shape, or give the loader a collate function' },
      )
    }
    bytes.set(row.bytes, i * size)
  }
  return { dtype, shape: [rows.length, ...shape], bytes }
}

/** Rows of an array by their indices, in that order. */
export function gathered({ dtype, shape, bytes }: HostArray, rows: readonly number[]): HostArray {
  const inner = shape.slice(1)
  const size = (product(inner) as number) * ITEM_SIZE[dtype]
  const out = new Uint8Array(size * rows.length)
  for (const [i, row] of rows.entries()) out.set(bytes.subarray(row * size, (row + 1) * size), i * size)
  return { dtype, shape: [rows.length, ...inner], bytes: out }
}
