/** Cases of the primitives that move elements by indices. */
import { sample } from '../../support/device-check.ts'
import { type PlainTensor, plain } from '../../support/plain-tensor.ts'
import type { Cases } from './case.ts'

const ints = (values: readonly number[], shape: readonly number[]): PlainTensor =>
  plain([...values], 'int64', shape)

export const indexing: Cases<'take' | 'gather' | 'scatter'> = {
  take: [
    { about: 'rows', inputs: [sample([4, 3]), ints([3, 0, 0, 2], [4])], attrs: { dim: 0 } },
    { about: 'columns by a matrix', inputs: [sample([2, 5]), ints([4, 3, 2, 1], [2, 2])], attrs: { dim: 1 } },
    { about: 'one element', inputs: [sample([5]), ints([2], [])], attrs: { dim: 0 } },
    { about: 'nothing', inputs: [sample([5]), ints([], [0])], attrs: { dim: 0 } },
  ],
  gather: [
    { about: 'rows', inputs: [sample([3, 4]), ints([2, 0, 1, 1, 0, 2], [2, 3])], attrs: { dim: 0 } },
    { about: 'columns', inputs: [sample([2, 4]), ints([3, 3, 0, 1, 2, 0], [2, 3])], attrs: { dim: 1 } },
  ],
  scatter: [
    {
      about: 'the last write wins',
      inputs: [sample([5]), ints([1, 3, 1], [3]), plain([10, 20, 30])],
      attrs: { dim: 0, reduce: 'none' },
    },
    {
      about: 'adding',
      inputs: [sample([2, 4]), ints([0, 0, 3, 1, 1, 1], [2, 3]), sample([2, 3], 'float32', 3)],
      attrs: { dim: 1, reduce: 'add' },
    },
    {
      about: 'multiplying',
      inputs: [sample([2, 4]), ints([0, 0, 3, 1, 1, 1], [2, 3]), sample([2, 3], 'float32', 3)],
      attrs: { dim: 1, reduce: 'mul' },
    },
    {
      about: 'multiplying int64',
      inputs: [sample([4], 'int64'), ints([3, 3], [2]), ints([5, 6], [2])],
      attrs: { dim: 0, reduce: 'mul' },
    },
    {
      about: 'along rows, a part of them',
      inputs: [sample([4, 3]), ints([3, 0, 2, 1], [2, 2]), sample([3, 3], 'float32', 3)],
      attrs: { dim: 0, reduce: 'add' },
    },
    {
      about: 'int64',
      inputs: [sample([4], 'int64'), ints([3, 3], [2]), ints([5, 6], [2])],
      attrs: { dim: 0, reduce: 'add' },
    },
    {
      about: 'no indices',
      inputs: [sample([4]), ints([], [0]), plain([], 'float32', [0])],
      attrs: { dim: 0, reduce: 'none' },
    },
  ],
}
