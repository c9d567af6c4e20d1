/** Pools over one to three axes: sliding windows, reduced. https://docs.pytorch.org/docs/2.13/nn.functional.html#pooling-functions */
import { optional, required, type SizeOrScalar } from '../args.ts'
import type { Builder } from '../builder.ts'
import {
  add,
  compare,
  condition,
  type Dim,
  floordiv,
  max,
  mul,
  printShape,
  product,
  select,
  sub,
} from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { batched } from './conv.ts'
import { firstExtreme } from './extreme.ts'
import { plainNumber } from './promotion.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

/** A pool's windows along k axes, in the order of the axes. */
export interface Windows {
  readonly sizes: readonly Dim[]
  readonly strides: readonly Dim[]
  readonly padding: readonly number[]
  readonly dilations: readonly number[]
  readonly ceil: boolean
}

/** [low, high] padding of an axis. In ceil mode a last window may stick out, but must start inside the input or its low padding. */
function extent(
  { sizes, strides, padding, dilations, ceil }: Windows,
  i: number,
  size: Dim,
): readonly [Dim, Dim] {
  const p = padding[i]!
  if (!ceil) return [p, p]
  const [stride, span] = [strides[i]!, add(mul(dilations[i]!, sub(sizes[i]!, 1)), 1)]
  const most = add(floordiv(add(sub(add(size, 2 * p), span), sub(stride, 1)), stride), 1)
  const lastStart = mul(sub(most, 1), stride)
  const count = select(condition('>=', lastStart, add(size, p)), sub(most, 1), most)
  const needed = add(mul(sub(count, 1), stride), span)
  return [p, max(0, sub(sub(needed, size), p))]
}

function checkPool<V>(v: Vocabulary<V>, op: string, x: V, w: Windows): void {
  const k = w.sizes.length
  if (v.rank(x) !== k + 1 && v.rank(x) !== k + 2) {
    throw new OpError(
      'shape/rank',
      `${op} takes [N, C, ..] or [C, ..] with ${k} spatial axes, not ${printShape(v.shape(x))}`,
      {
        op,
      },
    )
  }
  for (const [i, p] of w.padding.entries()) {
    const size = w.sizes[i]!
    if (typeof size === 'number' && p > size / 2)
      throw new OpError(
        'argument/value',
        `${op}: padding ${p} must be at most half of the kernel size ${size}`,
        { op },
      )
  }
}

/** [..., o1..ok, s1..sk]: the padded windows of the last axes. */
function windowsOf<V>(b: Builder<V>, op: string, x: V, w: Windows, filler: number | boolean): V {
  const v = vocabulary(b)
  checkPool(v, op, x, w)
  const k = w.sizes.length
  const spatial = v.shape(x).slice(-k)
  const padded = v.padLast(
    x,
    spatial.map((d, i) => extent(w, i, d)),
    filler,
  )
  const out = b.emit('window', [padded], { sizes: w.sizes, strides: w.strides, dilations: w.dilations })
  const counts = v.shape(out).slice(-2 * k, -k)
  if (counts.some(d => typeof d === 'number' && d < 1)) {
    throw new OpError(
      'shape/range',
      `${op}: windows of ${printShape(w.sizes)} do not fit an input of ${printShape(v.shape(x))}`,
      {
        op,
      },
    )
  }
  return out
}

const last = (rank: number, k: number): readonly number[] => Array.from({ length: k }, (_, i) => rank - k + i)

const lowest = (float: boolean): number => (float ? Number.NEGATIVE_INFINITY : -(2 ** 31))

/** Largest elements of the windows. */
export function maxPool<V>(b: Builder<V>, op: string, x: V, w: Windows): V {
  const v = vocabulary(b)
  const windows = windowsOf(b, op, x, w, lowest(isFloat(v.dtype(x))))
  return firstExtreme(b, windows, 'max', last(v.rank(windows), w.sizes.length))
}

/** Places of the largest elements in the flattened spatial axes of the input. */
function maxPoolIndices<V>(b: Builder<V>, op: string, x: V, w: Windows): V {
  const v = vocabulary(b)
  const k = w.sizes.length
  const windows = windowsOf(b, op, x, w, lowest(isFloat(v.dtype(x))))
  const shape = v.shape(windows)
  const outer = shape.slice(0, -k)
  const best = v.argmax(v.reshape(windows, [...outer, product(w.sizes)]), -1)
  const spatial = v.shape(x).slice(-k)
  let rest = best
  let index: V | null = null
  for (let i = k - 1; i >= 0; i--) {
    const inWindow = v.zip('remainder', rest, w.sizes[i]!)
    rest = v.zip('floordiv', rest, w.sizes[i]!)
    const axis = outer.length - k + i
    const start = v.sub(v.mul(v.iotaAlong(outer.length, axis, outer[axis]!), w.strides[i]!), w.padding[i]!)
    const place = v.add(v.mul(inWindow, w.dilations[i]!), start)
    const scaled = v.mul(place, product(spatial.slice(i + 1)))
    index = index === null ? scaled : v.add(index, scaled)
  }
  return index!
}

/** How many elements each window of an axis joins: those inside the input, or inside input and padding. */
function windowCounts<V>(
  v: Vocabulary<V>,
  w: Windows,
  i: number,
  size: Dim,
  count: Dim,
  includePad: boolean,
): V {
  const p = w.padding[i]!
  const start = v.sub(v.mul(v.iota(count), w.strides[i]!), p)
  const end = v.min(v.add(start, w.sizes[i]!), add(size, includePad ? p : 0))
  return v.sub(end, includePad ? start : v.max(start, 0))
}

export function avgPool<V>(
  b: Builder<V>,
  op: string,
  x: V,
  w: Windows,
  includePad: boolean,
  divisor: number | null,
): V {
  const v = vocabulary(b)
  const k = w.sizes.length
  return v.inFloat32(x, y => {
    const windows = windowsOf(b, op, y, w, 0)
    const sums = v.sum(windows, last(v.rank(windows), k))
    if (divisor !== null) return v.div(sums, divisor)
    const padded = w.padding.some(p => p > 0)
    if (!w.ceil && (includePad || !padded)) return v.div(sums, product(w.sizes))
    const rank = v.rank(sums)
    const counts = last(rank, k).map((axis, i) => {
      const line = windowCounts(v, w, i, v.size(y, axis - rank), v.size(sums, axis), includePad)
      return v.reshape(
        line,
        Array.from({ length: rank }, (_, d) => (d === axis ? -1 : 1)),
      )
    })
    return v.div(
      sums,
      v.cast(
        counts.reduce((p, q) => v.mul(p, q)),
        v.dtype(sums),
      ),
    )
  })
}

const range = (k: number): readonly number[] => Array.from({ length: k }, (_, i) => i)
const input = required('input', 'tensor')
const ceil = optional('ceil_mode', 'bool', false)

function windows(
  sizes: readonly Dim[],
  stride: readonly (Dim | null)[] | null,
  padding: readonly number[],
  ceil: boolean,
  dilations: readonly number[] = padding.map(() => 1),
): Windows {
  const given = stride === null || stride.length === 0 ? sizes : stride.map((s, i) => s ?? sizes[i]!)
  return { sizes, strides: given, padding, dilations, ceil }
}

const maxArgs = <const K extends number>(k: K) =>
  [
    input,
    required('kernel_size', 'dims', { size: k, min: 1 }),
    optional('stride', 'dims?', null, { size: k, min: 1 }),
    optional(
      'padding',
      'ints',
      range(k).map(() => 0),
      { size: k, min: 0 },
    ),
    optional(
      'dilation',
      'ints',
      range(k).map(() => 1),
      { size: k, min: 1 },
    ),
    ceil,
  ] as const

const maxRow = <const N extends `max_pool${1 | 2 | 3}d`>(name: N, k: number) =>
  defineFunction({
    name,
    args: [...maxArgs(k), optional('return_indices', 'bool', false, { only: false })],
    returns: 'tensor',
    doc: `Largest elements of windows over ${k} axes.`,
    expand: (b, { input, kernel_size, stride, padding, dilation, ceil_mode }) =>
      maxPool(b, name, input, windows(kernel_size, stride, padding, ceil_mode, dilation)),
  })

const maxIndicesRow = <const N extends string, const P extends `max_pool${1 | 2 | 3}d`>(
  name: N,
  python: P,
  k: number,
) =>
  defineFunction({
    name,
    python,
    aliases: [name],
    args: [...maxArgs(k), optional('return_indices', 'bool', true, { only: true })],
    returns: 'pair',
    doc: `Largest elements of windows over ${k} axes, and their places in the flattened input.`,
    expand(b, { input, kernel_size, stride, padding, dilation, ceil_mode }) {
      const w = windows(kernel_size, stride, padding, ceil_mode, dilation)
      return [maxPool(b, python, input, w), maxPoolIndices(b, python, input, w)]
    },
  })

const avgArgs = <const K extends number>(k: K) =>
  [
    input,
    required('kernel_size', 'dims', { size: k, min: 1 }),
    optional('stride', 'dims?', null, { size: k, min: 1 }),
    optional(
      'padding',
      'ints',
      range(k).map(() => 0),
      { size: k, min: 0 },
    ),
    ceil,
    optional('count_include_pad', 'bool', true),
  ] as const

const avgRow = <const N extends 'avg_pool2d' | 'avg_pool3d'>(name: N, k: number) =>
  defineFunction({
    name,
    args: [...avgArgs(k), optional('divisor_override', 'int?', null)],
    returns: 'tensor',
    doc: `Means of windows over ${k} axes.`,
    expand: (b, { input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override }) =>
      avgPool(
        b,
        name,
        input,
        windows(kernel_size, stride, padding, ceil_mode),
        count_include_pad,
        divisor_override,
      ),
  })

const lpRow = <const N extends `lp_pool${1 | 2 | 3}d`>(name: N, k: number) =>
  defineFunction({
    name,
    args: [
      input,
      required('norm_type', 'scalar'),
      required('kernel_size', 'dims', { size: k, min: 1 }),
      optional('stride', 'dims?', null, { size: k, min: 1 }),
      ceil,
    ],
    returns: 'tensor',
    doc: `Power means of windows over ${k} axes: (sum of x^p)^(1/p).`,
    expand: (b, { input, norm_type, kernel_size, stride, ceil_mode }) =>
      lpPool(
        b,
        name,
        input,
        norm_type,
        windows(
          kernel_size,
          stride,
          range(k).map(() => 0),
          ceil_mode,
        ),
      ),
  })

function lpPool<V>(b: Builder<V>, op: string, x: V, norm: SizeOrScalar, w: Windows): V {
  const v = vocabulary(b)
  const p = plainNumber(norm)
  const means = avgPool(b, op, v.pow(x, p), w, true, null)
  const positive = v.mul(v.map('sign', means), v.abs(means))
  return v.pow(v.mul(positive, product(w.sizes)), 1 / p)
}

/** Where an axis of output size o reads: windows start at floor(i n / o) and end at ceil((i + 1) n / o). */
function adaptiveWindows<V>(v: Vocabulary<V>, size: Dim, out: Dim): { indices: V; inside: V; counts: V } {
  const i = v.iota(out)
  const start = v.zip('floordiv', v.mul(i, size), out)
  const end = v.add(v.zip('floordiv', v.sub(v.mul(v.add(i, 1), size), 1), out), 1)
  // No window is longer than ceil(size / out) + 1.
  const longest = add(floordiv(add(size, sub(out, 2)), out), 1)
  const places = v.add(v.unsqueeze(start, 1), v.iotaAlong(2, 1, longest))
  const inside = v.lt(places, v.unsqueeze(end, 1))
  return { indices: v.min(places, sub(size, 1)), inside, counts: v.sub(end, start) }
}

/** One axis pooled to size `out`. */
function adaptiveAxis<V>(b: Builder<V>, x: V, dim: number, out: Dim, op: 'max' | 'mean'): V {
  const v = vocabulary(b)
  const size = v.size(x, dim)
  const reduceAll = (y: V, over: number): V =>
    op === 'max' ? firstExtreme(b, y, 'max', [over]) : v.mean(y, [over])
  if (out === 1) return v.unsqueeze(reduceAll(x, dim), dim)
  if (typeof size === 'number' && typeof out === 'number' && out > 0 && size % out === 0) {
    if (size === out) return x
    const shape = v.shape(x)
    const parts = v.reshape(x, [...shape.slice(0, dim), out, size / out, ...shape.slice(dim + 1)])
    return reduceAll(parts, dim + 1)
  }
  const { indices, inside, counts } = adaptiveWindows(v, size, out)
  const windows = v.take(x, dim, indices)
  const rank = v.rank(windows)
  const along = (y: V, from: number): V =>
    v.reshape(
      y,
      Array.from({ length: from }, (_, d) =>
        d === dim || (from === rank && d === dim + 1) ? v.size(windows, d) : 1,
      ),
    )
  const mask = along(inside, rank)
  if (op === 'max')
    return firstExtreme(b, v.where(mask, windows, lowest(isFloat(v.dtype(x)))), 'max', [dim + 1])
  return v.div(v.sum(v.where(mask, windows, 0), [dim + 1]), along(v.cast(counts, v.dtype(x)), rank - 1))
}

function sizesFor(out: readonly (Dim | null)[] | null, k: number, own: readonly Dim[]): readonly Dim[] {
  const negative = out?.find(d => d !== null && compare(d, 0) === -1)
  if (negative !== undefined) throw new OpError('argument/value', `output_size ${negative} is negative`)
  return own.slice(-k).map((d, i) => out?.[i] ?? d)
}

function checkAdaptive<V>(v: Vocabulary<V>, op: string, x: V, k: number): void {
  checkPool(
    v,
    op,
    x,
    windows(
      range(k).map(() => 1),
      null,
      range(k).map(() => 0),
      false,
    ),
  )
}

/** Means (or largest elements) of as many windows as the output has places, of almost equal sizes. */
export function adaptivePool<V>(
  b: Builder<V>,
  name: string,
  x: V,
  out: readonly Dim[],
  op: 'max' | 'mean',
): V {
  const v = vocabulary(b)
  checkAdaptive(v, name, x, out.length)
  const lead = v.rank(x) - out.length
  if (out.includes(0)) return v.full([...v.shape(x).slice(0, lead), ...out], 0, v.dtype(x))
  // All axes to one: a single reduction.
  if (out.every(d => d === 1)) {
    const over = out.map((_, i) => lead + i)
    return op === 'max' ? firstExtreme(b, x, 'max', over, true) : v.inFloat32(x, y => v.mean(y, over, true))
  }
  // Of equal elements the first row has the gradient, so rows are pooled before columns.
  return v.inFloat32(x, y =>
    op === 'max'
      ? out.reduceRight<V>((z, d, i) => adaptiveAxis(b, z, lead + i, d, op), y)
      : out.reduce<V>((z, d, i) => adaptiveAxis(b, z, lead + i, d, op), y),
  )
}

/** Places of the largest elements of adaptive windows, found axis by axis from the last. */
function adaptiveIndices<V>(b: Builder<V>, x: V, out: readonly Dim[]): V {
  const v = vocabulary(b)
  const k = out.length
  const lead = v.rank(x) - k
  if (out.includes(0)) return v.full([...v.shape(x).slice(0, lead), ...out], 0, 'int64')
  const sizes = v.shape(x).slice(-k)
  // Windows of all axes: [.., o1, w1, .., ok, wk], then [.., o1..ok, w1..wk].
  let windows = x
  let inside: V | null = null
  let place: V | null = null
  const rank = lead + 2 * k
  for (const [i, d] of out.entries()) {
    const w = adaptiveWindows(v, sizes[i]!, d)
    windows = v.take(windows, lead + 2 * i, w.indices)
    const shape = Array.from({ length: rank }, (_, axis) =>
      axis === lead + 2 * i ? d : axis === lead + 2 * i + 1 ? v.size(w.indices, 1) : 1,
    )
    const [mask, at] = [
      v.reshape(w.inside, shape),
      v.reshape(v.mul(w.indices, product(sizes.slice(i + 1))), shape),
    ]
    inside = inside === null ? mask : v.and(inside, mask)
    place = place === null ? at : v.add(place, at)
  }
  const order = [...range(lead), ...range(k).map(i => lead + 2 * i), ...range(k).map(i => lead + 2 * i + 1)]
  const flat = (y: V): V => {
    const whole = v.permute(v.expand(y, v.shape(windows)), order)
    return v.reshape(whole, [...v.shape(whole).slice(0, -k), product(v.shape(whole).slice(-k))])
  }
  const best = v.argmax(flat(v.where(inside!, windows, lowest(isFloat(v.dtype(x))))), -1)
  return v.dropAxis(b.emit('gather', [flat(place!), v.unsqueeze(best, -1)], { dim: rank - k }), -1)
}

const adaptiveAvgRow = <const N extends `adaptive_avg_pool${1 | 2 | 3}d`>(name: N, k: number) =>
  defineFunction({
    name,
    args: [input, required('output_size', 'dims?', { size: k })],
    returns: 'tensor',
    doc: `Means of as many windows as the output has places, over ${k} axes; None keeps a size.`,
    expand: (b, { input, output_size }) =>
      adaptivePool(b, name, input, sizesFor(output_size, k, b.aval(input).shape), 'mean'),
  })

const adaptiveMaxRow = <const N extends `adaptive_max_pool${1 | 2 | 3}d`>(name: N, k: number) =>
  defineFunction({
    name,
    args: [
      input,
      required('output_size', 'dims?', { size: k }),
      optional('return_indices', 'bool', false, { only: false }),
    ],
    returns: 'tensor',
    doc: `Largest elements of as many windows as the output has places, over ${k} axes.`,
    expand: (b, { input, output_size }) =>
      adaptivePool(b, name, input, sizesFor(output_size, k, b.aval(input).shape), 'max'),
  })

const adaptiveMaxIndicesRow = <const N extends string, const P extends `adaptive_max_pool${1 | 2 | 3}d`>(
  name: N,
  python: P,
  k: number,
) =>
  defineFunction({
    name,
    python,
    aliases: [name],
    args: [
      input,
      required('output_size', 'dims?', { size: k }),
      optional('return_indices', 'bool', true, { only: true }),
    ],
    returns: 'pair',
    doc: `adaptive max pool over ${k} axes, and the places of the elements in the flattened input.`,
    expand(b, { input, output_size }) {
      const out = sizesFor(output_size, k, b.aval(input).shape)
      return [adaptivePool(b, python, input, out, 'max'), adaptiveIndices(b, input, out)]
    },
  })

const unpoolRow = <const N extends `max_unpool${1 | 2 | 3}d`>(name: N, k: number) =>
  defineFunction({
    name,
    args: [
      input,
      required('indices', 'tensor'),
      required('kernel_size', 'dims', { size: k, min: 1 }),
      optional('stride', 'dims?', null, { size: k, min: 1 }),
      optional(
        'padding',
        'ints',
        range(k).map(() => 0),
        { size: k, min: 0 },
      ),
      optional('output_size', 'dims?', null),
    ],
    returns: 'tensor',
    doc: 'Elements put back to the places that a max pool gave, zeros elsewhere.',
    expand(b, { input, indices, kernel_size, stride, padding, output_size }) {
      const v = vocabulary(b)
      const w = windows(kernel_size, stride, padding, false)
      if (v.rank(input) !== k + 1 && v.rank(input) !== k + 2)
        throw new OpError(
          'shape/rank',
          `${name} takes ${k + 1} or ${k + 2} axes, not ${printShape(v.shape(input))}`,
          {
            op: name,
          },
        )
      const [own, theirs] = [v.shape(input), v.shape(indices)]
      if (own.length !== theirs.length || !own.every((d, i) => b.assumeEqual(d, theirs[i]!)))
        throw new OpError(
          'shape/mismatch',
          `${name}: indices ${printShape(v.shape(indices))} must have the shape of input ${printShape(v.shape(input))}`,
          { op: name },
        )
      return batched(b, input, k, x => {
        const own = v.shape(x)
        const grown = own
          .slice(2)
          .map((d, i) => add(sub(mul(sub(d, 1), w.strides[i]!), 2 * padding[i]!), w.sizes[i]!))
        const spatial = sizesFor(output_size === null ? null : output_size.slice(-k), k, grown)
        const lead = own.slice(0, 2)
        const zeros = v.full([...lead, product(spatial)], 0, v.dtype(x))
        const [flat, at] = [x, indices].map(y => v.reshape(y, [...lead, product(own.slice(2))]))
        return v.reshape(b.emit('scatter', [zeros, at!, flat!], { dim: 2, reduce: 'none' }), [
          ...lead,
          ...spatial,
        ])
      })
    },
  })

export const pools = {
  max_pool1d: maxRow('max_pool1d', 1),
  max_pool2d: maxRow('max_pool2d', 2),
  max_pool3d: maxRow('max_pool3d', 3),
  max_pool1d_with_indices: maxIndicesRow('max_pool1d_with_indices', 'max_pool1d', 1),
  max_pool2d_with_indices: maxIndicesRow('max_pool2d_with_indices', 'max_pool2d', 2),
  max_pool3d_with_indices: maxIndicesRow('max_pool3d_with_indices', 'max_pool3d', 3),
  avg_pool1d: defineFunction({
    name: 'avg_pool1d',
    args: avgArgs(1),
    returns: 'tensor',
    doc: 'Means of windows over one axis.',
    expand: (b, { input, kernel_size, stride, padding, ceil_mode, count_include_pad }) =>
      avgPool(
        b,
        'avg_pool1d',
        input,
        windows(kernel_size, stride, padding, ceil_mode),
        count_include_pad,
        null,
      ),
  }),
  avg_pool2d: avgRow('avg_pool2d', 2),
  avg_pool3d: avgRow('avg_pool3d', 3),
  lp_pool1d: lpRow('lp_pool1d', 1),
  lp_pool2d: lpRow('lp_pool2d', 2),
  lp_pool3d: lpRow('lp_pool3d', 3),
  adaptive_avg_pool1d: adaptiveAvgRow('adaptive_avg_pool1d', 1),
  adaptive_avg_pool2d: adaptiveAvgRow('adaptive_avg_pool2d', 2),
  adaptive_avg_pool3d: adaptiveAvgRow('adaptive_avg_pool3d', 3),
  adaptive_max_pool1d: adaptiveMaxRow('adaptive_max_pool1d', 1),
  adaptive_max_pool2d: adaptiveMaxRow('adaptive_max_pool2d', 2),
  adaptive_max_pool3d: adaptiveMaxRow('adaptive_max_pool3d', 3),
  adaptive_max_pool1d_with_indices: adaptiveMaxIndicesRow(
    'adaptive_max_pool1d_with_indices',
    'adaptive_max_pool1d',
    1,
  ),
  adaptive_max_pool2d_with_indices: adaptiveMaxIndicesRow(
    'adaptive_max_pool2d_with_indices',
    'adaptive_max_pool2d',
    2,
  ),
  adaptive_max_pool3d_with_indices: adaptiveMaxIndicesRow(
    'adaptive_max_pool3d_with_indices',
    'adaptive_max_pool3d',
    3,
  ),
  max_unpool1d: unpoolRow('max_unpool1d', 1),
  max_unpool2d: unpoolRow('max_unpool2d', 2),
  max_unpool3d: unpoolRow('max_unpool3d', 3),
} as const
