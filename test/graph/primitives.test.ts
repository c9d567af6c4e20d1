/** Every primitive on every device against the plain evaluator: one entry per primitive, total by its type. */
import { describe, it } from 'vitest'
import { DTYPES, type DType, isFloat } from '../../runtime/ops/dtype.ts'
import {
  ARITHMETIC,
  type ArithmeticOp,
  type Attrs,
  COMPARISON,
  type ComparisonOp,
  type Primitive,
  type ReductionOp,
  UNARY,
  type UnaryOp,
} from '../../runtime/ops/primitives.ts'
import { DEVICES, expectSame, sample, type Tolerance } from '../support/device-check.ts'
import { type PlainTensor, plain } from '../support/plain-tensor.ts'

interface Case<A> {
  readonly about: string
  readonly inputs: readonly PlainTensor[]
  readonly attrs: A
  readonly tolerance?: Tolerance
}

const SHAPES: readonly (readonly number[])[] = [
  [],
  [1],
  [5],
  [2, 3],
  [3, 1, 4],
  [0],
  [2, 0, 3],
  [7, 13],
  [33],
]
const FLOATS: readonly DType[] = ['float16', 'bfloat16', 'float32', 'float64']
const INTEGERS: readonly DType[] = ['uint8', 'int8', 'int16', 'int32', 'int64']
const EDGES = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-4, 30, -30, 88, NaN, Infinity, -Infinity]

const INTEGER_UNARY: ReadonlySet<UnaryOp> = new Set(['neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'trunc'])

/** Far from zero these lose digits where the operand does, or are steep. */
const LOOSE: Partial<Record<UnaryOp, Tolerance>> = {
  tan: { relative: 2e-5, absolute: 1e-6 },
  lgamma: { relative: 1e-5, absolute: 1e-6 },
  digamma: { relative: 1e-5, absolute: 1e-6 },
  erfinv: { relative: 1e-5, absolute: 1e-6 },
  sinh: { relative: 2e-5, absolute: 1e-6 },
  cosh: { relative: 2e-5, absolute: 1e-6 },
  exp: { relative: 1e-5, absolute: 1e-6 },
  exp2: { relative: 1e-5, absolute: 1e-6 },
  expm1: { relative: 1e-5, absolute: 1e-6 },
  erfc: { relative: 1e-4, absolute: 1e-7 },
}

function unaryCases(op: UnaryOp): Case<Attrs[UnaryOp]>[] {
  if (op === 'not') {
    return [...INTEGERS, 'bool' as const].map(dtype => ({
      about: dtype,
      inputs: [sample([3, 5], dtype)],
      attrs: {},
    }))
  }
  const loose = LOOSE[op]
  const cases: Case<Attrs[UnaryOp]>[] = [
    ...SHAPES.map(shape => ({
      about: `float32[${shape}]`,
      inputs: [sample(shape)],
      attrs: {},
      ...(loose && { tolerance: loose }),
    })),
    { about: 'edge values', inputs: [plain(EDGES)], attrs: {}, ...(loose && { tolerance: loose }) },
    ...FLOATS.filter(d => d !== 'float32').map(dtype => ({
      about: dtype,
      inputs: [sample([17], dtype)],
      attrs: {},
      ...(dtype === 'float64' && { tolerance: { relative: 1e-9, absolute: 1e-10 } }),
    })),
  ]
  if (INTEGER_UNARY.has(op))
    for (const dtype of INTEGERS) cases.push({ about: dtype, inputs: [sample([9], dtype)], attrs: {} })
  return cases
}

const INTEGER_ONLY: ReadonlySet<ArithmeticOp> = new Set(['and', 'or', 'xor', 'shl', 'shr'])

function arithmeticCases(op: ArithmeticOp): Case<Attrs[ArithmeticOp]>[] {
  const cases: Case<Attrs[ArithmeticOp]>[] = []
  if (!INTEGER_ONLY.has(op)) {
    for (const shape of SHAPES)
      cases.push({
        about: `float32[${shape}]`,
        inputs: [sample(shape), sample(shape, 'float32', 2)],
        attrs: {},
      })
    const pairs = EDGES.flatMap(a => EDGES.map(b => [a, b] as const))
    cases.push({
      about: 'edge values',
      inputs: [plain(pairs.map(p => p[0])), plain(pairs.map(p => p[1]))],
      attrs: {},
      tolerance: { relative: 1e-5, absolute: 1e-6 },
    })
    for (const dtype of FLOATS)
      cases.push({ about: dtype, inputs: [sample([17], dtype), sample([17], dtype, 3)], attrs: {} })
  }
  if (op !== 'atan2') {
    for (const dtype of INTEGERS)
      cases.push({ about: dtype, inputs: [sample([19], dtype), sample([19], dtype, 4)], attrs: {} })
  }
  if (op === 'and' || op === 'or' || op === 'xor' || op === 'add' || op === 'mul')
    cases.push({ about: 'bool', inputs: [sample([11], 'bool'), sample([11], 'bool', 5)], attrs: {} })
  return cases
}

function comparisonCases(): Case<Attrs[ComparisonOp]>[] {
  const pairs = EDGES.flatMap(a => EDGES.map(b => [a, b] as const))
  return [
    { about: 'edge values', inputs: [plain(pairs.map(p => p[0])), plain(pairs.map(p => p[1]))], attrs: {} },
    ...DTYPES.map(dtype => ({
      about: dtype,
      inputs: [sample([3, 7], dtype), sample([3, 7], dtype, 6)],
      attrs: {},
    })),
    ...SHAPES.map(shape => ({
      about: `[${shape}]`,
      inputs: [sample(shape), sample(shape)],
      attrs: {},
    })),
  ]
}

type Reduction = `reduce_${ReductionOp}`

const SUM: Tolerance = { relative: 1e-5, absolute: 2e-5 }

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

const ints = (values: readonly number[], shape: readonly number[]): PlainTensor =>
  plain([...values], 'int64', shape)

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

const cases: { readonly [P in Primitive]: readonly Case<Attrs[P]>[] } = {
  ...(Object.fromEntries(UNARY.map(op => [op, unaryCases(op)])) as { [P in UnaryOp]: Case<Attrs[P]>[] }),
  ...(Object.fromEntries(ARITHMETIC.map(op => [op, arithmeticCases(op)])) as {
    [P in ArithmeticOp]: Case<Attrs[P]>[]
  }),
  ...(Object.fromEntries(COMPARISON.map(op => [op, comparisonCases()])) as {
    [P in ComparisonOp]: Case<Attrs[ComparisonOp]>[]
  }),
  reduce_sum: reductionCases(),
  reduce_prod: reductionCases(),
  reduce_max: reductionCases(),
  reduce_min: reductionCases(),
  argmax: indexCases(),
  argmin: indexCases(),
  cumsum: scanCases(),
  cumprod: scanCases(),
  full: [
    ...DTYPES.map(dtype => ({
      about: dtype,
      inputs: [],
      attrs: { shape: [2, 3], dtype, value: dtype === 'bool' ? true : 7 },
    })),
    { about: 'a large int64', inputs: [], attrs: { shape: [2], dtype: 'int64', value: 2n ** 62n + 1n } },
    { about: 'NaN', inputs: [], attrs: { shape: [], dtype: 'float32', value: NaN } },
    { about: 'negative zero', inputs: [], attrs: { shape: [1], dtype: 'float32', value: -0 } },
    { about: 'no elements', inputs: [], attrs: { shape: [0, 2], dtype: 'float32', value: 1 } },
  ],
  iota: [
    ...DTYPES.filter(d => d !== 'bool').map(dtype => ({
      about: dtype,
      inputs: [],
      attrs: { length: 9, dtype },
    })),
    { about: 'no elements', inputs: [], attrs: { length: 0, dtype: 'int64' as const } },
  ],
  where: SHAPES.map(shape => ({
    about: `[${shape}]`,
    inputs: [sample(shape, 'bool'), sample(shape), sample(shape, 'float32', 2)],
    attrs: {},
  })),
  cast: DTYPES.flatMap(from =>
    DTYPES.map(to => ({
      about: `${from} to ${to}`,
      inputs: [isFloat(from) ? plain([0, 1.5, -1.5, 2.5, 100.7, -3, 0.3], from) : sample([7], from)],
      attrs: { dtype: to },
    })),
  ),
  argsort: [
    { about: 'rows', inputs: [sample([4, 9])], attrs: { dim: 1, descending: false } },
    { about: 'descending', inputs: [sample([4, 9])], attrs: { dim: 1, descending: true } },
    { about: 'columns', inputs: [sample([9, 5])], attrs: { dim: 0, descending: false } },
    {
      about: 'equal elements, stable',
      inputs: [plain([1, 0, 1, 0, 1, 1, 0])],
      attrs: { dim: 0, descending: true },
    },
    {
      about: 'NaN and infinities',
      inputs: [plain([NaN, 1, -Infinity, NaN, Infinity, 0])],
      attrs: { dim: 0, descending: false },
    },
    { about: 'NaN, descending', inputs: [plain([1, NaN, 3])], attrs: { dim: 0, descending: true } },
    { about: 'a long line', inputs: [sample([2, 257])], attrs: { dim: 1, descending: false } },
    { about: 'a long line of ties', inputs: [sample([100], 'int64')], attrs: { dim: 0, descending: true } },
    { about: 'a long column', inputs: [sample([64, 3])], attrs: { dim: 0, descending: true } },
    { about: 'a line of 33', inputs: [sample([33])], attrs: { dim: 0, descending: false } },
    { about: 'an empty line', inputs: [sample([0])], attrs: { dim: 0, descending: false } },
    { about: 'bool', inputs: [sample([9], 'bool')], attrs: { dim: 0, descending: false } },
  ],
  reshape: [
    { about: 'split', inputs: [sample([6])], attrs: { shape: [2, 3] } },
    { about: 'merge', inputs: [sample([2, 3, 4])], attrs: { shape: [6, 4] } },
    { about: 'to one element', inputs: [sample([1, 1])], attrs: { shape: [] } },
    { about: 'regroup', inputs: [sample([4, 6])], attrs: { shape: [3, 8] } },
    { about: 'ones', inputs: [sample([4])], attrs: { shape: [1, 4, 1] } },
    { about: 'empty', inputs: [sample([0, 3])], attrs: { shape: [3, 0, 2] } },
  ],
  permute: [
    { about: 'a transpose', inputs: [sample([3, 5])], attrs: { dims: [1, 0] } },
    { about: 'three dims', inputs: [sample([2, 3, 4])], attrs: { dims: [2, 0, 1] } },
    { about: 'no dims', inputs: [sample([])], attrs: { dims: [] } },
    { about: 'int64', inputs: [sample([3, 5], 'int64')], attrs: { dims: [1, 0] } },
  ],
  expand: [
    { about: 'rows', inputs: [sample([1, 5])], attrs: { shape: [4, 5] } },
    { about: 'columns', inputs: [sample([5, 1])], attrs: { shape: [5, 7] } },
    { about: 'to nothing', inputs: [sample([1])], attrs: { shape: [0] } },
  ],
  slice: [
    { about: 'a part', inputs: [sample([7])], attrs: { starts: [2], lengths: [3], steps: [1] } },
    {
      about: 'steps',
      inputs: [sample([7, 9])],
      attrs: { starts: [1, 0], lengths: [3, 3], steps: [2, 4] },
    },
    {
      about: 'negative steps',
      inputs: [sample([7, 9])],
      attrs: { starts: [6, 8], lengths: [7, 3], steps: [-1, -3] },
    },
    { about: 'nothing', inputs: [sample([7])], attrs: { starts: [2], lengths: [0], steps: [1] } },
  ],
  pad: [
    { about: 'one dim', inputs: [sample([5])], attrs: { low: [2], high: [1], value: 0 } },
    { about: 'two dims', inputs: [sample([3, 4])], attrs: { low: [1, 0], high: [0, 2], value: -Infinity } },
    { about: 'int64', inputs: [sample([3], 'int64')], attrs: { low: [1], high: [1], value: 9 } },
    { about: 'bool', inputs: [sample([3], 'bool')], attrs: { low: [1], high: [1], value: true } },
    { about: 'of nothing', inputs: [sample([0])], attrs: { low: [2], high: [1], value: 5 } },
  ],
  cat: [
    { about: 'two rows', inputs: [sample([2, 3]), sample([1, 3], 'float32', 2)], attrs: { dim: 0 } },
    {
      about: 'columns',
      inputs: [sample([2, 3]), sample([2, 0]), sample([2, 5], 'float32', 2)],
      attrs: { dim: 1 },
    },
    {
      about: 'many',
      inputs: Array.from({ length: 9 }, (_, i) => sample([i, 2], 'int64', i)),
      attrs: { dim: 0 },
    },
    { about: 'one', inputs: [sample([3])], attrs: { dim: 0 } },
  ],
  window: [
    { about: 'one dim', inputs: [sample([9])], attrs: { sizes: [3], strides: [2], dilations: [1] } },
    {
      about: 'two dims',
      inputs: [sample([2, 6, 7])],
      attrs: { sizes: [2, 3], strides: [1, 2], dilations: [2, 1] },
    },
  ],
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

for (const device of DEVICES) {
  describe(`on ${device}`, () => {
    for (const [op, list] of Object.entries(cases) as [Primitive, readonly Case<Attrs[Primitive]>[]][]) {
      it(`${op} gives what its definition says, in ${list.length} cases`, () => {
        for (const { about, inputs, attrs, tolerance } of list) {
          try {
            expectSame(device, inputs, (b, x) => b.emit(op, x, attrs as never), tolerance)
          } catch (error) {
            throw new Error(`${op}, ${about}: ${(error as Error).message}`, { cause: error })
          }
        }
      })
    }
  })
}
