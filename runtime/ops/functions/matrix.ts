/** Determinants, inverses, systems of equations and Cholesky factors of square matrices. https://docs.pytorch.org/docs/2.13/linalg.html */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { printShape } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { broadcastShapes } from './axes.ts'
import { diagonal } from './movement.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const A = required('A', 'tensor')
const upper = optional('upper', 'bool', false)

/** Square matrices of float32 or float64, as PyTorch's factorisations take them. */
function checkSquare<V>(b: Builder<V>, op: string, x: V): void {
  const { shape, dtype } = b.aval(x)
  if (shape.length < 2 || !b.assumeEqual(shape.at(-1)!, shape.at(-2)!))
    throw new OpError('shape/mismatch', `${op} takes square matrices, not ${printShape(shape)}`, { op })
  checkDType(op, dtype)
}

function checkDType(op: string, dtype: string): void {
  if (dtype === 'float32' || dtype === 'float64') return
  throw new OpError('dtype/mismatch', `${op} takes float32 or float64, not ${dtype}`, {
    op,
    hint: 'convert with .float() first',
  })
}

const transposed = <V>(v: Vocabulary<V>, x: V): V => v.transpose(x, -1, -2)

/** Ones on the diagonal of matrices like x. */
export function identityLike<V>(v: Vocabulary<V>, x: V): V {
  const size = v.size(x, -1)
  const eye = v.cast(v.eq(v.iotaAlong(2, 0, size), v.iotaAlong(2, 1, size)), v.dtype(x))
  return v.expand(eye, v.shape(x))
}

/** What `lu` gives, taken apart: the factors in one matrix, and which row of x stands where. */
function partsOf<V>(v: Vocabulary<V>, factors: V): { readonly packed: V; readonly order: V } {
  const size = v.size(factors, -2)
  return { packed: v.slice(factors, -1, 0, size), order: v.cast(v.at(factors, -1, size), 'int64') }
}

/** The diagonal of U, and 1 or -1 for an even or odd order of the rows. */
function pivots<V>(b: Builder<V>, factors: V): { readonly diagonal: V; readonly sign: V } {
  const v = vocabulary(b)
  const { packed, order } = partsOf(v, factors)
  const size = v.size(order, -1)
  const later = v.lt(v.iotaAlong(2, 0, size), v.iotaAlong(2, 1, size))
  const exchanged = v.and(
    v.gt(v.unsqueeze(order, -1), v.unsqueeze(order, -2)),
    v.expand(later, [...v.shape(order), size]),
  )
  const odd = v.zip('remainder', v.sum(v.cast(exchanged, 'int64'), [-2, -1]), 2)
  return {
    diagonal: diagonal(b, packed, 0, -2, -1),
    sign: v.cast(v.sub(1, v.mul(odd, 2)), v.dtype(factors)),
  }
}

function det<V>(b: Builder<V>, x: V): V {
  const v = vocabulary(b)
  return v.withGradient(
    [x],
    y => {
      const { diagonal, sign } = pivots(b, b.emit('lu', [y], {}))
      return v.mul(v.reduce('prod', diagonal, [-1]), sign)
    },
    (grad, [y], result) => {
      const scale = v.unsqueeze(v.unsqueeze(v.mul(grad, result), -1), -1)
      return [v.where(v.eq(scale, 0), 0, v.mul(scale, transposed(v, inverse(b, 'det', y!))))]
    },
  )
}

/** Sign and logarithm of the size of the determinant. */
function slogdet<V>(b: Builder<V>, x: V): readonly [V, V] {
  const v = vocabulary(b)
  const factors = b.emit('lu', [v.detach(x)], {})
  const sign = v.withGradient(
    [x, factors],
    (_, f) => {
      const known = pivots(b, f)
      return v.mul(v.reduce('prod', v.map('sign', known.diagonal), [-1]), known.sign)
    },
    (_, [y]) => [v.fullLike(y!, 0), null],
  )
  const size = v.withGradient(
    [x, factors],
    (_, f) => v.sum(v.log(v.abs(pivots(b, f).diagonal)), [-1]),
    (grad, [y]) => [
      v.mul(v.unsqueeze(v.unsqueeze(grad, -1), -1), transposed(v, inverse(b, 'det', y!))),
      null,
    ],
  )
  return [sign, size]
}

/** The x with a x = y, of matrices [..., N, N] and [..., N, M] of one batch. */
function solveMatrices<V>(b: Builder<V>, a: V, y: V): V {
  const v = vocabulary(b)
  return v.withGradient(
    [a, y],
    (p, q) => {
      const { packed, order } = partsOf(v, b.emit('lu', [p], {}))
      const rows = v.expand(v.unsqueeze(order, -1), v.shape(q))
      const ordered = b.emit('gather', [q, rows], { dim: v.rank(q) - 2 })
      const below = b.emit('solve_triangular', [packed, ordered], { upper: false, unit: true })
      return b.emit('solve_triangular', [packed, below], { upper: true, unit: false })
    },
    (grad, [p], result) => {
      const right = solveMatrices(b, transposed(v, p!), grad)
      return [v.neg(v.matmul(right, transposed(v, result))), right]
    },
  )
}

function inverse<V>(b: Builder<V>, op: string, x: V): V {
  checkSquare(b, op, x)
  return solveMatrices(b, x, identityLike(vocabulary(b), x))
}

/** Both with the batch of both. */
function ofOneBatch<V>(b: Builder<V>, x: V, y: V): readonly [V, V] {
  const v = vocabulary(b)
  const batch = broadcastShapes(b, [v.shape(x).slice(0, -2), v.shape(y).slice(0, -2)])
  return [v.expand(x, [...batch, ...v.shape(x).slice(-2)]), v.expand(y, [...batch, ...v.shape(y).slice(-2)])]
}

function checkRightSide<V>(b: Builder<V>, op: string, a: V, y: V, axis: -1 | -2): void {
  const [left, right] = [b.aval(a), b.aval(y)]
  if (left.dtype !== right.dtype)
    throw new OpError('dtype/mismatch', `${op}: dtypes ${left.dtype} and ${right.dtype} differ`, { op })
  if (right.shape.length < 2 || !b.assumeEqual(left.shape.at(-1)!, right.shape.at(axis)!))
    throw new OpError(
      'shape/mismatch',
      `${op}: shapes ${printShape(left.shape)} and ${printShape(right.shape)} do not fit`,
      { op },
    )
}

function solve<V>(b: Builder<V>, op: string, a: V, y: V, left: boolean): V {
  const v = vocabulary(b)
  checkSquare(b, op, a)
  const [matrix, right] = [v.shape(a), v.shape(y)]
  // One vector, or one for each matrix.
  const isVector =
    right.length === 1 ||
    (right.length === matrix.length - 1 && right.every((d, i) => b.assumeEqual(d, matrix[i]!)))
  if (isVector) return v.dropAxis(solve(b, op, a, v.unsqueeze(y, -1), true), -1)
  checkRightSide(b, op, a, y, left ? -2 : -1)
  if (!left) return transposed(v, solve(b, op, transposed(v, a), transposed(v, y), true))
  return solveMatrices(b, ...ofOneBatch(b, a, y))
}

interface Triangular {
  readonly upper: boolean
  readonly unit: boolean
}

function solveTriangular<V>(b: Builder<V>, op: string, a: V, y: V, which: Triangular): V {
  checkSquare(b, op, a)
  checkRightSide(b, op, a, y, -2)
  return b.emit('solve_triangular', ofOneBatch(b, a, y), which)
}

function cholesky<V>(b: Builder<V>, op: string, x: V, upper: boolean): V {
  const v = vocabulary(b)
  checkSquare(b, op, x)
  const factor = b.emit('cholesky', [upper ? transposed(v, x) : x], {})
  return upper ? transposed(v, factor) : factor
}

/** The x with a x = y, where a is L L^T, or U^T U: matrices of one batch. */
function choleskySolve<V>(b: Builder<V>, y: V, factor: V, upper: boolean): V {
  const v = vocabulary(b)
  return v.withGradient(
    [y, factor],
    (right, f) => {
      const lower = upper ? transposed(v, f) : f
      const below = b.emit('solve_triangular', [lower, right], { upper: false, unit: false })
      return b.emit('solve_triangular', [transposed(v, lower), below], { upper: true, unit: false })
    },
    (grad, [, f], result) => {
      const right = choleskySolve(b, grad, f!, upper)
      const product = v.matmul(right, transposed(v, result))
      const both = v.neg(v.add(product, transposed(v, product)))
      return [right, upper ? v.matmul(f!, both) : v.matmul(both, f!)]
    },
  )
}

/** By repeated squaring. */
function matrixPower<V>(b: Builder<V>, x: V, n: number): V {
  const v = vocabulary(b)
  const { shape } = b.aval(x)
  if (shape.length < 2 || !b.assumeEqual(shape.at(-1)!, shape.at(-2)!))
    throw new OpError('shape/mismatch', `matrix_power takes square matrices, not ${printShape(shape)}`, {
      op: 'matrix_power',
    })
  if (n < 0) return matrixPower(b, inverse(b, 'matrix_power', x), -n)
  if (n === 0)
    return v.withGradient(
      [x],
      y => identityLike(v, y),
      (_, [y]) => [v.fullLike(y!, 0)],
    )
  let power: V | null = null
  let square = x
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = power === null ? square : v.matmul(power, square)
    if (rest > 1) square = v.matmul(square, square)
  }
  return power!
}

export const matrices = {
  det: defineFunction({
    name: 'det',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'The determinant of square matrices.',
    expand(b, { input }) {
      checkSquare(b, 'det', input)
      return det(b, input)
    },
  }),
  slogdet: defineFunction({
    name: 'slogdet',
    method: true,
    args: [input],
    returns: 'pair',
    fields: ['sign', 'logabsdet'],
    doc: 'Sign of the determinant, and the logarithm of its absolute value.',
    expand(b, { input }) {
      checkSquare(b, 'slogdet', input)
      return slogdet(b, input)
    },
  }),
  logdet: defineFunction({
    name: 'logdet',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'The logarithm of the determinant; NaN where that is negative.',
    expand(b, { input }) {
      const v = vocabulary(b)
      checkSquare(b, 'logdet', input)
      const [sign, size] = slogdet(b, input)
      return v.where(v.lt(sign, 0), Number.NaN, size)
    },
  }),
  inverse: defineFunction({
    name: 'inverse',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'The inverse of square matrices; infinities or NaN where there is none.',
    expand: (b, { input }) => inverse(b, 'inverse', input),
  }),
  linalg_inv: defineFunction({
    name: 'linalg_inv',
    args: [A],
    returns: 'tensor',
    doc: 'As inverse.',
    expand: (b, { A }) => inverse(b, 'linalg_inv', A),
  }),
  linalg_solve: defineFunction({
    name: 'linalg_solve',
    args: [A, required('B', 'tensor'), optional('left', 'bool', true)],
    returns: 'tensor',
    doc: 'The X with A X = B, or with left=False X A = B; B may be a vector. Infinities or NaN where A is singular.',
    expand: (b, { A, B, left }) => solve(b, 'linalg_solve', A, B, left),
  }),
  linalg_solve_triangular: defineFunction({
    name: 'linalg_solve_triangular',
    args: [
      input,
      required('B', 'tensor'),
      required('upper', 'bool'),
      optional('left', 'bool', true),
      optional('unitriangular', 'bool', false),
    ],
    returns: 'tensor',
    doc: 'The X with A X = B, or with left=False X A = B, where A is triangular.',
    expand(b, { input, B, upper, left, unitriangular: unit }) {
      const v = vocabulary(b)
      const op = 'linalg_solve_triangular'
      if (left) return solveTriangular(b, op, input, B, { upper, unit })
      return transposed(
        v,
        solveTriangular(b, op, transposed(v, input), transposed(v, B), { upper: !upper, unit }),
      )
    },
  }),
  cholesky: defineFunction({
    name: 'cholesky',
    method: true,
    args: [input, upper],
    returns: 'tensor',
    doc: 'The triangular L with L L^T = input, or with upper=True its transpose; NaN where there is none.',
    expand: (b, { input, upper }) => cholesky(b, 'cholesky', input, upper),
  }),
  linalg_cholesky: defineFunction({
    name: 'linalg_cholesky',
    args: [input, upper],
    returns: 'tensor',
    doc: 'As cholesky.',
    expand: (b, { input, upper }) => cholesky(b, 'linalg_cholesky', input, upper),
  }),
  cholesky_solve: defineFunction({
    name: 'cholesky_solve',
    method: true,
    args: [input, required('input2', 'tensor'), upper],
    returns: 'tensor',
    doc: 'The X with A X = input, from the Cholesky factor of A.',
    expand(b, { input, input2, upper }) {
      checkSquare(b, 'cholesky_solve', input2)
      checkRightSide(b, 'cholesky_solve', input2, input, -2)
      const [factor, right] = ofOneBatch(b, input2, input)
      return choleskySolve(b, right, factor, upper)
    },
  }),
  cholesky_inverse: defineFunction({
    name: 'cholesky_inverse',
    method: true,
    args: [input, upper],
    returns: 'tensor',
    doc: 'The inverse of a matrix, from its Cholesky factor.',
    expand(b, { input, upper }) {
      checkSquare(b, 'cholesky_inverse', input)
      return choleskySolve(b, identityLike(vocabulary(b), input), input, upper)
    },
  }),
  matrix_power: defineFunction({
    name: 'matrix_power',
    method: true,
    args: [input, required('n', 'int')],
    returns: 'tensor',
    doc: 'Square matrices multiplied by themselves; by their inverses where n is negative.',
    expand: (b, { input, n }) => matrixPower(b, input, n),
  }),
} as const
