/** Sampling at coordinates. https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.grid_sample.html */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, type Dim, printShape, product, sub } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { cubicWeights } from './resize.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

/** Coordinates in [-1, 1] as places in an axis. */
function unnormalised<V>(v: Vocabulary<V>, x: V, size: Dim, align: boolean): V {
  return align ? v.mul(v.div(v.add(x, 1), 2), sub(size, 1)) : v.div(v.sub(v.mul(v.add(x, 1), size), 1), 2)
}

/** Places outside thrown back at the edges: at the centres of the outer pixels, or at their outer sides. */
function reflected<V>(v: Vocabulary<V>, x: V, size: Dim, align: boolean): V {
  const low = align ? 0 : -0.5
  const span = align ? sub(size, 1) : size
  if (span === 0) return v.mul(x, 0)
  const distance = v.abs(v.sub(x, low))
  const extra = v.zip('fmod', distance, span)
  const flips = v.floor(v.div(distance, span))
  const even = v.eq(v.zip('fmod', flips, 2), 0)
  return v.where(even, v.add(extra, low), v.add(v.sub(v.full([], span, v.dtype(x)), extra), low))
}

interface Sampling {
  readonly mode: string
  readonly padding_mode: string
  readonly align_corners: boolean | null
}

/** A place after the padding mode has moved it; NaN becomes -1, as torch clips it. */
function placed<V>(v: Vocabulary<V>, x: V, size: Dim, a: Sampling, align: boolean): V {
  if (a.padding_mode === 'zeros') return x
  const inside = a.padding_mode === 'reflection' ? reflected(v, x, size, align) : x
  return v.min(v.max(v.where(v.isNaN(inside), 0, inside), 0), sub(size, 1))
}

/** One tap along one axis: where it reads, and with which weight. */
interface Tap<V> {
  readonly at: V
  readonly weight: V | null
}

/** Taps of one axis at coordinates x. */
function taps<V>(v: Vocabulary<V>, x: V, size: Dim, a: Sampling): readonly Tap<V>[] {
  const align = a.align_corners === true
  const raw = unnormalised(v, x, size, align)
  if (a.mode === 'bicubic') {
    const base = v.floor(raw)
    return cubicWeights(v, v.sub(raw, base)).map((weight, i) => ({
      at: placed(v, v.add(base, i - 1), size, a, align),
      weight,
    }))
  }
  const at = placed(v, raw, size, a, align)
  if (a.mode === 'nearest') return [{ at: v.map('round', at), weight: null }]
  const low = v.floor(at)
  const t = v.sub(at, low)
  return [
    { at: low, weight: v.sub(1, t) },
    { at: v.add(low, 1), weight: t },
  ]
}

/** Every combination of one tap per axis, the first axis outermost. */
function combinations<T>(axes: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return axes.reduce<readonly (readonly T[])[]>(
    (all, taps) => all.flatMap(c => taps.map(t => [...c, t])),
    [[]],
  )
}

function gridSample<V>(b: Builder<V>, x: V, grid: V, a: Sampling): V {
  const v = vocabulary(b)
  const shape = v.shape(x)
  const k = shape.length - 2
  if ((k !== 2 && k !== 3) || v.rank(grid) !== k + 2 || !b.assumeEqual(v.size(grid, -1), k)) {
    throw new OpError(
      'shape/mismatch',
      `grid_sample: a grid ${printShape(v.shape(grid))} does not fit an input ${printShape(shape)}`,
      { op: 'grid_sample', hint: 'input [N, C, H, W] with grid [N, h, w, 2], or one more axis and 3' },
    )
  }
  if (a.mode === 'bicubic' && k === 3)
    throw new OpError('argument/value', "grid_sample: 'bicubic' takes four axes")
  if (!b.assumeEqual(shape[0]!, v.size(grid, 0)))
    throw new OpError('shape/mismatch', `grid_sample: batches of ${shape[0]} and ${v.size(grid, 0)} differ`)
  const spatial = shape.slice(2)
  const outSpatial = v.shape(grid).slice(1, -1)
  const channels = shape[1]!
  const flat = v.reshape(x, [shape[0]!, channels, product(spatial)])
  // The grid's last axis counts from the last spatial axis: x, y, z.
  const byAxis = spatial.map((size, i) => taps(v, v.at(grid, -1, k - 1 - i), size, a))
  const parts = combinations(byAxis).map(combination => {
    let index: V | null = null
    let inside: V | null = null
    let weight: V | null = null
    for (const [i, tap] of combination.entries()) {
      const size = spatial[i]!
      const within = v.and(v.ge(tap.at, 0), v.le(tap.at, sub(size, 1)))
      inside = inside === null ? within : v.and(inside, within)
      const safe = v.cast(v.where(within, tap.at, 0), 'int64')
      index = index === null ? safe : v.add(v.mul(index, size), safe)
      if (tap.weight !== null) weight = weight === null ? tap.weight : v.mul(weight, tap.weight)
    }
    const row = (y: V): V => v.reshape(y, [shape[0]!, 1, product(outSpatial)])
    const wide = v.expand(row(index!), [shape[0]!, channels, product(outSpatial)])
    const read = b.emit('gather', [flat, wide], { dim: 2 })
    const value = v.where(row(inside!), read, 0)
    return weight === null ? value : v.mul(value, row(weight))
  })
  const sum = parts.reduce((p, q) => v.add(p, q))
  return v.reshape(sum, [shape[0]!, channels, ...outSpatial])
}

/** -1 to 1 in so many steps: the centres of the outer pixels, or the inner ones of pixels whose sides touch the ends. */
function baseLine<V>(v: Vocabulary<V>, size: Dim, align: boolean): V {
  const i = v.iota(size, 'float32')
  if (size === 1) return v.full([1], 0, 'float32')
  const steps = align ? sub(size, 1) : size
  const from = align ? i : v.add(i, 0.5)
  return v.sub(v.mul(v.div(from, steps), 2), 1)
}

export const grids = {
  grid_sample: defineFunction({
    name: 'grid_sample',
    args: [
      required('input', 'tensor'),
      required('grid', 'tensor'),
      optional('mode', 'string', 'bilinear', { enum: ['bilinear', 'nearest', 'bicubic'] }),
      optional('padding_mode', 'string', 'zeros', { enum: ['zeros', 'border', 'reflection'] }),
      optional('align_corners', 'bool?', null),
    ],
    returns: 'tensor',
    doc: 'The input read at coordinates from -1 to 1, interpolated.',
    expand: (b, args) => gridSample(b, args.input, args.grid, args),
  }),
  affine_grid: defineFunction({
    name: 'affine_grid',
    args: [required('theta', 'tensor'), required('size', 'dims'), optional('align_corners', 'bool?', null)],
    returns: 'tensor',
    doc: 'Coordinates for grid_sample under affine maps: theta [N, 2, 3] with size [N, C, H, W], or [N, 3, 4] with one axis more.',
    expand(b, { theta, size, align_corners }) {
      const v = vocabulary(b)
      const spatial = size.slice(2)
      const k = spatial.length
      if ((k !== 2 && k !== 3) || v.rank(theta) !== 3 || !b.assumeEqual(v.size(theta, 1), k))
        throw new OpError(
          'shape/mismatch',
          `affine_grid: theta ${printShape(v.shape(theta))} does not fit size ${printShape(size)}`,
        )
      const lines = spatial.map((d, i) => {
        const line = baseLine(v, d, align_corners === true)
        return v.expand(
          v.reshape(
            line,
            spatial.map((_, j) => (j === i ? d : 1)),
          ),
          spatial,
        )
      })
      const base = v.cast(v.stack([...lines.reverse(), v.full(spatial, 1, 'float32')], k), v.dtype(theta))
      const rows = v.matmul(v.reshape(base, [product(spatial), add(k, 1)]), v.transpose(theta, 1, 2))
      return v.reshape(rows, [v.size(theta, 0), ...spatial, k])
    },
  }),
} as const
