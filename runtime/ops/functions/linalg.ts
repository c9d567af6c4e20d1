/** What torch.linalg has under names of torch, but with other arguments or another meaning, and products of several matrices. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { axis } from './axes.ts'
import { cross, matmul } from './linear.ts'
import { diagonal } from './movement.ts'
import { vectorNorm } from './norm.ts'
import { plainNumber } from './promotion.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const other = required('other', 'tensor')
const keepdim = optional('keepdim', 'bool', false)
const dtype = optional('dtype', 'dtype?', null)
const dim = optional('dim', 'ints?', null)

/** Orders that need singular values. */
const SPECTRAL: ReadonlySet<number | string> = new Set([2, -2, 'nuc'])

/** 'fro', or the extreme sum of absolute values over columns (1, -1) or rows (Infinity, -Infinity). */
function matrixNorm<V>(
  b: Builder<V>,
  op: string,
  x: V,
  order: number | string,
  dims: readonly number[],
  keep: boolean,
): V {
  const v = vocabulary(b)
  const [rows, columns] = dims.map(d => axis(v.rank(x), d))
  if (dims.length !== 2 || rows === columns || v.rank(x) < 2)
    throw new OpError('argument/value', `${op}: dim must name the two axes of matrices`, { op })
  if (order === 'fro') return vectorNorm(b, x, 2, dims, keep)
  if (SPECTRAL.has(order))
    throw new OpError('op/unsupported', `${op}: ord=${order} needs singular values`, {
      op,
      hint: "take ord='fro', which bounds the spectral norm, or estimate it by power iteration with matmul and normalize",
    })
  const size = typeof order === 'number' ? Math.abs(order) : 0
  if (size !== 1 && size !== Number.POSITIVE_INFINITY)
    throw new OpError('argument/value', `${op}: ord=${order} is no norm of matrices`, { op })
  const [along, across] = size === 1 ? [rows!, columns!] : [columns!, rows!]
  const sums = vectorNorm(b, x, 1, [along], true)
  const found = v.reduce(order === size ? 'max' : 'min', sums, [across], true)
  return keep
    ? found
    : v.reshape(
        found,
        v.shape(x).filter((_, i) => i !== rows && i !== columns),
      )
}

const ofDType = <V>(
  b: Builder<V>,
  x: V,
  dtype: Parameters<ReturnType<typeof vocabulary<V>>['cast']>[1] | null,
): V => (dtype === null ? x : vocabulary(b).cast(x, dtype))

/** The axes of the last two dims, where an order of matrices is asked for without naming any. */
function matrixDims<V>(b: Builder<V>, x: V, dims: readonly number[] | null): readonly number[] | null {
  if (dims !== null) return dims.length === 2 ? dims : null
  const rank = b.aval(x).shape.length
  if (rank > 2)
    throw new OpError('shape/rank', `linalg_norm: of ${rank} axes, dim must say which ones`, {
      op: 'linalg_norm',
    })
  return rank === 2 ? [0, 1] : null
}

export const linalg = {
  linalg_norm: defineFunction({
    name: 'linalg_norm',
    args: [input, optional('ord', 'scalar?', null), dim, keepdim, dtype],
    returns: 'tensor',
    doc: 'Norms of vectors, or with an order and two axes of matrices; without ord the 2-norm of all elements.',
    expand(b, { input, ord, dim, keepdim, dtype }) {
      const x = ofDType(b, input, dtype)
      if (ord === null) return vectorNorm(b, x, 2, dim, keepdim)
      const dims = matrixDims(b, x, dim)
      const order = plainNumber(ord)
      return dims === null
        ? vectorNorm(b, x, order, dim, keepdim)
        : matrixNorm(b, 'linalg_norm', x, order, dims, keepdim)
    },
  }),
  linalg_norm_preset: defineFunction({
    name: 'linalg_norm_preset',
    python: 'linalg_norm',
    args: [input, required('ord', 'string', { enum: ['fro', 'nuc'] }), dim, keepdim, dtype],
    returns: 'tensor',
    doc: "The Frobenius norm of matrices ('fro').",
    expand(b, { input, ord, dim, keepdim, dtype }) {
      const x = ofDType(b, input, dtype)
      return matrixNorm(b, 'linalg_norm', x, ord, matrixDims(b, x, dim) ?? [], keepdim)
    },
  }),
  linalg_matrix_norm: defineFunction({
    name: 'linalg_matrix_norm',
    args: [input, required('ord', 'scalar'), optional('dim', 'ints', [-2, -1]), keepdim, dtype],
    returns: 'tensor',
    doc: 'The largest (1) or smallest (-1) sum of a column, or of a row (Infinity, -Infinity), of absolute values.',
    expand: (b, { input, ord, dim, keepdim, dtype }) =>
      matrixNorm(b, 'linalg_matrix_norm', ofDType(b, input, dtype), plainNumber(ord), dim, keepdim),
  }),
  linalg_matrix_norm_preset: defineFunction({
    name: 'linalg_matrix_norm_preset',
    python: 'linalg_matrix_norm',
    args: [
      input,
      optional('ord', 'string', 'fro', { enum: ['fro', 'nuc'] }),
      optional('dim', 'ints', [-2, -1]),
      keepdim,
      dtype,
    ],
    returns: 'tensor',
    doc: "The Frobenius norm of matrices ('fro').",
    expand: (b, { input, ord, dim, keepdim, dtype }) =>
      matrixNorm(b, 'linalg_matrix_norm', ofDType(b, input, dtype), ord, dim, keepdim),
  }),
  linalg_cross: defineFunction({
    name: 'linalg_cross',
    args: [input, other, optional('dim', 'int', -1)],
    returns: 'tensor',
    doc: 'Cross products of vectors of three elements along an axis, the last one unless given.',
    expand: (b, { input, other, dim }) => cross(b, input, other, dim),
  }),
  linalg_diagonal: defineFunction({
    name: 'linalg_diagonal',
    args: [
      required('A', 'tensor'),
      optional('offset', 'int', 0),
      optional('dim1', 'int', -2),
      optional('dim2', 'int', -1),
    ],
    returns: 'tensor',
    doc: 'The diagonals of matrices.',
    expand: (b, { A, offset, dim1, dim2 }) => diagonal(b, A, offset, dim1, dim2),
  }),
  linalg_vecdot: defineFunction({
    name: 'linalg_vecdot',
    args: [required('x', 'tensor'), required('y', 'tensor'), optional('dim', 'int', -1)],
    returns: 'tensor',
    doc: 'Inner products of vectors along an axis.',
    expand(b, { x, y, dim }) {
      const v = vocabulary(b)
      return v.sum(v.mul(x, y), [dim])
    },
  }),
  linalg_multi_dot: defineFunction({
    name: 'linalg_multi_dot',
    args: [required('tensors', 'tensors')],
    returns: 'tensor',
    doc: 'The product of two or more matrices; the first and the last one may be vectors.',
    expand: (b, { tensors }) => product(b, 'multi_dot', tensors),
  }),
  chain_matmul: defineFunction({
    name: 'chain_matmul',
    args: [required('matrices', 'tensors', { variadic: true })],
    returns: 'tensor',
    doc: 'The product of matrices.',
    expand: (b, { matrices }) => product(b, 'chain_matmul', matrices),
  }),
} as const

function product<V>(b: Builder<V>, op: string, factors: readonly V[]): V {
  if (factors.length === 0) throw new OpError('argument/value', `${op} needs at least one matrix`, { op })
  return factors.reduce((x, y) => matmul(b, x, y))
}
