/** From plain tensors to a device and back; in Node and in browsers. */
import type { DeviceName } from '../../runtime/devices/registry.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { element, type Tensor, type TypedArray } from '../../runtime/tensor/tensor.ts'
import type { PlainTensor } from './plain-tensor.ts'

/** A plain tensor's elements on a device. */
export function onDevice(x: PlainTensor, device: DeviceName): Tensor {
  const values = x.dtype === 'bool' ? x.data.map(v => v !== 0) : [...x.data]
  return tensor(values as number[], { shape: x.shape, dtype: x.dtype, device })
}

/** A computed tensor's elements as plain values. */
export const toPlain = (x: Tensor): PlainTensor => plain(x, x.dataSync())

/** As `toPlain`, of devices that are not read at once. */
export const readPlain = async (x: Tensor): Promise<PlainTensor> => plain(x, await x.data())

function plain({ shape, dtype }: Tensor, stored: TypedArray): PlainTensor {
  const data = [...stored].map(v => {
    const e = element(dtype, v)
    return typeof e === 'boolean' ? Number(e) : e
  })
  return { shape, dtype, data }
}
