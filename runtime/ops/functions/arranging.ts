/** Tensors put in other places than where they stood: parts of views replaced, blocks on a diagonal, pairs and splits by axis. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, type Dim, mod, printShape, sub } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { sameShape } from './axes.ts'
import { sliceRange } from './getitem.ts'
import { cat, splitSizes, tensorSplit } from './join.ts'
import { diagonal, diagonalMatrix } from './movement.ts'
import { resultType } from './promotion.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')

/** At least so many axes: a matrix of one row for a vector, a third axis at the end for a matrix. */
function atLeast<V>(b: Builder<V>, x: V, rank: 2 | 3): V {
  const v = vocabulary(b)
  const shape = v.shape(x)
  if (shape.length >= rank) return x
  const matrix = shape.length === 2 ? shape : [1, ...(shape.length === 1 ? shape : [1])]
  return v.reshape(x, rank === 2 ? matrix : [...matrix, 1])
}

const atLeastRow = <const N extends 'atleast_2d' | 'atleast_3d'>(name: N, doc: string) =>
  defineFunction({
    name,
    args: [input],
    returns: 'tensor',
    doc,
    expand: (b, { input }) => atLeast(b, input, name === 'atleast_2d' ? 2 : 3),
  })

type SplitName = 'hsplit' | 'vsplit' | 'dsplit'

/** The axis that hsplit, vsplit and dsplit split. */
function splitAxis<V>(b: Builder<V>, op: SplitName, x: V): number {
  const rank = b.aval(x).shape.length
  const least = { hsplit: 1, vsplit: 2, dsplit: 3 }[op]
  if (rank < least) throw new OpError('shape/rank', `${op} takes at least ${least} axes, not ${rank}`, { op })
  return op === 'vsplit' || rank === 1 ? 0 : least === 3 ? 2 : 1
}

const splitRow = <const N extends SplitName>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [input, required('sections', 'int', { min: 1 })],
    returns: 'tensors',
    doc,
    expand(b, { input, sections }) {
      const at = splitAxis(b, name, input)
      const whole = b.aval(input).shape[at]!
      const rest = mod(whole, sections)
      if (typeof whole !== 'number' || rest !== 0)
        throw new OpError('shape/mismatch', `${name}: size ${whole} does not form ${sections} equal parts`, {
          op: name,
        })
      return splitSizes(b, input, new Array<Dim>(sections).fill(whole / sections), at)
    },
  })

const splitAtRow = <const N extends string, const P extends SplitName>(name: N, python: P, doc: string) =>
  defineFunction({
    name,
    python,
    method: true,
    args: [input, required('indices', 'dims')],
    returns: 'tensors',
    doc,
    expand: (b, { input, indices }) => tensorSplit(b, input, indices, splitAxis(b, python, input)),
  })

/** Matrices along a diagonal, zeros elsewhere. */
function blockDiagonal<V>(b: Builder<V>, tensors: readonly V[]): V {
  const v = vocabulary(b)
  if (tensors.length === 0) return v.full([1, 0], 0, 'float32')
  const dtype = resultType(b, tensors)
  const blocks = tensors.map(x => v.cast(atLeast(b, x, 2), dtype))
  const tall = blocks.find(x => v.rank(x) > 2)
  if (tall !== undefined)
    throw new OpError('shape/rank', `block_diag takes matrices, not ${printShape(v.shape(tall))}`, {
      op: 'block_diag',
    })
  const widths = blocks.map(x => v.size(x, 1))
  const total = widths.reduce(add, 0)
  let before: Dim = 0
  const rows = blocks.map((x, i) => {
    const left = before
    before = add(before, widths[i]!)
    return v.padLast(x, [[left, sub(total, before)]], dtype === 'bool' ? false : 0)
  })
  return v.cat(rows, 0)
}

/** A copy of x in which the elements of some places (those of a view of the element's own numbers) are those of src. */
function replaced<V>(b: Builder<V>, op: string, x: V, src: V, view: (places: V) => V): V {
  const v = vocabulary(b)
  const shape = v.shape(x)
  const count = v.elements(x)
  const places = view(v.reshape(v.iota(count), shape))
  if (!sameShape(v.shape(places), v.shape(src)))
    throw new OpError(
      'shape/mismatch',
      `${op}: src is ${printShape(v.shape(src))}, but its place is ${printShape(v.shape(places))}`,
      { op },
    )
  const flat = v.reshape(v.cast(src, v.dtype(x)), [-1])
  const written = b.emit('scatter', [v.reshape(x, [count]), v.reshape(places, [-1]), flat], {
    dim: 0,
    reduce: 'none',
  })
  return v.reshape(written, shape)
}

/** Covariances of variables in rows, [N, samples]. */
function covariance<V>(b: Builder<V>, input: V, correction: number): V {
  const v = vocabulary(b)
  if (v.rank(input) > 2)
    throw new OpError('shape/rank', `cov takes at most two axes, not ${printShape(v.shape(input))}`, {
      op: 'cov',
    })
  const x = v.floating(v.rank(input) === 2 ? input : v.reshape(input, [1, -1]))
  const centred = v.sub(x, v.mean(x, [1], true))
  const count = v.size(x, 1)
  const divisor: Dim = typeof count === 'number' ? Math.max(0, count - correction) : sub(count, correction)
  const matrix = v.div(v.matmul(centred, v.transpose(centred, 0, 1)), divisor)
  return v.size(x, 0) === 1 ? v.reshape(matrix, []) : matrix
}

/** Rows of the indices of all choices of r of n, in order. */
function choices(n: number, r: number, repeated: boolean): number[][] {
  if (r === 0) return [[]]
  return choices(n, r - 1, repeated).flatMap(head => {
    const from = head.length === 0 ? 0 : head.at(-1)! + (repeated ? 0 : 1)
    return Array.from({ length: Math.max(0, n - from) }, (_, i) => [...head, from + i])
  })
}

export const arranging = {
  atleast_2d: atLeastRow('atleast_2d', 'A vector as a matrix of one row, a scalar as one of one element.'),
  atleast_3d: atLeastRow('atleast_3d', 'As atleast_2d, and matrices with a third axis of size 1.'),
  hsplit: splitRow(
    'hsplit',
    'Equal parts side by side: along the second axis, of a vector along its only one.',
  ),
  hsplit_at: splitAtRow(
    'hsplit_at',
    'hsplit',
    'Parts between indices along the second axis, of a vector along its only one.',
  ),
  vsplit: splitRow('vsplit', 'Equal parts along the first axis.'),
  vsplit_at: splitAtRow('vsplit_at', 'vsplit', 'Parts between indices along the first axis.'),
  dsplit: splitRow('dsplit', 'Equal parts along the third axis.'),
  dsplit_at: splitAtRow('dsplit_at', 'dsplit', 'Parts between indices along the third axis.'),
  block_diag: defineFunction({
    name: 'block_diag',
    args: [required('tensors', 'tensors', { variadic: true })],
    returns: 'tensor',
    doc: 'Matrices one after another along a diagonal, zeros elsewhere.',
    expand: (b, { tensors }) => blockDiagonal(b, tensors),
  }),
  diagflat: defineFunction({
    name: 'diagflat',
    method: true,
    args: [input, optional('offset', 'int', 0)],
    returns: 'tensor',
    doc: 'The matrix whose diagonal is the flattened tensor.',
    expand: (b, { input, offset }) => diagonalMatrix(b, vocabulary(b).reshape(input, [-1]), offset),
  }),
  select_scatter: defineFunction({
    name: 'select_scatter',
    method: true,
    args: [input, required('src', 'tensor'), required('dim', 'int'), required('index', 'int')],
    returns: 'tensor',
    doc: 'A copy of input in which one slice along an axis is src.',
    expand(b, { input, src, dim, index }) {
      const v = vocabulary(b)
      const at = index < 0 ? add(index, v.size(input, dim)) : index
      return replaced(b, 'select_scatter', input, src, places => v.at(places, dim, at))
    },
  }),
  slice_scatter: defineFunction({
    name: 'slice_scatter',
    method: true,
    args: [
      input,
      required('src', 'tensor'),
      optional('dim', 'int', 0),
      optional('start', 'dim?', null),
      optional('end', 'dim?', null),
      optional('step', 'int', 1, { min: 1 }),
    ],
    returns: 'tensor',
    doc: 'A copy of input in which start:end:step along an axis is src.',
    expand(b, { input, src, dim, start: from, end: stop, step }) {
      const v = vocabulary(b)
      const { start, length } = sliceRange({ start: from, stop, step }, v.size(input, dim))
      return replaced(b, 'slice_scatter', input, src, places => v.slice(places, dim, start, length, step))
    },
  }),
  diagonal_scatter: defineFunction({
    name: 'diagonal_scatter',
    method: true,
    args: [
      input,
      required('src', 'tensor'),
      optional('offset', 'int', 0),
      optional('dim1', 'int', 0),
      optional('dim2', 'int', 1),
    ],
    returns: 'tensor',
    doc: 'A copy of input in which the diagonal of two axes is src.',
    expand: (b, { input, src, offset, dim1, dim2 }) =>
      replaced(b, 'diagonal_scatter', input, src, places => diagonal(b, places, offset, dim1, dim2)),
  }),
  sum_to_size: defineFunction({
    name: 'sum_to_size',
    method: 'only',
    args: [input, required('size', 'dims', { variadic: true })],
    returns: 'tensor',
    doc: 'Summed over the axes along which the given shape was broadcast.',
    expand(b, { input, size }) {
      const v = vocabulary(b)
      const shape = v.shape(input)
      const lead = shape.length - size.length
      if (lead < 0 || !size.every((d, i) => d === 1 || b.assumeEqual(d, shape[lead + i]!)))
        throw new OpError(
          'shape/mismatch',
          `sum_to_size: ${printShape(size)} does not broadcast to ${printShape(shape)}`,
        )
      const over = shape.flatMap((d, i) => (i < lead || (size[i - lead] === 1 && d !== 1) ? [i] : []))
      return over.length === 0 ? input : v.reshape(v.sum(input, over), size)
    },
  }),
  combinations: defineFunction({
    name: 'combinations',
    args: [input, optional('r', 'int', 2, { min: 0 }), optional('with_replacement', 'bool', false)],
    returns: 'tensor',
    doc: 'All choices of r elements of a vector, one in each row. Its size must be a fixed number.',
    expand(b, { input, r, with_replacement }) {
      const v = vocabulary(b)
      const size = v.size(input, 0)
      if (v.rank(input) !== 1 || typeof size !== 'number')
        throw new OpError('op/unsupported', 'combinations takes a vector of a fixed size', {
          op: 'combinations',
        })
      if (r === 0) return v.slice(input, 0, 0, 0)
      const rows = choices(size, r, with_replacement)
      const columns = Array.from({ length: r }, (_, k) => rows.map(row => v.slice(input, 0, row[k]!, 1)))
      return rows.length === 0
        ? v.expand(v.reshape(v.slice(input, 0, 0, 0), [0, 1]), [0, r])
        : v.stack(
            columns.map(parts => cat(b, parts, 0)),
            1,
          )
    },
  }),
  cov: defineFunction({
    name: 'cov',
    method: true,
    args: [input, optional('correction', 'int', 1)],
    returns: 'tensor',
    doc: 'Covariances of variables that are rows, with samples as columns.',
    expand: (b, { input, correction }) => covariance(b, input, correction),
  }),
  corrcoef: defineFunction({
    name: 'corrcoef',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'Correlations of variables that are rows, with samples as columns.',
    expand(b, { input }) {
      const v = vocabulary(b)
      const c = covariance(b, input, 1)
      if (v.rank(c) === 0) return v.div(c, c)
      const spread = v.sqrt(diagonal(b, c, 0, 0, 1))
      return v.clamp(v.div(v.div(c, v.unsqueeze(spread, 1)), v.unsqueeze(spread, 0)), -1, 1)
    },
  }),
} as const
