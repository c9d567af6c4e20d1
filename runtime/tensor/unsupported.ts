/** The error of a dtype that a device has not. */
import type { Device } from '../devices/device.ts'
import type { DType } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'

export function unsupportedOn(device: Device, op: string, dtype: DType): OpError {
  return new OpError('op/unsupported', `${op}: ${device.name} does not compute with ${dtype}`, {
    op,
    hint: "convert to float32 first (x.to('float32')), or compute on the cpu",
  })
}
