/** Convolution over 1 to 3 axes with stride, padding, dilation and groups (torch.nn.functional.conv1d, 2d, 3d). */

import { add, floordiv, load, mod, mul } from '../expr.ts'
import type { Buffer, Expr, Kernel, Limits, Stmt } from '../ir.ts'
import { buffer } from '../ir.ts'
import { kernel, loop, store } from '../stmt.ts'
import { correlate, type Position } from './correlate.ts'
import { depthwise } from './depthwise.ts'
import { imageSource } from './image-source.ts'
import { type KernelGroup, unique } from './kernel-group.ts'
import { NUMBER_DTYPE, type NumberType } from './number-type.ts'
import { channelsInner, winogradTile } from './rules.ts'
import { columns } from './tile.ts'
import { type Image, imageOf, outputSize, product, tapOffset, type WindowAxis } from './window.ts'
import { transformWeight, winograd, winogradWeight } from './winograd.ts'

export interface ConvShape {
  readonly batch: number
  readonly groups: number
  readonly inChannels: number
  readonly outChannels: number
  /** Outermost axis first. */
  readonly axes: readonly WindowAxis[]
  readonly type: NumberType
}

/** The input: any elementwise prologue may be part of `value`. */
export interface ConvInput {
  readonly buffers: readonly Buffer[]
  /** An element, by image, channel, and index within the channel (row-major). */
  readonly value: (image: Expr, channel: Expr, position: Expr) => Expr
}

export interface ConvOutput {
  readonly buffer: Buffer
  /** Index in the buffer; by default of a contiguous [batch, channels, ...positions]. */
  readonly at?: (image: Expr, channel: Expr, position: Position) => Expr
  /** Makes the stored value from the sum: bias, folded norm, activation, residual. */
  readonly epilogue?: (sum: Expr, image: Expr, channel: Expr, position: Position) => Expr
  readonly reads?: readonly Buffer[]
}

/** Sizes of the output along each axis. */
export function convOutput(shape: ConvShape): readonly number[] {
  return shape.axes.map(outputSize)
}

/** Results of a tile along an axis, if the convolution goes by Winograd's transforms. */
function tileOf(
  { batch, groups, inChannels, outChannels, axes, type }: ConvShape,
  limits: Limits,
): 2 | 4 | null {
  const isPlain = axes.every(a => a.kernel === 3 && a.stride === 1 && a.dilation === 1)
  if (!isPlain || axes.length !== 2 || groups !== 1 || type !== 'f32') return null
  return winogradTile(batch, inChannels, outChannels, axes.map(outputSize), limits)
}

/** The weights as a convolution reads them, if not as they are stored; made once by `packConvWeight`. */
export function packedConvWeight(name: string, shape: ConvShape, limits: Limits): Buffer | null {
  const tile = tileOf(shape, limits)
  if (tile !== null) return winogradWeight(name, shape, tile)
  const channels = shape.inChannels / shape.groups
  const taps = product(shape.axes.map(a => a.kernel))
  if (taps === 1 || !channelsInner(channels)) return null
  return buffer(name, NUMBER_DTYPE[shape.type], shape.outChannels * channels * taps, 'write')
}

/** Brings weights [out, in / groups, ...taps] into the order [out, ...taps, in / groups], or transforms them. */
export function packConvWeight(
  name: string,
  shape: ConvShape,
  weight: Buffer,
  packed: Buffer,
  limits: Limits,
): Kernel {
  const tile = tileOf(shape, limits)
  if (tile !== null) return transformWeight(name, shape, tile, weight, packed)
  const channels = shape.inChannels / shape.groups
  const taps = product(shape.axes.map(a => a.kernel))
  const body = loop('row', shape.outChannels, 'grid', row => [
    loop('tap', taps, 'seq', tap => [
      columns(channels, c => {
        const from = add(mul(add(mul(row, channels), c), taps), tap)
        return [store(packed, add(mul(add(mul(row, taps), tap), channels), c), load(weight, from))]
      }),
    ]),
  ])
  return kernel(name, [weight, packed], [body])
}

/**
 * The convolution.
 * @param weight the packed weights where `packedConvWeight` gives a buffer, else those stored
 */
export function convolution(
  name: string,
  shape: ConvShape,
  input: ConvInput,
  weight: Buffer,
  output: ConvOutput,
  limits: Limits,
): KernelGroup {
  const { batch, groups, inChannels, outChannels, axes, type } = shape
  const positions = convOutput(shape)
  if (product(positions) * batch * outChannels === 0) return { kernels: [], scratch: [] }
  const channels = inChannels / groups
  const rows = outChannels / groups
  const image = imageOf(axes)
  const write = convWriter(shape, positions, output)
  if (channels === 1 && depthwiseFits(image, type, limits)) {
    return { kernels: [depthwise(name, shape, image, positions, input, weight, output, write)], scratch: [] }
  }
  const tile = tileOf(shape, limits)
  if (tile !== null) return winograd(name, shape, positions, tile, input, weight, output, write, limits)
  const taps = axes.map(a => a.kernel)
  const tapCount = product(taps)
  const source = imageSource(name, shape, image, input, { channels, times: rows * tapCount }, limits)
  const packed = tapCount > 1 && channelsInner(channels)
  const body = correlate(
    {
      type,
      batches: batch * groups,
      rows,
      channels,
      taps,
      positions,
      pitch: image.pitch,
      weight: (b, row, channel, at) => {
        const out = add(mul(mod(b, groups), rows), row)
        const tap = tapIndex(at, taps)
        const within = packed ? add(mul(tap, channels), channel) : add(mul(channel, tapCount), tap)
        return load(weight, add(mul(out, channels * tapCount), within))
      },
      image: (b, channel, at, position) =>
        source.value(add(mul(b, channels), channel), add(tapOffset(image, axes, at), position)),
      padded: source.padded,
      write,
    },
    limits,
  )
  const all = unique([...source.buffers, weight, ...(output.reads ?? []), output.buffer])
  return { kernels: [...source.kernels, kernel(name, all, [body])], scratch: source.scratch }
}

function depthwiseFits(image: Image, type: NumberType, limits: Limits): boolean {
  const size = type === 'f64' || type === 'i64' ? 8 : 4
  return image.isInput || image.channelSize * size <= limits.sharedBytes
}

/** Row-major index of a tap. */
export function tapIndex(at: readonly Expr[], taps: readonly number[]): Expr {
  return at.slice(1).reduce<Expr>((sum, tap, i) => add(mul(sum, taps[i + 1]!), tap), at[0]!)
}

/** Stores results at their place. The batch of a product counts images times groups. */
export function convWriter(shape: ConvShape, positions: readonly number[], output: ConvOutput) {
  const { groups, outChannels } = shape
  const rows = outChannels / groups
  return (sum: Expr, b: Expr, row: Expr, position: Position): Stmt => {
    const [image, channel] = [floordiv(b, groups), add(mul(mod(b, groups), rows), row)]
    const value = output.epilogue === undefined ? sum : output.epilogue(sum, image, channel, position)
    const dense = () => add(mul(add(mul(image, outChannels), channel), product(positions)), position.flat)
    const index = output.at === undefined ? dense() : output.at(image, channel, position)
    return store(output.buffer, index, value)
  }
}
