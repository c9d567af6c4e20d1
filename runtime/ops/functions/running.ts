/** Running extremes and sums of exponentials, and integrals by the trapezoidal rule. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { max, sub } from '../dim.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { axis } from './axes.ts'
import { gather } from './gathering.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')
const dim = required('dim', 'int')

/**
 * At each place along an axis what `join` makes of all up to it, in a number of steps that grows with the logarithm of the size:
 * each joins what ends there with what ends so many places before (Hillis and Steele, 1986). `join` must be associative.
 */
function upTo<V>(
  b: Builder<V>,
  parts: readonly V[],
  dim: number,
  join: (before: readonly V[], own: readonly V[]) => readonly V[],
): readonly V[] {
  const v = vocabulary(b)
  const size = v.size(parts[0]!, dim)
  if (typeof size !== 'number')
    throw new OpError('op/unsupported', `the size along dim ${dim}, ${size}, must be a fixed number`)
  let state = parts
  for (let step = 1; step < size; step *= 2) {
    const cut = (from: number, length: number) => state.map(x => v.slice(x, dim, from, length))
    const joined = join(cut(0, size - step), cut(step, size - step))
    state = cut(0, step).map((head, i) => v.cat([head, joined[i]!], dim))
  }
  return state
}

/** Of equal elements the later one counts, and NaN from where it stands on, as in torch. */
function runningExtreme<V>(b: Builder<V>, x: V, dim: number, op: 'gt' | 'lt'): readonly [V, V] {
  const v = vocabulary(b)
  const rank = v.rank(x)
  if (rank === 0) return [x, v.full([], 0, 'int64')]
  const at = axis(rank, dim)
  const places = v.expand(v.iotaAlong(rank, at, v.size(x, at)), v.shape(x))
  // The comparison of the earlier element with the later one is false where either is NaN.
  const [, index] = upTo(b, [v.detach(x), places], at, ([before, early], [own, late]) => {
    const stays = v.compare(op, before!, own!)
    const keeps = isFloat(v.dtype(x)) ? v.or(stays, v.and(v.isNaN(before!), v.not(v.isNaN(own!)))) : stays
    return [v.where(keeps, before!, own!), v.where(keeps, early!, late!)]
  })
  return [gather(b, x, at, index!), index!]
}

const runningExtremeRow = <const N extends 'cummax' | 'cummin'>(name: N, doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [input, dim],
    returns: 'pair',
    fields: ['values', 'indices'],
    doc,
    expand: (b, { input, dim }) => runningExtreme(b, input, dim, name === 'cummax' ? 'gt' : 'lt'),
    infer(b, { input, dim }) {
      const v = vocabulary(b)
      axis(v.rank(input), dim)
      return [input, v.full(v.shape(input), 0, 'int64')]
    },
  })

/** log(exp(x) + exp(y)) of one dtype; infinities of one sign are that infinity. */
function logAddExp<V>(b: Builder<V>, x: V, y: V): V {
  const v = vocabulary(b)
  const large = v.max(x, y)
  const shift = v.where(v.eq(v.abs(large), Number.POSITIVE_INFINITY), 0, large)
  return v.add(v.log(v.add(v.exp(v.sub(x, shift)), v.exp(v.sub(y, shift)))), shift)
}

/** A logarithm of what is as good as nothing: its exponential is 0, and differences of two such are no NaN. */
const LOWEST = -3e38

function logCumSumExp<V>(b: Builder<V>, input: V, dim: number): V {
  const v = vocabulary(b)
  const at = axis(v.rank(input), dim)
  if (v.rank(input) === 0) return input
  const forward = (y: V): V => upTo(b, [y], at, ([p], [q]) => [logAddExp(b, p!, q!)])[0]!
  const backwards = (y: V): V => {
    const size = v.size(y, at) as number
    return size === 0 ? y : v.slice(y, at, size - 1, size, -1)
  }
  return v.inFloat32(input, x =>
    v.withGradient([x], forward, (grad, [y], result) => {
      // The sum over what follows of grad * exp(y - result), by logarithms of the positive and of the negative ones. Others get
      // a finite logarithm, as in torch: gradients of this take the difference of two.
      const following = (g: V): V => {
        const counts = v.gt(g, 0)
        const terms = v.sub(v.where(counts, v.log(v.where(counts, g, 1)), LOWEST), result)
        return v.exp(v.add(backwards(forward(backwards(terms))), y!))
      }
      return [v.sub(following(grad), following(v.neg(grad)))]
    }),
  )
}

interface Samples<V> {
  readonly y: V
  readonly x: V | null
  readonly dx: number
  readonly dim: number
}

/** The areas between neighbouring samples. */
function trapezoids<V>(b: Builder<V>, { y, x, dx, dim }: Samples<V>): V {
  const v = vocabulary(b)
  const ends = (z: V, along: number): readonly [V, V] => {
    const rest = max(0, sub(v.size(z, along), 1))
    return [v.slice(z, along, 0, rest), v.slice(z, along, rest === 0 ? 0 : 1, rest)]
  }
  if (v.rank(y) === 0)
    throw new OpError('shape/rank', 'trapezoid takes at least one axis', { op: 'trapezoid' })
  const [left, right] = ends(y, dim)
  const twice = v.add(left, right)
  if (x === null) return v.mul(twice, dx / 2)
  const at = axis(v.rank(y), dim) - v.rank(y)
  // One line of places for all lines of samples, or places for each.
  const places =
    v.rank(x) === 1
      ? v.reshape(
          x,
          Array.from({ length: -at }, (_, i) => (i === 0 ? -1 : 1)),
        )
      : x
  const [from, to] = ends(places, at)
  return v.mul(v.mul(v.sub(to, from), twice), 0.5)
}

const samples = [required('y', 'tensor'), optional('dx', 'float', 1), optional('dim', 'int', -1)] as const
const placedSamples = [required('y', 'tensor'), required('x', 'tensor'), optional('dim', 'int', -1)] as const

const floats = <V>(b: Builder<V>, y: V): V => vocabulary(b).floating(y)

export const running = {
  cummax: runningExtremeRow('cummax', 'The largest elements so far along an axis, and their indices.'),
  cummin: runningExtremeRow('cummin', 'The smallest elements so far along an axis, and their indices.'),
  logcumsumexp: defineFunction({
    name: 'logcumsumexp',
    method: true,
    args: [input, dim],
    returns: 'tensor',
    doc: 'Logarithms of the running sums of exp(x) along an axis, without overflow.',
    expand: (b, { input, dim }) => logCumSumExp(b, vocabulary(b).floating(input), dim),
    infer(b, { input, dim }) {
      const v = vocabulary(b)
      axis(v.rank(input), dim)
      return v.floating(input)
    },
  }),
  trapezoid_at: defineFunction({
    name: 'trapezoid_at',
    python: 'trapezoid',
    aliases: ['trapz'],
    args: placedSamples,
    returns: 'tensor',
    doc: 'The integral of samples y at the places x along an axis, by the trapezoidal rule.',
    expand: (b, { y, x, dim }) => vocabulary(b).sum(trapezoids(b, { y: floats(b, y), x, dx: 1, dim }), [dim]),
  }),
  trapezoid: defineFunction({
    name: 'trapezoid',
    aliases: ['trapz'],
    args: samples,
    returns: 'tensor',
    doc: 'The integral of evenly spaced samples along an axis, by the trapezoidal rule.',
    expand: (b, { y, dx, dim }) =>
      vocabulary(b).sum(trapezoids(b, { y: floats(b, y), x: null, dx, dim }), [dim]),
  }),
  cumulative_trapezoid_at: defineFunction({
    name: 'cumulative_trapezoid_at',
    python: 'cumulative_trapezoid',
    args: placedSamples,
    returns: 'tensor',
    doc: 'Integrals up to each of the samples y at the places x.',
    expand(b, { y, x, dim }) {
      const areas = trapezoids(b, { y: floats(b, y), x, dx: 1, dim })
      return b.emit('cumsum', [areas], { dim: axis(b.aval(areas).shape.length, dim) })
    },
  }),
  cumulative_trapezoid: defineFunction({
    name: 'cumulative_trapezoid',
    args: samples,
    returns: 'tensor',
    doc: 'Integrals up to each of evenly spaced samples.',
    expand(b, { y, dx, dim }) {
      const areas = trapezoids(b, { y: floats(b, y), x: null, dx, dim })
      return b.emit('cumsum', [areas], { dim: axis(b.aval(areas).shape.length, dim) })
    },
  }),
} as const
