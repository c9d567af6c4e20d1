/** Dropout and its kin: elements, channels or samples set to zero, the others scaled up. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import type { Dim } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { SELU_ALPHA, SELU_SCALE } from './activation.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const inplace = optional('inplace', 'bool', false, { ignored: true })
const training = optional('training', 'bool', true)
const probability = { min: 0, max: 1 } as const

/** 1 with probability `keep`, else 0. */
function mask<V>(b: Builder<V>, x: V, shape: readonly Dim[], keep: number): V {
  const v = vocabulary(b)
  if (b.bernoulli !== undefined) return b.bernoulli(shape, v.dtype(x), keep)
  return v.cast(v.lt(b.uniform(shape, v.dtype(x)), keep), v.dtype(x))
}

/** Zeroes with probability p what one element of `shape` covers. */
export function dropout<V>(b: Builder<V>, x: V, p: number, shape: readonly Dim[]): V {
  const v = vocabulary(b)
  if (p === 0) return x
  if (p === 1) return v.mul(x, 0)
  return v.mul(x, v.div(mask(b, x, shape, 1 - p), 1 - p))
}

/** alpha_dropout: dropped elements take selu's negative limit, and the result keeps mean 0 and variance 1. */
function alphaDropout<V>(b: Builder<V>, x: V, p: number, shape: readonly Dim[]): V {
  const v = vocabulary(b)
  if (p === 0) return x
  if (p === 1) return v.mul(x, 0)
  const limit = -SELU_ALPHA * SELU_SCALE
  const scale = 1 / Math.sqrt((limit * limit * p + 1) * (1 - p))
  const kept = mask(b, x, shape, 1 - p)
  const shift = v.mul(v.sub(kept, 1), -limit * scale)
  return v.add(v.add(v.mul(x, v.mul(kept, scale)), shift), -limit * scale * p)
}

/** The mask's shape: whole channels, for [N, C, ..] or without the batch axis where there are only k + 1 axes. */
function channelShape(op: string, shape: readonly Dim[], k: number): readonly Dim[] {
  if (shape.length < 2)
    throw new OpError('shape/rank', `${op} needs at least 2 axes, not ${shape.length}`, { op })
  const lead = shape.length === k + 1 && k > 0 ? 1 : 2
  return shape.map((d, i) => (i < lead ? d : 1))
}

const channelRow = <const N extends 'dropout1d' | 'dropout2d' | 'dropout3d'>(
  name: N,
  k: number,
  doc: string,
) =>
  defineFunction({
    name,
    args: [input, optional('p', 'float', 0.5, probability), training, inplace],
    returns: 'tensor',
    doc,
    expand: (b, { input, p, training }) =>
      // dropout2d keeps torch's history: three axes are [N, C, L] there.
      training ? dropout(b, input, p, channelShape(name, b.aval(input).shape, k === 2 ? 0 : k)) : input,
  })

export const dropouts = {
  dropout: defineFunction({
    name: 'dropout',
    args: [input, optional('p', 'float', 0.5, probability), training, inplace],
    returns: 'tensor',
    doc: 'In training, elements set to zero with probability p and the others divided by 1 - p.',
    expand: (b, { input, p, training }) => (training ? dropout(b, input, p, b.aval(input).shape) : input),
  }),
  dropout1d: channelRow('dropout1d', 1, 'dropout of whole channels of [N, C, L].'),
  dropout2d: channelRow('dropout2d', 2, 'dropout of whole channels of [N, C, H, W].'),
  dropout3d: channelRow('dropout3d', 3, 'dropout of whole channels of [N, C, D, H, W].'),
  alpha_dropout: defineFunction({
    name: 'alpha_dropout',
    args: [input, optional('p', 'float', 0.5, probability), optional('training', 'bool', false), inplace],
    returns: 'tensor',
    doc: 'dropout that keeps mean and variance, for selu.',
    expand: (b, { input, p, training }) =>
      training ? alphaDropout(b, input, p, b.aval(input).shape) : input,
  }),
  feature_alpha_dropout: defineFunction({
    name: 'feature_alpha_dropout',
    args: [input, optional('p', 'float', 0.5, probability), optional('training', 'bool', false), inplace],
    returns: 'tensor',
    doc: 'alpha_dropout of whole channels.',
    expand: (b, { input, p, training }) =>
      training
        ? alphaDropout(b, input, p, channelShape('feature_alpha_dropout', b.aval(input).shape, 0))
        : input,
  }),
  stochastic_depth: defineFunction({
    name: 'stochastic_depth',
    args: [
      input,
      required('p', 'float', probability),
      required('mode', 'string', { enum: ['batch', 'row'] }),
      training,
    ],
    returns: 'tensor',
    doc: "torchvision's: in training, whole samples ('row') or the whole batch set to zero with probability p.",
    expand(b, { input, p, mode, training }) {
      if (!training) return input
      const shape = b.aval(input).shape
      return dropout(
        b,
        input,
        p,
        shape.map((d, i) => (mode === 'row' && i === 0 ? d : 1)),
      )
    },
  }),
} as const
