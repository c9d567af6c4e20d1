/** torch.nn.functional.pad: the last axes first, [low, high] for each. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, compare, type Dim, max, neg, printShape, sub } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { flip } from './movement.ts'
import { vocabulary } from './vocabulary.ts'

/** Amounts per axis, of all axes, in the order of the axes. */
function amountsByAxis(pad: readonly Dim[], shape: readonly Dim[]): readonly (readonly [Dim, Dim])[] {
  if (pad.length % 2 === 1 || pad.length > 2 * shape.length) {
    throw new OpError(
      'argument/value',
      `pad: ${pad.length} amounts do not fit a tensor of shape ${printShape(shape)}: two for each axis, the last axis first`,
      { op: 'pad' },
    )
  }
  return shape.map((_, i) => {
    const at = 2 * (shape.length - 1 - i)
    return [pad[at] ?? 0, pad[at + 1] ?? 0] as const
  })
}

function constantPad<V>(b: Builder<V>, x: V, amounts: readonly (readonly [Dim, Dim])[], value: number): V {
  const v = vocabulary(b)
  // Negative amounts cut off. A symbolic one counts as not negative.
  const cut = amounts.reduce<V>((y, [low, high], i) => {
    const [from, less] = [low, high].map(d => (compare(d, 0) === -1 ? neg(d) : 0))
    return from === 0 && less === 0 ? y : v.slice(y, i, from!, sub(v.size(y, i), add(from!, less!)))
  }, x)
  const grown = amounts.map(([low, high]) => [atLeast0(low), atLeast0(high)] as const)
  return v.padLast(cut, grown, v.dtype(x) === 'bool' ? value !== 0 : value)
}

const atLeast0 = (d: Dim): Dim => (compare(d, 0) === -1 ? 0 : d)

/** One axis continued beyond its ends by its own elements. */
function continued<V>(b: Builder<V>, x: V, dim: number, low: Dim, high: Dim, mode: string): V {
  const v = vocabulary(b)
  const size = v.size(x, dim)
  const most = mode === 'reflect' ? sub(size, 1) : size
  if (mode !== 'replicate' && [low, high].some(d => compare(d, most) === 1)) {
    throw new OpError(
      'argument/value',
      `pad: ${mode} padding of ${low} and ${high} exceeds what dim ${dim} of size ${size} has`,
      {
        op: 'pad',
      },
    )
  }
  if (size === 0)
    throw new OpError('shape/range', `pad: dim ${dim} is empty and cannot be continued`, { op: 'pad' })
  const edge = (start: Dim, length: Dim): V =>
    v.expand(
      v.slice(x, dim, start, 1),
      v.shape(x).map((d, i) => (i === dim ? length : d)),
    )
  const part = (side: 'low' | 'high', length: Dim): V => {
    const atLow = side === 'low'
    if (mode === 'replicate') return edge(atLow ? 0 : sub(size, 1), length)
    if (mode === 'circular') return v.slice(x, dim, atLow ? sub(size, length) : 0, length)
    return flip(b, v.slice(x, dim, atLow ? 1 : sub(sub(size, 1), length), length), [dim])
  }
  const parts = [...(low === 0 ? [] : [part('low', low)]), x, ...(high === 0 ? [] : [part('high', high)])]
  return v.cat(parts, dim)
}

/** Padding of any mode. `value` is for 'constant'. */
export function pad<V>(b: Builder<V>, x: V, amounts: readonly Dim[], mode: string, value: number): V {
  const v = vocabulary(b)
  const byAxis = amountsByAxis(amounts, v.shape(x))
  if (mode === 'constant') return constantPad(b, x, byAxis, value)
  const padded = amounts.length / 2
  const rank = v.rank(x)
  if (rank !== padded + 1 && rank !== padded + 2) {
    throw new OpError(
      'shape/rank',
      `pad: ${mode} of ${padded} axes takes ${padded + 1} or ${padded + 2} axes, not ${rank}`,
      {
        op: 'pad',
      },
    )
  }
  return byAxis.reduce<V>((y, [low, high], i) => {
    if (low === 0 && high === 0) return y
    const shrink = [max(0, neg(low)), max(0, neg(high))] as const
    const grown = (x: V): V => continued(b, x, i, atLeast0(low), atLeast0(high), mode)
    const cut = (x: V): V => v.slice(x, i, shrink[0], sub(v.size(x, i), add(...shrink)))
    if (compare(low, 0) !== -1 && compare(high, 0) !== -1) return grown(y)
    // As in torch: what goes round is what was left, what is mirrored or repeated is not cut yet.
    return mode === 'circular' ? grown(cut(y)) : cut(grown(y))
  }, x)
}

export const padding = {
  pad: defineFunction({
    name: 'pad',
    args: [
      required('input', 'tensor'),
      required('pad', 'dims'),
      optional('mode', 'string', 'constant', { enum: ['constant', 'reflect', 'replicate', 'circular'] }),
      optional('value', 'float?', null),
    ],
    returns: 'tensor',
    doc: 'Elements added at the ends of axes, the last axis first; negative amounts cut off.',
    expand: (b, { input, pad: amounts, mode, value }) => pad(b, input, amounts, mode, value ?? 0),
  }),
} as const
