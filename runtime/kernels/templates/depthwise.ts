/** Convolution where each group has one input channel: no product to block, one pass over each channel. */

import { add, floordiv, get, literal, load, mod, mul } from '../expr.ts'
import type { Buffer, Expr, Kernel, Stmt } from '../ir.ts'
import { register, sharedArray } from '../ir.ts'
import { constI32 } from '../node.ts'
import { alloc, kernel, loop, set } from '../stmt.ts'
import type { ConvInput, ConvOutput, ConvShape } from './conv.ts'
import type { Position } from './correlate.ts'
import { fillImage } from './image.ts'
import { unique } from './kernel-group.ts'
import { UNROLLED_TAPS } from './rules.ts'
import { type Image, product, strides, tapOffset } from './window.ts'

/** One kernel; the padded channel is kept in shared memory, unless the input can be read as it is. */
export function depthwise(
  name: string,
  shape: ConvShape,
  image: Image,
  positions: readonly number[],
  input: ConvInput,
  weight: Buffer,
  output: ConvOutput,
  write: (sum: Expr, batch: Expr, row: Expr, position: Position) => Stmt,
): Kernel {
  const { batch, groups, outChannels, axes, type } = shape
  const rows = outChannels / groups
  const taps = axes.map(a => a.kernel)
  const tapCount = product(taps)
  const channel = sharedArray('channel', type, Math.max(1, image.channelSize))
  const body = loop('channel', batch * groups, 'grid', b => {
    const [item, group] = [floordiv(b, groups), mod(b, groups)]
    const read = (at: Expr) => (image.isInput ? input.value(item, group, at) : get(channel, at))
    const prepare = image.isInput
      ? []
      : [
          alloc(channel),
          ...fillImage(image, axes, {
            read: at => input.value(item, group, at),
            write: (at, value) => set(channel, value ?? literal(type, 0), at),
          }),
        ]
    const point = (row: Expr, at: readonly Expr[]): readonly Stmt[] => {
      const sum = register('sum', type)
      const start = at.reduce<Expr>((s, i, axis) => add(s, mul(i, image.pitch[axis]!)), constI32(0))
      const tapLoop = loop('tap', tapCount, tapCount <= UNROLLED_TAPS ? 'unroll' : 'seq', tap => {
        const each = strides(taps).map((step, axis) => mod(floordiv(tap, step), taps[axis]!))
        const out = add(mul(group, rows), row)
        const product = mul(
          read(add(start, tapOffset(image, axes, each))),
          load(weight, add(mul(out, tapCount), tap)),
        )
        return [set(sum, add(get(sum), product))]
      })
      const steps = strides(positions)
      const flat = at.reduce<Expr>((s, i, axis) => add(s, mul(i, steps[axis]!)), constI32(0))
      return [alloc(sum, literal(type, 0)), tapLoop, write(get(sum), b, row, { axes: at, flat })]
    }
    const walk = (row: Expr, at: readonly Expr[]): readonly Stmt[] => {
      const size = positions[at.length]
      if (size === undefined) return point(row, at)
      const innermost = at.length === positions.length - 1
      return [loop('position', size, innermost ? 'vector' : 'seq', i => walk(row, [...at, i]))]
    }
    return [...prepare, loop('row', rows, 'seq', row => walk(row, []))]
  })
  return kernel(name, unique([...input.buffers, weight, ...(output.reads ?? []), output.buffer]), [body])
}
