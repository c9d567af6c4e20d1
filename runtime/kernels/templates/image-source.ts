/** Where a convolution reads its image from. */

import { add, floordiv, literal, load, mod, mul } from '../expr.ts'
import type { Buffer, Expr, Limits } from '../ir.ts'
import { buffer } from '../ir.ts'
import { kernel, loop, store } from '../stmt.ts'
import type { ConvInput, ConvShape } from './conv.ts'
import { fillImage } from './image.ts'
import { forReading, type KernelGroup, unique } from './kernel-group.ts'
import { NUMBER_DTYPE } from './number-type.ts'
import type { Image } from './window.ts'

interface ImageSource extends KernelGroup {
  readonly buffers: readonly Buffer[]
  /** An element by channel (counted over images) and index in the image. */
  readonly value: (channel: Expr, index: Expr) => Expr
  readonly padded: boolean
}

/** The image as the product reads it: the input itself, or a padded copy made first. */
export function imageSource(
  name: string,
  shape: Pick<ConvShape, 'batch' | 'inChannels' | 'axes' | 'type'>,
  image: Image,
  input: ConvInput,
  limits: Limits,
): ImageSource {
  const { batch, inChannels, axes, type } = shape
  if (image.isInput) {
    const value = (channel: Expr, index: Expr) =>
      input.value(floordiv(channel, inChannels), mod(channel, inChannels), index)
    return { kernels: [], scratch: [], buffers: input.buffers, value, padded: false }
  }
  // Panels of columns may read on behind the last channel, by less than the widest tile.
  const slack = 8 * limits.vector
  const length = batch * inChannels * image.channelSize + slack
  const copy = buffer(`${name}.image`, NUMBER_DTYPE[type], length, 'write')
  const fill = loop('channel', batch * inChannels, 'grid', channel =>
    fillImage(image, axes, {
      read: at => input.value(floordiv(channel, inChannels), mod(channel, inChannels), at),
      write: (at, value) => store(copy, add(mul(channel, image.channelSize), at), value ?? literal(type, 0)),
    }),
  )
  const read = forReading(copy)
  return {
    kernels: [kernel(`${name}.pad`, unique([...input.buffers, copy]), [fill])],
    scratch: [copy],
    buffers: [read],
    value: (channel, index) => load(read, add(mul(channel, image.channelSize), index)),
    padded: true,
  }
}
