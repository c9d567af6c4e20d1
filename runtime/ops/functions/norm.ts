/** Normalisations and norms. https://docs.pytorch.org/docs/2.13/nn.functional.html#normalization-functions */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { type Dim, floordiv, printShape, product } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { axes } from './axes.ts'
import { plainNumber } from './promotion.ts'
import { moments } from './reduce.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const weight = optional('weight', 'tensor?', null)
const bias = optional('bias', 'tensor?', null)

/** (x - mean) / sqrt(variance + eps) * weight + bias, each already in a shape that broadcasts. */
function affine<V>(v: Vocabulary<V>, x: V, weight: V | null, bias: V | null): V {
  const scaled = weight === null ? x : v.mul(x, weight)
  return bias === null ? scaled : v.add(scaled, bias)
}

/** A vector as the channels (axis 1) of a tensor of that rank. */
export const asChannels = <V>(v: Vocabulary<V>, x: V, rank: number): V =>
  v.reshape(
    x,
    Array.from({ length: rank }, (_, i) => (i === 1 ? -1 : 1)),
  )

const channelsOrNull = <V>(v: Vocabulary<V>, x: V | null, rank: number): V | null =>
  x === null ? null : asChannels(v, x, rank)

/** Mean 0 and variance 1 over the given axes. */
function standardised<V>(b: Builder<V>, x: V, dims: readonly number[], eps: number): V {
  const v = vocabulary(b)
  const { mean, variance } = moments(b, x, dims, 0, true)
  return v.mul(v.sub(x, mean), v.rsqrt(v.add(variance, eps)))
}

/** Axes that layer_norm joins: the last ones, whose sizes must be `shape`. */
function lastAxes<V>(b: Builder<V>, op: string, x: V, shape: readonly Dim[]): readonly number[] {
  const v = vocabulary(b)
  const own = v.shape(x)
  const lead = own.length - shape.length
  if (lead < 0 || shape.length === 0 || !shape.every((d, i) => b.assumeEqual(d, own[lead + i]!))) {
    throw new OpError(
      'shape/mismatch',
      `${op}: normalized_shape ${printShape(shape)} is not the end of ${printShape(own)}`,
      {
        op,
      },
    )
  }
  return shape.map((_, i) => lead + i)
}

export interface BatchNormOptions {
  readonly momentum: number
  readonly eps: number
}

/** Batch statistics: the output, and the running statistics moved towards them (the variance without bias). */
export function batchNormTraining<V>(
  b: Builder<V>,
  x: V,
  weight: V | null,
  bias: V | null,
  running: { readonly mean: V; readonly variance: V } | null,
  { momentum, eps }: BatchNormOptions,
): { out: V; mean: V | null; variance: V | null } {
  const v = vocabulary(b)
  const rank = v.rank(x)
  const dims = Array.from({ length: rank }, (_, i) => i).filter(i => i !== 1)
  const own = v.dtype(x)
  const wide = own === 'float16' || own === 'bfloat16' ? v.cast(x, 'float32') : x
  const { mean, variance } = moments(b, wide, dims, 0, true)
  const unit = v.mul(v.sub(wide, mean), v.rsqrt(v.add(variance, eps)))
  const out = v.cast(affine(v, unit, channelsOrNull(v, weight, rank), channelsOrNull(v, bias, rank)), own)
  if (running === null) return { out, mean: null, variance: null }
  const count = v.count(x, dims)
  const unbiased = v.div(
    v.mul(v.reshape(variance, [-1]), count),
    v.sub(v.full([], count, v.dtype(variance)), 1),
  )
  const moved = (old: V, fresh: V): V =>
    v.add(v.mul(old, 1 - momentum), v.mul(v.cast(fresh, v.dtype(old)), momentum))
  return {
    out,
    mean: moved(running.mean, v.reshape(mean, [-1])),
    variance: moved(running.variance, unbiased),
  }
}

/** Given statistics: one multiplication and one addition per element. */
export function batchNormEval<V>(
  b: Builder<V>,
  x: V,
  weight: V | null,
  bias: V | null,
  running: { readonly mean: V; readonly variance: V },
  eps: number,
): V {
  const v = vocabulary(b)
  const rank = v.rank(x)
  return v.inFloat32(x, y => {
    const scale = v.rsqrt(v.add(v.cast(running.variance, v.dtype(y)), eps))
    const factor = weight === null ? scale : v.mul(scale, weight)
    const centred = v.sub(y, asChannels(v, running.mean, rank))
    return affine(v, v.mul(centred, asChannels(v, factor, rank)), null, channelsOrNull(v, bias, rank))
  })
}

function channelCount<V>(b: Builder<V>, op: string, x: V): Dim {
  const v = vocabulary(b)
  if (v.rank(x) < 2)
    throw new OpError('shape/rank', `${op} takes [N, C, ..], not ${printShape(v.shape(x))}`, { op })
  return v.size(x, 1)
}

/** [N, groups, rest]: mean and variance of each group, then the channels' own scale and shift. */
function groupNorm<V>(b: Builder<V>, x: V, groups: Dim, weight: V | null, bias: V | null, eps: number): V {
  const v = vocabulary(b)
  const shape = v.shape(x)
  const channels = channelCount(b, 'group_norm', x)
  if (typeof channels === 'number' && typeof groups === 'number' && channels % groups !== 0)
    throw new OpError('argument/value', `group_norm: ${channels} channels do not form ${groups} equal groups`)
  return v.inFloat32(x, y => {
    const size = product([floordiv(channels, groups), ...shape.slice(2)])
    const parts = v.reshape(y, [shape[0]!, groups, size])
    const unit = v.reshape(standardised(b, parts, [2], eps), shape)
    return affine(v, unit, channelsOrNull(v, weight, shape.length), channelsOrNull(v, bias, shape.length))
  })
}

/** A tensor's shape with the reduced axes as size 1. */
function keptShape<V>(v: Vocabulary<V>, x: V, dims: readonly number[] | null): readonly Dim[] {
  const over = axes(v.rank(x), dims)
  return v.shape(x).map((d, i) => (over.includes(i) ? 1 : d))
}

/** The p-norm over all axes but one, each kept as 1; of all elements where `dim` is -1, as torch reads it. */
function normExceptDim<V>(b: Builder<V>, x: V, p: number, dim: number): V {
  const rank = vocabulary(b).rank(x)
  if (dim === -1) return vectorNorm(b, x, p, null, false)
  const at = axes(rank, [dim])[0]
  const others = Array.from({ length: rank }, (_, i) => i).filter(i => i !== at)
  return others.length === 0 ? vocabulary(b).abs(x) : vectorNorm(b, x, p, others, true)
}

/** The p-norm over axes, all if null. */
export function vectorNorm<V>(
  b: Builder<V>,
  input: V,
  p: number,
  dims: readonly number[] | null,
  keep: boolean,
): V {
  const v = vocabulary(b)
  if (!isFloat(v.dtype(input)))
    throw new OpError('dtype/mismatch', `norm needs a float tensor, not ${v.dtype(input)}`, { op: 'norm' })
  return v.inFloat32(input, x => {
    if (p === 2) {
      return v.withGradient(
        [x],
        y => v.sqrt(v.sum(v.square(y), dims, keep)),
        (grad, [y], result) => {
          const [length, over] = [result, grad].map(z => v.reshape(z, keptShape(v, y!, dims)))
          return [v.mul(v.where(v.eq(length!, 0), 0, v.div(over!, length!)), y!)]
        },
      )
    }
    const size = v.abs(x)
    if (p === Number.POSITIVE_INFINITY) return v.reduce('max', size, dims, keep)
    if (p === Number.NEGATIVE_INFINITY) return v.reduce('min', size, dims, keep)
    if (p === 0) {
      const count = (y: V): V => v.sum(v.cast(v.compare('ne', y, 0), v.dtype(y)), dims, keep)
      return v.withGradient([x], count, (_, [y]) => [v.fullLike(y!, 0)])
    }
    if (p === 1) return v.sum(size, dims, keep)
    return v.withGradient(
      [x],
      y => v.pow(v.sum(v.pow(v.abs(y), p), dims, keep), 1 / p),
      (grad, [y], result) => {
        const [length, over] = [result, grad].map(z => v.reshape(z, keptShape(v, y!, dims)))
        const scale = v.where(v.eq(length!, 0), 0, v.div(over!, v.pow(length!, p - 1)))
        const slope = v.mul(v.map('sign', y!), v.pow(v.abs(y!), p - 1))
        return [v.mul(p < 1 ? v.where(v.eq(y!, 0), 0, slope) : slope, scale)]
      },
    )
  })
}

const PRESETS: Readonly<Record<string, number>> = { fro: 2, inf: Number.POSITIVE_INFINITY }

export const normalisation = {
  batch_norm: defineFunction({
    name: 'batch_norm',
    args: [
      input,
      required('running_mean', 'tensor?'),
      required('running_var', 'tensor?'),
      weight,
      bias,
      optional('training', 'bool', false),
      optional('momentum', 'float', 0.1),
      optional('eps', 'float', 1e-5),
    ],
    returns: 'tensor',
    doc: 'Each channel normalised by the running statistics, or in training by those of the batch.',
    expand(b, { input, running_mean, running_var, weight, bias, training, momentum, eps }) {
      channelCount(b, 'batch_norm', input)
      if (training) return batchNormTraining(b, input, weight, bias, null, { momentum, eps }).out
      if (running_mean === null || running_var === null) {
        throw new OpError(
          'argument/missing',
          'batch_norm needs running_mean and running_var outside training',
          {
            op: 'batch_norm',
          },
        )
      }
      return batchNormEval(b, input, weight, bias, { mean: running_mean, variance: running_var }, eps)
    },
  }),
  layer_norm: defineFunction({
    name: 'layer_norm',
    args: [input, required('normalized_shape', 'dims'), weight, bias, optional('eps', 'float', 1e-5)],
    returns: 'tensor',
    doc: 'Mean 0 and variance 1 over the last axes, then scaled and shifted element by element.',
    expand(b, { input, normalized_shape, weight, bias, eps }) {
      const v = vocabulary(b)
      const dims = lastAxes(b, 'layer_norm', input, normalized_shape)
      return v.inFloat32(input, x => affine(v, standardised(b, x, dims, eps), weight, bias))
    },
  }),
  rms_norm: defineFunction({
    name: 'rms_norm',
    args: [input, required('normalized_shape', 'dims'), weight, optional('eps', 'float?', null)],
    returns: 'tensor',
    doc: 'Divided by the root of the mean square over the last axes, then scaled. eps is that of the dtype unless given.',
    expand(b, { input, normalized_shape, weight, eps }) {
      const v = vocabulary(b)
      const dims = lastAxes(b, 'rms_norm', input, normalized_shape)
      return v.inFloat32(input, x => {
        const small = eps ?? (v.dtype(x) === 'float64' ? 2 ** -52 : 2 ** -23)
        return affine(v, v.mul(x, v.rsqrt(v.add(v.mean(v.square(x), dims, true), small))), weight, null)
      })
    },
  }),
  group_norm: defineFunction({
    name: 'group_norm',
    args: [input, required('num_groups', 'int', { min: 1 }), weight, bias, optional('eps', 'float', 1e-5)],
    returns: 'tensor',
    doc: 'Channels in groups, each with mean 0 and variance 1, then scaled and shifted by channel.',
    expand: (b, { input, num_groups, weight, bias, eps }) =>
      groupNorm(b, input, num_groups, weight, bias, eps),
  }),
  instance_norm: defineFunction({
    name: 'instance_norm',
    args: [
      input,
      optional('running_mean', 'tensor?', null),
      optional('running_var', 'tensor?', null),
      weight,
      bias,
      optional('use_input_stats', 'bool', true),
      optional('momentum', 'float', 0.1),
      optional('eps', 'float', 1e-5),
    ],
    returns: 'tensor',
    doc: 'Each channel of each sample with mean 0 and variance 1; without use_input_stats by the running statistics.',
    expand(b, { input, running_mean, running_var, weight, bias, use_input_stats, eps }) {
      if (use_input_stats)
        return groupNorm(b, input, channelCount(b, 'instance_norm', input), weight, bias, eps)
      if (running_mean === null || running_var === null) {
        throw new OpError(
          'argument/missing',
          'instance_norm needs running_mean and running_var without use_input_stats',
          {
            op: 'instance_norm',
          },
        )
      }
      return batchNormEval(b, input, weight, bias, { mean: running_mean, variance: running_var }, eps)
    },
  }),
  local_response_norm: defineFunction({
    name: 'local_response_norm',
    args: [
      input,
      required('size', 'int', { min: 1 }),
      optional('alpha', 'float', 1e-4),
      optional('beta', 'float', 0.75),
      optional('k', 'float', 1),
    ],
    returns: 'tensor',
    doc: 'Divided by a power of the mean square of the neighbouring channels.',
    expand(b, { input, size, alpha, beta, k }) {
      const v = vocabulary(b)
      channelCount(b, 'local_response_norm', input)
      const channelsLast = v.moveAxis(v.square(input), 1, -1)
      const padded = v.padLast(channelsLast, [[Math.floor(size / 2), Math.floor((size - 1) / 2)]], 0)
      const near = v.mean(b.emit('window', [padded], { sizes: [size], strides: [1], dilations: [1] }), [-1])
      return v.div(input, v.pow(v.add(v.mul(v.moveAxis(near, -1, 1), alpha), k), beta))
    },
  }),
  normalize: defineFunction({
    name: 'normalize',
    args: [input, optional('p', 'float', 2), optional('dim', 'ints', [1]), optional('eps', 'float', 1e-12)],
    returns: 'tensor',
    doc: 'Divided by the p-norm along an axis, at least eps.',
    expand(b, { input, p, dim, eps }) {
      const v = vocabulary(b)
      return v.div(input, v.max(vectorNorm(b, input, p, dim, true), eps))
    },
  }),
  norm: defineFunction({
    name: 'norm',
    method: true,
    args: [
      input,
      optional('p', 'scalar?', 2),
      optional('dim', 'ints?', null),
      optional('keepdim', 'bool', false),
      optional('dtype', 'dtype?', null),
    ],
    returns: 'tensor',
    doc: 'The p-norm of all elements or over axes.',
    expand(b, { input, p, dim, keepdim, dtype }) {
      const x = dtype === null ? input : vocabulary(b).cast(input, dtype)
      return vectorNorm(b, x, p === null ? 2 : plainNumber(p), dim, keepdim)
    },
  }),
  norm_preset: defineFunction({
    name: 'norm_preset',
    python: 'norm',
    method: true,
    args: [
      input,
      required('p', 'string', { enum: ['fro', 'inf'] }),
      optional('dim', 'ints?', null),
      optional('keepdim', 'bool', false),
      optional('dtype', 'dtype?', null),
    ],
    returns: 'tensor',
    doc: "The Frobenius norm ('fro': the 2-norm of all elements) or the largest absolute value ('inf').",
    expand(b, { input, p, dim, keepdim, dtype }) {
      const x = dtype === null ? input : vocabulary(b).cast(input, dtype)
      return vectorNorm(b, x, PRESETS[p]!, dim, keepdim)
    },
  }),
  vector_norm: defineFunction({
    name: 'vector_norm',
    args: [
      required('x', 'tensor'),
      optional('ord', 'scalar', 2),
      optional('dim', 'ints?', null),
      optional('keepdim', 'bool', false),
      optional('dtype', 'dtype?', null),
    ],
    returns: 'tensor',
    doc: 'torch.linalg.vector_norm.',
    expand(b, { x, ord, dim, keepdim, dtype }) {
      const y = dtype === null ? x : vocabulary(b).cast(x, dtype)
      return vectorNorm(b, y, plainNumber(ord), dim, keepdim)
    },
  }),
  norm_except_dim: defineFunction({
    name: 'norm_except_dim',
    args: [required('v', 'tensor'), optional('pow', 'int', 2), optional('dim', 'int', 0)],
    returns: 'tensor',
    doc: 'The norm of each slice along an axis, with the other axes kept as 1; with dim=-1 of all elements.',
    expand: (b, { v, pow, dim }) => normExceptDim(b, v, pow, dim),
  }),
  weight_norm: defineFunction({
    name: 'weight_norm',
    python: '_weight_norm',
    args: [required('v', 'tensor'), required('g', 'tensor'), optional('dim', 'int', 0)],
    returns: 'tensor',
    doc: 'The weight that torch.nn.utils.weight_norm makes of weight_v and weight_g: v, its norm replaced by g.',
    expand(b, { v: direction, g, dim }) {
      const v = vocabulary(b)
      return v.mul(direction, v.div(g, normExceptDim(b, direction, 2, dim)))
    },
  }),
  dist: defineFunction({
    name: 'dist',
    method: true,
    args: [input, required('other', 'tensor'), optional('p', 'scalar', 2)],
    returns: 'tensor',
    doc: 'The p-norm of input - other.',
    expand: (b, { input, other, p }) =>
      vectorNorm(b, vocabulary(b).sub(input, other), plainNumber(p), null, false),
  }),
  renorm: defineFunction({
    name: 'renorm',
    method: true,
    args: [input, required('p', 'scalar'), required('dim', 'int'), required('maxnorm', 'scalar')],
    returns: 'tensor',
    doc: 'Slices along an axis scaled down to a p-norm of at most maxnorm.',
    expand(b, { input, p, dim, maxnorm }) {
      const v = vocabulary(b)
      const rank = v.rank(input)
      const at = axes(rank, [dim])[0]!
      const others = Array.from({ length: rank }, (_, i) => i).filter(i => i !== at)
      const length = vectorNorm(b, input, plainNumber(p), others, true)
      const most = plainNumber(maxnorm)
      return v.where(v.gt(length, most), v.mul(input, v.div(most, v.add(length, 1e-7))), input)
    },
  }),
} as const
