/** Sliding windows as columns, and columns summed back to pixels. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, compare, type Dim, mul, printShape, product } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { windowCount } from '../primitives.ts'
import { axis } from './axes.ts'
import { batched } from './conv.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

interface Patches {
  readonly kernel_size: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: readonly number[]
  readonly stride: readonly number[]
}

const input = required('input', 'tensor')
const patchArgs = [
  required('kernel_size', 'ints', { size: 2, min: 1 }),
  optional('dilation', 'ints', [1, 1], { size: 2, min: 1 }),
  optional('padding', 'ints', [0, 0], { size: 2, min: 0 }),
  optional('stride', 'ints', [1, 1], { size: 2, min: 1 }),
] as const

/** Where window o, element k of an axis is in the padded axis: [windows, kernel]. */
const places = <V>(v: Vocabulary<V>, p: Patches, i: number, count: Dim): V =>
  v.add(
    v.mul(v.iotaAlong(2, 0, count), p.stride[i]!),
    v.mul(v.iotaAlong(2, 1, p.kernel_size[i]!), p.dilation[i]!),
  )

/** [N, C kh kw, L] summed into [N, C, H, W]. */
function fold<V>(b: Builder<V>, x: V, size: readonly Dim[], p: Patches): V {
  const v = vocabulary(b)
  const [batch, columns, blocks] = v.shape(x)
  const area = product(p.kernel_size) as number
  if (typeof columns === 'number' && columns % area !== 0)
    throw new OpError('shape/mismatch', `fold: ${columns} rows are no multiple of the kernel's ${area}`, {
      op: 'fold',
    })
  const channels = typeof columns === 'number' ? columns / area : -1
  const padded = size.map((d, i) => add(d, 2 * p.padding[i]!))
  const counts = padded.map((d, i) => windowCount(d, p.kernel_size[i]!, p.stride[i]!, p.dilation[i]!))
  if (!b.assumeEqual(product(counts), blocks!)) {
    throw new OpError('shape/mismatch', `fold: ${blocks} columns, but ${printShape(counts)} windows fit`, {
      op: 'fold',
    })
  }
  const [rows, cols] = [0, 1].map(i => places(v, p, i, counts[i]!))
  // [kh, kw, oh, ow], the order of the columns of unfold.
  const at = v.add(
    v.mul(v.reshape(v.transpose(rows!, 0, 1), [p.kernel_size[0]!, 1, counts[0]!, 1]), padded[1]!),
    v.reshape(v.transpose(cols!, 0, 1), [1, p.kernel_size[1]!, 1, counts[1]!]),
  )
  const flat = v.reshape(x, [batch!, channels, mul(area, product(counts))])
  const lead = v.shape(flat).slice(0, 2)
  const index = v.expand(v.reshape(at, [1, 1, -1]), v.shape(flat))
  const zeros = v.full([...lead, product(padded)], 0, v.dtype(x))
  const sums = v.reshape(b.emit('scatter', [zeros, index, flat], { dim: 2, reduce: 'add' }), [
    ...lead,
    ...padded,
  ])
  return size.reduce<V>((y, d, i) => v.slice(y, 2 + i, p.padding[i]!, d), sums)
}

export const folding = {
  unfold: defineFunction({
    name: 'unfold',
    args: [input, ...patchArgs],
    returns: 'tensor',
    doc: 'Windows of [N, C, H, W] as columns: [N, C kh kw, windows].',
    expand(b, args) {
      const v = vocabulary(b)
      const rank = v.rank(args.input)
      if (rank !== 3 && rank !== 4)
        throw new OpError(
          'shape/rank',
          `unfold takes [N, C, H, W] or [C, H, W], not ${printShape(v.shape(args.input))}`,
        )
      return batched(b, args.input, 2, x => {
        const padded = v.padLast(
          x,
          args.padding.map(p => [p, p] as const),
          v.dtype(x) === 'bool' ? false : 0,
        )
        const { kernel_size: sizes, stride: strides, dilation: dilations } = args
        const windows = b.emit('window', [padded], { sizes, strides, dilations })
        const [n, c, oh, ow] = v.shape(windows)
        const columns = v.permute(windows, [0, 1, 4, 5, 2, 3])
        return v.reshape(columns, [n!, mul(c!, product(sizes)), mul(oh!, ow!)])
      })
    },
  }),
  fold: defineFunction({
    name: 'fold',
    args: [input, required('output_size', 'dims', { size: 2 }), ...patchArgs],
    returns: 'tensor',
    doc: 'Columns of windows summed into pixels: the transpose of unfold.',
    expand(b, { input, output_size, ...patches }) {
      const v = vocabulary(b)
      if (v.rank(input) === 2) return v.dropAxis(fold(b, v.unsqueeze(input, 0), output_size, patches), 0)
      if (v.rank(input) !== 3)
        throw new OpError('shape/rank', `fold takes [N, C kh kw, L], not ${printShape(v.shape(input))}`)
      return fold(b, input, output_size, patches)
    },
  }),
  unfold_dim: defineFunction({
    name: 'unfold_dim',
    python: 'unfold',
    method: 'only',
    args: [input, required('dimension', 'int'), required('size', 'dim'), required('step', 'dim')],
    returns: 'tensor',
    doc: 'Windows along an axis, each along a new last axis.',
    expand(b, { input, dimension, size, step }) {
      const v = vocabulary(b)
      const at = axis(v.rank(input), dimension)
      const whole = v.rank(input) === 0 ? v.reshape(input, [1]) : input
      if (compare(size, v.size(whole, at)) === 1 || compare(step, 1) === -1)
        throw new OpError(
          'shape/range',
          `unfold: windows of ${size} in steps of ${step} do not fit dim ${dimension} of size ${v.size(whole, at)}`,
          { op: 'unfold' },
        )
      const moved = v.moveAxis(whole, at, -1)
      const windows = b.emit('window', [moved], { sizes: [size], strides: [step], dilations: [1] })
      return v.moveAxis(windows, -2, at)
    },
  }),
} as const
