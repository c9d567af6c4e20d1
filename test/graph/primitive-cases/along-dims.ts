/** Cases of the primitives that combine or order the elements along dims. */
import type { Attrs, ReductionOp } from '../../../runtime/ops/primitives.ts'
import { sample } from '../../support/device-check.ts'
import { plain } from '../../support/plain-tensor.ts'
import { type Case, type Cases, FLOATS, INTEGERS, SUM } from './case.ts'

type Reduction = `reduce_${ReductionOp}`

function reductionCases(): Case<Attrs[Reduction]>[] {
  const shapes: [readonly number[], readonly number[]][] = [
    [[], []],
    [[5], [0]],
    [[2, 3], [0]],
    [[2, 3], [1]],
    [
      [2, 3],
      [0, 1],
    ],
    [
      [3, 4, 5],
      [0, 2],
    ],
    [[3, 4, 5], [1]],
    [[4, 1, 33], [2]],
    [[33, 9], [0]],
    // Rows of sums in memory: one block of columns, several, and more loops than one.
    [[19, 70], [0]],
    [[2, 17, 260], [1]],
    [
      [3, 18, 66],
      [0, 1],
    ],
    [[2, 0, 3], [1]],
    [[0, 3], [1]],
    [[0], [0]],
  ]
  return [
    ...shapes.map(([shape, dims]) => ({
      about: `float32[${shape}] over [${dims}]`,
      inputs: [sample(shape)],
      attrs: { dims },
      tolerance: SUM,
    })),
    ...[...FLOATS, ...INTEGERS, 'bool' as const].map(dtype => ({
      about: dtype,
      inputs: [sample([3, 4], dtype)],
      attrs: { dims: [1] },
      ...(dtype === 'float32' && { tolerance: SUM }),
    })),
    ...(['int64', 'float64', 'bfloat16'] as const).map(dtype => ({
      about: `down many columns of ${dtype}`,
      inputs: [sample([21, 68], dtype)],
      attrs: { dims: [0] },
      ...(dtype === 'float64' && { tolerance: SUM }),
    })),
    {
      about: 'NaN',
      inputs: [
        plain([
          [1, NaN, 2],
          [3, 4, 5],
        ]),
      ],
      attrs: { dims: [1] },
    },
  ]
}

const indexCases = (): Case<Attrs['argmax' | 'argmin']>[] => [
  { about: 'rows', inputs: [sample([4, 9])], attrs: { dim: 1 } },
  { about: 'columns', inputs: [sample([9, 5])], attrs: { dim: 0 } },
  { about: 'one dim', inputs: [sample([33])], attrs: { dim: 0 } },
  { about: 'the middle of three', inputs: [sample([3, 5, 7])], attrs: { dim: 1 } },
  { about: 'equal elements', inputs: [plain([2, 1, 2, 1])], attrs: { dim: 0 } },
  { about: 'NaN', inputs: [plain([3, NaN, 5, NaN])], attrs: { dim: 0 } },
  { about: 'infinities', inputs: [plain([-Infinity, -Infinity])], attrs: { dim: 0 } },
  { about: 'many columns', inputs: [sample([11, 70])], attrs: { dim: 0 } },
  { about: 'blocks of columns', inputs: [sample([2, 10, 260])], attrs: { dim: 1 } },
  { about: 'many columns of int64', inputs: [sample([12, 64], 'int64')], attrs: { dim: 0 } },
  { about: 'equal elements of long rows', inputs: [sample([3, 90], 'int32')], attrs: { dim: 1 } },
  {
    about: 'NaN in long rows and columns',
    inputs: [
      plain(
        Array.from({ length: 64 }, (_, r) =>
          Array.from({ length: 64 }, (_, c) => ((r * 7 + c * 5) % 31 === 3 ? NaN : (r * c) % 13)),
        ),
      ),
    ],
    attrs: { dim: 1 },
  },
  {
    about: 'NaN down columns',
    inputs: [
      plain(
        Array.from({ length: 12 }, (_, r) =>
          Array.from({ length: 64 }, (_, c) => ((r * 7 + c * 5) % 31 === 3 ? NaN : (r * c) % 13)),
        ),
      ),
    ],
    attrs: { dim: 0 },
  },
  ...(['int64', 'int32', 'uint8', 'bool', 'float16', 'float64'] as const).map(dtype => ({
    about: dtype,
    inputs: [sample([5, 6], dtype)],
    attrs: { dim: 1 },
  })),
]

const scanCases = (): Case<Attrs['cumsum' | 'cumprod']>[] => [
  { about: 'rows', inputs: [sample([3, 7])], attrs: { dim: 1 }, tolerance: SUM },
  { about: 'columns', inputs: [sample([7, 5])], attrs: { dim: 0 }, tolerance: SUM },
  { about: 'one dim', inputs: [sample([9])], attrs: { dim: 0 }, tolerance: SUM },
  { about: 'int64', inputs: [sample([9], 'int64')], attrs: { dim: 0 } },
  { about: 'an empty dim', inputs: [sample([3, 0])], attrs: { dim: 1 } },
]

export const alongDims: Cases<Reduction | 'argmax' | 'argmin' | 'cumsum' | 'cumprod' | 'argsort'> = {
  reduce_sum: [
    ...reductionCases(),
    {
      about: 'long sums, in blocks, of many columns',
      inputs: [sample([4200, 64])],
      attrs: { dims: [0] },
      tolerance: SUM,
    },
  ],
  reduce_prod: reductionCases(),
  reduce_max: reductionCases(),
  reduce_min: reductionCases(),
  argmax: indexCases(),
  argmin: indexCases(),
  cumsum: scanCases(),
  cumprod: scanCases(),
  argsort: [
    { about: 'rows', inputs: [sample([4, 9])], attrs: { dim: 1, descending: false, count: 9 } },
    { about: 'descending', inputs: [sample([4, 9])], attrs: { dim: 1, descending: true, count: 9 } },
    { about: 'columns', inputs: [sample([9, 5])], attrs: { dim: 0, descending: false, count: 9 } },
    {
      about: 'equal elements, stable',
      inputs: [plain([1, 0, 1, 0, 1, 1, 0])],
      attrs: { dim: 0, descending: true, count: 7 },
    },
    {
      about: 'NaN and infinities',
      inputs: [plain([NaN, 1, -Infinity, NaN, Infinity, 0])],
      attrs: { dim: 0, descending: false, count: 6 },
    },
    {
      about: 'zeros of both signs, which are equal',
      inputs: [plain([0, -0, 1, -0, 0, -1])],
      attrs: { dim: 0, descending: false, count: 6 },
    },
    { about: 'NaN, descending', inputs: [plain([1, NaN, 3])], attrs: { dim: 0, descending: true, count: 3 } },
    { about: 'a long line', inputs: [sample([2, 257])], attrs: { dim: 1, descending: false, count: 257 } },
    {
      about: 'a long line of ties',
      inputs: [sample([100], 'int64')],
      attrs: { dim: 0, descending: true, count: 100 },
    },
    { about: 'a long column', inputs: [sample([64, 3])], attrs: { dim: 0, descending: true, count: 64 } },
    { about: 'a line of 33', inputs: [sample([33])], attrs: { dim: 0, descending: false, count: 33 } },
    { about: 'float64', inputs: [sample([50], 'float64')], attrs: { dim: 0, descending: true, count: 50 } },
    { about: 'int64', inputs: [sample([50], 'int64')], attrs: { dim: 0, descending: true, count: 50 } },
    { about: 'an empty line', inputs: [sample([0])], attrs: { dim: 0, descending: false, count: 0 } },
    { about: 'bool', inputs: [sample([9], 'bool')], attrs: { dim: 0, descending: false, count: 9 } },
    {
      about: 'the first of a short line',
      inputs: [sample([3, 9])],
      attrs: { dim: 1, descending: true, count: 2 },
    },
    {
      about: 'the first few of a long line',
      inputs: [sample([3, 257])],
      attrs: { dim: 1, descending: false, count: 5 },
    },
    { about: 'the first of all', inputs: [sample([2, 100])], attrs: { dim: 1, descending: true, count: 1 } },
    {
      about: 'the first few of a long line of ties with NaN',
      inputs: [plain(Array.from({ length: 200 }, (_, i) => (i % 50 === 7 ? NaN : (i * 7) % 5)))],
      attrs: { dim: 0, descending: true, count: 25 },
    },
    {
      about: 'many of a long line',
      inputs: [sample([2, 257])],
      attrs: { dim: 1, descending: true, count: 100 },
    },
    {
      about: 'many of a long column of ties',
      inputs: [sample([77, 3], 'int64')],
      attrs: { dim: 0, descending: false, count: 30 },
    },
  ],
}
