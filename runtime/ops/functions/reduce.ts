/** Reductions. Missing or empty `dim` means all axes. https://docs.pytorch.org/docs/2.13/torch.html#reduction-ops */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { compare, type Dim, sub } from '../dim.ts'
import { type DType, isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { axes } from './axes.ts'
import { firstExtreme, sharedExtreme } from './extreme.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const dim = optional('dim', 'ints?', null)
const keepdim = optional('keepdim', 'bool', false)
const dtype = optional('dtype', 'dtype?', null)

/** Sums and products of integers and bools are int64. */
const accumulated = (own: DType, wanted: DType | null): DType => wanted ?? (isFloat(own) ? own : 'int64')

const floatsOnly = (op: string, own: DType): void => {
  if (!isFloat(own)) {
    throw new OpError('dtype/mismatch', `${op} needs a float tensor, not ${own}`, {
      op,
      hint: `convert with .float() first, or pass dtype`,
    })
  }
}

/** A sum in float32 where the result is half or bfloat16, rounded once. */
function summed<V>(b: Builder<V>, x: V, dims: readonly number[] | null, keep: boolean): V {
  const v = vocabulary(b)
  return v.inFloat32(x, y => v.sum(y, dims, keep))
}

/** Second moments in two passes; `correction` is taken from the count of elements. */
export function moments<V>(
  b: Builder<V>,
  x: V,
  dims: readonly number[] | null,
  correction: number,
  keep: boolean,
): { mean: V; variance: V } {
  const v = vocabulary(b)
  const mean = v.mean(x, dims, true)
  const squares = v.sum(v.square(v.sub(x, mean)), dims, keep)
  const count = v.count(x, dims)
  // Fewer elements than the correction: torch divides by 0 and gives NaN.
  const divisor: Dim = typeof count === 'number' ? Math.max(0, count - correction) : sub(count, correction)
  return {
    mean: keep ? mean : v.reshape(mean, v.shape(squares)),
    variance: v.div(squares, divisor),
  }
}

function spread<V>(
  b: Builder<V>,
  x: V,
  dims: readonly number[] | null,
  correction: number,
  keep: boolean,
  root: boolean,
): readonly [V, V] {
  const v = vocabulary(b)
  const own = v.dtype(x)
  floatsOnly(root ? 'std' : 'var', own)
  const wide = own === 'float16' || own === 'bfloat16' ? v.cast(x, 'float32') : x
  const { mean, variance } = moments(b, wide, dims, correction, keep)
  return [v.cast(root ? v.sqrt(variance) : variance, own), v.cast(mean, own)]
}

/** `var(x, dim, correction=0)`. */
const spreadArgs = [input, dim, optional('correction', 'float?', null), keepdim] as const

/** torch's older form, `var(x, dim, unbiased, keepdim)`. */
const biasedArgs = [input, required('dim', 'ints?'), optional('unbiased', 'bool', true), keepdim] as const

const correctionOf = (unbiased: boolean): number => (unbiased ? 1 : 0)

const spreadRow = <const N extends 'var' | 'std'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: spreadArgs,
    returns: 'tensor',
    doc,
    expand: (b, { input, dim, keepdim, correction }) =>
      spread(b, input, dim, correction ?? 1, keepdim, name === 'std')[0],
  })

const biasedSpreadRow = <const N extends string, const P extends 'var' | 'std'>(
  name: N,
  python: P,
  doc: string,
) =>
  defineFunction({
    name,
    python,
    method: true,
    args: biasedArgs,
    returns: 'tensor',
    doc,
    expand: (b, { input, dim, unbiased, keepdim }) =>
      spread(b, input, dim, correctionOf(unbiased), keepdim, python === 'std')[0],
  })

/** `var(x, False)`: the second argument is `unbiased`. */
const plainSpreadRow = <const N extends string, const P extends 'var' | 'std'>(
  name: N,
  python: P,
  doc: string,
) =>
  defineFunction({
    name,
    python,
    method: true,
    args: [input, required('unbiased', 'bool')],
    returns: 'tensor',
    doc,
    expand: (b, { input, unbiased }) =>
      spread(b, input, null, correctionOf(unbiased), false, python === 'std')[0],
  })

const spreadMeanRow = <const N extends 'var_mean' | 'std_mean'>(name: N, doc: string) =>
  defineFunction({
    name,
    args: spreadArgs,
    returns: 'pair',
    doc,
    expand: (b, { input, dim, keepdim, correction }) =>
      spread(b, input, dim, correction ?? 1, keepdim, name === 'std_mean'),
  })

const biasedSpreadMeanRow = <const N extends string, const P extends 'var_mean' | 'std_mean'>(
  name: N,
  python: P,
  doc: string,
) =>
  defineFunction({
    name,
    python,
    args: biasedArgs,
    returns: 'pair',
    doc,
    expand: (b, { input, dim, unbiased, keepdim }) =>
      spread(b, input, dim, correctionOf(unbiased), keepdim, python === 'std_mean'),
  })

function nonEmpty<V>(b: Builder<V>, op: string, x: V, dims: readonly number[] | null): void {
  if (compare(vocabulary(b).count(x, dims), 0) === 0) {
    throw new OpError('shape/range', `${op} of no elements has no value`, { op })
  }
}

const extremeRow = <const N extends 'amax' | 'amin'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [input, optional('dim', 'ints', []), keepdim],
    returns: 'tensor',
    doc,
    expand(b, { input, dim, keepdim }) {
      nonEmpty(b, name, input, dim)
      return vocabulary(b).reduce(name === 'amax' ? 'max' : 'min', input, dim, keepdim)
    },
  })

const wholeExtreme = <const N extends 'max' | 'min'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [input],
    returns: 'tensor',
    doc,
    expand(b, { input }) {
      nonEmpty(b, name, input, null)
      return sharedExtreme(b, input, name)
    },
  })

/** Values and first indices of the extreme elements along an axis. */
export function extremeAlong<V>(
  b: Builder<V>,
  x: V,
  dim: number,
  op: 'max' | 'min',
  keep: boolean,
): readonly [V, V] {
  const v = vocabulary(b)
  const over = axes(v.rank(x), [dim])
  if (over.length === 0) return [x, v.full([], 0, 'int64')]
  nonEmpty(b, op, x, [dim])
  const index = b.emit(op === 'max' ? 'argmax' : 'argmin', [x], { dim: over[0]! })
  return [firstExtreme(b, x, op, over, keep), v.kept(index, x, over, keep)]
}

const extremeDim = <const N extends string, const P extends 'max' | 'min'>(name: N, op: P, doc: string) =>
  defineFunction({
    name,
    python: op,
    method: true,
    args: [input, required('dim', 'int'), keepdim],
    returns: 'pair',
    fields: ['values', 'indices'],
    doc,
    expand: (b, { input, dim, keepdim }) => extremeAlong(b, input, dim, op, keepdim),
  })

const extremeOther = <const N extends string, const P extends 'max' | 'min'>(name: N, op: P, doc: string) =>
  defineFunction({
    name,
    python: op,
    method: true,
    args: [input, required('other', 'tensor')],
    returns: 'tensor',
    doc,
    expand: (b, { input, other }) => vocabulary(b).zip(op === 'max' ? 'maximum' : 'minimum', input, other),
  })

const argExtreme = <const N extends 'argmax' | 'argmin'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [input, optional('dim', 'int?', null), keepdim],
    returns: 'tensor',
    doc,
    expand(b, { input, dim, keepdim }) {
      const v = vocabulary(b)
      const op = name === 'argmax' ? 'max' : 'min'
      if (dim !== null) return extremeAlong(b, input, dim, op, keepdim)[1]
      const [, index] = extremeAlong(b, v.reshape(input, [-1]), 0, op, false)
      return keepdim
        ? v.reshape(
            index,
            v.shape(input).map(() => 1),
          )
        : index
    },
  })

const truthRow = <const N extends 'any' | 'all'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [input, dim, keepdim],
    returns: 'tensor',
    doc,
    expand(b, { input, dim, keepdim }) {
      const v = vocabulary(b)
      const result = v.reduce(name === 'any' ? 'max' : 'min', v.cast(input, 'bool'), dim, keepdim)
      return v.dtype(input) === 'uint8' ? v.cast(result, 'uint8') : result
    },
  })

/** log(sum(exp(x))) with the largest element taken out; rows of -Infinity stay -Infinity. */
export function logSumExp<V>(b: Builder<V>, input: V, dims: readonly number[], keep: boolean): V {
  const v = vocabulary(b)
  return v.inFloat32(v.floating(input), x => {
    if (compare(v.count(x, dims), 0) === 0) return v.log(v.sum(x, dims, keep))
    const top = v.detach(v.reduce('max', x, dims, true))
    const shift = v.where(v.eq(v.abs(top), Number.POSITIVE_INFINITY), 0, top)
    const total = v.log(v.sum(v.exp(v.sub(x, shift)), dims, keep))
    return v.add(total, v.reshape(shift, v.shape(total)))
  })
}

export const reduce = {
  sum: defineFunction({
    name: 'sum',
    method: true,
    args: [input, dim, keepdim, dtype],
    returns: 'tensor',
    doc: 'Sum of the elements; integers and bools sum to int64.',
    expand(b, { input, dim, keepdim, dtype }) {
      const v = vocabulary(b)
      return summed(b, v.cast(input, accumulated(v.dtype(input), dtype)), dim, keepdim)
    },
  }),
  nansum: defineFunction({
    name: 'nansum',
    method: true,
    args: [input, dim, keepdim, dtype],
    returns: 'tensor',
    doc: 'Sum of the elements that are not NaN.',
    expand(b, { input, dim, keepdim, dtype }) {
      const v = vocabulary(b)
      const x = v.cast(input, accumulated(v.dtype(input), dtype))
      return summed(b, v.where(v.isNaN(x), 0, x), dim, keepdim)
    },
  }),
  mean: defineFunction({
    name: 'mean',
    method: true,
    args: [input, dim, keepdim, dtype],
    returns: 'tensor',
    doc: 'Arithmetic mean.',
    expand(b, { input, dim, keepdim, dtype }) {
      const v = vocabulary(b)
      const x = dtype === null ? input : v.cast(input, dtype)
      floatsOnly('mean', v.dtype(x))
      return v.inFloat32(x, y => v.mean(y, dim, keepdim))
    },
  }),
  nanmean: defineFunction({
    name: 'nanmean',
    method: true,
    args: [input, dim, keepdim, dtype],
    returns: 'tensor',
    doc: 'Mean of the elements that are not NaN.',
    expand(b, { input, dim, keepdim, dtype }) {
      const v = vocabulary(b)
      const x = dtype === null ? input : v.cast(input, dtype)
      floatsOnly('nanmean', v.dtype(x))
      const missing = v.isNaN(x)
      const count = v.sum(v.cast(v.not(missing), v.dtype(x)), dim, keepdim)
      return v.div(summed(b, v.where(missing, 0, x), dim, keepdim), count)
    },
  }),
  prod: defineFunction({
    name: 'prod',
    method: true,
    args: [input, dtype],
    returns: 'tensor',
    doc: 'Product of all elements; integers and bools give int64.',
    expand(b, { input, dtype }) {
      const v = vocabulary(b)
      return v.inFloat32(v.cast(input, accumulated(v.dtype(input), dtype)), x => v.reduce('prod', x, null))
    },
  }),
  prod_dim: defineFunction({
    name: 'prod_dim',
    python: 'prod',
    method: true,
    args: [input, required('dim', 'int'), keepdim, dtype],
    returns: 'tensor',
    doc: 'Product along an axis.',
    expand(b, { input, dim, keepdim, dtype }) {
      const v = vocabulary(b)
      return v.inFloat32(v.cast(input, accumulated(v.dtype(input), dtype)), x =>
        v.reduce('prod', x, [dim], keepdim),
      )
    },
  }),
  var: spreadRow('var', 'Variance, divided by the count minus the correction.'),
  var_dim: biasedSpreadRow('var_dim', 'var', 'Variance along axes, in the older form.'),
  var_unbiased: plainSpreadRow('var_unbiased', 'var', 'Variance of all elements.'),
  std: spreadRow('std', 'Standard deviation.'),
  std_dim: biasedSpreadRow('std_dim', 'std', 'Standard deviation along axes, in the older form.'),
  std_unbiased: plainSpreadRow('std_unbiased', 'std', 'Standard deviation of all elements.'),
  var_mean: spreadMeanRow('var_mean', 'Variance and mean.'),
  var_mean_dim: biasedSpreadMeanRow('var_mean_dim', 'var_mean', 'Variance and mean, in the older form.'),
  std_mean_dim: biasedSpreadMeanRow(
    'std_mean_dim',
    'std_mean',
    'Standard deviation and mean, in the older form.',
  ),
  std_mean: spreadMeanRow('std_mean', 'Standard deviation and mean.'),
  max: wholeExtreme('max', 'The largest element; NaN wins.'),
  max_dim: extremeDim('max_dim', 'max', 'Largest elements along an axis and their indices.'),
  max_other: extremeOther('max_other', 'max', 'The larger of two, element by element.'),
  min: wholeExtreme('min', 'The smallest element; NaN wins.'),
  min_dim: extremeDim('min_dim', 'min', 'Smallest elements along an axis and their indices.'),
  min_other: extremeOther('min_other', 'min', 'The smaller of two, element by element.'),
  amax: extremeRow('amax', 'The largest element along axes.'),
  amin: extremeRow('amin', 'The smallest element along axes.'),
  aminmax: defineFunction({
    name: 'aminmax',
    method: true,
    args: [input, optional('dim', 'int?', null), keepdim],
    returns: 'pair',
    fields: ['min', 'max'],
    doc: 'The smallest and the largest element.',
    expand(b, { input, dim, keepdim }) {
      const v = vocabulary(b)
      const over = dim === null ? null : [dim]
      nonEmpty(b, 'aminmax', input, over)
      return [v.reduce('min', input, over, keepdim), v.reduce('max', input, over, keepdim)]
    },
  }),
  argmax: argExtreme(
    'argmax',
    'Index of the first largest element, of the flattened tensor if no axis is given.',
  ),
  argmin: argExtreme(
    'argmin',
    'Index of the first smallest element, of the flattened tensor if no axis is given.',
  ),
  any: truthRow('any', 'True where some element is not zero.'),
  all: truthRow('all', 'True where no element is zero.'),
  count_nonzero: defineFunction({
    name: 'count_nonzero',
    method: true,
    args: [input, dim],
    returns: 'tensor',
    doc: 'How many elements are not zero.',
    expand(b, { input, dim }) {
      const v = vocabulary(b)
      return v.sum(v.cast(v.cast(input, 'bool'), 'int64'), dim)
    },
  }),
  logsumexp: defineFunction({
    name: 'logsumexp',
    method: true,
    args: [input, required('dim', 'ints'), keepdim],
    returns: 'tensor',
    doc: 'log(sum(exp(x))), without overflow.',
    expand: (b, { input, dim, keepdim }) => logSumExp(b, input, dim, keepdim),
  }),
} as const
