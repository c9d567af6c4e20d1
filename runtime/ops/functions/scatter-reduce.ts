/** Elements that meet at the places an index gives, reduced; elements that fill a mask in order. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add } from '../dim.ts'
import { type DType, isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import type { ScatterReduction } from '../primitives.ts'
import { axis, broadcastShapes } from './axes.ts'
import { scatterInputs, spreadIndex } from './gathering.ts'
import { vocabulary } from './vocabulary.ts'

const REDUCTIONS = ['sum', 'prod', 'mean', 'amax', 'amin'] as const
type Reduction = (typeof REDUCTIONS)[number]

const input = required('input', 'tensor')
const dim = required('dim', 'int')
const index = required('index', 'tensor')
const reduceName = required('reduce', 'string', { enum: ['add', 'multiply'] })
const includeSelf = optional('include_self', 'bool', true)

const zeroOf = (dtype: DType): number | boolean => (dtype === 'bool' ? false : 0)

interface Places<V> {
  readonly at: number
  readonly index: V
  /** Whether the elements of the input count, where others meet them. */
  readonly self: boolean
}

function scatterReduce<V>(
  b: Builder<V>,
  op: string,
  x: V,
  dim: number,
  index: V,
  source: V,
  reduce: Reduction,
  self: boolean,
): V {
  const v = vocabulary(b)
  if (v.rank(x) === 0) {
    const line = (y: V) => v.reshape(y, [1])
    return v.reshape(scatterReduce(b, op, line(x), 0, line(index), line(source), reduce, self), [])
  }
  const s = scatterInputs(v, op, x, dim, index, source)
  const places = { at: s.at, index: s.index, self }
  if (reduce === 'amax' || reduce === 'amin') return extreme(b, x, s.cut, places, reduce)
  if (reduce === 'prod') {
    const start = self ? x : written(b, x, places, v.fullLike(s.cut, 1), 'none')
    return written(b, start, places, s.cut, 'mul')
  }
  const start = self ? x : written(b, x, places, v.fullLike(s.cut, 0), 'none')
  const total = written(b, start, places, s.cut, 'add')
  if (reduce === 'sum') return total
  const count = written(b, v.fullLike(x, self ? 1 : 0), places, v.fullLike(s.cut, 1), 'add')
  return v.zip(isFloat(v.dtype(x)) ? 'div' : 'floordiv', total, self ? count : v.max(count, 1))
}

const written = <V>(b: Builder<V>, x: V, { at, index }: Places<V>, source: V, reduce: ScatterReduction): V =>
  b.emit('scatter', [x, index, source], { dim: at, reduce })

/** The last of several writes wins: written in order, the extreme one stays. NaN is above all, and below all. */
function extreme<V>(b: Builder<V>, x: V, source: V, places: Places<V>, reduce: 'amax' | 'amin'): V {
  const v = vocabulary(b)
  const { at, index, self } = places
  const gather = (y: V, order: V): V => b.emit('gather', [y, order], { dim: at })
  return v.withGradient(
    [x, source],
    (x, source) => {
      const floats = isFloat(v.dtype(source))
      const least = reduce === 'amin'
      // Sorting puts NaN last if it ascends.
      const sorted = least && floats ? v.neg(source) : source
      const order = b.emit('argsort', [sorted], {
        dim: at,
        descending: least && !floats,
        count: v.size(sorted, at),
      })
      const found = written(b, x, { ...places, index: gather(index, order) }, gather(source, order), 'none')
      return self ? v.zip(least ? 'minimum' : 'maximum', x, found) : found
    },
    (grad, inputs, result) => {
      const [x, source] = inputs as readonly [V, V]
      const ofSelf = v.cast(v.eq(x, result), v.dtype(x))
      const ofSource = v.cast(v.eq(source, gather(result, index)), v.dtype(x))
      const shared = v.div(grad, written(b, ofSelf, places, ofSource, 'add'))
      const toSelf = v.mul(ofSelf, shared)
      return [
        self ? toSelf : written(b, toSelf, places, v.fullLike(source, 0), 'none'),
        v.mul(ofSource, gather(shared, index)),
      ]
    },
  )
}

export const scatterReductions = {
  scatter_reduce: defineFunction({
    name: 'scatter_reduce',
    method: true,
    args: [
      input,
      dim,
      index,
      required('src', 'tensor'),
      required('reduce', 'string', { enum: REDUCTIONS }),
      includeSelf,
    ],
    returns: 'tensor',
    doc: 'A copy of input with elements of src reduced into the places the index gives.',
    expand: (b, { input, dim, index, src, reduce, include_self }) =>
      scatterReduce(b, 'scatter_reduce', input, dim, index, src, reduce as Reduction, include_self),
  }),
  scatter_reduced: defineFunction({
    name: 'scatter_reduced',
    python: 'scatter',
    method: true,
    args: [input, dim, index, required('src', 'tensor'), reduceName],
    returns: 'tensor',
    doc: 'A copy of input with elements of src added or multiplied at the places the index gives.',
    expand: (b, { input, dim, index, src, reduce }) =>
      scatterReduce(b, 'scatter', input, dim, index, src, reduce === 'add' ? 'sum' : 'prod', true),
  }),
  scatter_value_reduced: defineFunction({
    name: 'scatter_value_reduced',
    python: 'scatter',
    method: true,
    args: [input, dim, index, required('value', 'scalar'), reduceName],
    returns: 'tensor',
    doc: 'A copy of input with a number added or multiplied at the places the index gives.',
    expand(b, { input, dim, index, value, reduce }) {
      const v = vocabulary(b)
      const source = v.full(v.shape(index), value, v.dtype(input))
      return scatterReduce(b, 'scatter', input, dim, index, source, reduce === 'add' ? 'sum' : 'prod', true)
    },
  }),
  index_reduce: defineFunction({
    name: 'index_reduce',
    method: true,
    args: [
      input,
      dim,
      index,
      required('source', 'tensor'),
      required('reduce', 'string', { enum: ['prod', 'mean', 'amax', 'amin'] }),
      includeSelf,
    ],
    returns: 'tensor',
    doc: 'A copy of input with slices of source reduced into those at indices along an axis.',
    expand(b, { input, dim, index, source, reduce, include_self }) {
      const v = vocabulary(b)
      const at = axis(v.rank(input), dim)
      const places = spreadIndex(v, index, source, at)
      return scatterReduce(b, 'index_reduce', input, at, places, source, reduce as Reduction, include_self)
    },
  }),
  masked_scatter: defineFunction({
    name: 'masked_scatter',
    method: true,
    args: [input, required('mask', 'tensor'), required('source', 'tensor')],
    returns: 'tensor',
    doc: 'A copy of input whose elements under the mask are those of source, in order.',
    expand(b, { input, mask, source }) {
      const v = vocabulary(b)
      if (v.dtype(mask) !== 'bool')
        throw new OpError('dtype/mismatch', `masked_scatter needs a bool mask, not ${v.dtype(mask)}`)
      if (v.dtype(source) !== v.dtype(input))
        throw new OpError(
          'dtype/mismatch',
          `masked_scatter: source is ${v.dtype(source)}, input is ${v.dtype(input)}`,
        )
      const shape = broadcastShapes(b, [v.shape(input), v.shape(mask)])
      const full = v.expand(mask, shape)
      const chosen = v.reshape(full, [-1])
      const count = v.elements(source)
      const place = v.sub(b.emit('cumsum', [v.cast(chosen, 'int64')], { dim: 0 }), 1)
      // Where nothing is written a zero past the source is read; a mask with too many places reads beyond that one.
      const asked = v.where(v.lt(place, count), place, add(count, 1))
      const padded = v.cat(
        [v.reshape(source, [-1]), v.full([1], zeroOf(v.dtype(source)), v.dtype(source))],
        0,
      )
      const values = v.take(padded, 0, v.where(chosen, asked, count))
      return v.where(full, v.reshape(values, shape), input)
    },
  }),
} as const
