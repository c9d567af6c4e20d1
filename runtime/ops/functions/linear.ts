/** Products of matrices and vectors. */
import { type NestedScalar, optional, required, type SizeOrScalar } from '../args.ts'
import type { Builder } from '../builder.ts'
import { type Dim, mul, printShape, product } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { axis } from './axes.ts'
import { einsum } from './einsum.ts'
import { vectorNorm } from './norm.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const other = required('other', 'tensor')
const beta = optional('beta', 'scalar', 1)
const alpha = optional('alpha', 'scalar', 1)

function sameDType<V>(v: Vocabulary<V>, op: string, x: V, y: V): void {
  if (v.dtype(x) !== v.dtype(y)) {
    throw new OpError('dtype/mismatch', `${op}: dtypes ${v.dtype(x)} and ${v.dtype(y)} differ`, {
      op,
      hint: 'convert one of them, e.g. with .float()',
    })
  }
}

function rankIs<V>(v: Vocabulary<V>, op: string, x: V, rank: number): void {
  if (v.rank(x) !== rank) {
    throw new OpError('shape/rank', `${op} needs ${rank} axes, not ${printShape(v.shape(x))}`, { op })
  }
}

/** torch.matmul: vectors are rows on the left and columns on the right, batch axes broadcast. */
export function matmul<V>(b: Builder<V>, x: V, y: V): V {
  const v = vocabulary(b)
  sameDType(v, 'matmul', x, y)
  if (v.rank(x) === 0 || v.rank(y) === 0)
    throw new OpError('shape/rank', 'matmul: both tensors need at least one axis', { op: 'matmul' })
  const rows = v.rank(x) === 1 ? v.unsqueeze(x, 0) : x
  const columns = v.rank(y) === 1 ? v.unsqueeze(y, 1) : y
  // One matrix for all of a batch: fold the batch into the rows.
  const folded = v.rank(columns) === 2 && v.rank(rows) > 2
  const lead = v.shape(rows).slice(0, -1)
  const out = folded
    ? v.reshape(v.matmul(v.reshape(rows, [-1, v.size(rows, -1)]), columns), [...lead, v.size(columns, -1)])
    : v.matmul(rows, columns)
  const flatX = v.rank(x) === 1 ? v.dropAxis(out, -2) : out
  return v.rank(y) === 1 ? v.dropAxis(flatX, -1) : flatX
}

/** x @ weight^T + bias. */
export function linear<V>(b: Builder<V>, x: V, weight: V, bias: V | null): V {
  const v = vocabulary(b)
  const features = v.size(weight, -1)
  if (v.rank(x) === 0 || !b.assumeEqual(v.size(x, -1), features)) {
    throw new OpError(
      'shape/mismatch',
      `linear expects ${features} features; the input ${printShape(v.shape(x))} has ${v.rank(x) === 0 ? 'none' : v.size(x, -1)}`,
      { op: 'linear' },
    )
  }
  const product = matmul(b, x, v.rank(weight) === 1 ? weight : v.transpose(weight, 0, 1))
  return bias === null ? product : v.add(product, bias)
}

/** beta * input + alpha * product; input is not read where beta is 0. */
function combined<V>(b: Builder<V>, x: V, product: V, beta: SizeOrScalar, alpha: SizeOrScalar): V {
  const v = vocabulary(b)
  const scaled = alpha === 1 ? product : v.mul(product, alpha)
  if (beta === 0) return scaled
  return v.add(beta === 1 ? x : v.mul(x, beta), v.expand(scaled, v.shape(product)))
}

const productRow = <
  const N extends 'mm' | 'bmm' | 'mv' | 'dot' | 'vdot',
  const S extends 'mat2' | 'vec' | 'tensor' | 'other',
  const L extends readonly string[] = readonly [],
>(
  name: N,
  ranks: readonly [number, number],
  second: S,
  doc: string,
  aliases: L = [] as never,
) =>
  defineFunction({
    name,
    aliases,
    method: true,
    args: [input, required(second, 'tensor')],
    returns: 'tensor',
    doc,
    expand(b, args) {
      const v = vocabulary(b)
      const y = (args as Readonly<Record<string, typeof args.input>>)[second]!
      rankIs(v, name, args.input, ranks[0])
      rankIs(v, name, y, ranks[1])
      if (name === 'bmm' && !b.assumeEqual(v.size(args.input, 0), v.size(y, 0)))
        throw new OpError(
          'shape/mismatch',
          `bmm: batches of ${v.size(args.input, 0)} and ${v.size(y, 0)} differ`,
        )
      return matmul(b, args.input, y)
    },
  })

export const linearAlgebra = {
  matmul: defineFunction({
    name: 'matmul',
    method: true,
    args: [input, other],
    returns: 'tensor',
    doc: 'Product of matrices, batches of them, or vectors.',
    expand: (b, { input, other }) => matmul(b, input, other),
  }),
  mm: productRow('mm', [2, 2], 'mat2', 'Product of two matrices.', ['spmm']),
  bmm: productRow('bmm', [3, 3], 'mat2', 'Products of two batches of matrices.'),
  mv: productRow('mv', [2, 1], 'vec', 'Product of a matrix and a vector.'),
  dot: productRow('dot', [1, 1], 'tensor', 'Inner product of two vectors.'),
  vdot: productRow('vdot', [1, 1], 'other', 'Inner product of two vectors, as dot.'),
  inner: defineFunction({
    name: 'inner',
    method: true,
    args: [input, other],
    returns: 'tensor',
    doc: 'Inner products over the last axes.',
    expand(b, { input, other }) {
      const v = vocabulary(b)
      if (v.rank(input) === 0 || v.rank(other) === 0) return v.mul(input, other)
      const flat = v.matmul(
        v.reshape(input, [-1, v.size(input, -1)]),
        v.transpose(v.reshape(other, [-1, v.size(other, -1)]), 0, 1),
      )
      return v.reshape(flat, [...v.shape(input).slice(0, -1), ...v.shape(other).slice(0, -1)])
    },
  }),
  outer: defineFunction({
    name: 'outer',
    aliases: ['ger'],
    method: true,
    args: [input, required('vec2', 'tensor')],
    returns: 'tensor',
    doc: 'All products of the elements of two vectors.',
    expand(b, { input, vec2 }) {
      const v = vocabulary(b)
      rankIs(v, 'outer', input, 1)
      rankIs(v, 'outer', vec2, 1)
      return v.mul(v.unsqueeze(input, 1), v.unsqueeze(vec2, 0))
    },
  }),
  addmm: defineFunction({
    name: 'addmm',
    method: true,
    args: [input, required('mat1', 'tensor'), required('mat2', 'tensor'), beta, alpha],
    returns: 'tensor',
    doc: 'beta * input + alpha * (mat1 @ mat2).',
    expand: (b, { input, mat1, mat2, beta, alpha }) => combined(b, input, matmul(b, mat1, mat2), beta, alpha),
  }),
  addmv: defineFunction({
    name: 'addmv',
    method: true,
    args: [input, required('mat', 'tensor'), required('vec', 'tensor'), beta, alpha],
    returns: 'tensor',
    doc: 'beta * input + alpha * (mat @ vec).',
    expand: (b, { input, mat, vec, beta, alpha }) => combined(b, input, matmul(b, mat, vec), beta, alpha),
  }),
  baddbmm: defineFunction({
    name: 'baddbmm',
    method: true,
    args: [input, required('batch1', 'tensor'), required('batch2', 'tensor'), beta, alpha],
    returns: 'tensor',
    doc: 'beta * input + alpha * (batch1 @ batch2).',
    expand: (b, { input, batch1, batch2, beta, alpha }) =>
      combined(b, input, matmul(b, batch1, batch2), beta, alpha),
  }),
  addbmm: defineFunction({
    name: 'addbmm',
    method: true,
    args: [input, required('batch1', 'tensor'), required('batch2', 'tensor'), beta, alpha],
    returns: 'tensor',
    doc: 'beta * input + alpha * the sum of the products batch1 @ batch2.',
    expand(b, { input, batch1, batch2, beta, alpha }) {
      rankIs(vocabulary(b), 'addbmm', batch1, 3)
      rankIs(vocabulary(b), 'addbmm', batch2, 3)
      return combined(b, input, contract(b, batch1, batch2, [0, 2], [0, 1]), beta, alpha)
    },
  }),
  addr: defineFunction({
    name: 'addr',
    method: true,
    args: [input, required('vec1', 'tensor'), required('vec2', 'tensor'), beta, alpha],
    returns: 'tensor',
    doc: 'beta * input + alpha * outer(vec1, vec2).',
    expand(b, { input, vec1, vec2, beta, alpha }) {
      const v = vocabulary(b)
      return combined(b, input, v.mul(v.unsqueeze(vec1, 1), v.unsqueeze(vec2, 0)), beta, alpha)
    },
  }),
  linear: defineFunction({
    name: 'linear',
    args: [input, required('weight', 'tensor'), optional('bias', 'tensor?', null)],
    returns: 'tensor',
    doc: 'input @ weight^T + bias.',
    expand: (b, { input, weight, bias }) => linear(b, input, weight, bias),
  }),
  bilinear: defineFunction({
    name: 'bilinear',
    args: [
      required('input1', 'tensor'),
      required('input2', 'tensor'),
      required('weight', 'tensor'),
      optional('bias', 'tensor?', null),
    ],
    returns: 'tensor',
    doc: 'input1^T weight[k] input2 + bias[k] for each k.',
    expand(b, { input1, input2, weight, bias }) {
      const v = vocabulary(b)
      const lead = v.shape(input1).slice(0, -1)
      const x = v.reshape(input1, [-1, v.size(input1, -1)])
      const y = v.reshape(input2, [-1, v.size(input2, -1)])
      const out = einsum(b, 'ni,kij,nj->nk', [x, weight, y])
      const shaped = v.reshape(out, [...lead, v.size(weight, 0)])
      return bias === null ? shaped : v.add(shaped, bias)
    },
  }),
  einsum: defineFunction({
    name: 'einsum',
    args: [required('equation', 'string'), required('operands', 'tensors', { variadic: true })],
    returns: 'tensor',
    doc: 'Sums of products over named axes.',
    expand: (b, { equation, operands }) => einsum(b, equation, operands),
  }),
  tensordot: defineFunction({
    name: 'tensordot',
    args: [required('a', 'tensor'), required('b', 'tensor'), optional('dims', 'int', 2, { min: 0 })],
    returns: 'tensor',
    doc: 'Sums of products over the last axes of a and the first ones of b.',
    expand(builder, { a, b, dims }) {
      const v = vocabulary(builder)
      const rank = v.rank(a)
      if (dims > Math.min(rank, v.rank(b)))
        throw new OpError(
          'shape/rank',
          `tensordot: ${dims} axes of ${rank} and ${v.rank(b)} cannot be paired`,
          {
            op: 'tensordot',
          },
        )
      const from = Array.from({ length: dims }, (_, i) => rank - dims + i)
      const to = Array.from({ length: dims }, (_, i) => i)
      return contract(builder, a, b, from, to)
    },
  }),
  tensordot_axes: defineFunction({
    name: 'tensordot_axes',
    python: 'tensordot',
    args: [required('a', 'tensor'), required('b', 'tensor'), required('dims', 'numbers')],
    returns: 'tensor',
    doc: 'Sums of products over paired axes: dims is a list of those of a, and one of those of b.',
    expand(builder, { a, b, dims }) {
      const v = vocabulary(builder)
      const [from, to] = [a, b].map((x, i) => pairedAxes(v.rank(x), dims[i]))
      if (dims.length !== 2 || from!.length !== to!.length)
        throw new OpError('argument/value', 'tensordot: dims must be two lists of as many axes', {
          op: 'tensordot',
        })
      return contract(builder, a, b, from!, to!)
    },
  }),
  kron: defineFunction({
    name: 'kron',
    method: true,
    args: [input, other],
    returns: 'tensor',
    doc: 'Kronecker product.',
    expand(b, { input, other }) {
      const v = vocabulary(b)
      const rank = Math.max(v.rank(input), v.rank(other))
      const padded = (x: typeof input): Dim[] => [...new Array<Dim>(rank - v.rank(x)).fill(1), ...v.shape(x)]
      const [p, q] = [padded(input), padded(other)]
      const products = v.mul(
        v.reshape(
          input,
          p.flatMap(d => [d, 1]),
        ),
        v.reshape(
          other,
          q.flatMap(d => [1, d]),
        ),
      )
      return v.reshape(
        products,
        p.map((d, i) => mul(d, q[i]!)),
      )
    },
  }),
  cosine_similarity: defineFunction({
    name: 'cosine_similarity',
    args: [
      required('x1', 'tensor'),
      required('x2', 'tensor'),
      optional('dim', 'int', 1),
      optional('eps', 'float', 1e-8),
    ],
    returns: 'tensor',
    doc: 'Inner product of the vectors along an axis, each divided by its length (at least eps).',
    expand(b, { x1, x2, dim, eps }) {
      const v = vocabulary(b)
      const [p, q] = v.align(v.floating(x1), v.floating(x2))
      const unit = (x: typeof p) => v.div(x, v.max(vectorNorm(b, x, 2, [dim], true), eps))
      return v.sum(v.mul(unit(p), unit(q)), [dim])
    },
  }),
  cross: defineFunction({
    name: 'cross',
    method: true,
    args: [input, other, optional('dim', 'int?', null)],
    returns: 'tensor',
    doc: 'Cross products of vectors of three elements; without dim along the first axis of size 3.',
    expand: (b, { input, other, dim }) => cross(b, input, other, dim),
  }),
} as const

/** One axis, or a list of them. */
function pairedAxes(rank: number, given: NestedScalar | undefined): readonly number[] {
  const list: readonly NestedScalar[] = Array.isArray(given) ? given : [given as NestedScalar]
  return list.map(d => {
    if (typeof d !== 'number')
      throw new OpError('argument/value', 'tensordot: axes are ints', { op: 'tensordot' })
    return axis(rank, d)
  })
}

/** Cross products along an axis, the first of size 3 if null. */
export function cross<V>(b: Builder<V>, input: V, other: V, dim: number | null): V {
  const v = vocabulary(b)
  const [x, y] = v.align(input, other)
  const at = dim === null ? v.shape(x).indexOf(3) : axis(v.rank(x), dim)
  if (at < 0 || !b.assumeEqual(v.shape(x)[at] ?? 1, 3))
    throw new OpError('shape/mismatch', `cross needs an axis of size 3, not ${printShape(v.shape(x))}`, {
      op: 'cross',
    })
  const turned = (z: V, by: number): V => v.cat([v.slice(z, at, by, 3 - by), v.slice(z, at, 0, by)], at)
  return v.sub(v.mul(turned(x, 1), turned(y, 2)), v.mul(turned(x, 2), turned(y, 1)))
}

/** Sums of products over paired axes; the other axes of x come first, then those of y. */
export function contract<V>(b: Builder<V>, x: V, y: V, from: readonly number[], to: readonly number[]): V {
  const v = vocabulary(b)
  const freeX = v.shape(x).flatMap((_, i) => (from.includes(i) ? [] : [i]))
  const freeY = v.shape(y).flatMap((_, i) => (to.includes(i) ? [] : [i]))
  const shared = from.map(i => v.shape(x)[i]!)
  const left = v.reshape(v.permute(x, [...freeX, ...from]), [
    product(freeX.map(i => v.shape(x)[i]!)),
    product(shared),
  ])
  const right = v.reshape(v.permute(y, [...to, ...freeY]), [
    product(shared),
    product(freeY.map(i => v.shape(y)[i]!)),
  ])
  return v.reshape(v.matmul(left, right), [
    ...freeX.map(i => v.shape(x)[i]!),
    ...freeY.map(i => v.shape(y)[i]!),
  ])
}
