/** New tensors. https://docs.pytorch.org/docs/2.13/torch.html#creation-ops */
import { FloatScalar, type NestedScalar, optional, required, type SizeOrScalar } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, type Dim, floordiv, isSym, max, Sym, sub } from '../dim.ts'
import { type DType, isFloat, promoteTypes } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { scalarDType, scalarValue } from './promotion.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const size = required('size', 'dims', { variadic: true })
const dtype = optional('dtype', 'dtype?', null)

const filled = <const N extends 'zeros' | 'ones' | 'empty'>(name: N, doc: string) =>
  defineFunction({
    name,
    args: [size, dtype],
    returns: 'tensor',
    doc,
    expand: (b, { size, dtype }) => vocabulary(b).full(size, name === 'ones' ? 1 : 0, dtype ?? 'float32'),
  })

const filledLike = <const N extends 'zeros_like' | 'ones_like' | 'empty_like'>(name: N, doc: string) =>
  defineFunction({
    name,
    args: [input, dtype],
    returns: 'tensor',
    doc,
    expand(b, { input, dtype }) {
      const { shape, dtype: own } = b.aval(input)
      return vocabulary(b).full(shape, name === 'ones_like' ? 1 : 0, dtype ?? own)
    },
  })

const filledNew = <const N extends 'new_zeros' | 'new_ones' | 'new_empty'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: 'only',
    args: [input, size, dtype],
    returns: 'tensor',
    doc,
    expand: (b, { input, size, dtype }) =>
      vocabulary(b).full(size, name === 'new_ones' ? 1 : 0, dtype ?? b.aval(input).dtype),
  })

/** How many numbers start, start + step, .. come before end. */
function rangeLength(start: SizeOrScalar, end: SizeOrScalar, step: SizeOrScalar): Dim {
  const [from, to, by] = [start, end, step].map(asDim)
  if (by === 0) throw new OpError('argument/value', 'arange: step must not be 0', { op: 'arange' })
  if (isSym(from!) || isSym(to!) || isSym(by!)) {
    if (isSym(by!)) throw new OpError('op/unsupported', `arange: the step, ${by}, must be a fixed number`)
    return by! > 0
      ? max(0, floordiv(add(sub(to!, from!), by! - 1), by!))
      : max(0, floordiv(add(sub(from!, to!), -by! - 1), -by!))
  }
  const length = Math.ceil((to! - from!) / by!)
  if (!(length >= 0)) {
    throw new OpError('argument/value', `arange: ${to} cannot be reached from ${from} by steps of ${by}`, {
      op: 'arange',
    })
  }
  return length
}

function asDim(x: SizeOrScalar): Dim {
  const value = scalarValue(x)
  return typeof value === 'number' || value instanceof Sym ? value : Number(value)
}

const integral = (x: SizeOrScalar): boolean => scalarDType(x) !== 'float32'
const is = (x: SizeOrScalar, n: number): boolean => (x instanceof FloatScalar ? x.value : x) === n

function arange<V>(
  b: Builder<V>,
  start: SizeOrScalar,
  end: SizeOrScalar,
  step: SizeOrScalar,
  dtype: DType | null,
): V {
  const v = vocabulary(b)
  const type = dtype ?? ([start, end, step].every(integral) ? 'int64' : 'float32')
  const length = rangeLength(start, end, step)
  const whole =
    [start, step].every(x => Number.isInteger(Number(asDim(x)))) || [start, step].some(x => isSym(asDim(x)))
  // Counted in int64 where the numbers are whole: exact in any dtype.
  const counted: DType = whole ? 'int64' : isFloat(type) && type !== 'float64' ? 'float32' : 'float64'
  const steps = is(step, 1) ? v.iota(length, counted) : v.mul(v.iota(length, counted), step)
  return v.cast(is(start, 0) ? steps : v.add(steps, start), type)
}

/** start + i * step in the first half, end - (n - 1 - i) * step in the second, as torch computes it. */
export function linspace<V>(b: Builder<V>, start: number, end: number, steps: Dim, dtype: DType): V {
  const v = vocabulary(b)
  if (steps === 1) return v.full([1], start, dtype)
  const own: DType = dtype === 'float64' ? 'float64' : 'float32'
  const i = v.iota(steps, own)
  const last = sub(steps, 1)
  const step = typeof last === 'number' ? (end - start) / last : v.div(v.full([1], end - start, own), last)
  const head = v.add(v.mul(i, step), start)
  const tail = v.sub(v.full([1], end, own), v.mul(v.sub(last, i), step))
  return v.cast(v.where(v.lt(i, floordiv(steps, 2)), head, tail), dtype)
}

function triangleIndices<V>(b: Builder<V>, rows: number, columns: number, offset: number, lower: boolean): V {
  const v = vocabulary(b)
  const lines: V[] = []
  for (let row = 0; row < rows; row++) {
    const from = lower ? 0 : Math.max(0, row + offset)
    const to = lower ? Math.min(columns, row + offset + 1) : columns
    if (to <= from) continue
    const column = v.add(v.iota(to - from), from)
    lines.push(v.stack([v.fullLike(column, row), column], 0))
  }
  return lines.length === 0 ? v.full([2, 0], 0, 'int64') : v.cat(lines, 1)
}

const triangleIndicesRow = <const N extends 'tril_indices' | 'triu_indices'>(name: N, doc: string) =>
  defineFunction({
    name,
    args: [
      required('row', 'int', { min: 0 }),
      required('col', 'int', { min: 0 }),
      optional('offset', 'int', 0),
      optional('dtype', 'dtype', 'int64'),
    ],
    returns: 'tensor',
    doc,
    expand: (b, { row, col, offset, dtype }) =>
      vocabulary(b).cast(triangleIndices(b, row, col, offset, name === 'tril_indices'), dtype),
  })

/** hann, hamming and the like: a cosine sum over a periodic or symmetric window. */
const windowRow = <const N extends string>(name: N, terms: readonly number[], doc: string) =>
  defineFunction({
    name,
    args: [required('window_length', 'int', { min: 0 }), optional('periodic', 'bool', true), dtype],
    returns: 'tensor',
    doc,
    expand(b, { window_length, periodic, dtype }) {
      const v = vocabulary(b)
      const type = dtype ?? 'float32'
      if (window_length <= 1) return v.full([window_length], 1, type)
      const last = periodic ? window_length : window_length - 1
      const i = v.iota(window_length, type)
      return terms
        .map((a, k) =>
          k === 0
            ? v.fullLike(i, a)
            : v.mul(v.map('cos', v.mul(i, (2 * Math.PI * k) / last)), k % 2 ? -a : a),
        )
        .reduce((x, y) => v.add(x, y))
    },
  })

/** Standard normal numbers. */
export function normal<V>(b: Builder<V>, shape: readonly Dim[], dtype: DType): V {
  if (b.normal !== undefined) return b.normal(shape, dtype)
  const v = vocabulary(b)
  return v.mul(v.map('erfinv', v.sub(v.mul(b.uniform(shape, dtype), 2), 1)), Math.SQRT2)
}

function integers<V>(b: Builder<V>, low: number, high: number, size: readonly Dim[], dtype: DType): V {
  const v = vocabulary(b)
  if (high <= low)
    throw new OpError('argument/value', `randint: ${high} is not above ${low}`, { op: 'randint' })
  const scaled = v.mul(b.uniform(size, 'float32'), high - low)
  // Rounding in float32 may reach the upper end.
  return v.cast(v.add(v.min(v.floor(scaled), high - low - 1), low), dtype)
}

/** The shape of nested lists, which must be regular. */
function shapeOf(data: NestedScalar): number[] {
  if (!Array.isArray(data)) return []
  const shapes = data.map(shapeOf)
  const [first = []] = shapes
  if (shapes.some(s => s.join() !== first.join())) {
    throw new OpError('argument/value', "argument 'data' has lists of different lengths", { op: 'tensor' })
  }
  return [data.length, ...first]
}

function ofNumbers<V>(b: Builder<V>, data: readonly NestedScalar[], given: DType | null): V {
  const shape = shapeOf(data)
  const numbers = (data as readonly unknown[]).flat(Number.POSITIVE_INFINITY) as SizeOrScalar[]
  const dtypes = numbers.map(scalarDType)
  // A list without numbers is of floats, as in torch.
  const dtype = given ?? (dtypes.length === 0 ? 'float32' : dtypes.reduce(promoteTypes))
  const v = vocabulary(b)
  const parts = numbers.map(n => v.full([1], n, dtype))
  return v.reshape(parts.length === 0 ? v.full([0], 0, dtype) : b.emit('cat', parts, { dim: 0 }), shape)
}

/** torch's older constructors, whose name says the dtype. */
const typedRow = <const N extends string, const L extends readonly string[] = readonly []>(
  name: N,
  dtype: DType,
  aliases: L = [] as never,
) =>
  defineFunction({
    name,
    aliases,
    args: [required('data', 'numbers')],
    returns: 'tensor',
    doc: `Lists of numbers as a tensor of ${dtype}.`,
    expand: (b, { data }) => ofNumbers(b, data, dtype),
  })

const sizedRow = <
  const N extends string,
  const P extends string,
  const L extends readonly string[] = readonly [],
>(
  name: N,
  python: P,
  dtype: DType,
  aliases: L = [] as never,
) =>
  defineFunction({
    name,
    python,
    aliases,
    args: [size],
    returns: 'tensor',
    doc: `As empty, of ${dtype}.`,
    expand: (b, { size }) => vocabulary(b).full(size, 0, dtype),
  })

export const create = {
  zeros: filled('zeros', 'All zeros.'),
  ones: filled('ones', 'All ones.'),
  empty: filled('empty', 'As zeros: memory is never left undefined here.'),
  zeros_like: filledLike('zeros_like', 'Zeros of the shape and dtype of input.'),
  ones_like: filledLike('ones_like', 'Ones of the shape and dtype of input.'),
  empty_like: filledLike('empty_like', 'As zeros_like.'),
  new_zeros: filledNew('new_zeros', 'Zeros of the dtype of the tensor.'),
  new_ones: filledNew('new_ones', 'Ones of the dtype of the tensor.'),
  new_empty: filledNew('new_empty', 'As new_zeros.'),
  full: defineFunction({
    name: 'full',
    args: [required('size', 'dims'), required('fill_value', 'scalar'), dtype],
    returns: 'tensor',
    doc: 'All elements one number; the dtype follows the number unless given.',
    expand: (b, { size, fill_value, dtype }) =>
      vocabulary(b).full(size, fill_value, dtype ?? scalarDType(fill_value)),
  }),
  full_like: defineFunction({
    name: 'full_like',
    args: [input, required('fill_value', 'scalar'), dtype],
    returns: 'tensor',
    doc: 'One number in the shape and dtype of input.',
    expand: (b, { input, fill_value, dtype }) =>
      vocabulary(b).full(b.aval(input).shape, fill_value, dtype ?? b.aval(input).dtype),
  }),
  new_full: defineFunction({
    name: 'new_full',
    method: 'only',
    args: [input, required('size', 'dims'), required('fill_value', 'scalar'), dtype],
    returns: 'tensor',
    doc: 'One number in the dtype of the tensor.',
    expand: (b, { input, size, fill_value, dtype }) =>
      vocabulary(b).full(size, fill_value, dtype ?? b.aval(input).dtype),
  }),
  scalar_tensor: defineFunction({
    name: 'scalar_tensor',
    python: 'tensor',
    aliases: ['scalar_tensor', 'as_tensor'],
    args: [required('data', 'scalar'), dtype],
    returns: 'tensor',
    doc: 'A number as a tensor without axes.',
    expand: (b, { data, dtype }) => vocabulary(b).full([], data, dtype ?? scalarDType(data)),
  }),
  tensor_values: defineFunction({
    name: 'tensor_values',
    python: 'tensor',
    aliases: ['as_tensor'],
    args: [required('data', 'numbers'), dtype],
    returns: 'tensor',
    doc: 'Lists of numbers as a tensor; float32 if one is a float, else int64, or bool.',
    expand: (b, { data, dtype }) => ofNumbers(b, data, dtype),
  }),
  FloatTensor: typedRow('FloatTensor', 'float32', ['Tensor']),
  DoubleTensor: typedRow('DoubleTensor', 'float64'),
  LongTensor: typedRow('LongTensor', 'int64'),
  IntTensor: typedRow('IntTensor', 'int32'),
  BoolTensor: typedRow('BoolTensor', 'bool'),
  FloatTensor_sized: sizedRow('FloatTensor_sized', 'FloatTensor', 'float32', ['Tensor']),
  DoubleTensor_sized: sizedRow('DoubleTensor_sized', 'DoubleTensor', 'float64'),
  LongTensor_sized: sizedRow('LongTensor_sized', 'LongTensor', 'int64'),
  IntTensor_sized: sizedRow('IntTensor_sized', 'IntTensor', 'int32'),
  BoolTensor_sized: sizedRow('BoolTensor_sized', 'BoolTensor', 'bool'),
  new_tensor: defineFunction({
    name: 'new_tensor',
    method: 'only',
    args: [input, required('data', 'numbers'), dtype],
    returns: 'tensor',
    doc: 'Lists of numbers as a tensor of the dtype of the tensor.',
    expand: (b, { input, data, dtype }) => ofNumbers(b, data, dtype ?? b.aval(input).dtype),
  }),
  new_scalar_tensor: defineFunction({
    name: 'new_scalar_tensor',
    python: 'new_tensor',
    method: 'only',
    args: [input, required('data', 'scalar'), dtype],
    returns: 'tensor',
    doc: 'A number as a tensor without axes, of the dtype of the tensor.',
    expand: (b, { input, data, dtype }) => vocabulary(b).full([], data, dtype ?? b.aval(input).dtype),
  }),
  arange: defineFunction({
    name: 'arange',
    args: [required('end', 'scalar'), dtype],
    returns: 'tensor',
    doc: '0, 1, .. before end.',
    expand: (b, { end, dtype }) => arange(b, 0, end, 1, dtype),
  }),
  arange_start: defineFunction({
    name: 'arange_start',
    python: 'arange',
    args: [required('start', 'scalar'), required('end', 'scalar'), optional('step', 'scalar', 1), dtype],
    returns: 'tensor',
    doc: 'start, start + step, .. before end.',
    expand: (b, { start, end, step, dtype }) => arange(b, start, end, step, dtype),
  }),
  linspace: defineFunction({
    name: 'linspace',
    args: [required('start', 'float'), required('end', 'float'), required('steps', 'dim'), dtype],
    returns: 'tensor',
    doc: 'So many evenly spaced numbers from start to end, both included.',
    expand: (b, { start, end, steps, dtype }) => linspace(b, start, end, steps, dtype ?? 'float32'),
  }),
  logspace: defineFunction({
    name: 'logspace',
    args: [
      required('start', 'float'),
      required('end', 'float'),
      required('steps', 'dim'),
      optional('base', 'float', 10),
      dtype,
    ],
    returns: 'tensor',
    doc: 'Powers of base with evenly spaced exponents.',
    expand(b, { start, end, steps, base, dtype }) {
      const v = vocabulary(b)
      return v.pow(base, linspace(b, start, end, steps, dtype ?? 'float32'))
    },
  }),
  eye: defineFunction({
    name: 'eye',
    args: [required('n', 'dim'), optional('m', 'dim?', null), dtype],
    returns: 'tensor',
    doc: 'Ones on the diagonal of a matrix, zeros elsewhere.',
    expand(b, { n, m, dtype }) {
      const v = vocabulary(b)
      return v.cast(v.eq(v.iotaAlong(2, 0, n), v.iotaAlong(2, 1, m ?? n)), dtype ?? 'float32')
    },
  }),
  tril_indices: triangleIndicesRow('tril_indices', 'Rows and columns of the lower triangle.'),
  triu_indices: triangleIndicesRow('triu_indices', 'Rows and columns of the upper triangle.'),
  one_hot: defineFunction({
    name: 'one_hot',
    args: [input, optional('num_classes', 'dim', -1)],
    returns: 'tensor',
    doc: '1 at the place that each integer names, along a new last axis. num_classes must be given.',
    expand(b, { input, num_classes }) {
      const v = vocabulary(b)
      if (v.dtype(input) !== 'int64')
        throw new OpError('dtype/mismatch', `one_hot takes an int64 tensor, not ${v.dtype(input)}`)
      if (num_classes === -1) {
        throw new OpError(
          'argument/missing',
          'one_hot needs num_classes: the largest index is not known beforehand',
          {
            op: 'one_hot',
          },
        )
      }
      const rank = v.rank(input)
      const classes = v.iotaAlong(rank + 1, rank, num_classes)
      return v.cast(v.eq(v.unsqueeze(input, -1), classes), 'int64')
    },
  }),
  hann_window: windowRow('hann_window', [0.5, 0.5], 'Hann window.'),
  hamming_window: windowRow('hamming_window', [0.54, 0.46], 'Hamming window.'),
  blackman_window: windowRow('blackman_window', [0.42, 0.5, 0.08], 'Blackman window.'),
  rand: defineFunction({
    name: 'rand',
    args: [size, dtype],
    returns: 'tensor',
    doc: 'Uniform random numbers from [0, 1).',
    expand: (b, { size, dtype }) => b.uniform(size, dtype ?? 'float32'),
  }),
  rand_like: defineFunction({
    name: 'rand_like',
    args: [input, dtype],
    returns: 'tensor',
    doc: 'Uniform random numbers from [0, 1) in the shape of input.',
    expand: (b, { input, dtype }) => b.uniform(b.aval(input).shape, dtype ?? b.aval(input).dtype),
  }),
  randn: defineFunction({
    name: 'randn',
    args: [size, dtype],
    returns: 'tensor',
    doc: 'Random numbers of the standard normal distribution.',
    expand: (b, { size, dtype }) => normal(b, size, dtype ?? 'float32'),
  }),
  randn_like: defineFunction({
    name: 'randn_like',
    args: [input, dtype],
    returns: 'tensor',
    doc: 'Random numbers of the standard normal distribution in the shape of input.',
    expand: (b, { input, dtype }) => normal(b, b.aval(input).shape, dtype ?? b.aval(input).dtype),
  }),
  randint: defineFunction({
    name: 'randint',
    args: [required('high', 'int'), required('size', 'dims'), optional('dtype', 'dtype', 'int64')],
    returns: 'tensor',
    doc: 'Random integers from 0 to high - 1.',
    expand: (b, { high, size, dtype }) => integers(b, 0, high, size, dtype),
  }),
  randint_low: defineFunction({
    name: 'randint_low',
    python: 'randint',
    args: [
      required('low', 'int'),
      required('high', 'int'),
      required('size', 'dims'),
      optional('dtype', 'dtype', 'int64'),
    ],
    returns: 'tensor',
    doc: 'Random integers from low to high - 1.',
    expand: (b, { low, high, size, dtype }) => integers(b, low, high, size, dtype),
  }),
  bernoulli_fill: defineFunction({
    name: 'bernoulli_fill',
    python: 'bernoulli_',
    method: 'only',
    args: [input, optional('p', 'float', 0.5)],
    returns: 'tensor',
    doc: 'The tensor with new elements: 1 with probability p, else 0.',
    expand(b, { input, p }) {
      const v = vocabulary(b)
      return v.cast(v.lt(b.uniform(v.shape(input), 'float32'), p), v.dtype(input))
    },
  }),
  normal_fill: defineFunction({
    name: 'normal_fill',
    python: 'normal_',
    method: 'only',
    args: [input, optional('mean', 'float', 0), optional('std', 'float', 1)],
    returns: 'tensor',
    doc: 'The tensor with new elements: normal numbers of the given mean and standard deviation.',
    expand(b, { input, mean, std }) {
      const v = vocabulary(b)
      return v.add(v.mul(normal(b, v.shape(input), v.dtype(input)), std), mean)
    },
  }),
  uniform_fill: defineFunction({
    name: 'uniform_fill',
    python: 'uniform_',
    method: 'only',
    args: [input, optional('from', 'float', 0), optional('to', 'float', 1)],
    returns: 'tensor',
    doc: 'The tensor with new elements: uniform random numbers in [from, to).',
    expand(b, { input, from, to }) {
      const v = vocabulary(b)
      return v.add(v.mul(b.uniform(v.shape(input), v.dtype(input)), to - from), from)
    },
  }),
  zero_fill: defineFunction({
    name: 'zero_fill',
    python: 'zero_',
    method: 'only',
    args: [input],
    returns: 'tensor',
    doc: 'The tensor with all elements 0.',
    expand: (b, { input }) => vocabulary(b).fullLike(input, 0),
  }),
  value_fill: defineFunction({
    name: 'value_fill',
    python: 'fill_',
    method: 'only',
    args: [input, required('value', 'scalar')],
    returns: 'tensor',
    doc: 'The tensor with all elements one number; the dtype stays.',
    expand(b, { input, value }) {
      const v = vocabulary(b)
      return v.full(v.shape(input), value, v.dtype(input))
    },
  }),
  value_copy: defineFunction({
    name: 'value_copy',
    python: 'copy_',
    method: 'only',
    args: [input, required('src', 'tensor'), optional('non_blocking', 'bool', false, { ignored: true })],
    returns: 'tensor',
    doc: 'The tensor with the elements of another one, broadcast to its shape and cast to its dtype.',
    expand(b, { input, src }) {
      const v = vocabulary(b)
      return v.expand(v.cast(src, v.dtype(input)), v.shape(input))
    },
  }),
  bernoulli: defineFunction({
    name: 'bernoulli',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: '1 with the probability that each element gives, else 0.',
    expand(b, { input }) {
      const v = vocabulary(b)
      return v.withGradient(
        [input],
        p => v.cast(v.lt(b.uniform(v.shape(p), v.dtype(p)), p), v.dtype(p)),
        grad => [v.fullLike(grad, 0)],
      )
    },
  }),
} as const
