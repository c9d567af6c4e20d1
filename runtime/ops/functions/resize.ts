/** interpolate and the shuffles between channels and pixels. https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.interpolate.html */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { compare, type Dim, floordiv, mul, printShape, sub } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { adaptivePool } from './pool.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

const MODES = ['nearest', 'linear', 'bilinear', 'bicubic', 'trilinear', 'area', 'nearest-exact'] as const
type Mode = (typeof MODES)[number]

/** Spatial axes that each mode is for. */
const AXES: Readonly<Partial<Record<Mode, number>>> = { linear: 1, bilinear: 2, bicubic: 2, trilinear: 3 }

/** One axis: its new size, and the factor that was asked for (null where the size was). */
interface Target {
  readonly size: Dim
  readonly factor: number | null
}

/** floor(size * factor). A symbolic size takes factors that are fractions of small numbers. */
function scaledSize(size: Dim, factor: number): Dim {
  if (typeof size === 'number') return Math.floor(size * factor)
  for (let divisor = 1; divisor <= 64; divisor++) {
    const times = factor * divisor
    if (Math.abs(times - Math.round(times)) < 1e-9) return floordiv(mul(size, Math.round(times)), divisor)
  }
  throw new OpError('op/unsupported', `interpolate: ${size} times ${factor} is no size; give size instead`, {
    op: 'interpolate',
  })
}

/** a / b in float32: a number where both are, else a scalar tensor. */
function ratio<V>(v: Vocabulary<V>, a: Dim, b: Dim): number | V {
  if (typeof a === 'number' && typeof b === 'number') return b === 0 ? 0 : a / b
  return v.div(v.full([], a, 'float32'), v.full([], b, 'float32'))
}

/** How far source places are apart for neighbouring targets. */
function spacing<V>(v: Vocabulary<V>, from: Dim, to: Target, align: boolean): number | V {
  if (align) return to.size === 1 ? 0 : ratio(v, sub(from, 1), sub(to.size, 1))
  return to.factor === null ? ratio(v, from, to.size) : 1 / to.factor
}

/** Source coordinates of the targets along one axis of x, in float64 where x is, else in float32. */
function coordinates<V>(
  v: Vocabulary<V>,
  x: V,
  dim: number,
  to: Target,
  align: boolean,
  clampLow: boolean,
): V {
  const from = v.size(x, dim)
  const i = v.iota(to.size, v.dtype(x) === 'float64' ? 'float64' : 'float32')
  const step = spacing(v, from, to, align)
  if (align) return v.mul(i, step)
  const at = v.sub(v.mul(v.add(i, 0.5), step), 0.5)
  return clampLow ? v.max(at, 0) : at
}

/** Where the places are all of them, each so many times, or every so-manieth, no index is read. */
function nearestAxis<V>(b: Builder<V>, x: V, dim: number, to: Target, exact: boolean): V {
  const v = vocabulary(b)
  const from = v.size(x, dim)
  const i = v.iota(to.size, 'float32')
  const step = spacing(v, from, to, false)
  if (typeof from === 'number' && typeof to.size === 'number' && typeof step === 'number') {
    const places = nearestPlaces(from, to.size, step, exact)
    const times = to.size / from
    if (places.every((p, k) => p === Math.floor(k / times)) && Number.isInteger(times))
      return repeatEach(v, x, dim, times)
    const every = places[1] ?? 1
    if (every > 0 && places.every((p, k) => p === k * every)) return v.slice(x, dim, 0, to.size, every)
  }
  const at = v.mul(exact ? v.add(i, 0.5) : i, step)
  return v.take(x, dim, v.min(v.cast(v.floor(at), 'int64'), sub(from, 1)))
}

/** The places that `nearestAxis` computes, in the same arithmetic. */
function nearestPlaces(from: number, size: number, step: number, exact: boolean): readonly number[] {
  return Array.from({ length: size }, (_, i) => {
    const at = Math.fround(Math.fround(exact ? i + 0.5 : i) * Math.fround(step))
    return Math.min(Math.floor(at), from - 1)
  })
}

/** Each slice along an axis so many times. */
function repeatEach<V>(v: Vocabulary<V>, x: V, dim: number, times: number): V {
  const shape = v.shape(x)
  const apart = v.expand(v.unsqueeze(x, dim + 1), shape.toSpliced(dim + 1, 0, times))
  return v.reshape(apart, shape.with(dim, mul(shape[dim]!, times)))
}

/** A vector as the weights along one axis of x. */
const along = <V>(v: Vocabulary<V>, weights: V, x: V, dim: number): V =>
  v.cast(
    v.reshape(
      weights,
      v.shape(x).map((_, i) => (i === dim ? -1 : 1)),
    ),
    v.dtype(x),
  )

function linearAxis<V>(b: Builder<V>, x: V, dim: number, to: Target, align: boolean): V {
  const v = vocabulary(b)
  const from = v.size(x, dim)
  const at = coordinates(v, x, dim, to, align, true)
  const low = v.min(v.cast(v.floor(at), 'int64'), sub(from, 1))
  const high = v.min(v.add(low, 1), sub(from, 1))
  const t = v.sub(at, v.cast(low, v.dtype(at)))
  return v.add(
    v.mul(v.take(x, dim, low), along(v, v.sub(1, t), x, dim)),
    v.mul(v.take(x, dim, high), along(v, t, x, dim)),
  )
}

/** Keys' cubic kernel with a = -0.75 at a distance of at most 1, and between 1 and 2. */
const A = -0.75
export const cubicNear = <V>(v: Vocabulary<V>, d: V): V =>
  v.add(v.mul(v.mul(v.sub(v.mul(d, A + 2), A + 3), d), d), 1)
export const cubicFar = <V>(v: Vocabulary<V>, d: V): V =>
  v.sub(v.mul(v.add(v.mul(v.sub(v.mul(d, A), 5 * A), d), 8 * A), d), 4 * A)

/** The weights of the four neighbours of a place that is t after the second of them. */
export const cubicWeights = <V>(v: Vocabulary<V>, t: V): readonly [V, V, V, V] => [
  cubicFar(v, v.add(t, 1)),
  cubicNear(v, t),
  cubicNear(v, v.sub(1, t)),
  cubicFar(v, v.sub(2, t)),
]

function cubicAxis<V>(b: Builder<V>, x: V, dim: number, to: Target, align: boolean): V {
  const v = vocabulary(b)
  const from = v.size(x, dim)
  const at = coordinates(v, x, dim, to, align, false)
  const base = v.floor(at)
  const weights = cubicWeights(v, v.sub(at, base))
  const first = v.cast(base, 'int64')
  return weights
    .map((w, i) => {
      const place = v.min(v.max(v.add(first, i - 1), 0), sub(from, 1))
      return v.mul(v.take(x, dim, place), along(v, w, x, dim))
    })
    .reduce((p, q) => v.add(p, q))
}

interface Interpolation {
  readonly size: readonly (Dim | null)[] | null
  readonly scale_factor: readonly number[] | null
  readonly mode: string
  readonly align_corners: boolean | null
  readonly recompute_scale_factor: boolean | null
}

function targets(own: readonly Dim[], a: Interpolation): readonly Target[] {
  const perAxis = <T>(list: readonly T[]): readonly T[] => {
    if (list.length === own.length) return list
    if (list.length === 1) return own.map(() => list[0]!)
    throw new OpError(
      'argument/value',
      `interpolate: ${list.length} sizes or factors for ${own.length} axes`,
      {
        op: 'interpolate',
      },
    )
  }
  if ((a.size === null) === (a.scale_factor === null))
    throw new OpError('argument/value', 'interpolate needs either size or scale_factor', {
      op: 'interpolate',
    })
  if (a.size !== null) return perAxis(a.size).map((d, i) => ({ size: d ?? own[i]!, factor: null }))
  const wrong = a.scale_factor!.find(factor => !(factor > 0 && Number.isFinite(factor)))
  if (wrong !== undefined)
    throw new OpError('argument/value', `interpolate: a scale_factor of ${wrong} gives no size`, {
      op: 'interpolate',
    })
  return perAxis(a.scale_factor!).map((factor, i) => ({
    size: scaledSize(own[i]!, factor),
    factor: a.recompute_scale_factor === true ? null : factor,
  }))
}

export function interpolate<V>(b: Builder<V>, input: V, a: Interpolation): V {
  const v = vocabulary(b)
  const mode = a.mode as Mode
  const k = v.rank(input) - 2
  if (k < 1 || k > 3 || (AXES[mode] ?? k) !== k) {
    throw new OpError(
      'shape/rank',
      `interpolate: mode '${mode}' does not take ${printShape(v.shape(input))}`,
      {
        op: 'interpolate',
        hint: 'linear takes [N, C, L], bilinear and bicubic [N, C, H, W], trilinear [N, C, D, H, W]',
      },
    )
  }
  if (a.align_corners !== null && AXES[mode] === undefined)
    throw new OpError('argument/value', `interpolate: align_corners does not go with mode '${mode}'`)
  const to = targets(v.shape(input).slice(2), a)
  const none = to.find(t => compare(t.size, 1) === -1)
  if (none !== undefined)
    throw new OpError('argument/value', `interpolate: an output size of ${none.size} is not positive`, {
      op: 'interpolate',
    })
  if (mode === 'area')
    return adaptivePool(
      b,
      'interpolate',
      input,
      to.map(t => t.size),
      'mean',
    )
  if (AXES[mode] !== undefined && !isFloat(v.dtype(input)))
    throw new OpError('dtype/mismatch', `interpolate: mode '${mode}' needs floats, not ${v.dtype(input)}`)
  const align = a.align_corners === true
  return v.inFloat32(input, start =>
    // The last axis first, as torch nests its sums.
    to.reduceRight<V>((x, t, i) => {
      if (mode === 'nearest' || mode === 'nearest-exact')
        return nearestAxis(b, x, 2 + i, t, mode === 'nearest-exact')
      return mode === 'bicubic' ? cubicAxis(b, x, 2 + i, t, align) : linearAxis(b, x, 2 + i, t, align)
    }, start),
  )
}

const input = required('input', 'tensor')
const resizeArgs = [
  input,
  optional('size', 'dims?', null),
  optional('scale_factor', 'floats?', null),
  optional('mode', 'string', 'nearest', { enum: MODES }),
  optional('align_corners', 'bool?', null),
] as const

const upsampling = (mode: Mode, align: boolean | null) => ({
  mode,
  align_corners: align,
  recompute_scale_factor: null,
})

/** [.., C r r, H, W] to [.., C, H r, W r]. */
function pixelShuffle<V>(b: Builder<V>, x: V, r: number): V {
  const v = vocabulary(b)
  const shape = v.shape(x)
  if (shape.length < 3)
    throw new OpError('shape/rank', 'pixel_shuffle needs at least three axes', { op: 'pixel_shuffle' })
  const [c, h, w] = shape.slice(-3)
  if (typeof c === 'number' && c % (r * r) !== 0)
    throw new OpError('shape/mismatch', `pixel_shuffle: ${c} channels are no multiple of ${r * r}`, {
      op: 'pixel_shuffle',
    })
  const lead = shape.slice(0, -3)
  const n = lead.length
  const channels = floordiv(c!, r * r)
  const apart = v.reshape(x, [...lead, channels, r, r, h!, w!])
  const order = [...lead.map((_, i) => i), n, n + 3, n + 1, n + 4, n + 2]
  return v.reshape(v.permute(apart, order), [...lead, channels, mul(h!, r), mul(w!, r)])
}

/** The inverse of pixelShuffle. */
function pixelUnshuffle<V>(b: Builder<V>, x: V, r: number): V {
  const v = vocabulary(b)
  const shape = v.shape(x)
  if (shape.length < 3)
    throw new OpError('shape/rank', 'pixel_unshuffle needs at least three axes', { op: 'pixel_unshuffle' })
  const [c, h, w] = shape.slice(-3)
  if ([h, w].some(d => typeof d === 'number' && d % r !== 0))
    throw new OpError('shape/mismatch', `pixel_unshuffle: ${h} x ${w} pixels are no multiple of ${r}`, {
      op: 'pixel_unshuffle',
    })
  const lead = shape.slice(0, -3)
  const n = lead.length
  const [rows, columns] = [floordiv(h!, r), floordiv(w!, r)]
  const apart = v.reshape(x, [...lead, c!, rows, r, columns, r])
  const order = [...lead.map((_, i) => i), n, n + 2, n + 4, n + 1, n + 3]
  return v.reshape(v.permute(apart, order), [...lead, mul(c!, r * r), rows, columns])
}

export const resizing = {
  interpolate: defineFunction({
    name: 'interpolate',
    args: [
      ...resizeArgs,
      optional('recompute_scale_factor', 'bool?', null),
      optional('antialias', 'bool', false, { only: false }),
    ],
    returns: 'tensor',
    doc: 'Resized to a size or by factors. antialias is not supported.',
    expand: (b, args) => interpolate(b, args.input, args),
  }),
  upsample: defineFunction({
    name: 'upsample',
    args: resizeArgs,
    returns: 'tensor',
    doc: 'As interpolate.',
    expand: (b, args) => interpolate(b, args.input, { ...args, recompute_scale_factor: null }),
  }),
  upsample_nearest: defineFunction({
    name: 'upsample_nearest',
    args: [input, optional('size', 'dims?', null), optional('scale_factor', 'floats?', null)],
    returns: 'tensor',
    doc: "interpolate in mode 'nearest'.",
    expand: (b, args) => interpolate(b, args.input, { ...args, ...upsampling('nearest', null) }),
  }),
  upsample_bilinear: defineFunction({
    name: 'upsample_bilinear',
    args: [input, optional('size', 'dims?', null), optional('scale_factor', 'floats?', null)],
    returns: 'tensor',
    doc: "interpolate in mode 'bilinear' with align_corners.",
    expand: (b, args) => interpolate(b, args.input, { ...args, ...upsampling('bilinear', true) }),
  }),
  pixel_shuffle: defineFunction({
    name: 'pixel_shuffle',
    args: [input, required('upscale_factor', 'int', { min: 1 })],
    returns: 'tensor',
    doc: 'Channels become pixels: [.., C r r, H, W] to [.., C, H r, W r].',
    expand: (b, { input, upscale_factor }) => pixelShuffle(b, input, upscale_factor),
  }),
  pixel_unshuffle: defineFunction({
    name: 'pixel_unshuffle',
    args: [input, required('downscale_factor', 'int', { min: 1 })],
    returns: 'tensor',
    doc: 'Pixels become channels: [.., C, H r, W r] to [.., C r r, H, W].',
    expand: (b, { input, downscale_factor }) => pixelUnshuffle(b, input, downscale_factor),
  }),
  channel_shuffle: defineFunction({
    name: 'channel_shuffle',
    args: [input, required('groups', 'int', { min: 1 })],
    returns: 'tensor',
    doc: 'Channels of several groups interleaved.',
    expand(b, { input, groups }) {
      const v = vocabulary(b)
      const shape = v.shape(input)
      const channels = shape[1]
      if (channels === undefined || shape.length < 3)
        throw new OpError('shape/rank', 'channel_shuffle takes [N, C, ..]', { op: 'channel_shuffle' })
      if (typeof channels === 'number' && channels % groups !== 0)
        throw new OpError(
          'shape/mismatch',
          `channel_shuffle: ${channels} channels do not form ${groups} groups`,
        )
      const apart = v.reshape(input, [shape[0]!, groups, floordiv(channels, groups), ...shape.slice(2)])
      return v.reshape(v.transpose(apart, 1, 2), shape)
    },
  }),
} as const
