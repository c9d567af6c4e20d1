/** Loss functions of torch.nn.functional. https://docs.pytorch.org/docs/2.13/nn.functional.html#loss-functions */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { printShape } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { softplus } from './activation.ts'
import { xlogy } from './arithmetic.ts'
import { pairwiseDistance } from './distance.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const target = required('target', 'tensor')
const weight = optional('weight', 'tensor?', null)
const sizeAverage = optional('size_average', 'bool?', null)
const reduce = optional('reduce', 'bool?', null)
const reduction = optional('reduction', 'string', 'mean', { enum: ['none', 'mean', 'sum'] })
/** torch's older way to name the reduction, in the places where its signatures have it. */
const legacy = [sizeAverage, reduce, reduction] as const

export interface Reduction {
  readonly size_average?: boolean | null
  readonly reduce?: boolean | null
  readonly reduction: string
}

/** The reduction that is meant, where the older flags are given too. */
export function reductionOf({ size_average, reduce, reduction }: Reduction): string {
  if ((size_average ?? null) === null && (reduce ?? null) === null) return reduction
  if (reduce === false) return 'none'
  return size_average === false ? 'sum' : 'mean'
}

/** Mean, sum, or the losses as they are. */
export function reduced<V>(b: Builder<V>, losses: V, how: Reduction): V {
  const v = vocabulary(b)
  const name = reductionOf(how)
  if (name === 'none') return losses
  return name === 'sum' ? v.sum(losses, null) : v.mean(losses, null)
}

/** Weighted losses: the mean divides by the sum of the weights. */
function weighted<V>(b: Builder<V>, losses: V, weight: V | null, how: Reduction): V {
  const v = vocabulary(b)
  if (weight === null) return reduced(b, losses, how)
  const scaled = v.mul(losses, weight)
  if (reductionOf(how) !== 'mean') return reduced(b, scaled, how)
  return v.div(v.sum(scaled, null), v.sum(v.expand(weight, v.shape(scaled)), null))
}

function sameSize<V>(b: Builder<V>, op: string, x: V, y: V): void {
  const v = vocabulary(b)
  const [p, q] = [v.shape(x), v.shape(y)]
  if (p.length !== q.length || !p.every((d, i) => b.assumeEqual(d, q[i]!))) {
    throw new OpError(
      'shape/mismatch',
      `${op}: target ${printShape(q)} must have the shape of input ${printShape(p)}`,
      { op },
    )
  }
}

/** |d| beyond `knee`, a parabola within: the square is d^2 / (2 knee). */
function smoothed<V>(b: Builder<V>, difference: V, knee: number): V {
  const v = vocabulary(b)
  const size = v.abs(difference)
  if (knee === 0) return size
  const inner = v.div(v.mul(v.square(size), 0.5), knee)
  return v.where(v.lt(size, knee), inner, v.sub(size, 0.5 * knee))
}

/** max(log(x), -100), as torch bounds it. */
function boundedLog<V>(b: Builder<V>, x: V): V {
  const v = vocabulary(b)
  return v.max(v.log(x), -100)
}

const differenceArgs = [input, target, ...legacy, weight] as const

/** -y x + log(1 + exp(x)), with log(1 + exp(-x)) weighted by pos_weight where y is 1. */
function withLogits<V>(b: Builder<V>, x: V, y: V, positive: V | null): V {
  const v = vocabulary(b)
  if (positive === null) return v.sub(softplus(v, x), v.mul(x, y))
  const factor = v.add(v.mul(v.sub(positive, 1), y), 1)
  return v.add(v.mul(v.sub(1, y), x), v.mul(factor, softplus(v, v.neg(x))))
}

const logSigmoid = <V>(b: Builder<V>, x: V): V => {
  const v = vocabulary(b)
  return v.neg(softplus(v, v.neg(x)))
}

export const losses = {
  l1_loss: defineFunction({
    name: 'l1_loss',
    args: differenceArgs,
    returns: 'tensor',
    doc: '|input - target|.',
    expand(b, { input, target, weight, ...how }) {
      const v = vocabulary(b)
      return weighted(b, v.abs(v.sub(input, target)), weight, how)
    },
  }),
  mse_loss: defineFunction({
    name: 'mse_loss',
    args: differenceArgs,
    returns: 'tensor',
    doc: '(input - target)^2.',
    expand(b, { input, target, weight, ...how }) {
      const v = vocabulary(b)
      return weighted(b, v.square(v.sub(input, target)), weight, how)
    },
  }),
  smooth_l1_loss: defineFunction({
    name: 'smooth_l1_loss',
    args: [input, target, ...legacy, optional('beta', 'float', 1, { min: 0 })],
    returns: 'tensor',
    doc: '|input - target|, a parabola where it is below beta.',
    expand(b, { input, target, beta, ...how }) {
      return reduced(b, smoothed(b, vocabulary(b).sub(input, target), beta), how)
    },
  }),
  huber_loss: defineFunction({
    name: 'huber_loss',
    args: [input, target, reduction, optional('delta', 'float', 1), weight],
    returns: 'tensor',
    doc: 'delta times smooth_l1_loss with beta = delta.',
    expand(b, { input, target, reduction, delta, weight }) {
      const v = vocabulary(b)
      const value = v.mul(smoothed(b, v.sub(input, target), delta), delta)
      // Unlike the others, huber_loss divides by the number of elements, weighted or not.
      return reduced(b, weight === null ? value : v.mul(value, weight), { reduction })
    },
  }),
  binary_cross_entropy: defineFunction({
    name: 'binary_cross_entropy',
    args: [input, target, weight, ...legacy],
    returns: 'tensor',
    doc: 'Cross entropy of probabilities; logarithms are bounded by -100.',
    expand(b, { input, target, weight, ...how }) {
      const v = vocabulary(b)
      sameSize(b, 'binary_cross_entropy', input, target)
      const bounded = (x: typeof input) => [boundedLog(b, x), v.max(v.map('log1p', v.neg(x)), -100)] as const
      const value = v.withGradient(
        v.align(input, target),
        (x, y) => {
          const [yes, no] = bounded(x)
          return v.neg(v.add(v.mul(y, yes), v.mul(v.sub(1, y), no)))
        },
        (grad, [x, y]) => {
          const [yes, no] = bounded(x!)
          const slope = v.div(v.sub(x!, y!), v.max(v.mul(v.sub(1, x!), x!), 1e-12))
          return [v.mul(grad, slope), v.mul(grad, v.sub(no, yes))]
        },
      )
      return reduced(b, weight === null ? value : v.mul(value, weight), how)
    },
  }),
  binary_cross_entropy_with_logits: defineFunction({
    name: 'binary_cross_entropy_with_logits',
    args: [input, target, weight, ...legacy, optional('pos_weight', 'tensor?', null)],
    returns: 'tensor',
    doc: 'Cross entropy of the sigmoid of input, without overflow.',
    expand(b, { input, target, weight, pos_weight, ...how }) {
      const v = vocabulary(b)
      sameSize(b, 'binary_cross_entropy_with_logits', input, target)
      const value = withLogits(b, input, target, pos_weight)
      return reduced(b, weight === null ? value : v.mul(value, weight), how)
    },
  }),
  kl_div: defineFunction({
    name: 'kl_div',
    args: [
      input,
      target,
      sizeAverage,
      reduce,
      optional('reduction', 'string', 'mean', { enum: ['none', 'mean', 'sum', 'batchmean'] }),
      optional('log_target', 'bool', false),
    ],
    returns: 'tensor',
    doc: 'target * (log(target) - input): input is logarithms. batchmean divides the sum by the batch size.',
    expand(b, { input, target, log_target, ...how }) {
      const v = vocabulary(b)
      const value = log_target
        ? v.mul(v.exp(target), v.sub(target, input))
        : v.sub(xlogy(b, target, target), v.mul(target, input))
      if (how.reduction !== 'batchmean') return reduced(b, value, how)
      return v.div(v.sum(value, null), v.size(input, 0))
    },
  }),
  hinge_embedding_loss: defineFunction({
    name: 'hinge_embedding_loss',
    args: [input, target, optional('margin', 'float', 1), ...legacy],
    returns: 'tensor',
    doc: 'input where target is 1, max(0, margin - input) where it is -1.',
    expand(b, { input, target, margin, ...how }) {
      const v = vocabulary(b)
      const near = v.where(v.eq(target, -1), 0, input)
      const far = v.where(v.eq(target, 1), 0, v.max(v.sub(margin, input), 0))
      return reduced(b, v.add(near, far), how)
    },
  }),
  cosine_embedding_loss: defineFunction({
    name: 'cosine_embedding_loss',
    args: [
      required('input1', 'tensor'),
      required('input2', 'tensor'),
      target,
      optional('margin', 'float', 0),
      ...legacy,
    ],
    returns: 'tensor',
    doc: '1 - cos where target is 1, max(0, cos - margin) where it is -1.',
    expand(b, { input1, input2, target, margin, ...how }) {
      const v = vocabulary(b)
      const tiny = 2.220446049250313e-16
      const dot = (x: typeof input1, y: typeof input1) => v.sum(v.mul(x, y), [-1])
      const norms = v.mul(v.add(dot(input1, input1), tiny), v.add(dot(input2, input2), tiny))
      const cos = v.div(dot(input1, input2), v.sqrt(norms))
      const near = v.where(v.eq(target, 1), v.sub(1, cos), 0)
      const far = v.where(v.eq(target, -1), v.max(v.sub(cos, margin), 0), 0)
      return reduced(b, v.add(near, far), how)
    },
  }),
  margin_ranking_loss: defineFunction({
    name: 'margin_ranking_loss',
    args: [
      required('input1', 'tensor'),
      required('input2', 'tensor'),
      target,
      optional('margin', 'float', 0),
      ...legacy,
    ],
    returns: 'tensor',
    doc: 'max(0, -target * (input1 - input2) + margin).',
    expand(b, { input1, input2, target, margin, ...how }) {
      const v = vocabulary(b)
      const gap = v.mul(v.neg(target), v.sub(input1, input2))
      return reduced(b, v.max(v.add(gap, margin), 0), how)
    },
  }),
  multi_margin_loss: defineFunction({
    name: 'multi_margin_loss',
    args: [
      input,
      target,
      optional('p', 'int', 1, { min: 1, max: 2 }),
      optional('margin', 'float', 1),
      weight,
      ...legacy,
    ],
    returns: 'tensor',
    doc: 'Mean over the other classes of max(0, margin - x[target] + x[class])^p.',
    expand(b, { input, target, p, margin, weight, ...how }) {
      const v = vocabulary(b)
      const rows = v.rank(input) < 2 ? v.reshape(input, [1, -1]) : input
      if (v.rank(rows) !== 2 || !b.assumeEqual(v.elements(target), v.size(rows, 0)))
        throw new OpError(
          'shape/mismatch',
          `multi_margin_loss: input ${printShape(v.shape(input))} needs a class for each row, not ${printShape(v.shape(target))}`,
          { op: 'multi_margin_loss' },
        )
      const at = v.reshape(v.cast(target, 'int64'), [-1, 1])
      const classes = v.size(rows, 1)
      const own = b.emit('gather', [rows, at], { dim: 1, target: true })
      const gap = v.max(v.add(v.sub(rows, own), margin), 0)
      const power = p === 2 ? v.square(gap) : gap
      const scaled = weight === null ? power : v.mul(power, v.take(weight, 0, at))
      const others = v.where(v.eq(v.iotaAlong(2, 1, classes), at), 0, scaled)
      const value = v.div(v.sum(others, [1]), classes)
      return reduced(b, v.rank(input) < 2 ? v.reshape(value, []) : value, how)
    },
  }),
  multilabel_margin_loss: defineFunction({
    name: 'multilabel_margin_loss',
    args: [input, target, ...legacy],
    returns: 'tensor',
    doc: 'Sum over targets (up to the first -1) and other classes of max(0, 1 - x[target] + x[class]), divided by the classes.',
    expand(b, { input, target, ...how }) {
      const v = vocabulary(b)
      sameSize(b, 'multilabel_margin_loss', input, target)
      const [rows, labels] =
        v.rank(input) < 2 ? [v.reshape(input, [1, -1]), v.reshape(target, [1, -1])] : [input, target]
      const classes = v.size(rows, 1)
      // A label counts if no -1 stands at or before its place.
      const stops = v.cast(v.lt(labels, 0), 'int64')
      const counts = v.eq(b.emit('cumsum', [stops], { dim: 1 }), 0)
      const safe = v.cast(v.where(counts, labels, 0), 'int64')
      const hot = v.and(v.unsqueeze(counts, 2), v.eq(v.unsqueeze(safe, 2), v.iotaAlong(3, 2, classes)))
      const isTarget = v.reduce('max', hot, [1])
      const own = b.emit('gather', [rows, safe], { dim: 1, target: true })
      const gaps = v.max(v.add(v.sub(v.unsqueeze(rows, 1), v.unsqueeze(own, 2)), 1), 0)
      const used = v.and(v.unsqueeze(counts, 2), v.not(v.unsqueeze(isTarget, 1)))
      const value = v.div(v.sum(v.where(used, gaps, 0), [1, 2]), classes)
      return reduced(b, v.rank(input) < 2 ? v.reshape(value, []) : value, how)
    },
  }),
  multilabel_soft_margin_loss: defineFunction({
    name: 'multilabel_soft_margin_loss',
    args: [input, target, weight, ...legacy],
    returns: 'tensor',
    doc: 'Mean over the classes of the cross entropy of the sigmoid of input.',
    expand(b, { input, target, weight, ...how }) {
      const v = vocabulary(b)
      const value = v.neg(
        v.add(v.mul(target, logSigmoid(b, input)), v.mul(v.sub(1, target), logSigmoid(b, v.neg(input)))),
      )
      return reduced(b, v.mean(weight === null ? value : v.mul(value, weight), [-1]), how)
    },
  }),
  soft_margin_loss: defineFunction({
    name: 'soft_margin_loss',
    args: [input, target, ...legacy],
    returns: 'tensor',
    doc: 'log(1 + exp(-target * input)).',
    expand(b, { input, target, ...how }) {
      const v = vocabulary(b)
      return reduced(b, softplus(v, v.neg(v.mul(target, input))), how)
    },
  }),
  poisson_nll_loss: defineFunction({
    name: 'poisson_nll_loss',
    args: [
      input,
      target,
      optional('log_input', 'bool', true),
      optional('full', 'bool', false),
      sizeAverage,
      optional('eps', 'float', 1e-8),
      reduce,
      reduction,
    ],
    returns: 'tensor',
    doc: 'Negative log likelihood of counts; with full=True with the Stirling term.',
    expand(b, { input, target, log_input, full, eps, ...how }) {
      const v = vocabulary(b)
      const plain = log_input
        ? v.sub(v.exp(input), v.mul(target, input))
        : v.sub(input, v.mul(target, v.log(v.add(input, eps))))
      if (!full) return reduced(b, plain, how)
      const large = v.gt(target, 1)
      const t = v.where(large, target, 1)
      const stirling = v.add(v.sub(v.mul(t, v.log(t)), t), v.mul(v.log(v.mul(t, 2 * Math.PI)), 0.5))
      return reduced(b, v.add(plain, v.where(large, stirling, 0)), how)
    },
  }),
  gaussian_nll_loss: defineFunction({
    name: 'gaussian_nll_loss',
    args: [
      input,
      target,
      required('var', 'operand'),
      optional('full', 'bool', false),
      optional('eps', 'float', 1e-6),
      reduction,
    ],
    returns: 'tensor',
    doc: 'Negative log likelihood of normal distributions of mean input and variance var.',
    expand(b, { input, target, var: variance, full, eps, reduction }) {
      const v = vocabulary(b)
      const wide = b.isValue(variance) ? variance : v.fullLike(input, variance)
      const rank = v.rank(wide)
      // One variance for each sample: an axis less, or the last of size 1.
      const fitted = rank === v.rank(input) - 1 ? v.unsqueeze(wide, -1) : wide
      // The bound is no part of the gradient.
      const bounded = v.withGradient(
        [fitted],
        x => v.max(x, eps),
        grad => [grad],
      )
      const value = v.mul(v.add(v.log(bounded), v.div(v.square(v.sub(input, target)), bounded)), 0.5)
      return reduced(b, full ? v.add(value, 0.5 * Math.log(2 * Math.PI)) : value, { reduction })
    },
  }),
  triplet_margin_loss: defineFunction({
    name: 'triplet_margin_loss',
    args: [
      required('anchor', 'tensor'),
      required('positive', 'tensor'),
      required('negative', 'tensor'),
      optional('margin', 'float', 1),
      optional('p', 'float', 2),
      optional('eps', 'float', 1e-6),
      optional('swap', 'bool', false),
      ...legacy,
    ],
    returns: 'tensor',
    doc: 'max(0, distance to positive - distance to negative + margin).',
    expand(b, { anchor, positive, negative, margin, p, eps, swap, ...how }) {
      const v = vocabulary(b)
      const near = pairwiseDistance(b, anchor, positive, p, eps, false)
      const far = pairwiseDistance(b, anchor, negative, p, eps, false)
      const other = swap ? v.min(far, pairwiseDistance(b, positive, negative, p, eps, false)) : far
      return reduced(b, v.max(v.add(v.sub(near, other), margin), 0), how)
    },
  }),
} as const
