/** Tensors whose elements are read when a writer comes to them. */
import { bitsOf, type FileDType } from './file-dtype.ts'
import { contiguousStride, elementCount, StoredTensor } from './stored-tensor.ts'

/** A tensor that gives its elements when asked, such as the runtime's. */
export interface ReadableTensor {
  readonly dtype: FileDType
  readonly shape: readonly number[]
  data(): Promise<ArrayBufferView>
}

/**
 * Asks for the elements when they are first read, and forgets them when they have been read to their end.
 * @param release ends the tensor, where nobody else does
 */
export function lateTensor(tensor: ReadableTensor, id = 'live', release?: () => void): StoredTensor {
  const { dtype, shape } = tensor
  const byteLength = Math.ceil((elementCount(shape) * bitsOf(dtype)) / 8)
  let bytes: Uint8Array | null = null
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    if (bytes === null) {
      const { buffer, byteOffset, byteLength } = await tensor.data()
      bytes = new Uint8Array(buffer, byteOffset, byteLength)
    }
    const part = bytes.subarray(from, to)
    if (to === byteLength) bytes = null
    return part
  }
  const storage = { id, byteLength, location: 'cpu', read, ...(release && { release }) }
  return new StoredTensor({ dtype, shape, stride: contiguousStride(shape), offset: 0, storage })
}
