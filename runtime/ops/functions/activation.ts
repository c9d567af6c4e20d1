/** Activation functions of torch.nn.functional, in the forms that keep both tails exact. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { floordiv } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { plainNumber } from './promotion.ts'
import { softmaxAlong } from './softmax.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const inplace = optional('inplace', 'bool', false, { ignored: true })

function floatInput<V>(v: Vocabulary<V>, op: string, x: V): V {
  if (!isFloat(v.dtype(x)))
    throw new OpError('dtype/mismatch', `${op} needs a float tensor, not ${v.dtype(x)}`, { op })
  return x
}

/** f over floats, with half precisions computed in float32. */
function activate<V>(b: Builder<V>, op: string, x: V, f: (v: Vocabulary<V>, x: V) => V): V {
  const v = vocabulary(b)
  return v.inFloat32(floatInput(v, op, x), y => f(v, y))
}

/** An activation without parameters. */
const plain = <const N extends string>(name: N, doc: string, f: <V>(v: Vocabulary<V>, x: V) => V) =>
  defineFunction({
    name,
    args: [input],
    returns: 'tensor',
    doc,
    expand: (b, { input }) => activate(b, name, input, f),
  })

/** The same, with torch's `inplace`. */
const inPlace = <const N extends string>(name: N, doc: string, f: <V>(v: Vocabulary<V>, x: V) => V) =>
  defineFunction({
    name,
    args: [input, inplace],
    returns: 'tensor',
    doc,
    expand: (b, { input }) => activate(b, name, input, f),
  })

/** log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)). */
export function softplus<V>(v: Vocabulary<V>, x: V): V {
  return v.add(v.max(x, 0), v.map('log1p', v.exp(v.neg(v.abs(x)))))
}

const silu = <V>(v: Vocabulary<V>, x: V): V => v.mul(x, v.sigmoid(x))

/** Clamped, with no gradient at the bounds themselves. */
const clampOpen = <V>(v: Vocabulary<V>, x: V, low: number, high: number): V =>
  v.withGradient(
    [x],
    y => v.clamp(y, low, high),
    (grad, [y]) => [v.within(grad, y!, low, high, true)],
  )

/** alpha * (exp(x) - 1) below zero; the branch that is not taken sees 0, so that nothing overflows in its gradient. */
const expTail = <V>(v: Vocabulary<V>, x: V, alpha: number): V =>
  v.mul(v.map('expm1', v.where(v.le(x, 0), x, 0)), alpha)

export const SELU_ALPHA = 1.6732632423543772
export const SELU_SCALE = 1.0507009873554805

export const activation = {
  relu: defineFunction({
    name: 'relu',
    method: true,
    args: [input, inplace],
    returns: 'tensor',
    doc: 'max(x, 0).',
    expand(b, { input }) {
      const v = vocabulary(b)
      return v.withGradient(
        [input],
        x => v.max(x, 0),
        (grad, [x]) => [v.where(v.le(x!, 0), 0, grad)],
      )
    },
  }),
  relu6: inPlace('relu6', 'x clamped to [0, 6].', (v, x) => clampOpen(v, x, 0, 6)),
  hardtanh: defineFunction({
    name: 'hardtanh',
    args: [input, optional('min_val', 'float', -1), optional('max_val', 'float', 1), inplace],
    returns: 'tensor',
    doc: 'x clamped to [min_val, max_val].',
    expand: (b, { input, min_val, max_val }) => clampOpen(vocabulary(b), input, min_val, max_val),
  }),
  leaky_relu: defineFunction({
    name: 'leaky_relu',
    args: [input, optional('negative_slope', 'float', 0.01), inplace],
    returns: 'tensor',
    doc: 'x, times negative_slope below zero.',
    expand: (b, { input, negative_slope }) =>
      activate(b, 'leaky_relu', input, (v, x) => v.where(v.gt(x, 0), x, v.mul(x, negative_slope))),
  }),
  rrelu: defineFunction({
    name: 'rrelu',
    method: true,
    args: [
      input,
      optional('lower', 'float', 1 / 8),
      optional('upper', 'float', 1 / 3),
      optional('training', 'bool', false),
      inplace,
    ],
    returns: 'tensor',
    doc: 'x, times a slope below zero: random from [lower, upper) in training, their mean otherwise.',
    expand: (b, { input, lower, upper, training }) =>
      activate(b, 'rrelu', input, (v, x) => {
        const slope = training
          ? v.add(v.mul(b.uniform(v.shape(x), v.dtype(x)), upper - lower), lower)
          : (lower + upper) / 2
        return v.where(v.gt(x, 0), x, v.mul(x, slope))
      }),
  }),
  prelu: defineFunction({
    name: 'prelu',
    method: true,
    args: [input, required('weight', 'tensor')],
    returns: 'tensor',
    doc: 'x, times a learnt slope below zero: one for all, or one for each channel (axis 1).',
    expand(b, { input, weight }) {
      const v = vocabulary(b)
      const rank = v.rank(input)
      const slope =
        v.rank(weight) === 0 || rank === 0
          ? v.reshape(weight, [])
          : v.reshape(
              weight,
              Array.from({ length: rank }, (_, i) => (i === Math.min(1, rank - 1) ? -1 : 1)),
            )
      return v.where(v.gt(input, 0), input, v.mul(input, slope))
    },
  }),
  elu: defineFunction({
    name: 'elu',
    args: [input, optional('alpha', 'float', 1), inplace],
    returns: 'tensor',
    doc: 'x, alpha * (exp(x) - 1) below zero.',
    expand: (b, { input, alpha }) =>
      activate(b, 'elu', input, (v, x) => v.where(v.le(x, 0), expTail(v, x, alpha), x)),
  }),
  selu: inPlace('selu', 'Scaled elu that keeps mean and variance.', (v, x) =>
    v.mul(v.where(v.le(x, 0), expTail(v, x, SELU_ALPHA), x), SELU_SCALE),
  ),
  celu: defineFunction({
    name: 'celu',
    method: true,
    args: [input, optional('alpha', 'float', 1), inplace],
    returns: 'tensor',
    doc: 'x, alpha * (exp(x / alpha) - 1) below zero.',
    expand: (b, { input, alpha }) =>
      activate(b, 'celu', input, (v, x) => v.where(v.le(x, 0), expTail(v, v.div(x, alpha), alpha), x)),
  }),
  gelu: defineFunction({
    name: 'gelu',
    args: [input, optional('approximate', 'string', 'none', { enum: ['none', 'tanh'] })],
    returns: 'tensor',
    doc: 'x times the normal distribution function of x, exactly or by the tanh formula.',
    expand: (b, { input, approximate }) =>
      activate(b, 'gelu', input, (v, x) => {
        if (approximate === 'none') {
          return v.mul(v.mul(x, 0.5), v.add(v.map('erf', v.mul(x, Math.SQRT1_2)), 1))
        }
        const cubic = v.mul(v.mul(v.mul(x, x), x), 0.044715)
        const inner = v.mul(v.add(x, cubic), Math.sqrt(2 / Math.PI))
        return v.mul(v.mul(x, 0.5), v.add(v.tanh(inner), 1))
      }),
  }),
  silu: inPlace('silu', 'x * sigmoid(x).', silu),
  mish: inPlace('mish', 'x * tanh(softplus(x)).', (v, x) => v.mul(x, v.tanh(softplus(v, x)))),
  hardsigmoid: inPlace('hardsigmoid', 'relu6(x + 3) / 6.', (v, x) =>
    v.div(clampOpen(v, v.add(x, 3), 0, 6), 6),
  ),
  hardswish: inPlace('hardswish', 'x * relu6(x + 3) / 6.', (v, x) =>
    v.withGradient(
      [x],
      y => v.div(v.mul(y, v.clamp(v.add(y, 3), 0, 6)), 6),
      (grad, [y]) => {
        const middle = v.mul(grad, v.add(v.div(y!, 3), 0.5))
        return [v.where(v.le(y!, -3), 0, v.where(v.lt(y!, 3), middle, grad))]
      },
    ),
  ),
  softplus: defineFunction({
    name: 'softplus',
    args: [input, optional('beta', 'float', 1), optional('threshold', 'float', 20)],
    returns: 'tensor',
    doc: 'log(1 + exp(beta * x)) / beta; x itself where beta * x exceeds the threshold.',
    expand: (b, { input, beta, threshold }) =>
      activate(b, 'softplus', input, (v, x) => {
        const scaled = v.mul(x, beta)
        return v.where(v.gt(scaled, threshold), x, v.div(softplus(v, scaled), beta))
      }),
  }),
  logsigmoid: plain('logsigmoid', 'log(sigmoid(x)).', (v, x) => v.neg(softplus(v, v.neg(x)))),
  softsign: plain('softsign', 'x / (1 + |x|).', (v, x) => v.div(x, v.add(v.abs(x), 1))),
  tanhshrink: plain('tanhshrink', 'x - tanh(x).', (v, x) => v.sub(x, v.tanh(x))),
  softshrink: defineFunction({
    name: 'softshrink',
    args: [input, optional('lambd', 'float', 0.5)],
    returns: 'tensor',
    doc: 'x moved towards zero by lambd, 0 within it.',
    expand: (b, { input, lambd }) =>
      activate(b, 'softshrink', input, (v, x) =>
        v.where(v.gt(x, lambd), v.sub(x, lambd), v.where(v.lt(x, -lambd), v.add(x, lambd), v.mul(x, 0))),
      ),
  }),
  hardshrink: defineFunction({
    name: 'hardshrink',
    method: true,
    args: [input, optional('lambd', 'float', 0.5)],
    returns: 'tensor',
    doc: 'x, 0 where |x| is at most lambd.',
    expand: (b, { input, lambd }) =>
      activate(b, 'hardshrink', input, (v, x) =>
        v.withGradient(
          [x],
          y => v.where(v.and(v.ge(y, -lambd), v.le(y, lambd)), 0, y),
          (grad, [y]) => [v.where(v.or(v.lt(y!, -lambd), v.gt(y!, lambd)), grad, 0)],
        ),
      ),
  }),
  threshold: defineFunction({
    name: 'threshold',
    args: [input, required('threshold', 'scalar'), required('value', 'scalar'), inplace],
    returns: 'tensor',
    doc: 'x where it exceeds the threshold, value elsewhere.',
    expand(b, { input, threshold, value }) {
      const v = vocabulary(b)
      return v.where(v.le(input, plainNumber(threshold)), plainNumber(value), input)
    },
  }),
  glu: defineFunction({
    name: 'glu',
    args: [input, optional('dim', 'int', -1)],
    returns: 'tensor',
    doc: 'The first half of an axis times the sigmoid of the second.',
    expand(b, { input, dim }) {
      const v = vocabulary(b)
      const size = v.size(input, dim)
      if (typeof size === 'number' && size % 2 === 1)
        throw new OpError('shape/mismatch', `glu: dim ${dim} of size ${size} cannot be halved`, { op: 'glu' })
      const half = floordiv(size, 2)
      return v.mul(v.slice(input, dim, 0, half), v.sigmoid(v.slice(input, dim, half, half)))
    },
  }),
  gumbel_softmax: defineFunction({
    name: 'gumbel_softmax',
    args: [
      required('logits', 'tensor'),
      optional('tau', 'float', 1),
      optional('hard', 'bool', false),
      optional('eps', 'float', 1e-10, { ignored: true }),
      optional('dim', 'int', -1),
    ],
    returns: 'tensor',
    doc: 'A random, differentiable choice along an axis; with hard=True one-hot, with the gradient of the soft one.',
    expand(b, { logits, tau, hard, dim }) {
      const v = vocabulary(b)
      const tiny = 1.1754943508222875e-38
      const uniform = v.max(b.uniform(v.shape(logits), v.dtype(logits)), tiny)
      const gumbels = v.neg(v.log(v.max(v.neg(v.log(uniform)), tiny)))
      const soft = softmaxAlong(b, v.div(v.add(logits, gumbels), tau), dim)
      if (!hard) return soft
      const at = v.unsqueeze(v.argmax(soft, dim), dim)
      const rank = v.rank(soft)
      const place = dim < 0 ? dim + rank : dim
      const chosen = v.cast(v.eq(v.iotaAlong(rank, place, v.size(soft, dim)), at), v.dtype(soft))
      return v.add(v.sub(chosen, b.detach?.(soft) ?? soft), soft)
    },
  }),
} as const
