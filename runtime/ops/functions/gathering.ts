/** Elements picked and placed by index tensors; triangles; sorting. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, compare, type Dim, floordiv, printShape, sub } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { axis, broadcastShapes } from './axes.ts'
import { shared } from './extreme.ts'
import { wrapIndices } from './getitem.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const dim = required('dim', 'int')
const index = required('index', 'tensor')

const zero = (dtype: string): number | boolean => (dtype === 'bool' ? false : 0)

/** Where the column is at least (triu) or at most (tril) `diagonal` right of the row. */
function triangle<V>(b: Builder<V>, x: V, diagonal: Dim, lower: boolean): V {
  const v = vocabulary(b)
  const rank = v.rank(x)
  if (rank < 2)
    throw new OpError('shape/rank', `${lower ? 'tril' : 'triu'} needs at least two axes, not ${rank}`)
  const rows = v.iotaAlong(2, 0, v.size(x, -2))
  const columns = v.iotaAlong(2, 1, v.size(x, -1))
  const offset = v.sub(columns, rows)
  return v.where(v.compare(lower ? 'le' : 'ge', offset, diagonal), x, zero(v.dtype(x)))
}

const triangleRow = <const N extends 'tril' | 'triu'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [input, optional('diagonal', 'dim', 0)],
    returns: 'tensor',
    doc,
    expand: (b, { input, diagonal }) => triangle(b, input, diagonal, name === 'tril'),
  })

/** The index must have x's rank, and the source must cover it. */
export function scatterInputs<V>(v: Vocabulary<V>, op: string, x: V, dim: number, index: V, source: V) {
  if (v.rank(index) !== v.rank(x) || v.rank(source) !== v.rank(x)) {
    throw new OpError(
      'shape/rank',
      `${op}: input ${printShape(v.shape(x))}, index ${printShape(v.shape(index))} and source ${printShape(v.shape(source))} need as many axes`,
      { op },
    )
  }
  if (v.dtype(source) !== v.dtype(x))
    throw new OpError('dtype/mismatch', `${op}: source is ${v.dtype(source)}, input is ${v.dtype(x)}`, { op })
  const shape = v.shape(index)
  const larger = shape.findIndex((d, i) => compare(d, v.shape(source)[i]!) === 1)
  if (larger >= 0)
    throw new OpError(
      'shape/mismatch',
      `${op}: index ${printShape(shape)} exceeds source ${printShape(v.shape(source))}`,
    )
  const at = axis(v.rank(x), dim)
  const wide = shape.findIndex((d, i) => i !== at && compare(d, v.shape(x)[i]!) === 1)
  if (wide >= 0)
    throw new OpError(
      'shape/mismatch',
      `${op}: index ${printShape(shape)} exceeds input ${printShape(v.shape(x))} in dim ${wide}`,
      { op },
    )
  const cut = shape.reduce<V>((s, d, i) => (compare(d, v.size(s, i)) === 0 ? s : v.slice(s, i, 0, d)), source)
  return { at, cut, index: v.cast(index, 'int64') }
}

function scatter<V>(b: Builder<V>, x: V, dim: number, index: V, source: V, reduce: 'none' | 'add'): V {
  const v = vocabulary(b)
  if (v.rank(x) === 0) {
    return v.reshape(
      scatter(b, v.reshape(x, [1]), 0, v.reshape(index, [-1]), v.reshape(source, [-1]), reduce),
      [],
    )
  }
  const s = scatterInputs(v, reduce === 'add' ? 'scatter_add' : 'scatter', x, dim, index, source)
  return b.emit('scatter', [x, s.index, s.cut], { dim: s.at, reduce })
}

export function gather<V>(b: Builder<V>, x: V, dim: number, index: V): V {
  const v = vocabulary(b)
  if (v.rank(x) === 0)
    return v.reshape(gather(b, v.reshape(x, [1]), 0, v.reshape(index, [-1])), v.shape(index))
  const at = axis(v.rank(x), dim)
  if (v.rank(index) !== v.rank(x)) {
    throw new OpError(
      'shape/rank',
      `gather: index ${printShape(v.shape(index))} needs as many axes as input ${printShape(v.shape(x))}`,
      { op: 'gather' },
    )
  }
  const larger = v.shape(index).findIndex((d, i) => i !== at && compare(d, v.shape(x)[i]!) === 1)
  if (larger >= 0) {
    throw new OpError(
      'shape/mismatch',
      `gather: index ${printShape(v.shape(index))} exceeds input ${printShape(v.shape(x))} in dim ${larger}`,
    )
  }
  return b.emit('gather', [x, v.cast(index, 'int64')], { dim: at })
}

/** The elements along an axis in order, and their indices; all, or the first `count`. */
function sorted<V>(b: Builder<V>, x: V, dim: number, descending: boolean, count?: Dim): readonly [V, V] {
  const v = vocabulary(b)
  if (v.rank(x) === 0) return [x, v.full([], 0, 'int64')]
  const at = axis(v.rank(x), dim)
  const order = b.emit('argsort', [x], { dim: at, descending, count: count ?? v.size(x, at) })
  return [b.emit('gather', [x, order], { dim: at }), order]
}

/** Places of whole slices along an axis as those of their elements. */
export function spreadIndex<V>(v: Vocabulary<V>, index: V, source: V, at: number): V {
  const along = v.shape(source).map((d, i) => (i === at ? d : 1))
  return v.expand(v.reshape(v.cast(index, 'int64'), along), v.shape(source))
}

function indexAdd<V>(b: Builder<V>, x: V, dim: number, index: V, source: V, reduce: 'none' | 'add'): V {
  const v = vocabulary(b)
  const at = axis(v.rank(x), dim)
  return scatter(b, x, at, spreadIndex(v, index, source, at), source, reduce)
}

export const gathering = {
  gather: defineFunction({
    name: 'gather',
    method: true,
    args: [input, dim, index, optional('sparse_grad', 'bool', false, { ignored: true })],
    returns: 'tensor',
    doc: 'Along an axis, the elements whose places the index gives.',
    expand: (b, { input, dim, index }) => gather(b, input, dim, index),
  }),
  take_along_dim: defineFunction({
    name: 'take_along_dim',
    method: true,
    args: [input, required('indices', 'tensor'), optional('dim', 'int?', null)],
    returns: 'tensor',
    doc: 'As gather, with the other axes broadcast.',
    expand(b, { input, indices, dim }) {
      const v = vocabulary(b)
      if (dim === null) return gather(b, v.reshape(input, [-1]), 0, v.reshape(indices, [-1]))
      const at = axis(v.rank(input), dim)
      type Value = typeof input
      const others = (x: Value) => v.shape(x).map((d, i) => (i === at ? 1 : d))
      const shape = broadcastShapes(b, [others(input), others(indices)])
      const fitted = (x: Value) =>
        v.expand(
          x,
          shape.map((d, i) => (i === at ? v.size(x, at) : d)),
        )
      return gather(b, fitted(input), at, fitted(indices))
    },
  }),
  scatter: defineFunction({
    name: 'scatter',
    method: true,
    args: [input, dim, index, required('src', 'tensor')],
    returns: 'tensor',
    doc: 'A copy of input with elements of src written to the places the index gives; of several, the last wins.',
    expand: (b, { input, dim, index, src }) => scatter(b, input, dim, index, src, 'none'),
  }),
  scatter_value: defineFunction({
    name: 'scatter_value',
    python: 'scatter',
    method: true,
    args: [input, dim, index, required('value', 'scalar')],
    returns: 'tensor',
    doc: 'A copy of input with a number written to the places the index gives.',
    expand(b, { input, dim, index, value }) {
      const v = vocabulary(b)
      return scatter(b, input, dim, index, v.full(v.shape(index), value, v.dtype(input)), 'none')
    },
  }),
  scatter_add: defineFunction({
    name: 'scatter_add',
    method: true,
    args: [input, dim, index, required('src', 'tensor')],
    returns: 'tensor',
    doc: 'A copy of input with elements of src added at the places the index gives.',
    expand: (b, { input, dim, index, src }) => scatter(b, input, dim, index, src, 'add'),
  }),
  index_select: defineFunction({
    name: 'index_select',
    method: true,
    args: [input, dim, index],
    returns: 'tensor',
    doc: 'Slices along an axis at the places that a vector of indices gives.',
    expand(b, { input, dim, index }) {
      const v = vocabulary(b)
      if (v.rank(input) === 0) return input
      return v.take(input, dim, v.cast(v.reshape(index, [-1]), 'int64'))
    },
  }),
  index_add: defineFunction({
    name: 'index_add',
    method: true,
    args: [input, dim, index, required('source', 'tensor'), optional('alpha', 'scalar', 1)],
    returns: 'tensor',
    doc: 'A copy of input with slices of source added at indices along an axis.',
    expand(b, { input, dim, index, source, alpha }) {
      return indexAdd(b, input, dim, index, vocabulary(b).mul(source, alpha), 'add')
    },
  }),
  index_copy: defineFunction({
    name: 'index_copy',
    method: true,
    args: [input, dim, index, required('source', 'tensor')],
    returns: 'tensor',
    doc: 'A copy of input with slices of source written at indices along an axis.',
    expand: (b, { input, dim, index, source }) => indexAdd(b, input, dim, index, source, 'none'),
  }),
  index_fill: defineFunction({
    name: 'index_fill',
    method: true,
    args: [input, dim, index, required('value', 'scalar')],
    returns: 'tensor',
    doc: 'A copy of input with a number written to slices at indices along an axis.',
    expand(b, { input, dim, index, value }) {
      const v = vocabulary(b)
      const at = axis(v.rank(input), dim)
      const shape = v.shape(input).map((d, i) => (i === at ? v.size(index, 0) : d))
      return indexAdd(b, input, dim, index, v.full(shape, value, v.dtype(input)), 'none')
    },
  }),
  take: defineFunction({
    name: 'take',
    method: true,
    args: [input, index],
    returns: 'tensor',
    doc: 'Elements of the flattened tensor.',
    expand(b, { input, index }) {
      const v = vocabulary(b)
      const flat = v.reshape(input, [-1])
      return v.take(flat, 0, wrapIndices(b, index, v.size(flat, 0)))
    },
  }),
  narrow: defineFunction({
    name: 'narrow',
    method: true,
    args: [input, dim, required('start', 'dim'), required('length', 'dim')],
    returns: 'tensor',
    doc: '`length` elements along an axis, from `start`.',
    expand(b, { input, dim, start, length }) {
      const v = vocabulary(b)
      const size = v.size(input, dim)
      const from = compare(start, 0) === -1 ? add(start, size) : start
      if (compare(from, 0) === -1 || compare(length, 0) === -1 || compare(length, sub(size, from)) === 1) {
        throw new OpError('shape/range', `narrow: ${length} from ${start} exceeds dim ${dim} of size ${size}`)
      }
      return v.slice(input, dim, from, length)
    },
  }),
  select: defineFunction({
    name: 'select',
    method: true,
    args: [input, dim, required('index', 'dim')],
    returns: 'tensor',
    doc: 'One slice along an axis, which is removed.',
    expand(b, { input, dim, index }) {
      const v = vocabulary(b)
      const size = v.size(input, dim)
      const at = compare(index, 0) === -1 ? add(index, size) : index
      const order = compare(at, size)
      if (compare(at, 0) === -1 || order === 0 || order === 1)
        throw new OpError(
          'shape/range',
          `select: index ${index} is out of range for dim ${dim} of size ${size}`,
        )
      return v.at(input, dim, at)
    },
  }),
  tril: triangleRow('tril', 'Lower triangle of matrices, the rest 0.'),
  triu: triangleRow('triu', 'Upper triangle of matrices, the rest 0.'),
  sort: defineFunction({
    name: 'sort',
    method: true,
    args: [
      input,
      optional('dim', 'int', -1),
      optional('descending', 'bool', false),
      optional('stable', 'bool', false, { ignored: true }),
    ],
    returns: 'pair',
    fields: ['values', 'indices'],
    doc: 'Elements in order along an axis, and where they were. The order of equal elements is kept.',
    expand: (b, { input, dim, descending }) => sorted(b, input, dim, descending),
  }),
  msort: defineFunction({
    name: 'msort',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'Elements in order along the first axis.',
    expand: (b, { input }) => sorted(b, input, 0, false)[0],
  }),
  argsort: defineFunction({
    name: 'argsort',
    method: true,
    args: [
      input,
      optional('dim', 'int', -1),
      optional('descending', 'bool', false),
      optional('stable', 'bool', false, { ignored: true }),
    ],
    returns: 'tensor',
    doc: 'Indices that sort along an axis.',
    expand: (b, { input, dim, descending }) => sorted(b, input, dim, descending)[1],
  }),
  topk: defineFunction({
    name: 'topk',
    method: true,
    args: [
      input,
      required('k', 'dim'),
      optional('dim', 'int', -1),
      optional('largest', 'bool', true),
      optional('sorted', 'bool', true, { ignored: true }),
    ],
    returns: 'pair',
    fields: ['values', 'indices'],
    doc: 'The k largest (or smallest) elements along an axis, in order, and their indices.',
    expand(b, { input, k, dim, largest }) {
      const v = vocabulary(b)
      if (compare(k, v.size(input, dim)) === 1)
        throw new OpError('shape/range', `topk: k = ${k} exceeds dim ${dim} of size ${v.size(input, dim)}`)
      return sorted(b, input, dim, largest, k)
    },
  }),
  kthvalue: defineFunction({
    name: 'kthvalue',
    method: true,
    args: [input, required('k', 'dim'), optional('dim', 'int', -1), optional('keepdim', 'bool', false)],
    returns: 'pair',
    fields: ['values', 'indices'],
    doc: 'The k-th smallest element along an axis, counted from 1, and its index.',
    expand(b, { input, k, dim, keepdim }) {
      const v = vocabulary(b)
      const order = compare(k, v.size(input, dim))
      if (order === 1 || compare(k, 1) === -1)
        throw new OpError(
          'shape/range',
          `kthvalue: k = ${k} is not within dim ${dim} of size ${v.size(input, dim)}`,
        )
      return sorted(b, input, dim, false, k).map(x =>
        keepdim ? v.slice(x, dim, sub(k, 1), 1) : v.at(x, dim, sub(k, 1)),
      ) as [typeof input, typeof input]
    },
  }),
  median: defineFunction({
    name: 'median',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'The lower middle element of all; NaN if there is one.',
    expand: (b, { input }) => shared(b, input, x => median(b, vocabulary(b).reshape(x, [-1]), 0)[0]),
  }),
  median_dim: defineFunction({
    name: 'median_dim',
    python: 'median',
    method: true,
    args: [input, dim, optional('keepdim', 'bool', false)],
    returns: 'pair',
    fields: ['values', 'indices'],
    doc: 'Lower middle elements along an axis, and their indices.',
    expand(b, { input, dim, keepdim }) {
      const v = vocabulary(b)
      const keep = keepdim && v.rank(input) > 0
      return median(b, input, dim).map(x => (keep ? v.unsqueeze(x, axis(v.rank(input), dim)) : x)) as [
        typeof input,
        typeof input,
      ]
    },
  }),
} as const

/** NaN sorts last, so that a row with one has its first NaN as the median. */
function median<V>(b: Builder<V>, x: V, dim: number): readonly [V, V] {
  const v = vocabulary(b)
  const size = v.size(x, dim)
  if (size === 0) throw new OpError('shape/range', 'median of no elements has no value', { op: 'median' })
  const place = floordiv(sub(size, 1), 2)
  const [values, indices] = sorted(b, x, dim, false, add(place, 1))
  if (v.rank(x) === 0) return [values, indices]
  const middle = (y: V): V => v.at(y, dim, place)
  if (!isFloat(v.dtype(x))) return [middle(values), middle(indices)]
  const missing = v.isNaN(x)
  const first = v.argmax(v.cast(missing, 'int64'), dim)
  const any = v.reduce('max', missing, [dim])
  const found = v.where(any, first, middle(indices))
  return [v.dropAxis(gather(b, x, dim, v.unsqueeze(found, dim)), dim), found]
}
