/** A tensor of a device as a checkpoint's. */
import { contiguousStride, StoredTensor } from '../checkpoint/stored-tensor.ts'
import { ITEM_SIZE } from '../ops/dtype.ts'
import { keep } from './scope.ts'
import { Tensor } from './tensor.ts'

/** A tensor as checkpoints hold it, whose elements are read when they are asked for; what it holds then stays as it is now. */
export function stored(tensor: Tensor): StoredTensor {
  const { dtype, shape } = tensor
  const snapshot = keep(new Tensor(tensor.node))
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    const { buffer, byteOffset, byteLength } = await snapshot.data()
    return new Uint8Array(buffer, byteOffset, byteLength).subarray(from, to)
  }
  const storage = {
    id: `node${tensor.node.id}`,
    byteLength: tensor.size * ITEM_SIZE[dtype],
    location: 'cpu',
    read,
  }
  return new StoredTensor({ dtype, shape, stride: contiguousStride(shape), offset: 0, storage })
}
