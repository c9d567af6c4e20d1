/**
 * Feeds: what the host gives to the device anew in each run of a captured function, in the order of the trace. Outside of a
 * capture a feed is a tensor of what the host gives now. Random numbers and the numbers of a step (learning rates, corrections
 * of biases) are feeds; any other number that the host computes is a constant of the capture.
 */
import type { Device } from '../devices/device.ts'
import { Node } from '../graph/node.ts'
import { encode, STORAGE_CLASS, type Storage } from '../kernels/reference/storage.ts'
import { product } from '../ops/dim.ts'
import { type DType, ITEM_SIZE } from '../ops/dtype.ts'
import { checkShape } from './create.ts'
import { currentRecording } from './recording.ts'
import { Tensor } from './tensor.ts'

/** A tensor whose elements `fill` stores, all of them, row-major. */
export function feed(
  shape: readonly number[],
  dtype: DType,
  device: Device,
  fill: (elements: Storage) => void,
): Tensor {
  checkShape(shape)
  const size = product(shape) as number
  const elements = new STORAGE_CLASS[dtype](size)
  const bytes = new Uint8Array(elements.buffer as ArrayBuffer)
  const recording = currentRecording()
  if (recording !== null) {
    const tensor = recording.input(shape, dtype, device)
    recording.steps.push({ node: tensor.node, bytes, fill: () => fill(elements) })
    return tensor
  }
  fill(elements)
  const memory = device.alloc(size * ITEM_SIZE[dtype])
  device.write(memory, bytes)
  return new Tensor(new Node([...shape], dtype, device, { memory }))
}

/** A scalar of a number that the host computes, in float64, and the dtype rounds. */
export function feedNumber(dtype: DType, device: Device, value: () => number): Tensor {
  return feed([], dtype, device, elements => {
    elements[0] = encode(dtype, value())
  })
}
