/** From a checkpoint's tensors to a state_dict on a device. */
import { materialize } from '../checkpoint/materialize.ts'
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { Device } from '../devices/device.ts'
import type { DeviceName } from '../devices/registry.ts'
import { isDType } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { fromBytes } from '../tensor/create.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { StateDict, type StateMetadata } from './state-dict.ts'

/**
 * Reads the tensors and puts them on a device. `metadata` is the file's `_metadata`, if it had one.
 * Throws OpError (`op/unsupported`) for dtypes that no device has (complex, float8, quantized), CheckpointError for bytes that
 * the file cannot give.
 */
export async function stateDictFromStored(
  stored: Iterable<readonly [string, StoredTensor]>,
  options: { readonly metadata?: StateMetadata | null; readonly device?: DeviceName | Device } = {},
): Promise<StateDict> {
  const device = options.device ?? defaultDevice()
  const tensors: [string, Tensor][] = []
  for (const [key, tensor] of stored) {
    const { dtype, shape } = tensor
    if (!isDType(dtype)) {
      throw new OpError('op/unsupported', `'${key}' is ${dtype}, which no device computes with`, {
        hint: 'leave the key out, or convert the file',
      })
    }
    tensors.push([key, fromBytes(await materialize(tensor), shape, dtype, device)])
  }
  return new StateDict(tensors, options.metadata ?? null)
}
