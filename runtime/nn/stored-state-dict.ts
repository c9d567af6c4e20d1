/** From a checkpoint's tensors to a state_dict on a device. */
import { allocate } from '../checkpoint/byte-source.ts'
import { byteRange, materialize } from '../checkpoint/materialize.ts'
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice } from '../devices/registry.ts'
import { isDType } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { fromBytes } from '../tensor/create.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { StateDict, type StateMetadata } from './state-dict.ts'

/**
 * Reads the tensors and puts them on a device, one after the other, so that the host never holds more than one. Unless
 * `device` says it, it is the one that `mapLocation` named when the file was opened (`'webgpu'`), or the default one.
 * `metadata` is the file's `_metadata`, if it had one.
 * Throws OpError (`op/unsupported`) for dtypes that the device has not (float64 on WebGPU) or none has (complex, float8,
 * quantized), DeviceError where the device named is not open, CheckpointError for bytes that the file cannot give.
 */
export async function stateDictFromStored(
  stored: Iterable<readonly [string, StoredTensor]>,
  options: { readonly metadata?: StateMetadata | null; readonly device?: DeviceName | Device } = {},
): Promise<StateDict> {
  const tensors: [string, Tensor][] = []
  let into: Uint8Array = new Uint8Array(0)
  for (const [key, tensor] of stored) {
    const { dtype, shape } = tensor
    if (!isDType(dtype)) {
      throw new OpError('op/unsupported', `'${key}' is ${dtype}, which no device computes with`, {
        hint: 'leave the key out, or convert the file',
      })
    }
    const { location } = tensor.storage
    const device = getDevice(options.device ?? (location === 'webgpu' ? location : defaultDevice()))
    if (!device.supports(dtype)) {
      throw new OpError(
        'op/unsupported',
        `'${key}' is ${dtype}, which ${device.name} does not compute with`,
        {
          hint: 'load it on the cpu, and convert it there',
        },
      )
    }
    // Memory that is touched for the first time is slow, and what is not needed any more waits for the collector.
    const [from, to] = byteRange(tensor)
    if (to - from > into.length && to - from <= tensor.storage.byteLength) into = allocate(to - from)
    tensors.push([key, fromBytes(await materialize(tensor, { into }), shape, dtype, device)])
  }
  return new StateDict(tensors, options.metadata ?? null)
}
