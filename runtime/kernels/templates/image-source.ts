/** Where a convolution reads its image from. */

import { ITEM_SIZE } from '../../ops/dtype.ts'
import { add, floordiv, literal, load, mod, mul } from '../expr.ts'
import type { Buffer, Expr, Limits } from '../ir.ts'
import { buffer } from '../ir.ts'
import { kernel, loop, store } from '../stmt.ts'
import type { ConvInput, ConvShape } from './conv.ts'
import { fillImage } from './image.ts'
import { forReading, type KernelGroup, unique } from './kernel-group.ts'
import { NUMBER_DTYPE } from './number-type.ts'
import { channelGap, paysForCopy } from './rules.ts'
import { columns } from './tile.ts'
import type { Image } from './window.ts'

interface ImageSource extends KernelGroup {
  readonly buffers: readonly Buffer[]
  /** An element by channel (counted over images) and index in the image. */
  readonly value: (channel: Expr, index: Expr) => Expr
  readonly padded: boolean
}

/**
 * The image as the product reads it: the input itself, or a copy made first, padded, and with its channels set apart.
 * @param reading channels that are read side by side, and how often in all
 */
export function imageSource(
  name: string,
  shape: Pick<ConvShape, 'batch' | 'inChannels' | 'axes' | 'type'>,
  image: Image,
  input: ConvInput,
  reading: { readonly channels: number; readonly times: number },
  limits: Limits,
): ImageSource {
  const { batch, inChannels, axes, type } = shape
  const size = ITEM_SIZE[NUMBER_DTYPE[type]]
  const bytes = image.channelSize * size
  if (image.isInput && !paysForCopy(reading.channels, bytes, reading.times)) {
    const value = (channel: Expr, index: Expr) =>
      input.value(floordiv(channel, inChannels), mod(channel, inChannels), index)
    return { kernels: [], scratch: [], buffers: input.buffers, value, padded: false }
  }
  // Panels of columns may read on behind the last channel, by less than the widest tile.
  const slack = 8 * limits.vector
  const pitch = image.channelSize + channelGap(bytes) / size
  const length = batch * inChannels * pitch + slack
  const copy = buffer(`${name}.image`, NUMBER_DTYPE[type], length, 'write')
  const fill = loop('channel', batch * inChannels, 'grid', channel => {
    const read = (at: Expr) => input.value(floordiv(channel, inChannels), mod(channel, inChannels), at)
    const write = (at: Expr, value: Expr | null) =>
      store(copy, add(mul(channel, pitch), at), value ?? literal(type, 0))
    return image.isInput
      ? [columns(image.channelSize, at => [write(at, read(at))])]
      : fillImage(image, axes, { read, write })
  })
  const read = forReading(copy)
  return {
    kernels: [kernel(`${name}.pad`, unique([...input.buffers, copy]), [fill])],
    scratch: [copy],
    buffers: [read],
    value: (channel, index) => load(read, add(mul(channel, pitch), index)),
    padded: true,
  }
}
