/**
 * The builder that evaluates at once, one element after another, straight from the definition of each primitive: what the
 * devices are compared with. Floats are computed in float64 and rounded to the dtype after every primitive, sums only at
 * their end; integers are exact and wrap.
 */

import type { Builder } from '../../runtime/ops/builder.ts'
import { type Dim, relation } from '../../runtime/ops/dim.ts'
import { type DType, isFloat } from '../../runtime/ops/dtype.ts'
import { OpError } from '../../runtime/ops/error.ts'
import {
  ARITHMETIC,
  type ArithmeticOp,
  type Attrs,
  COMPARISON,
  concreteShapes,
  infer,
  type Primitive,
  UNARY,
  type UnaryOp,
} from '../../runtime/ops/primitives.ts'
import { arithmeticOn, compareValues, unaryOn } from './plain-scalar.ts'
import { at, build, convert, type PlainTensor, type PlainValue, sizeOf, subscripts } from './plain-tensor.ts'

type Rule<P extends Primitive> = (inputs: readonly PlainTensor[], attrs: Attrs[P]) => PlainTensor

const numbers = (dims: readonly Dim[]): number[] => dims.map(Number)

function fromNames<K extends string, R>(names: readonly K[], make: (name: K) => R): { [N in K]: R } {
  return Object.fromEntries(names.map(n => [n, make(n)])) as { [N in K]: R }
}

/** The subscript without the given axes, and the sub-shape of those axes: the frame of a reduction. */
function reduceOver(
  x: PlainTensor,
  dims: readonly number[],
  start: (dtype: DType) => PlainValue,
  step: (sum: PlainValue, value: PlainValue) => PlainValue,
): PlainTensor {
  const kept = x.shape.map((_, i) => i).filter(i => !dims.includes(i))
  const inner = dims.map(i => x.shape[i]!)
  return build(
    kept.map(i => x.shape[i]!),
    x.dtype,
    outer => {
      let sum = start(x.dtype)
      for (const s of subscripts(inner)) {
        const full: number[] = []
        for (const [k, axis] of kept.entries()) full[axis] = outer[k]!
        for (const [k, axis] of dims.entries()) full[axis] = s[k]!
        sum = step(sum, at(x, full))
      }
      return sum
    },
  )
}

const zero = (dtype: DType): PlainValue => (dtype === 'int64' ? 0n : 0)
const one = (dtype: DType): PlainValue => (dtype === 'int64' ? 1n : 1)

/** The least (or greatest) value of a dtype: what a maximum over nothing is. */
function extreme(dtype: DType, sign: 1 | -1): PlainValue {
  if (isFloat(dtype)) return sign * Number.POSITIVE_INFINITY
  if (dtype === 'int64') return sign > 0 ? 2n ** 63n - 1n : -(2n ** 63n)
  if (dtype === 'bool') return sign > 0 ? 1 : 0
  const limits = {
    uint8: [0, 255],
    int8: [-128, 127],
    int16: [-32768, 32767],
    int32: [-(2 ** 31), 2 ** 31 - 1],
  }
  return limits[dtype as keyof typeof limits][sign > 0 ? 1 : 0]!
}

const plus = (a: PlainValue, b: PlainValue): PlainValue =>
  typeof a === 'bigint' ? BigInt.asIntN(64, a + BigInt(b)) : a + Number(b)
const times = (a: PlainValue, b: PlainValue): PlainValue =>
  typeof a === 'bigint' ? BigInt.asIntN(64, a * BigInt(b)) : a * Number(b)

/** True if `a` goes before `b` in a maximum (or minimum): greater, or NaN where `b` is none. */
function beats(a: PlainValue, b: PlainValue, sign: 1 | -1): boolean {
  if (Number.isNaN(a)) return !Number.isNaN(b)
  return sign > 0 ? a > b : a < b
}

const extremeOf = (sign: 1 | -1) => (x: PlainTensor, dims: readonly number[]) =>
  reduceOver(
    x,
    dims,
    dtype => extreme(dtype, -sign as 1 | -1),
    (best, value) => (beats(value, best, sign) ? value : best),
  )

/** The elements along `dim` that share the other subscripts with `s`. */
function line(x: PlainTensor, dim: number, s: readonly number[]): PlainValue[] {
  return Array.from({ length: x.shape[dim]! }, (_, i) => at(x, s.toSpliced(dim, 1, i)))
}

const extremeIndex =
  (sign: 1 | -1): Rule<'argmax' | 'argmin'> =>
  ([x], { dim }) =>
    build(x!.shape.toSpliced(dim, 1), 'int64', s => {
      const values = line(x!, dim, s.toSpliced(dim, 0, 0))
      let best = 0
      for (const [i, value] of values.entries()) if (beats(value, values[best]!, sign)) best = i
      return BigInt(best)
    })

const running =
  (step: (a: PlainValue, b: PlainValue) => PlainValue): Rule<'cumsum' | 'cumprod'> =>
  ([x], { dim }) =>
    build(x!.shape, x!.dtype, s =>
      line(x!, dim, s)
        .slice(0, s[dim]! + 1)
        .reduce(step),
    )

function indexIn(op: string, index: PlainValue, size: number): number {
  const i = Number(index)
  if (!(i >= 0 && i < size))
    throw new OpError('shape/range', `${op}: index ${i} is out of range for a dim of size ${size}`, { op })
  return i
}

function scatter([x, index, source]: readonly PlainTensor[], { dim, reduce }: Attrs['scatter']): PlainTensor {
  const result = new Map<string, PlainValue>()
  for (const s of subscripts(index!.shape)) {
    const target = s.toSpliced(dim, 1, indexIn('scatter', at(index!, s), x!.shape[dim]!))
    const value = at(source!, s)
    const before = result.get(`${target}`) ?? at(x!, target)
    result.set(
      `${target}`,
      reduce === 'none' ? value : reduce === 'add' ? plus(before, value) : times(before, value),
    )
  }
  return build(x!.shape, x!.dtype, s => result.get(`${s}`) ?? at(x!, s))
}

/** Row-major position of a subscript. */
const flatten = (s: readonly number[], shape: readonly number[]): number =>
  s.reduce((flat, i, axis) => flat * shape[axis]! + i, 0)

function conv([x, w]: readonly PlainTensor[], shape: readonly number[], attrs: Attrs['conv']): PlainTensor {
  const channels = w!.shape[1]!
  const perGroup = w!.shape[0]! / (attrs.groups as number)
  const kernel = w!.shape.slice(2)
  return build(shape, x!.dtype, ([n, o, ...position]) => {
    const group = Math.floor(o! / perGroup)
    let sum = zero(x!.dtype)
    for (let c = 0; c < channels; c++) {
      for (const k of subscripts(kernel)) {
        const p = position.map(
          (q, i) => q * attrs.strides[i]! + k[i]! * attrs.dilations[i]! - attrs.padding[i]![0],
        )
        if (p.some((q, i) => q < 0 || q >= x!.shape[2 + i]!)) continue
        sum = plus(sum, times(at(x!, [n!, group * channels + c, ...p]), at(w!, [o!, c, ...k])))
      }
    }
    return sum
  })
}

function convTranspose(
  [x, w]: readonly PlainTensor[],
  shape: readonly number[],
  attrs: Attrs['conv_transpose'],
): PlainTensor {
  const sums = Array.from({ length: sizeOf(shape) }, () => zero(x!.dtype))
  const perGroup = x!.shape[1]! / (attrs.groups as number)
  for (const [n, c, ...position] of subscripts(x!.shape)) {
    for (const [o, ...k] of subscripts(w!.shape.slice(1))) {
      const channel = Math.floor(c! / perGroup) * w!.shape[1]! + o!
      const p = position.map(
        (q, i) => q * attrs.strides[i]! + k[i]! * attrs.dilations[i]! - attrs.padding[i]![0],
      )
      if (p.some((q, i) => q < 0 || q >= shape[2 + i]!)) continue
      const target = flatten([n!, channel, ...p], shape)
      sums[target] = plus(sums[target]!, times(at(x!, [n!, c!, ...position]), at(w!, [c!, o!, ...k])))
    }
  }
  return { shape, dtype: x!.dtype, data: sums.map(v => convert(x!.dtype, v)) }
}

/** softmax(scale query key^T + mask) value, by its definition. */
function attention(inputs: readonly PlainTensor[], { scale, causal }: Attrs['attention']): PlainTensor {
  const [q, k, v, mask] = inputs as [PlainTensor, PlainTensor, PlainTensor, PlainTensor?]
  const [keys, width] = k.shape.slice(-2) as [number, number]
  const factor = scale ?? 1 / Math.sqrt(width)
  const shape = [...q.shape.slice(0, -1), v.shape.at(-1)!]
  return build(shape, q.dtype, subscript => {
    const [batch, i, c] = [subscript.slice(0, -2), subscript.at(-2)!, subscript.at(-1)!]
    const scores = Array.from({ length: keys }, (_, j) => {
      if (causal && j > i) return Number.NEGATIVE_INFINITY
      let sum = 0
      for (let e = 0; e < width; e++) sum += Number(at(q, [...batch, i, e])) * Number(at(k, [...batch, j, e]))
      return sum * factor + (mask === undefined ? 0 : Number(at(mask, [...batch, i, j])))
    })
    const peak = Math.max(...scores)
    if (keys === 0 || ((causal || mask !== undefined) && peak === Number.NEGATIVE_INFINITY)) return 0
    const weights = scores.map(s => Math.exp(s - peak))
    const total = weights.reduce((a, b) => a + b, 0)
    return weights.reduce((sum, w, j) => sum + w * Number(at(v, [...batch, j, c])), 0) / total
  })
}

const elementwise =
  (op: UnaryOp): Rule<UnaryOp> =>
  ([x]) => ({ ...x!, data: x!.data.map(v => convert(x!.dtype, unaryOn(op, x!.dtype, v))) })

const arithmetic =
  (op: ArithmeticOp): Rule<ArithmeticOp> =>
  ([a, b]) => ({
    ...a!,
    data: a!.data.map((v, i) => convert(a!.dtype, arithmeticOn(op, a!.dtype, v, b!.data[i]!))),
  })

/** What `f` makes of each matrix, row by row. */
function overMatrices(
  x: PlainTensor,
  shape: readonly number[],
  f: (matrix: number[][], batch: readonly number[]) => number[][],
): PlainTensor {
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const found = new Map<string, number[][]>()
  for (const batch of subscripts(x.shape.slice(0, -2))) {
    const matrix = Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => Number(at(x, [...batch, i, j]))),
    )
    found.set(`${batch}`, f(matrix, batch))
  }
  return build(shape, x.dtype, s => found.get(`${s.slice(0, -2)}`)![s.at(-2)!]![s.at(-1)!]!)
}

/** Gauss's elimination with pivots by columns; the last column says where rows come from. */
function lu(a: number[][]): number[][] {
  const rows = a.map((row, i) => [...row, i])
  for (let k = 0; k < rows.length; k++) {
    const sizes = rows.slice(k).map(row => Math.abs(row[k]!))
    const pivot = k + sizes.indexOf(Math.max(...sizes))
    const [upper, lower] = [rows[k]!, rows[pivot] ?? rows[k]!]
    rows[k] = lower
    rows[pivot] = upper
    for (const row of rows.slice(k + 1)) {
      const factor = lower[k] === 0 ? 0 : row[k]! / lower[k]!
      row[k] = factor
      for (let j = k + 1; j < rows.length; j++) row[j]! -= factor * lower[j]!
    }
  }
  return rows
}

function cholesky(a: number[][]): number[][] {
  const l = a.map(row => row.map(() => 0))
  for (const [i, row] of a.entries()) {
    for (let j = 0; j <= i; j++) {
      const rest = row[j]! - l[i]!.slice(0, j).reduce((sum, x, k) => sum + x * l[j]![k]!, 0)
      l[i]![j] = i === j ? Math.sqrt(rest) : rest / l[j]![j]!
    }
  }
  return l
}

function solveTriangular(
  a: number[][],
  b: number[][],
  { upper, unit }: Attrs['solve_triangular'],
): number[][] {
  const x: number[][] = b.map(() => [])
  const order = a.map((_, i) => (upper ? a.length - 1 - i : i))
  for (const [step, i] of order.entries()) {
    const before = order.slice(0, step)
    x[i] = b[i]!.map((right, c) => {
      const rest = right - before.reduce((sum, j) => sum + a[i]![j]! * x[j]![c]!, 0)
      return unit ? rest : rest / a[i]![i]!
    })
  }
  return x
}

/** What each primitive means. Shapes come from the op table's own rules. */
const evaluate: { readonly [P in Primitive]: Rule<P> } = {
  ...fromNames(UNARY, elementwise),
  ...fromNames(ARITHMETIC, arithmetic),
  ...fromNames(COMPARISON, op => ([a, b]: readonly PlainTensor[]) => ({
    shape: a!.shape,
    dtype: 'bool' as const,
    data: a!.data.map((v, i) => (compareValues(op, v, b!.data[i]!) ? 1 : 0)),
  })),
  reduce_sum: ([x], { dims }) => reduceOver(x!, dims, zero, plus),
  reduce_prod: ([x], { dims }) => reduceOver(x!, dims, one, times),
  reduce_max: ([x], { dims }) => extremeOf(1)(x!, dims),
  reduce_min: ([x], { dims }) => extremeOf(-1)(x!, dims),
  full: (_, { shape, dtype, value }) =>
    build(numbers(shape), dtype, () => convert(dtype, value as PlainValue | boolean)),
  iota: (_, { length, dtype }) => build([Number(length)], dtype, ([i]) => i!),
  where: ([condition, a, b]) => ({
    ...a!,
    data: condition!.data.map((c, i) => (c ? a!.data[i]! : b!.data[i]!)),
  }),
  cast: ([x], { dtype }) => ({ shape: x!.shape, dtype, data: x!.data.map(v => convert(dtype, v)) }),
  argmax: extremeIndex(1),
  argmin: extremeIndex(-1),
  cumsum: running(plus),
  cumprod: running(times),
  argsort: ([x], { dim, descending, count }) =>
    build(x!.shape.with(dim, Number(count)), 'int64', s => {
      const values = line(x!, dim, s)
      const order = values.map((_, i) => i)
      // NaN is greater than any number; sort() is stable.
      const less = (a: PlainValue, b: PlainValue) => (Number.isNaN(a) ? false : Number.isNaN(b) || a < b)
      order.sort((i, j) => {
        const [a, b] = descending ? [values[j]!, values[i]!] : [values[i]!, values[j]!]
        return less(a, b) ? -1 : less(b, a) ? 1 : 0
      })
      return BigInt(order[s[dim]!]!)
    }),
  reshape: ([x], { shape }) => ({ ...x!, shape: numbers(shape) }),
  permute: ([x], { dims }) =>
    build(
      dims.map(d => x!.shape[d]!),
      x!.dtype,
      s => {
        const source: number[] = []
        for (const [i, d] of dims.entries()) source[d] = s[i]!
        return at(x!, source)
      },
    ),
  expand: ([x], { shape }) =>
    build(numbers(shape), x!.dtype, s =>
      at(
        x!,
        s.map((i, axis) => (x!.shape[axis] === 1 ? 0 : i)),
      ),
    ),
  slice: ([x], { starts, lengths, steps }) =>
    build(numbers(lengths), x!.dtype, s =>
      at(
        x!,
        s.map((i, axis) => Number(starts[axis]) + i * steps[axis]!),
      ),
    ),
  pad: ([x], { low, high, value }) =>
    build(
      x!.shape.map((d, i) => d + Number(low[i]) + Number(high[i])),
      x!.dtype,
      s => {
        const source = s.map((i, axis) => i - Number(low[axis]))
        const inside = source.every((i, axis) => i >= 0 && i < x!.shape[axis]!)
        return inside ? at(x!, source) : convert(x!.dtype, value)
      },
    ),
  cat: (inputs, { dim }) => {
    const total = inputs.reduce((n, x) => n + x.shape[dim]!, 0)
    return build(inputs[0]!.shape.toSpliced(dim, 1, total), inputs[0]!.dtype, s => {
      let i = s[dim]!
      let part = 0
      while (i >= inputs[part]!.shape[dim]!) i -= inputs[part++]!.shape[dim]!
      return at(inputs[part]!, s.toSpliced(dim, 1, i))
    })
  },
  window: ([x], { sizes, strides, dilations }) => {
    const k = sizes.length
    const lead = x!.shape.length - k
    const counts = sizes.map(
      (size, i) =>
        Math.floor((x!.shape[lead + i]! - dilations[i]! * (Number(size) - 1) - 1) / Number(strides[i])) + 1,
    )
    return build([...x!.shape.slice(0, lead), ...counts, ...numbers(sizes)], x!.dtype, s =>
      at(x!, [
        ...s.slice(0, lead),
        ...counts.map((_, i) => s[lead + i]! * Number(strides[i]) + s[lead + k + i]! * dilations[i]!),
      ]),
    )
  },
  take: ([x, indices], { dim }) => {
    const rank = indices!.shape.length
    const shape = x!.shape.toSpliced(dim, 1, ...indices!.shape)
    return build(shape, x!.dtype, s => {
      const index = at(indices!, s.slice(dim, dim + rank))
      return at(x!, s.toSpliced(dim, rank, indexIn('take', index, x!.shape[dim]!)))
    })
  },
  gather: ([x, index], { dim }) =>
    build(index!.shape, x!.dtype, s =>
      at(x!, s.toSpliced(dim, 1, indexIn('gather', at(index!, s), x!.shape[dim]!))),
    ),
  scatter,
  matmul: ([a, b]) => {
    const inner = a!.shape.at(-1)!
    return build([...a!.shape.slice(0, -1), b!.shape.at(-1)!], a!.dtype, s => {
      const batch = s.slice(0, -2)
      const [i, j] = s.slice(-2)
      let sum = zero(a!.dtype)
      for (let k = 0; k < inner; k++)
        sum = plus(sum, times(at(a!, [...batch, i!, k]), at(b!, [...batch, k, j!])))
      return sum
    })
  },
  attention,
  lu: ([x]) => overMatrices(x!, [...x!.shape.slice(0, -1), x!.shape.at(-1)! + 1], lu),
  cholesky: ([x]) => overMatrices(x!, x!.shape, cholesky),
  solve_triangular: ([a, b], attrs) => {
    const matrices = new Map<string, number[][]>()
    overMatrices(a!, a!.shape, (matrix, batch) => {
      matrices.set(`${batch}`, matrix)
      return matrix
    })
    return overMatrices(b!, b!.shape, (right, batch) =>
      solveTriangular(matrices.get(`${batch}`)!, right, attrs),
    )
  },
  conv: (inputs, attrs) => conv(inputs, numbers(infer.conv(concreteShapes, inputs, attrs).shape), attrs),
  conv_transpose: (inputs, attrs) =>
    convTranspose(inputs, numbers(infer.conv_transpose(concreteShapes, inputs, attrs).shape), attrs),
}

/** A builder of plain tensors. `random` gives the numbers that dropout takes, in order. */
export class PlainBuilder implements Builder<PlainTensor> {
  private readonly random: () => number

  constructor(random: () => number = () => 0.5) {
    this.random = random
  }

  aval(value: PlainTensor): PlainTensor {
    return value
  }

  assumeEqual(a: Dim, b: Dim): boolean {
    return relation(a, b) === 'equal'
  }

  isValue(v: unknown): v is PlainTensor {
    return typeof v === 'object' && v !== null && 'dtype' in v && 'data' in v && 'shape' in v
  }

  emit<P extends Primitive>(op: P, inputs: readonly PlainTensor[], attrs: Attrs[P]): PlainTensor {
    const expected = infer[op](concreteShapes, inputs, attrs)
    const result = evaluate[op](inputs, attrs)
    if (`${result.shape}` !== `${expected.shape}` || result.dtype !== expected.dtype)
      throw new Error(
        `${op} gave ${result.dtype}[${result.shape}] where its rule says ${expected.dtype}[${expected.shape}]`,
      )
    return result
  }

  uniform(shape: readonly Dim[], dtype: DType): PlainTensor {
    return build(numbers(shape), dtype, () => this.random())
  }
}
