/** IDX files, the form of MNIST: http://yann.lecun.com/exdb/mnist/ */

import { swapped } from '../../checkpoint/byte-order.ts'
import type { DType } from '../../ops/dtype.ts'
import { defaultDevice } from '../../tensor/default-device.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { DataError } from '../data-error.ts'
import { tensorOfHost } from '../host-array.ts'
import { type DataInput, fileBytes, type ReadOptions } from './file-bytes.ts'

const TYPES: Readonly<Record<number, readonly [dtype: DType, width: number]>> = {
  8: ['uint8', 1],
  9: ['int8', 1],
  11: ['int16', 2],
  12: ['int32', 4],
  13: ['float32', 4],
  14: ['float64', 8],
}

const bad = (message: string, offset: number): DataError =>
  new DataError('data/malformed', `this is no IDX file: ${message}`, { offset })

/** The array of an IDX file, compressed by gzip or not. Throws DataError. */
export async function readIdx(input: DataInput, options: ReadOptions = {}): Promise<Tensor> {
  const bytes = await fileBytes(input, options)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4) throw bad('it ends within the first four bytes', bytes.length)
  if (bytes[0] !== 0 || bytes[1] !== 0) throw bad('it does not begin with two zeros', 0)
  const type = TYPES[bytes[2]!]
  if (type === undefined) throw bad(`its type is ${bytes[2]}`, 2)
  const [dtype, width] = type
  const rank = bytes[3]!
  const start = 4 + 4 * rank
  if (bytes.length < start) throw bad(`it ends within the sizes of its ${rank} dimensions`, bytes.length)
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
  const size = shape.reduce((a, b) => a * b, width)
  if (bytes.length - start !== size)
    throw bad(`${shape.join(' x ')} ${dtype} take ${size} bytes, there are ${bytes.length - start}`, start)
  const elements = bytes.subarray(start)
  return tensorOfHost(
    { dtype, shape, bytes: width === 1 ? elements : swapped(elements, width) },
    defaultDevice(),
  )
}
