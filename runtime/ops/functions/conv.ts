/** Convolutions (cross-correlations) over one to three axes. https://docs.pytorch.org/docs/2.13/nn.functional.html#convolution-functions */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { type Dim, printShape } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { vocabulary } from './vocabulary.ts'

export interface ConvOptions {
  readonly stride: readonly number[]
  readonly padding: readonly number[] | 'same' | 'valid'
  readonly dilation: readonly number[]
  readonly groups: Dim
}

function checkRank(op: string, shape: readonly unknown[], k: number, printed: string): void {
  if (shape.length !== k + 1 && shape.length !== k + 2) {
    throw new OpError(
      'shape/rank',
      `${op} takes [N, C, ..] or [C, ..] with ${k} spatial axes, not ${printed}`,
      { op },
    )
  }
}

/** Sizes of a kernel are those of a weight: numbers. */
function kernelSizes(op: string, weight: readonly unknown[], k: number): readonly number[] {
  if (weight.length !== k + 2)
    throw new OpError('shape/rank', `${op}: the weight needs ${k + 2} axes, not ${weight.length}`, { op })
  return weight.slice(2).map(d => {
    if (typeof d === 'number') return d
    throw new OpError('op/unsupported', `${op}: the kernel's size ${d} must be a fixed number`, { op })
  })
}

/** [low, high] of each spatial axis. 'same' puts the odd one at the end. */
function paddingPairs(
  op: string,
  { padding, stride, dilation }: ConvOptions,
  kernel: readonly number[],
): readonly (readonly [number, number])[] {
  if (padding === 'valid') return kernel.map(() => [0, 0])
  if (padding !== 'same') return padding.map(p => [p, p])
  if (stride.some(s => s !== 1)) {
    throw new OpError(
      'argument/value',
      `${op}: padding 'same' needs a stride of 1, not ${stride.join(', ')}`,
      { op },
    )
  }
  return kernel.map((size, i) => {
    const total = dilation[i]! * (size - 1)
    return [Math.floor(total / 2), total - Math.floor(total / 2)]
  })
}

function withBias<V>(b: Builder<V>, y: V, bias: V | null): V {
  const v = vocabulary(b)
  return bias === null
    ? y
    : v.add(
        y,
        v.reshape(
          bias,
          v.shape(y).map((_, i) => (i === 1 ? -1 : 1)),
        ),
      )
}

/** Adds the batch axis that `f` needs where x has none, and drops it again. */
export function batched<V>(b: Builder<V>, x: V, spatial: number, f: (x: V) => V): V {
  const v = vocabulary(b)
  return v.rank(x) === spatial + 1 ? v.dropAxis(f(v.unsqueeze(x, 0)), 0) : f(x)
}

export function conv<V>(
  b: Builder<V>,
  op: string,
  k: number,
  x: V,
  weight: V,
  bias: V | null,
  options: ConvOptions,
): V {
  const v = vocabulary(b)
  checkRank(op, v.shape(x), k, printShape(v.shape(x)))
  const padding = paddingPairs(op, options, kernelSizes(op, v.shape(weight), k))
  const { stride, dilation, groups } = options
  return batched(b, x, k, y =>
    withBias(b, b.emit('conv', [y, weight], { strides: stride, padding, dilations: dilation, groups }), bias),
  )
}

export function convTranspose<V>(
  b: Builder<V>,
  op: string,
  k: number,
  x: V,
  weight: V,
  bias: V | null,
  options: ConvOptions & { readonly padding: readonly number[]; readonly outputPadding: readonly number[] },
): V {
  const v = vocabulary(b)
  checkRank(op, v.shape(x), k, printShape(v.shape(x)))
  kernelSizes(op, v.shape(weight), k)
  const { stride, dilation, groups, outputPadding } = options
  for (const [i, extra] of outputPadding.entries()) {
    if (extra >= stride[i]! && extra >= dilation[i]!) {
      throw new OpError(
        'argument/value',
        `${op}: output_padding ${extra} must be smaller than stride or dilation`,
        { op },
      )
    }
  }
  return batched(b, x, k, y =>
    withBias(
      b,
      b.emit('conv_transpose', [y, weight], {
        strides: stride,
        padding: options.padding.map(p => [p, p] as const),
        dilations: dilation,
        groups,
        outputPadding,
      }),
      bias,
    ),
  )
}

const ones = (k: number): readonly number[] => new Array<number>(k).fill(1)
const zeros = (k: number): readonly number[] => new Array<number>(k).fill(0)
const tensors = [
  required('input', 'tensor'),
  required('weight', 'tensor'),
  optional('bias', 'tensor?', null),
] as const

const convRow = <const N extends 'conv1d' | 'conv2d' | 'conv3d'>(name: N, k: number) =>
  defineFunction({
    name,
    args: [
      ...tensors,
      optional('stride', 'ints', ones(k), { size: k, min: 1 }),
      optional('padding', 'padding', zeros(k), { size: k, min: 0 }),
      optional('dilation', 'ints', ones(k), { size: k, min: 1 }),
      optional('groups', 'dim', 1, { min: 1 }),
    ],
    returns: 'tensor',
    doc: `Convolution over ${k} spatial ${k === 1 ? 'axis' : 'axes'}.`,
    expand: (b, { input, weight, bias, ...options }) => conv(b, name, k, input, weight, bias, options),
  })

const transposedRow = <const N extends `conv_transpose${1 | 2 | 3}d`>(name: N, k: number) =>
  defineFunction({
    name,
    args: [
      ...tensors,
      optional('stride', 'ints', ones(k), { size: k, min: 1 }),
      optional('padding', 'ints', zeros(k), { size: k, min: 0 }),
      optional('output_padding', 'ints', zeros(k), { size: k, min: 0 }),
      optional('groups', 'dim', 1, { min: 1 }),
      optional('dilation', 'ints', ones(k), { size: k, min: 1 }),
    ],
    returns: 'tensor',
    doc: `Transposed convolution over ${k} spatial ${k === 1 ? 'axis' : 'axes'}.`,
    expand: (b, { input, weight, bias, output_padding, ...options }) =>
      convTranspose(b, name, k, input, weight, bias, { ...options, outputPadding: output_padding }),
  })

export const convolution = {
  conv1d: convRow('conv1d', 1),
  conv2d: convRow('conv2d', 2),
  conv3d: convRow('conv3d', 3),
  conv_transpose1d: transposedRow('conv_transpose1d', 1),
  conv_transpose2d: transposedRow('conv_transpose2d', 2),
  conv_transpose3d: transposedRow('conv_transpose3d', 3),
} as const
