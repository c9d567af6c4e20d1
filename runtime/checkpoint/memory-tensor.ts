/** Tensors over bytes in memory: what an application saves, and what a loaded checkpoint holds. */
import { CheckpointError } from './checkpoint-error.ts'
import { bitsOf, type FileDType } from './file-dtype.ts'
import {
  contiguousStride,
  elementCount,
  type StoredStorage,
  StoredTensor,
  type TensorInit,
} from './stored-tensor.ts'

let lastId = 0

/** A storage over little-endian bytes, which it does not copy. */
export function memoryStorage(bytes: Uint8Array, location = 'cpu', id = `memory-${++lastId}`): StoredStorage {
  return { id, byteLength: bytes.byteLength, location, read: async (from, to) => bytes.subarray(from, to) }
}

/**
 * A contiguous tensor over `bytes` (little-endian, not copied), of which there must be exactly as many as the shape
 * needs. Throws tensor/geometry otherwise.
 */
export function tensorOfBytes(
  dtype: FileDType,
  shape: readonly number[],
  bytes: Uint8Array,
  options: Pick<TensorInit, 'requiresGrad' | 'cls'> = {},
): StoredTensor {
  if (elementCount(shape) * bitsOf(dtype) !== bytes.byteLength * 8) {
    throw new CheckpointError(
      'tensor/geometry',
      `${bytes.byteLength} bytes do not make a ${dtype} of shape [${shape}]`,
    )
  }
  const storage = memoryStorage(bytes)
  return new StoredTensor({ dtype, shape, stride: contiguousStride(shape), offset: 0, storage, ...options })
}

type NumberArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

const DTYPE_OF_ARRAY = new Map<string, FileDType>([
  ['Int8Array', 'int8'],
  ['Uint8Array', 'uint8'],
  ['Int16Array', 'int16'],
  ['Uint16Array', 'uint16'],
  ['Int32Array', 'int32'],
  ['Uint32Array', 'uint32'],
  ['BigInt64Array', 'int64'],
  ['BigUint64Array', 'uint64'],
  ['Float32Array', 'float32'],
  ['Float64Array', 'float64'],
])

/**
 * A contiguous tensor over a typed array (not copied). `dtype` defaults to the array's own; give it where the array
 * only carries bits: bool in a Uint8Array, float16 and bfloat16 in a Uint16Array.
 */
export function tensorOf(
  array: NumberArray,
  shape: readonly number[] = [array.length],
  dtype: FileDType = DTYPE_OF_ARRAY.get(array[Symbol.toStringTag]) ?? 'uint8',
): StoredTensor {
  return tensorOfBytes(dtype, shape, new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
}
