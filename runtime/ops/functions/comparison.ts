/** Comparisons, logic and choice. */
import { optional, required, type SizeOrScalar } from '../args.ts'
import type { Builder } from '../builder.ts'
import { isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import type { ComparisonOp } from '../primitives.ts'
import { promoted } from './arithmetic.ts'
import { broadcastShapes } from './axes.ts'
import { vocabulary } from './vocabulary.ts'

const operands = [required('input', 'operand'), required('other', 'operand')] as const

const comparing = <const N extends ComparisonOp, const L extends readonly string[] = readonly []>(
  name: N,
  doc: string,
  aliases: L = [] as never,
) =>
  defineFunction({
    name,
    aliases,
    method: true,
    args: operands,
    returns: 'tensor',
    doc,
    expand: (b, { input, other }) => b.emit(name, promoted(b, [input, other]), {}),
  })

const bitwise = <const N extends string>(name: N, op: 'and' | 'or' | 'xor' | 'shl' | 'shr', doc: string) =>
  defineFunction({
    name,
    method: true,
    args: operands,
    returns: 'tensor',
    doc,
    expand(b, { input, other }) {
      const both = promoted(b, [input, other])
      const { dtype } = b.aval(both[0]!)
      if (isFloat(dtype))
        throw new OpError('dtype/mismatch', `${name} takes integers or bools, not ${dtype}`, { op: name })
      return b.emit(op, both, {})
    },
  })

const logical = <const N extends string>(name: N, op: 'and' | 'or' | 'xor', doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [required('input', 'tensor'), required('other', 'tensor')],
    returns: 'tensor',
    doc,
    expand(b, { input, other }) {
      const v = vocabulary(b)
      return v.zip(op, v.cast(input, 'bool'), v.cast(other, 'bool'))
    },
  })

/** Between bounds, of which one may be missing. At a bound the gradient is the element's own. */
function clamped<V>(b: Builder<V>, input: V, min: V | SizeOrScalar | null, max: V | SizeOrScalar | null): V {
  const v = vocabulary(b)
  const limits = [min, max].filter(x => x !== null)
  const inputs = promoted(b, [input, ...limits])
  // What is recorded must not hold on to the bounds themselves.
  const [hasLow, hasHigh] = [min !== null, max !== null]
  const bounds = (rest: readonly V[]) => ({
    low: hasLow ? rest[0]! : null,
    high: hasHigh ? rest.at(-1)! : null,
  })
  return v.withGradient(
    inputs,
    (x, ...rest) => {
      const { low, high } = bounds(rest)
      const raised = low === null ? x : b.emit('maximum', [x, low], {})
      return high === null ? raised : b.emit('minimum', [raised, high], {})
    },
    (grad, [x, ...rest]) => {
      const { low, high } = bounds(rest)
      const above = low === null ? null : v.ge(x!, low)
      const below = high === null ? null : v.le(x!, high)
      const inside = above === null ? below! : below === null ? above : v.and(above, below)
      const crossed = low === null || high === null ? null : v.ge(low, high)
      const toLow =
        low === null ? [] : [v.lt(x!, low)].map(c => (crossed === null ? c : v.and(c, v.not(crossed))))
      const toHigh =
        high === null ? [] : [v.gt(x!, high)].map(c => (crossed === null ? c : v.or(c, v.lt(high, low!))))
      return [inside, ...toLow, ...toHigh].map(c => v.where(c, grad, 0))
    },
  )
}

export const comparison = {
  eq: comparing('eq', 'input == other.'),
  ne: comparing('ne', 'input != other.', ['not_equal']),
  lt: comparing('lt', 'input < other.', ['less']),
  le: comparing('le', 'input <= other.', ['less_equal']),
  gt: comparing('gt', 'input > other.', ['greater']),
  ge: comparing('ge', 'input >= other.', ['greater_equal']),
  bitwise_and: bitwise('bitwise_and', 'and', 'input & other.'),
  bitwise_or: bitwise('bitwise_or', 'or', 'input | other.'),
  bitwise_xor: bitwise('bitwise_xor', 'xor', 'input ^ other.'),
  bitwise_left_shift: bitwise('bitwise_left_shift', 'shl', 'input << other.'),
  bitwise_right_shift: bitwise('bitwise_right_shift', 'shr', 'input >> other.'),
  bitwise_not: defineFunction({
    name: 'bitwise_not',
    method: true,
    args: [required('input', 'tensor')],
    returns: 'tensor',
    doc: '~input: logical on bools, all bits on integers.',
    expand(b, { input }) {
      const v = vocabulary(b)
      if (isFloat(v.dtype(input)))
        throw new OpError('dtype/mismatch', `~ takes integers or bools, not ${v.dtype(input)}`)
      return v.not(input)
    },
  }),
  logical_and: logical('logical_and', 'and', 'Both are not zero.'),
  logical_or: logical('logical_or', 'or', 'One or both are not zero.'),
  logical_xor: logical('logical_xor', 'xor', 'Exactly one is not zero.'),
  logical_not: defineFunction({
    name: 'logical_not',
    method: true,
    args: [required('input', 'tensor')],
    returns: 'tensor',
    doc: 'input is zero.',
    expand(b, { input }) {
      const v = vocabulary(b)
      return v.not(v.cast(input, 'bool'))
    },
  }),
  isnan: defineFunction({
    name: 'isnan',
    method: true,
    args: [required('input', 'tensor')],
    returns: 'tensor',
    doc: 'True where an element is NaN.',
    expand: (b, { input }) => vocabulary(b).isNaN(input),
  }),
  isinf: defineFunction({
    name: 'isinf',
    method: true,
    args: [required('input', 'tensor')],
    returns: 'tensor',
    doc: 'True where an element is infinite.',
    expand(b, { input }) {
      const v = vocabulary(b)
      if (!isFloat(v.dtype(input))) return v.full(v.shape(input), false, 'bool')
      return v.eq(v.abs(input), Number.POSITIVE_INFINITY)
    },
  }),
  isfinite: defineFunction({
    name: 'isfinite',
    method: true,
    args: [required('input', 'tensor')],
    returns: 'tensor',
    doc: 'True where an element is neither infinite nor NaN.',
    expand(b, { input }) {
      const v = vocabulary(b)
      if (!isFloat(v.dtype(input))) return v.full(v.shape(input), true, 'bool')
      return v.lt(v.abs(input), Number.POSITIVE_INFINITY)
    },
  }),
  isposinf: defineFunction({
    name: 'isposinf',
    method: true,
    args: [required('input', 'tensor')],
    returns: 'tensor',
    doc: 'True where an element is plus infinity.',
    expand(b, { input }) {
      const v = vocabulary(b)
      if (!isFloat(v.dtype(input))) return v.full(v.shape(input), false, 'bool')
      return v.eq(input, Number.POSITIVE_INFINITY)
    },
  }),
  isneginf: defineFunction({
    name: 'isneginf',
    method: true,
    args: [required('input', 'tensor')],
    returns: 'tensor',
    doc: 'True where an element is minus infinity.',
    expand(b, { input }) {
      const v = vocabulary(b)
      if (!isFloat(v.dtype(input))) return v.full(v.shape(input), false, 'bool')
      return v.eq(input, Number.NEGATIVE_INFINITY)
    },
  }),
  isclose: defineFunction({
    name: 'isclose',
    method: true,
    args: [
      required('input', 'tensor'),
      required('other', 'tensor'),
      optional('rtol', 'float', 1e-5),
      optional('atol', 'float', 1e-8),
      optional('equal_nan', 'bool', false),
    ],
    returns: 'tensor',
    doc: '|input - other| <= atol + rtol * |other|, or both are equal.',
    expand(b, { input, other, rtol, atol, equal_nan }) {
      const v = vocabulary(b)
      const [p, q] = promoted(b, [input, other])
      const same = v.eq(p!, q!)
      const equal = equal_nan ? v.or(same, v.and(v.isNaN(p!), v.isNaN(q!))) : same
      const [x, y] = [v.floating(p!), v.floating(q!)]
      const gap = v.abs(v.sub(x, y))
      const near = v.le(gap, v.add(v.abs(v.mul(y, rtol)), atol))
      return v.or(equal, v.and(near, v.lt(gap, Number.POSITIVE_INFINITY)))
    },
  }),
  heaviside: defineFunction({
    name: 'heaviside',
    method: true,
    args: [required('input', 'tensor'), required('values', 'tensor')],
    returns: 'tensor',
    doc: '0 below zero, 1 above, `values` at zero.',
    expand(b, { input, values }) {
      const v = vocabulary(b)
      const [x, at] = promoted(b, [input, values])
      return v.where(v.eq(x!, 0), at!, v.cast(v.gt(x!, 0), v.dtype(x!)))
    },
  }),
  where: defineFunction({
    name: 'where',
    args: [required('condition', 'tensor'), required('input', 'operand'), required('other', 'operand')],
    returns: 'tensor',
    doc: 'input where condition is true, other elsewhere.',
    expand(b, { condition, input, other }) {
      const v = vocabulary(b)
      const [p, q] = promoted(b, [input, other])
      return v.where(v.cast(condition, 'bool'), p!, q!)
    },
  }),
  where_method: defineFunction({
    name: 'where_method',
    python: 'where',
    method: 'only',
    args: [required('input', 'tensor'), required('condition', 'tensor'), required('other', 'operand')],
    returns: 'tensor',
    doc: 'The tensor where condition is true, other elsewhere.',
    expand(b, { condition, input, other }) {
      const v = vocabulary(b)
      const [p, q] = promoted(b, [input, other])
      return v.where(v.cast(condition, 'bool'), p!, q!)
    },
  }),
  clamp: defineFunction({
    name: 'clamp',
    aliases: ['clip'],
    method: true,
    args: [required('input', 'tensor'), optional('min', 'operand?', null), optional('max', 'operand?', null)],
    returns: 'tensor',
    doc: 'Elements below min become min, those above max become max; max wins where they cross.',
    expand(b, { input, min, max }) {
      if (min === null && max === null)
        throw new OpError('argument/missing', 'clamp needs min or max', { op: 'clamp' })
      return clamped(b, input, min, max)
    },
  }),
  clamp_min: defineFunction({
    name: 'clamp_min',
    method: true,
    args: [required('input', 'tensor'), required('min', 'operand')],
    returns: 'tensor',
    doc: 'Elements below min become min.',
    expand: (b, { input, min }) => clamped(b, input, min, null),
  }),
  clamp_max: defineFunction({
    name: 'clamp_max',
    method: true,
    args: [required('input', 'tensor'), required('max', 'operand')],
    returns: 'tensor',
    doc: 'Elements above max become max.',
    expand: (b, { input, max }) => clamped(b, input, null, max),
  }),
  masked_fill: defineFunction({
    name: 'masked_fill',
    method: true,
    args: [required('input', 'tensor'), required('mask', 'tensor'), required('value', 'operand')],
    returns: 'tensor',
    doc: 'value where mask is true; the dtype stays.',
    expand(b, { input, mask, value }) {
      const v = vocabulary(b)
      if (v.dtype(mask) !== 'bool')
        throw new OpError('dtype/mismatch', `masked_fill needs a bool mask, not ${v.dtype(mask)}`)
      const shape = broadcastShapes(b, [v.shape(input), v.shape(mask)])
      const filler = b.isValue(value) ? v.cast(value, v.dtype(input)) : v.full([], value, v.dtype(input))
      return v.where(v.expand(mask, shape), filler, input)
    },
  }),
} as const
