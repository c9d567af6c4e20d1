/** From the tensors of a checkpoint to those of an optimizer's state. */
import { materialize } from '../checkpoint/materialize.ts'
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { Device } from '../devices/device.ts'
import { isDType } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { fromBytes } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** A checkpoint's tensor on a device. Throws OpError for dtypes that no device has. */
export async function placed(tensor: StoredTensor, device: Device): Promise<Tensor> {
  const { dtype, shape } = tensor
  if (!isDType(dtype))
    throw new OpError('op/unsupported', `the optimizer's state is ${dtype}, which no device computes with`)
  return fromBytes(await materialize(tensor), shape, dtype, device)
}
