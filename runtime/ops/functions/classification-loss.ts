/** Losses over classes: nll_loss, cross_entropy, ctc_loss. Classes are axis 1 of [N, C, ..], or axis 0 of [C]. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { type Dim, printShape, product } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { type Reduction, reduced, reductionOf } from './loss.ts'
import { logSoftmaxAlong } from './softmax.ts'
import { vocabulary } from './vocabulary.ts'

const reduction = optional('reduction', 'string', 'mean', { enum: ['none', 'mean', 'sum'] })
const classArgs = [
  required('input', 'tensor'),
  required('target', 'tensor'),
  optional('weight', 'tensor?', null),
  optional('size_average', 'bool?', null),
  optional('ignore_index', 'int', -100),
  optional('reduce', 'bool?', null),
  reduction,
] as const

interface ClassLoss<V> extends Reduction {
  readonly target: V
  readonly weight: V | null
  readonly ignore_index: number
}

/** [N, C, rest], [N, rest] and the losses' shape. */
function flatten<V>(b: Builder<V>, op: string, x: V, target: V): { x: V; target: V; shape: readonly Dim[] } {
  const v = vocabulary(b)
  const shape = v.shape(x)
  const own = v.shape(target)
  const outer = shape.length <= 1 ? [] : [shape[0]!, ...shape.slice(2)]
  if (
    shape.length === 0 ||
    own.length !== outer.length ||
    !own.every((d, i) => b.assumeEqual(d, outer[i]!))
  ) {
    throw new OpError(
      'shape/mismatch',
      `${op}: input ${printShape(shape)} needs a target ${printShape(outer)}, not ${printShape(own)}`,
      {
        op,
      },
    )
  }
  const [batch, classes, rest] =
    shape.length === 1 ? [1, shape[0]!, 1] : [shape[0]!, shape[1]!, product(shape.slice(2))]
  return {
    x: v.reshape(x, [batch, classes, rest]),
    target: v.reshape(v.cast(target, 'int64'), [batch, rest]),
    shape: own,
  }
}

/** -log_probs[target] * weight[target], 0 where the target is ignored; smoothing spreads a share over all classes. */
function indexLoss<V>(b: Builder<V>, op: string, logs: V, a: ClassLoss<V>, smoothing: number): V {
  const v = vocabulary(b)
  const { x, target, shape } = flatten(b, op, logs, a.target)
  const used = v.compare('ne', target, a.ignore_index)
  const safe = v.where(used, target, 0)
  const own = v.neg(v.dropAxis(b.emit('gather', [x, v.unsqueeze(safe, 1)], { dim: 1, target: true }), 1))
  const weights = a.weight === null ? v.cast(used, v.dtype(x)) : v.where(used, v.take(a.weight, 0, safe), 0)
  const plain = v.where(used, v.mul(own, weights), 0)
  const how = reductionOf(a)
  const settle = (value: V): V => {
    if (how === 'none') return v.reshape(value, shape)
    const total = v.sum(value, null)
    return how === 'sum' ? total : v.div(total, v.sum(weights, null))
  }
  if (smoothing === 0) return settle(plain)
  const classes = v.size(x, 1)
  const scaled = a.weight === null ? x : v.mul(x, v.reshape(a.weight, [1, -1, 1]))
  const smooth = v.where(used, v.neg(v.sum(scaled, [1])), 0)
  return v.add(
    v.mul(settle(plain), 1 - smoothing),
    v.mul(settle(smooth), v.div(v.full([], smoothing, v.dtype(x)), classes)),
  )
}

/** Targets as probabilities, in the shape of the input. */
function probabilityLoss<V>(b: Builder<V>, logs: V, a: ClassLoss<V>, smoothing: number): V {
  const v = vocabulary(b)
  const axis = v.rank(logs) === 1 ? 0 : 1
  const classes = v.size(logs, axis)
  const target =
    smoothing === 0
      ? a.target
      : v.add(v.mul(a.target, 1 - smoothing), v.div(v.full([], smoothing, v.dtype(logs)), classes))
  const weight =
    a.weight === null
      ? null
      : v.reshape(
          a.weight,
          v.shape(logs).map((_, i) => (i === axis ? -1 : 1)),
        )
  const scaled = weight === null ? v.mul(logs, target) : v.mul(v.mul(logs, target), weight)
  const losses = v.neg(v.sum(scaled, [axis]))
  if (reductionOf(a) !== 'mean') return reduced(b, losses, a)
  return v.div(v.sum(losses, null), v.div(v.full([], v.elements(logs), v.dtype(logs)), classes))
}

/** log(exp(x) + exp(y)) where -Infinity stands for nothing. */
function logAdd<V>(b: Builder<V>, x: V, y: V): V {
  const v = vocabulary(b)
  const top = v.max(x, y)
  const nothing = v.eq(top, Number.NEGATIVE_INFINITY)
  const base = v.where(nothing, 0, top)
  const sum = v.add(v.exp(v.sub(x, base)), v.exp(v.sub(y, base)))
  return v.where(nothing, Number.NEGATIVE_INFINITY, v.add(base, v.log(v.where(nothing, 1, sum))))
}

/** Negative log likelihoods [N] of log_probs [T, N, C] under targets [N, S]. */
function ctcLosses<V>(
  b: Builder<V>,
  logs: V,
  targets: V,
  inputLengths: V,
  targetLengths: V,
  blank: number,
): V {
  const v = vocabulary(b)
  const [steps, batch, classes] = v.shape(logs)
  const longest = v.size(targets, 1)
  if (typeof steps !== 'number' || typeof longest !== 'number') {
    throw new OpError(
      'op/unsupported',
      `ctc_loss: ${steps} steps and targets of ${longest} must be fixed numbers`,
      { op: 'ctc_loss' },
    )
  }
  const places = 2 * longest + 1
  const safe = v.clamp(v.cast(targets, 'int64'), 0, typeof classes === 'number' ? classes - 1 : null)
  // blank, target, blank, target, .., blank.
  const paired = v.reshape(v.stack([v.fullLike(safe, blank), safe], 2), [batch!, 2 * longest])
  const labels = v.cat([paired, v.full([batch!, 1], blank, 'int64')], 1)
  const nothing = Number.NEGATIVE_INFINITY
  const shifted = (x: V, by: number, filler: number): V =>
    v.slice(v.padLast(x, [[by, 0]], filler), 1, 0, places)
  const skips = v.and(v.compare('ne', labels, blank), v.compare('ne', labels, shifted(labels, 2, -1)))
  const place = v.iotaAlong(2, 1, places)
  const ends = v.mul(v.unsqueeze(v.cast(targetLengths, 'int64'), 1), 2)
  const emitted = (t: number): V => b.emit('gather', [v.at(logs, 0, t), labels], { dim: 1 })
  const started = v.and(v.le(place, 1), v.le(place, ends))
  let alpha = v.where(started, emitted(0), nothing)
  const lengths = v.unsqueeze(v.cast(inputLengths, 'int64'), 1)
  for (let t = 1; t < steps; t++) {
    const both = logAdd(b, alpha, shifted(alpha, 1, nothing))
    const skipped = v.where(skips, shifted(alpha, 2, nothing), nothing)
    const next = v.add(logAdd(b, both, skipped), emitted(t))
    alpha = v.where(v.gt(lengths, t), next, alpha)
  }
  const atEnd = v.where(v.eq(place, ends), alpha, nothing)
  const before = v.where(v.eq(place, v.sub(ends, 1)), alpha, nothing)
  const top = (x: V): V => v.reduce('max', x, [1])
  return v.withGradient(
    [v.neg(logAdd(b, top(atEnd), top(before))), logs, inputLengths],
    loss => loss,
    (grad, [loss, all, used]) => {
      // torch takes log_probs for a log_softmax, and gives the gradient of what the softmax was made of.
      const lost = v.where(v.eq(loss!, Number.POSITIVE_INFINITY), Number.NaN, grad)
      const steps = v.iotaAlong(2, 0, v.size(all!, 0))
      const inside = v.unsqueeze(v.lt(steps, v.unsqueeze(v.cast(used!, 'int64'), 0)), 2)
      const share = v.mul(v.exp(all!), v.reshape(v.where(v.eq(grad, 0), 0, lost), [1, -1, 1]))
      return [grad, v.where(inside, share, 0), null]
    },
  )
}

interface Ctc<V> {
  readonly log_probs: V
  readonly targets: V
  readonly input_lengths: V
  readonly target_lengths: V
  readonly blank: number
  readonly reduction: string
  readonly zero_infinity: boolean
}

function ctc<V>(b: Builder<V>, a: Ctc<V>): V {
  const v = vocabulary(b)
  const single = v.rank(a.log_probs) === 2
  const lift = (x: V, dim: number): V => (single ? v.unsqueeze(x, dim) : x)
  const targets = lift(a.targets, 0)
  if (v.rank(targets) !== 2) {
    throw new OpError(
      'op/unsupported',
      `ctc_loss takes targets [N, S], not ${printShape(v.shape(a.targets))}`,
      {
        op: 'ctc_loss',
        hint: 'pad the targets of each sample to one length',
      },
    )
  }
  const lengths = single ? v.reshape(a.target_lengths, [1]) : a.target_lengths
  const inputs = single ? v.reshape(a.input_lengths, [1]) : a.input_lengths
  const raw = ctcLosses(b, lift(a.log_probs, 1), targets, inputs, lengths, a.blank)
  const value = a.zero_infinity ? v.where(v.eq(raw, Number.POSITIVE_INFINITY), 0, raw) : raw
  if (a.reduction === 'mean') {
    return v.mean(v.div(value, v.cast(v.max(v.cast(lengths, 'int64'), 1), v.dtype(value))), null)
  }
  if (a.reduction === 'sum') return v.sum(value, null)
  return single ? v.reshape(value, []) : value
}

export const classificationLosses = {
  nll_loss: defineFunction({
    name: 'nll_loss',
    args: classArgs,
    returns: 'tensor',
    doc: 'Minus the log probability of the target class; the mean divides by the weights of the targets.',
    expand: (b, { input, ...a }) => indexLoss(b, 'nll_loss', input, a, 0),
  }),
  cross_entropy: defineFunction({
    name: 'cross_entropy',
    args: [...classArgs, optional('label_smoothing', 'float', 0, { min: 0, max: 1 })],
    returns: 'tensor',
    doc: 'nll_loss of log_softmax; targets are class indices or probabilities.',
    expand(b, { input, label_smoothing, ...a }) {
      const v = vocabulary(b)
      const logs = logSoftmaxAlong(b, input, v.rank(input) === 1 ? 0 : 1)
      return isFloat(v.dtype(a.target))
        ? probabilityLoss(b, logs, a, label_smoothing)
        : indexLoss(b, 'cross_entropy', logs, a, label_smoothing)
    },
  }),
  ctc_loss: defineFunction({
    name: 'ctc_loss',
    args: [
      required('log_probs', 'tensor'),
      required('targets', 'tensor'),
      required('input_lengths', 'tensor'),
      required('target_lengths', 'tensor'),
      optional('blank', 'int', 0, { min: 0 }),
      reduction,
      optional('zero_infinity', 'bool', false),
    ],
    returns: 'tensor',
    doc: 'Connectionist temporal classification of log_probs [T, N, C] with padded targets [N, S].',
    expand: (b, args) => ctc(b, args),
    infer(b, { log_probs, reduction }) {
      const { shape, dtype } = b.aval(log_probs)
      return vocabulary(b).full(reduction === 'none' && shape.length === 3 ? [shape[1]!] : [], 0, dtype)
    },
  }),
} as const
