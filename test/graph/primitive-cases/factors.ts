/** Cases of the primitives that factor matrices and solve triangular systems. */
import { sample } from '../../support/device-check.ts'
import { type PlainTensor, plain } from '../../support/plain-tensor.ts'
import type { Cases } from './case.ts'

const matrix = (values: readonly number[], shape: readonly number[]): PlainTensor =>
  plain([...values], 'float32', shape)

const LOOSE = { relative: 1e-4, absolute: 1e-4 }

/** Large on the diagonal, so that it is far from singular; symmetric. */
const definite = (batch: number, size: number, dtype: 'float32' | 'float64'): PlainTensor =>
  plain(
    Array.from({ length: batch * size * size }, (_, at) => {
      const [i, j] = [Math.floor(at / size) % size, at % size]
      return i === j ? size + 1 : Math.cos(i + j + at / (size * size + 1) / 1000)
    }),
    dtype,
    [batch, size, size],
  )

export const factors: Cases<'lu' | 'cholesky' | 'solve_triangular'> = {
  lu: [
    { about: 'a pivot below', inputs: [matrix([0, 2, 1, 3], [2, 2])], attrs: {} },
    { about: 'singular', inputs: [matrix([1, 2, 2, 4], [2, 2])], attrs: {} },
    { about: 'zeros', inputs: [matrix([0, 0, 0, 0], [2, 2])], attrs: {} },
    { about: 'one element', inputs: [matrix([3, -2], [2, 1, 1])], attrs: {} },
    { about: 'a batch', inputs: [sample([3, 5, 5])], attrs: {}, tolerance: LOOSE },
    { about: 'float64', inputs: [sample([2, 2, 7, 7], 'float64')], attrs: {}, tolerance: LOOSE },
    { about: 'nothing', inputs: [matrix([], [2, 0, 0])], attrs: {} },
  ],
  cholesky: [
    { about: 'a batch', inputs: [definite(3, 5, 'float32')], attrs: {}, tolerance: LOOSE },
    { about: 'float64', inputs: [definite(2, 9, 'float64')], attrs: {}, tolerance: LOOSE },
    { about: 'the lower triangle alone', inputs: [matrix([4, 9, 2, 5], [2, 2])], attrs: {} },
    { about: 'one that has none', inputs: [matrix([-1, 0, 2, 5], [2, 2])], attrs: {} },
  ],
  solve_triangular: [
    {
      about: 'lower',
      inputs: [definite(2, 6, 'float32'), sample([2, 6, 3])],
      attrs: { upper: false, unit: false },
      tolerance: LOOSE,
    },
    {
      about: 'upper, float64',
      inputs: [definite(2, 6, 'float64'), sample([2, 6, 1], 'float64')],
      attrs: { upper: true, unit: false },
      tolerance: LOOSE,
    },
    {
      about: 'ones on the diagonal',
      inputs: [matrix([9, 2, 3, 9], [2, 2]), sample([2, 4])],
      attrs: { upper: false, unit: true },
      tolerance: LOOSE,
    },
    {
      about: 'no columns',
      inputs: [definite(1, 3, 'float32'), matrix([], [1, 3, 0])],
      attrs: { upper: true, unit: true },
    },
  ],
}
