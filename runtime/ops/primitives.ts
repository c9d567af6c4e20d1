/**
 * THE op table's lower half: the few operations that graphs are made of, with their attributes and shape and dtype rules.
 * Gradients (runtime/autograd) and lowerings (runtime/graph) are total maps over `Primitive`. Everything that PyTorch
 * calls a function is written over these in runtime/ops/functions.
 *
 * Inputs are as the kernels want them: broadcast to one shape and promoted to one dtype before a primitive sees them.
 */
import { add, type Dim, floordiv, mul, printShape, product, relation, type Sym, sub } from './dim.ts'
import type { DType } from './dtype.ts'
import { isFloat } from './dtype.ts'
import { OpError } from './error.ts'

/** The abstract value of a tensor: what is known of it without its elements. */
export interface Aval {
  readonly shape: readonly Dim[]
  readonly dtype: DType
}

/** Elementwise on one tensor. Floats only, but for neg, abs, sign and not (which is logical on bool and bitwise on integers). */
export const UNARY = [
  'neg',
  'abs',
  'sign',
  'not',
  'exp',
  'exp2',
  'expm1',
  'log',
  'log2',
  'log10',
  'log1p',
  'sqrt',
  'rsqrt',
  'reciprocal',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'erf',
  'erfc',
  'erfinv',
  'lgamma',
  'digamma',
  'floor',
  'ceil',
  'round',
  'trunc',
  'sigmoid',
] as const

/** Elementwise on two tensors of one shape and dtype; the result has the same dtype. floordiv and remainder follow Python's sign rule. */
export const ARITHMETIC = [
  'add',
  'sub',
  'mul',
  'div',
  'floordiv',
  'remainder',
  'fmod',
  'pow',
  'atan2',
  'minimum',
  'maximum',
  'and',
  'or',
  'xor',
  'shl',
  'shr',
] as const

/** Elementwise on two tensors of one shape and dtype; the result is bool. */
export const COMPARISON = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const

/** Reductions over `dims`, which are removed. The dtype stays: sums of integers are cast to int64 before. NaN wins in max and min. */
export const REDUCTION = ['sum', 'prod', 'max', 'min'] as const

export type UnaryOp = (typeof UNARY)[number]
export type ArithmeticOp = (typeof ARITHMETIC)[number]
export type ComparisonOp = (typeof COMPARISON)[number]
export type ReductionOp = (typeof REDUCTION)[number]

/** What becomes of elements that `scatter` brings to one place. */
export type ScatterReduction = 'none' | 'add' | 'mul'

type NoAttrs = Readonly<Record<never, never>>

/** Attributes of each primitive. Dims may be symbolic in the compiler; everything else is plain data. */
export type Attrs = { [P in UnaryOp | ArithmeticOp | ComparisonOp]: NoAttrs } & {
  [P in `reduce_${ReductionOp}`]: { readonly dims: readonly number[] }
} & {
  /** A tensor whose elements are all `value` (bool: true or false; int64: a bigint where a number cannot hold it; a size in the compiler). */
  full: {
    readonly shape: readonly Dim[]
    readonly dtype: DType
    readonly value: number | bigint | boolean | Sym
  }
  /** 0, 1, .. length - 1, one-dimensional. */
  iota: { readonly length: Dim; readonly dtype: DType }
  /** (condition bool, a, b) of one shape. */
  where: NoAttrs
  /** As torch's `.to(dtype)`: floats to integers truncate, anything to bool is `!= 0`. */
  cast: { readonly dtype: DType }
  /** Index of the first extreme element along `dim`, which is removed; int64. NaN wins. */
  argmax: { readonly dim: number }
  argmin: { readonly dim: number }
  cumsum: { readonly dim: number }
  cumprod: { readonly dim: number }
  /** Indices that sort along `dim`, stable; NaN last (first when descending); the first `count` of them; int64. */
  argsort: { readonly dim: number; readonly descending: boolean; readonly count: Dim }
  /** Row-major; the number of elements stays. */
  reshape: { readonly shape: readonly Dim[] }
  /** Output dim i is input dim dims[i]. */
  permute: { readonly dims: readonly number[] }
  /** Same rank; dims of size 1 are repeated. */
  expand: { readonly shape: readonly Dim[] }
  /** Element i along a dim is input element starts + i * steps, all in range; steps may be negative. */
  slice: {
    readonly starts: readonly Dim[]
    readonly lengths: readonly Dim[]
    readonly steps: readonly number[]
  }
  /** Constant padding, amounts not negative. */
  pad: { readonly low: readonly Dim[]; readonly high: readonly Dim[]; readonly value: number | boolean }
  /** One or more tensors, one after another along `dim`. */
  cat: { readonly dim: number }
  /**
   * Sliding windows over the last k dims: [..., d1..dk] gives [..., o1..ok, s1..sk], where o = (d - dilation*(s-1) - 1)//stride + 1
   * and element (o, s) is input element o*stride + s*dilation.
   */
  window: {
    readonly sizes: readonly Dim[]
    readonly strides: readonly Dim[]
    readonly dilations: readonly number[]
  }
  /** (x, indices): `dim` of x is replaced by the shape of the int64 indices. Indices out of range are an error; negative ones are not allowed. */
  take: { readonly dim: number }
  /** torch.gather(x, dim, index). `target`: the indices are the classes of a loss, and errors say so. */
  gather: { readonly dim: number; readonly target?: true }
  /** (x, index, source): torch.scatter; `add` as scatter_add, `mul` multiplies. Without reduction the last of several writes wins. */
  scatter: { readonly dim: number; readonly reduce: ScatterReduction }
  /** [...B, M, K] @ [...B, K, N] with equal B. */
  matmul: NoAttrs
  /**
   * (query [...B, L, E], key [...B, S, E], value [...B, S, V]) and perhaps a mask [...B, L, S]: the sum of the values, weighted
   * by softmax(scale * query key^T + mask). `scale` null is 1 / sqrt(E). `causal`: queries see the keys up to their own
   * position. A query that sees no key gets 0; without mask and causal that is one whose products are all -Infinity, and NaN.
   */
  attention: { readonly scale: number | null; readonly causal: boolean }
  /**
   * [...B, N, N] to [...B, N, N + 1]: the triangular factors of the rows in an order that keeps pivots large, U from the diagonal
   * on and L below it (without its ones); the last column says which row of x stands where. float32 or float64.
   */
  lu: NoAttrs
  /** [...B, N, N], of which the lower triangle is read: the lower triangular L with L L^T = x; NaN where there is none. */
  cholesky: NoAttrs
  /** (a [...B, N, N], b [...B, N, M]): x with a x = b. Of a one triangle is read; with `unit` ones stand for its diagonal. */
  solve_triangular: { readonly upper: boolean; readonly unit: boolean }
  /** (x [N, C, ..spatial], weight [O, C/groups, ..kernel]), cross-correlation. `padding` is [low, high] per spatial dim. */
  conv: {
    readonly strides: readonly number[]
    readonly padding: readonly (readonly [number, number])[]
    readonly dilations: readonly number[]
    readonly groups: Dim
  }
  /** (x [N, C, ..spatial], weight [C, O/groups, ..kernel]): the gradient of conv as a function of its input. */
  conv_transpose: {
    readonly strides: readonly number[]
    readonly padding: readonly (readonly [number, number])[]
    readonly dilations: readonly number[]
    readonly groups: Dim
    readonly outputPadding: readonly number[]
  }
}

export type Primitive = keyof Attrs

/** How sizes are compared where a rule needs them equal. At run time sizes are numbers; the compiler collects guards. */
export interface ShapeContext {
  /** False if a and b differ for all sizes. Where they are equal for some sizes only, true, and the context remembers to check. */
  assumeEqual(a: Dim, b: Dim): boolean
}

/** The context of concrete shapes. */
export const concreteShapes: ShapeContext = { assumeEqual: (a, b) => relation(a, b) === 'equal' }

type Rule<P extends Primitive> = (cx: ShapeContext, inputs: readonly Aval[], attrs: Attrs[P]) => Aval

const mismatch = (message: string): OpError => new OpError('shape/mismatch', message)

function sameShape(cx: ShapeContext, op: string, inputs: readonly Aval[]): readonly Dim[] {
  const first = inputs[0]!.shape
  for (const other of inputs.slice(1)) {
    if (other.shape.length !== first.length || !first.every((d, i) => cx.assumeEqual(d, other.shape[i]!))) {
      throw mismatch(`${op}: shapes ${printShape(first)} and ${printShape(other.shape)} differ`)
    }
  }
  return first
}

function sameDType(op: string, a: Aval, b: Aval): DType {
  if (a.dtype !== b.dtype)
    throw new OpError('dtype/mismatch', `${op}: dtypes ${a.dtype} and ${b.dtype} differ`)
  return a.dtype
}

const INTEGER_UNARY: ReadonlySet<string> = new Set([
  'neg',
  'abs',
  'sign',
  'not',
  'floor',
  'ceil',
  'round',
  'trunc',
])

const unary =
  (op: UnaryOp): Rule<UnaryOp> =>
  (_cx, [x]) => {
    if (!isFloat(x!.dtype) && !INTEGER_UNARY.has(op))
      throw new OpError('dtype/mismatch', `${op} needs a float tensor, not ${x!.dtype}`)
    return x!
  }

const arithmetic =
  (op: ArithmeticOp): Rule<ArithmeticOp> =>
  (cx, [a, b]) => ({ shape: sameShape(cx, op, [a!, b!]), dtype: sameDType(op, a!, b!) })

const comparison =
  (op: ComparisonOp): Rule<ComparisonOp> =>
  (cx, [a, b]) => {
    sameDType(op, a!, b!)
    return { shape: sameShape(cx, op, [a!, b!]), dtype: 'bool' }
  }

const without = (shape: readonly Dim[], dims: readonly number[]): readonly Dim[] =>
  shape.filter((_, i) => !dims.includes(i))

const reduction: Rule<`reduce_${ReductionOp}`> = (_cx, [x], { dims }) => ({
  shape: without(x!.shape, dims),
  dtype: x!.dtype,
})

const indexAlong: Rule<'argmax' | 'argmin'> = (_cx, [x], { dim }) => ({
  shape: without(x!.shape, [dim]),
  dtype: 'int64',
})

const unchanged: Rule<'cumsum' | 'cumprod'> = (_cx, [x]) => x!

/** (size - dilation * (kernel - 1) - 1) // stride + 1: how many windows fit. */
export const windowCount = (size: Dim, kernel: Dim, stride: Dim, dilation: number): Dim =>
  add(floordiv(sub(sub(size, mul(dilation, sub(kernel, 1))), 1), stride), 1)

/** The size of square matrices of float32 or float64. */
function squareSize(cx: ShapeContext, op: string, { shape, dtype }: Aval): Dim {
  const [rows, columns] = shape.slice(-2)
  if (rows === undefined || columns === undefined || !cx.assumeEqual(rows, columns))
    throw mismatch(`${op} takes square matrices, not ${printShape(shape)}`)
  if (dtype !== 'float32' && dtype !== 'float64')
    throw new OpError('dtype/mismatch', `${op} takes float32 or float64, not ${dtype}`)
  return rows
}

function fromEntries<K extends string, R>(names: readonly K[], make: (name: K) => R): { [N in K]: R } {
  return Object.fromEntries(names.map(n => [n, make(n)])) as { [N in K]: R }
}

/** Shape and dtype of each primitive's result. Throws OpError. */
export const infer: { readonly [P in Primitive]: Rule<P> } = {
  ...fromEntries(UNARY, unary),
  ...fromEntries(ARITHMETIC, arithmetic),
  ...fromEntries(COMPARISON, comparison),
  reduce_sum: reduction,
  reduce_prod: reduction,
  reduce_max: reduction,
  reduce_min: reduction,
  full: (_cx, _inputs, { shape, dtype }) => {
    const negative = shape.find(d => typeof d === 'number' && d < 0)
    if (negative !== undefined)
      throw new OpError('argument/value', `size ${negative} in ${printShape(shape)} is negative`)
    return { shape, dtype }
  },
  iota: (_cx, _inputs, { length, dtype }) => ({ shape: [length], dtype }),
  where: (cx, [condition, a, b]) => {
    if (condition!.dtype !== 'bool')
      throw new OpError('dtype/mismatch', `where needs a bool condition, not ${condition!.dtype}`)
    return { shape: sameShape(cx, 'where', [condition!, a!, b!]), dtype: sameDType('where', a!, b!) }
  },
  cast: (_cx, [x], { dtype }) => ({ shape: x!.shape, dtype }),
  argmax: indexAlong,
  argmin: indexAlong,
  cumsum: unchanged,
  cumprod: unchanged,
  argsort: (_cx, [x], { dim, count }) => ({ shape: x!.shape.with(dim, count), dtype: 'int64' }),
  reshape: (cx, [x], { shape }) => {
    if (!cx.assumeEqual(product(x!.shape), product(shape))) {
      throw mismatch(
        `a tensor of shape ${printShape(x!.shape)} cannot be viewed as ${printShape(shape)}: ${elements(x!.shape)} elements against ${elements(shape)}`,
      )
    }
    return { shape, dtype: x!.dtype }
  },
  permute: (_cx, [x], { dims }) => ({ shape: dims.map(d => x!.shape[d]!), dtype: x!.dtype }),
  expand: (cx, [x], { shape }) => {
    const fits =
      shape.length === x!.shape.length && x!.shape.every((d, i) => d === 1 || cx.assumeEqual(d, shape[i]!))
    if (!fits)
      throw mismatch(`a tensor of shape ${printShape(x!.shape)} cannot be expanded to ${printShape(shape)}`)
    return { shape, dtype: x!.dtype }
  },
  slice: (_cx, [x], { starts, lengths, steps }) => {
    const outside = x!.shape.findIndex((size, i) => {
      const [start, length] = [starts[i]!, lengths[i]!]
      if (typeof size !== 'number' || typeof start !== 'number' || typeof length !== 'number') return false
      const last = start + (length - 1) * steps[i]!
      return length < 0 || (length > 0 && (Math.min(start, last) < 0 || Math.max(start, last) >= size))
    })
    if (outside >= 0)
      throw new OpError(
        'shape/range',
        `${lengths[outside]} elements from ${starts[outside]} on exceed dim ${outside} of ${printShape(x!.shape)}`,
      )
    return { shape: lengths, dtype: x!.dtype }
  },
  pad: (_cx, [x], { low, high }) => ({
    shape: x!.shape.map((d, i) => add(add(d, low[i]!), high[i]!)),
    dtype: x!.dtype,
  }),
  cat: (cx, inputs, { dim }) => {
    const first = inputs[0]!
    for (const other of inputs.slice(1)) {
      sameDType('cat', first, other)
      const fits =
        other.shape.length === first.shape.length &&
        first.shape.every((d, i) => i === dim || cx.assumeEqual(d, other.shape[i]!))
      if (!fits) {
        throw mismatch(
          `cat along dim ${dim}: shapes ${printShape(first.shape)} and ${printShape(other.shape)} differ elsewhere`,
        )
      }
    }
    const total = inputs.reduce<Dim>((n, x) => add(n, x.shape[dim]!), 0)
    return { shape: first.shape.map((d, i) => (i === dim ? total : d)), dtype: first.dtype }
  },
  window: (_cx, [x], { sizes, strides, dilations }) => {
    const lead = x!.shape.length - sizes.length
    const counts = sizes.map((s, i) => windowCount(x!.shape[lead + i]!, s, strides[i]!, dilations[i]!))
    return { shape: [...x!.shape.slice(0, lead), ...counts, ...sizes], dtype: x!.dtype }
  },
  take: (_cx, [x, indices], { dim }) => ({
    shape: [...x!.shape.slice(0, dim), ...indices!.shape, ...x!.shape.slice(dim + 1)],
    dtype: x!.dtype,
  }),
  gather: (_cx, [x, index]) => ({ shape: index!.shape, dtype: x!.dtype }),
  scatter: (_cx, [x, , source]) => ({ shape: x!.shape, dtype: sameDType('scatter', x!, source!) }),
  matmul: (cx, [a, b]) => {
    const [m, k] = a!.shape.slice(-2)
    const [k2, n] = b!.shape.slice(-2)
    const batch = a!.shape.slice(0, -2)
    const fits =
      a!.shape.length === b!.shape.length &&
      batch.every((d, i) => cx.assumeEqual(d, b!.shape[i]!)) &&
      cx.assumeEqual(k!, k2!)
    if (!fits) throw mismatch(`matmul: shapes ${printShape(a!.shape)} and ${printShape(b!.shape)} do not fit`)
    return { shape: [...batch, m!, n!], dtype: sameDType('matmul', a!, b!) }
  },
  attention: (cx, inputs) => {
    const [q, k, v, mask] = inputs
    const [queries, width] = q!.shape.slice(-2)
    const [keys, width2] = k!.shape.slice(-2)
    const batch = q!.shape.slice(0, -2)
    const sameBatch = inputs.every(
      x => x.shape.length === q!.shape.length && batch.every((d, i) => cx.assumeEqual(d, x.shape[i]!)),
    )
    const fits =
      sameBatch &&
      cx.assumeEqual(width!, width2!) &&
      cx.assumeEqual(keys!, v!.shape.at(-2)!) &&
      (mask === undefined ||
        (cx.assumeEqual(queries!, mask.shape.at(-2)!) && cx.assumeEqual(keys!, mask.shape.at(-1)!)))
    if (!fits) {
      const shapes = inputs.map(x => printShape(x.shape)).join(', ')
      throw mismatch(`attention: shapes ${shapes} do not fit`)
    }
    for (const x of inputs.slice(1)) sameDType('attention', q!, x)
    return { shape: [...batch, queries!, v!.shape.at(-1)!], dtype: q!.dtype }
  },
  lu: (cx, [x]) => {
    const size = squareSize(cx, 'lu', x!)
    return { shape: [...x!.shape.slice(0, -1), add(size, 1)], dtype: x!.dtype }
  },
  cholesky: (cx, [x]) => {
    squareSize(cx, 'cholesky', x!)
    return x!
  },
  solve_triangular: (cx, [a, b]) => {
    const size = squareSize(cx, 'solve_triangular', a!)
    const batch = a!.shape.slice(0, -2)
    const fits =
      a!.shape.length === b!.shape.length &&
      batch.every((d, i) => cx.assumeEqual(d, b!.shape[i]!)) &&
      cx.assumeEqual(size, b!.shape.at(-2)!)
    if (!fits)
      throw mismatch(
        `solve_triangular: shapes ${printShape(a!.shape)} and ${printShape(b!.shape)} do not fit`,
      )
    return { shape: b!.shape, dtype: sameDType('solve_triangular', a!, b!) }
  },
  conv: (cx, [x, weight], { strides, padding, dilations, groups }) => {
    if (!cx.assumeEqual(x!.shape[1]!, mul(weight!.shape[1]!, groups))) {
      throw mismatch(
        `conv: weight ${printShape(weight!.shape)} with groups=${groups} expects ${mul(weight!.shape[1]!, groups)} input channels; the input ${printShape(x!.shape)} has ${x!.shape[1]}`,
      )
    }
    const spatial = strides.map((stride, i) =>
      windowCount(
        add(x!.shape[2 + i]!, padding[i]![0] + padding[i]![1]),
        weight!.shape[2 + i]!,
        stride,
        dilations[i]!,
      ),
    )
    return { shape: [x!.shape[0]!, weight!.shape[0]!, ...spatial], dtype: sameDType('conv', x!, weight!) }
  },
  conv_transpose: (cx, [x, weight], { strides, padding, dilations, groups, outputPadding }) => {
    if (!cx.assumeEqual(x!.shape[1]!, weight!.shape[0]!)) {
      throw mismatch(
        `conv_transpose: weight ${printShape(weight!.shape)} expects ${weight!.shape[0]} input channels; the input ${printShape(x!.shape)} has ${x!.shape[1]}`,
      )
    }
    const spatial = strides.map((stride, i) =>
      add(
        sub(mul(sub(x!.shape[2 + i]!, 1), stride), padding[i]![0] + padding[i]![1]),
        add(mul(dilations[i]!, sub(weight!.shape[2 + i]!, 1)), outputPadding[i]! + 1),
      ),
    )
    return {
      shape: [x!.shape[0]!, mul(weight!.shape[1]!, groups), ...spatial],
      dtype: sameDType('conv_transpose', x!, weight!),
    }
  },
}

const elements = (shape: readonly Dim[]): string => `${product(shape)}`
