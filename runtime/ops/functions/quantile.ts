/** Quantiles, medians without NaN, most frequent elements, histograms. */
import { optional, required, type SizeOrScalar } from '../args.ts'
import type { Builder } from '../builder.ts'
import { type Dim, sub } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { lerp } from './arithmetic.ts'
import { axis } from './axes.ts'
import { shared } from './extreme.ts'
import { gather } from './gathering.ts'
import { plainNumber } from './promotion.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')

const INTERPOLATIONS = ['linear', 'lower', 'higher', 'midpoint', 'nearest'] as const

interface Quantiles<V> {
  readonly q: V
  readonly dim: number | null
  readonly keepdim: boolean
  readonly interpolation: string
  /** NaN are left out; otherwise one makes the result NaN. */
  readonly ignoreNaN: boolean
}

/** The axis at the end, [.., N]; all elements if none is named. */
function inLines<V>(v: Vocabulary<V>, x: V, dim: number | null): V {
  return dim === null || v.rank(x) === 0 ? v.reshape(x, [-1]) : v.moveAxis(x, dim, -1)
}

/** The shape of a result for which an axis (all of them if null) was removed, or kept as 1. */
function reducedShape<V>(v: Vocabulary<V>, x: V, dim: number | null, keep: boolean): readonly Dim[] {
  const at = dim === null ? null : axis(v.rank(x), dim)
  return v.shape(x).flatMap((d, i) => (at === null || i === at ? (keep ? [1] : []) : [d]))
}

function quantile<V>(b: Builder<V>, op: string, x: V, a: Quantiles<V>): V {
  const v = vocabulary(b)
  const dtype = v.dtype(x)
  if (dtype !== 'float32' && dtype !== 'float64')
    throw new OpError('dtype/mismatch', `${op} takes float32 or float64, not ${dtype}`, { op })
  if (v.dtype(a.q) !== dtype)
    throw new OpError('dtype/mismatch', `${op}: q is ${v.dtype(a.q)}, input is ${dtype}`, { op })
  if (v.rank(a.q) > 1) throw new OpError('shape/rank', `${op}: q must be a number or a vector`, { op })
  const lines = inLines(v, x, a.dim)
  const size = v.size(lines, -1)
  if (size === 0) throw new OpError('shape/range', `${op} of no elements has no value`, { op })
  const order = b.emit('argsort', [lines], { dim: v.rank(lines) - 1, descending: false, count: size })
  const sorted = b.emit('gather', [lines, order], { dim: v.rank(lines) - 1 })
  const missing = v.isNaN(lines)
  const quantiles = v.reshape(a.q, [-1])
  const wanted = v.size(quantiles, 0)
  // [.., Q]: where in the order each quantile stands.
  const lead = v.shape(lines).slice(0, -1)
  const last = a.ignoreNaN
    ? v.max(v.sub(v.sum(v.cast(v.not(missing), dtype), [-1], true), 1), 0)
    : v.full([], sub(size, 1), dtype)
  const spot = v.expand(v.mul(quantiles, last), [...lead, wanted])
  // NaN sorts last: where one counts, it is what is read.
  const rank = a.ignoreNaN ? spot : v.where(v.reduce('max', missing, [-1], true), sub(size, 1), spot)
  const places =
    a.interpolation === 'lower'
      ? v.floor(rank)
      : a.interpolation === 'higher'
        ? v.map('ceil', rank)
        : a.interpolation === 'nearest'
          ? v.map('round', rank)
          : rank
  const read = (y: V): V => b.emit('gather', [sorted, v.cast(y, 'int64')], { dim: v.rank(lines) - 1 })
  const low = v.floor(places)
  const value = read(low)
  const weight =
    a.interpolation === 'linear'
      ? v.sub(rank, low)
      : a.interpolation === 'midpoint'
        ? v.fullLike(rank, 0.5)
        : null
  const result = weight === null ? value : lerp(b, value, read(v.map('ceil', places)), weight)
  const shape = reducedShape(v, x, a.dim, a.keepdim)
  if (v.rank(a.q) === 0) return v.reshape(result, shape)
  return v.reshape(v.moveAxis(result, -1, 0), [wanted, ...shape])
}

const quantileArgs = [
  optional('dim', 'int?', null),
  optional('keepdim', 'bool', false),
  optional('interpolation', 'string', 'linear', { enum: INTERPOLATIONS }),
] as const

const quantileRow = <const N extends 'quantile' | 'nanquantile'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [input, required('q', 'tensor'), ...quantileArgs],
    returns: 'tensor',
    doc,
    expand: (b, { input, ...a }) => quantile(b, name, input, { ...a, ignoreNaN: name === 'nanquantile' }),
  })

const oneQuantileRow = <const N extends string, const P extends 'quantile' | 'nanquantile'>(
  name: N,
  python: P,
  doc: string,
) =>
  defineFunction({
    name,
    python,
    method: true,
    args: [input, required('q', 'float', { min: 0, max: 1 }), ...quantileArgs],
    returns: 'tensor',
    doc,
    expand(b, { input, q, ...a }) {
      const place = vocabulary(b).full([], q, b.aval(input).dtype)
      return quantile(b, python, input, { ...a, q: place, ignoreNaN: python === 'nanquantile' })
    },
  })

/** The lower middle one of the elements that are not NaN. */
function nanMedian<V>(b: Builder<V>, x: V, dim: number): readonly [V, V] {
  const v = vocabulary(b)
  if (v.rank(x) === 0) return [x, v.full([], 0, 'int64')]
  const at = axis(v.rank(x), dim)
  if (v.size(x, at) === 0)
    throw new OpError('shape/range', 'nanmedian of no elements has no value', { op: 'nanmedian' })
  const order = b.emit('argsort', [x], { dim: at, descending: false, count: v.size(x, at) })
  const count = isFloat(v.dtype(x))
    ? v.sum(v.cast(v.not(v.isNaN(x)), 'int64'), [at], true)
    : v.full(
        v.shape(x).map((d, i) => (i === at ? 1 : d)),
        v.size(x, at),
        'int64',
      )
  const middle = v.max(v.zip('floordiv', v.sub(count, 1), 2), 0)
  const index = b.emit('gather', [order, middle], { dim: at })
  return [v.dropAxis(gather(b, x, at, index), at), v.dropAxis(index, at)]
}

/** The most frequent element, of several the smallest, and where the last of it stands: pairs of elements are compared. */
function mode<V>(b: Builder<V>, x: V, dim: number): readonly [V, V] {
  const v = vocabulary(b)
  if (v.rank(x) === 0) return [x, v.full([], 0, 'int64')]
  const at = axis(v.rank(x), dim)
  const lines = v.moveAxis(x, at, -1)
  const size = v.size(lines, -1)
  if (size === 0) throw new OpError('shape/range', 'mode of no elements has no value', { op: 'mode' })
  const order = b.emit('argsort', [lines], { dim: v.rank(lines) - 1, descending: false, count: size })
  const sorted = b.emit('gather', [lines, order], { dim: v.rank(lines) - 1 })
  const alike = v.eq(v.unsqueeze(sorted, -1), v.unsqueeze(sorted, -2))
  const first = v.argmax(v.sum(v.cast(alike, 'int64'), [-1]), -1)
  const value = b.emit('gather', [sorted, v.unsqueeze(first, -1)], { dim: v.rank(lines) - 1 })
  const places = v.iotaAlong(v.rank(lines), v.rank(lines) - 1, size)
  const index = v.reduce('max', v.where(v.eq(lines, value), places, 0), [-1])
  return [v.dropAxis(gather(b, x, at, v.unsqueeze(index, at)), at), index]
}

/** How many elements fall in each of so many equal bins; those outside are not counted. */
function histogram<V>(b: Builder<V>, x: V, bins: number, min: SizeOrScalar, max: SizeOrScalar): V {
  const v = vocabulary(b)
  const dtype = v.dtype(x)
  if (!isFloat(dtype))
    throw new OpError('dtype/mismatch', `histc takes floats, not ${dtype}`, { op: 'histc' })
  const [low, high] = [plainNumber(min), plainNumber(max)]
  if (low > high)
    throw new OpError('argument/value', `histc: min ${low} is above max ${high}`, { op: 'histc' })
  const flat = v.reshape(v.detach(x), [-1])
  if (v.size(flat, 0) === 0) return v.full([bins], 0, dtype)
  const whole = low === high
  const from = whole ? v.reduce('min', flat, null) : v.full([], low, dtype)
  const to = whole ? v.reduce('max', flat, null) : v.full([], high, dtype)
  // All elements alike: a bin of width 2 around them.
  const point = v.eq(from, to)
  const [start, end] = [v.where(point, v.sub(from, 1), from), v.where(point, v.add(to, 1), to)]
  const inside = v.and(v.ge(flat, start), v.le(flat, end))
  const place = v.floor(v.mul(v.div(v.sub(flat, start), v.sub(end, start)), bins))
  const bin = v.cast(v.min(v.where(inside, place, 0), bins - 1), 'int64')
  const counts = v.full([bins], 0, 'float32')
  return v.cast(b.emit('scatter', [counts, bin, v.cast(inside, 'float32')], { dim: 0, reduce: 'add' }), dtype)
}

const dim = optional('dim', 'int', -1)
const keepdim = optional('keepdim', 'bool', false)

const kept = <V>(b: Builder<V>, x: V, parts: readonly [V, V], dim: number, keep: boolean): [V, V] => {
  const v = vocabulary(b)
  const put = (y: V): V => (keep && v.rank(x) > 0 ? v.unsqueeze(y, axis(v.rank(x), dim)) : y)
  return [put(parts[0]), put(parts[1])]
}

export const quantiles = {
  quantile: quantileRow(
    'quantile',
    'Quantiles along an axis, or of all elements, for each of the probabilities q.',
  ),
  quantile_one: oneQuantileRow('quantile_one', 'quantile', 'One quantile along an axis, or of all elements.'),
  nanquantile: quantileRow('nanquantile', 'As quantile, of the elements that are not NaN.'),
  nanquantile_one: oneQuantileRow(
    'nanquantile_one',
    'nanquantile',
    'As quantile, of the elements that are not NaN.',
  ),
  nanmedian: defineFunction({
    name: 'nanmedian',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'The lower middle element of all that are not NaN.',
    expand: (b, { input }) => shared(b, input, x => nanMedian(b, vocabulary(b).reshape(x, [-1]), 0)[0]),
  }),
  nanmedian_dim: defineFunction({
    name: 'nanmedian_dim',
    python: 'nanmedian',
    method: true,
    args: [input, required('dim', 'int'), keepdim],
    returns: 'pair',
    fields: ['values', 'indices'],
    doc: 'Lower middle elements of those that are not NaN along an axis, and their indices.',
    expand: (b, { input, dim, keepdim }) => kept(b, input, nanMedian(b, input, dim), dim, keepdim),
  }),
  mode: defineFunction({
    name: 'mode',
    method: true,
    args: [input, dim, keepdim],
    returns: 'pair',
    fields: ['values', 'indices'],
    doc: 'The most frequent elements along an axis, of several the smallest, and their last indices.',
    expand: (b, { input, dim, keepdim }) => kept(b, input, mode(b, input, dim), dim, keepdim),
  }),
  histc: defineFunction({
    name: 'histc',
    method: true,
    args: [
      input,
      optional('bins', 'int', 100, { min: 1 }),
      optional('min', 'scalar', 0),
      optional('max', 'scalar', 0),
    ],
    returns: 'tensor',
    doc: 'How many elements fall in each of equal bins from min to max, or from the smallest to the largest element.',
    expand: (b, { input, bins, min, max }) => histogram(b, input, bins, min, max),
  }),
} as const
