/** The geometry of a sliding window: sizes, and the padded image that it slides over. */

import { add, floordiv, mod, mul } from '../expr.ts'
import type { Expr } from '../ir.ts'
import { constI32 } from '../node.ts'

/** One spatial axis of a convolution. */
export interface WindowAxis {
  readonly input: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  /** Zeros before the first element and after the last. */
  readonly before: number
  readonly after: number
}

/** Positions of the window along the axis (torch.nn.Conv2d); 0 if it does not fit. */
export function outputSize({ input, kernel, stride, dilation, before, after }: WindowAxis): number {
  const room = input + before + after - dilation * (kernel - 1) - 1
  return room < 0 ? 0 : Math.floor(room / stride) + 1
}

/** Elements of the padded input that the window ever covers. */
function coveredSize(axis: WindowAxis): number {
  return (outputSize(axis) - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1
}

/**
 * One channel as a window of stride 1 sees it: padded, and for a stride s split into s phases per axis (elements
 * 0, s, 2s, ... then 1, s + 1, ...). Then consecutive window positions read consecutive elements for every tap.
 */
export interface Image {
  /** Size of one phase along each axis. */
  readonly dims: readonly number[]
  /** Number of phases along each axis. */
  readonly phases: readonly number[]
  /** Distance between neighbours along each axis, within a phase. */
  readonly pitch: readonly number[]
  readonly phaseSize: number
  /** Elements of one channel. */
  readonly channelSize: number
  /** The input is this image already: no padding, no stride. */
  readonly isInput: boolean
}

export function imageOf(axes: readonly WindowAxis[]): Image {
  const isInput = axes.every(a => a.before === 0 && a.stride === 1 && coveredSize(a) <= a.input)
  const dims = axes.map(a => (isInput ? a.input : Math.ceil(coveredSize(a) / a.stride)))
  const phases = axes.map(a => Math.min(a.stride, coveredSize(a)))
  const phaseSize = product(dims)
  return { dims, phases, pitch: strides(dims), phaseSize, channelSize: phaseSize * product(phases), isInput }
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1)
}

/** Strides of a contiguous array. */
export function strides(dims: readonly number[]): readonly number[] {
  return dims.map((_, axis) => product(dims.slice(axis + 1)))
}

/** Where in a channel of the image the tap finds the element of window position 0. */
export function tapOffset(image: Image, axes: readonly WindowAxis[], taps: readonly Expr[]): Expr {
  let phase: Expr = constI32(0)
  let offset: Expr = constI32(0)
  axes.forEach(({ stride, dilation }, i) => {
    const at = mul(taps[i]!, dilation)
    phase = add(mul(phase, image.phases[i]!), mod(at, stride))
    offset = add(offset, mul(floordiv(at, stride), image.pitch[i]!))
  })
  return add(mul(phase, image.phaseSize), offset)
}
