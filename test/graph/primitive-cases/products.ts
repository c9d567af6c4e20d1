/** Cases of matrix products, convolutions and attention. */
import type { Attrs } from '../../../runtime/ops/primitives.ts'
import { sample } from '../../support/device-check.ts'
import { plain } from '../../support/plain-tensor.ts'
import { type Case, type Cases, SUM } from './case.ts'

const x4 = sample([2, 3, 8, 8])

/** Queries, keys and values of the given sizes. */
function attentionCase(
  about: string,
  batch: readonly number[],
  queries: number,
  keys: number,
  width: number,
  values: number,
  attrs: Partial<Attrs['attention']> = {},
  dtype: 'float32' | 'float64' = 'float32',
): Case<Attrs['attention']> {
  const inputs = [
    sample([...batch, queries, width], dtype),
    sample([...batch, keys, width], dtype, 2),
    sample([...batch, keys, values], dtype, 3),
  ]
  return { about, inputs, attrs: { scale: null, causal: false, ...attrs }, tolerance: SUM }
}

export const products: Cases<'attention' | 'matmul' | 'conv' | 'conv_transpose'> = {
  attention: [
    attentionCase('one query', [2, 3], 1, 7, 8, 8),
    attentionCase('odd sizes', [2], 5, 7, 3, 11),
    attentionCase('blocks of queries and keys', [2, 1], 37, 300, 16, 20),
    attentionCase('causal, in blocks', [1, 2], 70, 150, 8, 8, { causal: true }),
    attentionCase('more queries than keys', [1], 20, 3, 4, 4, { causal: true, scale: -0.7 }),
    attentionCase('float64', [3], 18, 9, 6, 5, { scale: 2 }, 'float64'),
    attentionCase('no keys', [2], 3, 0, 4, 4),
    attentionCase('no width', [2], 3, 5, 0, 4),
    attentionCase('no queries', [2], 0, 5, 4, 4),
    {
      ...attentionCase('with a mask, some queries see nothing', [2], 9, 6, 4, 8),
      inputs: [
        sample([2, 9, 4]),
        sample([2, 6, 4], 'float32', 2),
        sample([2, 6, 8], 'float32', 3),
        plain(
          Array.from({ length: 108 }, (_, i) =>
            i % 7 < 2 || i < 6 ? Number.NEGATIVE_INFINITY : (i % 5) / 3,
          ),
          'float32',
          [2, 9, 6],
        ),
      ],
    },
  ],
  matmul: [
    { about: 'small', inputs: [sample([2, 3]), sample([3, 4], 'float32', 2)], attrs: {}, tolerance: SUM },
    {
      about: 'odd sizes',
      inputs: [sample([17, 23]), sample([23, 9], 'float32', 2)],
      attrs: {},
      tolerance: SUM,
    },
    {
      about: 'larger',
      inputs: [sample([40, 64]), sample([64, 48], 'float32', 2)],
      attrs: {},
      tolerance: SUM,
    },
    {
      about: 'one row',
      inputs: [sample([1, 33]), sample([33, 50], 'float32', 2)],
      attrs: {},
      tolerance: SUM,
    },
    {
      about: 'one column',
      inputs: [sample([21, 33]), sample([33, 1], 'float32', 2)],
      attrs: {},
      tolerance: SUM,
    },
    {
      about: 'batches',
      inputs: [sample([2, 3, 5, 7]), sample([2, 3, 7, 4], 'float32', 2)],
      attrs: {},
      tolerance: SUM,
    },
    { about: 'no inner size', inputs: [sample([3, 0]), sample([0, 4])], attrs: {} },
    { about: 'no rows', inputs: [sample([0, 3]), sample([3, 4])], attrs: {} },
    ...(['float64', 'int64', 'int32', 'float16', 'uint8'] as const).map(dtype => ({
      about: dtype,
      inputs: [sample([5, 6], dtype), sample([6, 7], dtype, 2)],
      attrs: {},
    })),
  ],
  conv: [
    {
      about: 'one dim',
      inputs: [sample([2, 3, 9]), sample([4, 3, 3], 'float32', 2)],
      attrs: { strides: [1], padding: [[1, 1]], dilations: [1], groups: 1 },
      tolerance: SUM,
    },
    {
      about: '3x3',
      inputs: [x4, sample([5, 3, 3, 3], 'float32', 2)],
      attrs: {
        strides: [1, 1],
        padding: [
          [1, 1],
          [1, 1],
        ],
        dilations: [1, 1],
        groups: 1,
      },
      tolerance: SUM,
    },
    {
      about: 'strides, uneven padding, dilation',
      inputs: [x4, sample([5, 3, 3, 2], 'float32', 2)],
      attrs: {
        strides: [2, 1],
        padding: [
          [0, 1],
          [2, 1],
        ],
        dilations: [1, 2],
        groups: 1,
      },
      tolerance: SUM,
    },
    {
      about: 'groups',
      inputs: [sample([2, 4, 6, 7]), sample([6, 2, 3, 3], 'float32', 2)],
      attrs: {
        strides: [1, 1],
        padding: [
          [1, 1],
          [0, 0],
        ],
        dilations: [1, 1],
        groups: 2,
      },
      tolerance: SUM,
    },
    {
      about: 'depthwise',
      inputs: [sample([1, 6, 9, 9]), sample([6, 1, 3, 3], 'float32', 2)],
      attrs: {
        strides: [2, 2],
        padding: [
          [1, 1],
          [1, 1],
        ],
        dilations: [1, 1],
        groups: 6,
      },
      tolerance: SUM,
    },
    {
      about: '1x1',
      inputs: [x4, sample([16, 3, 1, 1], 'float32', 2)],
      attrs: {
        strides: [1, 1],
        padding: [
          [0, 0],
          [0, 0],
        ],
        dilations: [1, 1],
        groups: 1,
      },
      tolerance: SUM,
    },
    {
      about: 'three dims',
      inputs: [sample([1, 2, 4, 5, 6]), sample([3, 2, 2, 3, 3], 'float32', 2)],
      attrs: {
        strides: [1, 2, 1],
        padding: [
          [0, 0],
          [1, 1],
          [1, 0],
        ],
        dilations: [1, 1, 1],
        groups: 1,
      },
      tolerance: SUM,
    },
    {
      about: 'float64',
      inputs: [sample([1, 2, 5], 'float64'), sample([3, 2, 3], 'float64', 2)],
      attrs: { strides: [1], padding: [[0, 0]], dilations: [1], groups: 1 },
    },
  ],
  conv_transpose: [
    {
      about: 'one dim',
      inputs: [sample([2, 3, 5]), sample([3, 4, 3], 'float32', 2)],
      attrs: { strides: [2], padding: [[1, 1]], dilations: [1], groups: 1, outputPadding: [1] },
      tolerance: SUM,
    },
    {
      about: 'two dims, groups, dilation',
      inputs: [sample([1, 4, 4, 3]), sample([4, 2, 3, 2], 'float32', 2)],
      attrs: {
        strides: [2, 1],
        padding: [
          [1, 1],
          [0, 0],
        ],
        dilations: [1, 2],
        groups: 2,
        outputPadding: [1, 0],
      },
      tolerance: SUM,
    },
    {
      about: 'kernel and stride of 2',
      inputs: [sample([1, 3, 4, 4]), sample([3, 5, 2, 2], 'float32', 2)],
      attrs: {
        strides: [2, 2],
        padding: [
          [0, 0],
          [0, 0],
        ],
        dilations: [1, 1],
        groups: 1,
        outputPadding: [0, 0],
      },
      tolerance: SUM,
    },
  ],
}
