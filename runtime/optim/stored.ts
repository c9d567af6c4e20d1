/** Between the tensors of an optimizer's state and those of a checkpoint. */
import { materialize } from '../checkpoint/materialize.ts'
import { contiguousStride, StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { Device } from '../devices/device.ts'
import { ITEM_SIZE, isDType } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { fromBytes } from '../tensor/create.ts'
import { keep } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'

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

/** A checkpoint's tensor on a device. Throws OpError for dtypes that no device has. */
export async function placed(tensor: StoredTensor, device: Device): Promise<Tensor> {
  const { dtype, shape } = tensor
  if (!isDType(dtype))
    throw new OpError('op/unsupported', `the optimizer's state is ${dtype}, which no device computes with`)
  return fromBytes(await materialize(tensor), shape, dtype, device)
}
