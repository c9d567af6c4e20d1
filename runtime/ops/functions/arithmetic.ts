/** Arithmetic of two operands, with torch's broadcasting and promotion. Either operand may be a number. */
import { FloatScalar, optional, required, type SizeOrScalar } from '../args.ts'
import type { Builder } from '../builder.ts'
import { type DType, isFloat } from '../dtype.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { broadcastShapes } from './axes.ts'
import { type Operand, resultType } from './promotion.ts'
import { vocabulary } from './vocabulary.ts'

const left = required('input', 'operand')
const other = required('other', 'operand')

/** Operands as tensors of torch's result type (or of the dtype that `to` makes of it), broadcast to one shape. */
export function promoted<V>(
  b: Builder<V>,
  operands: readonly Operand<V>[],
  to: (dtype: DType) => DType = d => d,
): readonly V[] {
  const v = vocabulary(b)
  const dtype = to(resultType(b, operands))
  const shape = broadcastShapes(
    b,
    operands.flatMap(x => (b.isValue(x) ? [v.shape(x)] : [])),
  )
  return operands.map(x =>
    b.isValue(x) ? v.expand(v.cast(x, dtype), shape) : v.full(shape, x as SizeOrScalar, dtype),
  )
}

/** Integers as the default float: what division and the like make of them. */
export const toFloat = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'float32')

const one = (alpha: SizeOrScalar): boolean =>
  alpha === 1 || (alpha instanceof FloatScalar && alpha.value === 1)

function sum<V>(b: Builder<V>, x: Operand<V>, y: Operand<V>, alpha: SizeOrScalar, op: 'add' | 'sub'): V {
  const v = vocabulary(b)
  const [p, q] = promoted(b, [x, y])
  if (op === 'sub' && v.dtype(p!) === 'bool') {
    throw new OpError('dtype/mismatch', 'sub does not take two bool tensors', {
      hint: 'use logical_xor, or ~x for 1 - x',
    })
  }
  // A bool sum is a logical or, as in torch.
  if (v.dtype(p!) === 'bool') return v.or(p!, q!)
  return b.emit(op, [p!, one(alpha) ? q! : v.mul(q!, alpha)], {})
}

function quotient<V>(b: Builder<V>, x: Operand<V>, y: Operand<V>, mode: string | null): V {
  if (mode === null) return b.emit('div', promoted(b, [x, y], toFloat), {})
  const [p, q] = promoted(b, [x, y])
  if (mode === 'floor') return b.emit('floordiv', [p!, q!], {})
  const v = vocabulary(b)
  if (isFloat(v.dtype(p!))) return v.map('trunc', v.div(p!, q!))
  // (x - fmod(x, y)) / y is exact: towards zero.
  return v.zip('floordiv', v.sub(p!, v.zip('fmod', p!, q!)), q!)
}

/** A binary primitive under its torch name. */
const binary = <const N extends string, const L extends readonly string[] = readonly []>(
  name: N,
  op: 'floordiv' | 'remainder' | 'fmod' | 'mul',
  doc: string,
  aliases: L = [] as never,
) =>
  defineFunction({
    name,
    aliases,
    method: true,
    args: [left, other],
    returns: 'tensor',
    doc,
    expand(b, args) {
      const [p, q] = promoted(b, [args.input, args.other])
      return b.aval(p!).dtype === 'bool' && op === 'mul'
        ? b.emit('and', [p!, q!], {})
        : b.emit(op, [p!, q!], {})
    },
  })

const extremum = <const N extends string>(name: N, op: 'minimum' | 'maximum', doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [required('input', 'tensor'), required('other', 'tensor')],
    returns: 'tensor',
    doc,
    expand: (b, args) => b.emit(op, promoted(b, [args.input, args.other]), {}),
  })

const ignoringNaN = <const N extends string>(name: N, op: 'minimum' | 'maximum', doc: string) =>
  defineFunction({
    name,
    method: true,
    args: [required('input', 'tensor'), required('other', 'tensor')],
    returns: 'tensor',
    doc,
    expand(b, args) {
      const v = vocabulary(b)
      const [p, q] = promoted(b, [args.input, args.other])
      if (!isFloat(v.dtype(p!))) return b.emit(op, [p!, q!], {})
      return v.where(v.isNaN(p!), q!, v.where(v.isNaN(q!), p!, b.emit(op, [p!, q!], {})))
    },
  })

/** True for negative numbers and minus zero, which 1 / x tells from zero. */
function negative<V>(b: Builder<V>, x: V): V {
  const v = vocabulary(b)
  if (v.dtype(x) === 'bool') return v.full(v.shape(x), false, 'bool')
  const below = v.lt(x, 0)
  return isFloat(v.dtype(x)) ? v.or(below, v.and(v.eq(x, 0), v.lt(v.map('reciprocal', x), 0))) : below
}

/** x ** e for exponents that need no general power. */
function power<V>(b: Builder<V>, x: Operand<V>, exponent: Operand<V>): V {
  const v = vocabulary(b)
  if (!b.isValue(exponent) && b.isValue(x)) {
    const number = exponent instanceof FloatScalar ? exponent.value : exponent
    const [base] = promoted(b, [x, exponent])
    const dtype = v.dtype(base!)
    if (number === 1) return base!
    if (number === 2) return dtype === 'bool' ? base! : v.mul(base!, base!)
    if (typeof number === 'number' && number < 0 && !isFloat(dtype)) {
      throw new OpError('argument/value', 'integers to negative powers are not allowed', {
        hint: 'convert with .float() first',
      })
    }
    if (isFloat(dtype)) {
      if (number === 0.5) return v.sqrt(base!)
      if (number === -0.5) return v.rsqrt(base!)
      if (number === -1) return v.map('reciprocal', base!)
      if (number === 3) return v.mul(v.mul(base!, base!), base!)
    }
  }
  return b.emit('pow', promoted(b, [x, exponent]), {})
}

/** x + weight * (y - x) of one shape and dtype, from the nearer end: exact at both. */
export function lerp<V>(b: Builder<V>, x: V, y: V, weight: V): V {
  const v = vocabulary(b)
  return v.withGradient(
    [x, y, weight],
    (p, q, w) => {
      const step = v.sub(q, p)
      const fromEnd = v.sub(q, v.mul(step, v.sub(1, w)))
      return v.where(v.lt(v.abs(w), 0.5), v.add(p, v.mul(step, w)), fromEnd)
    },
    (grad, [p, q, w]) => [v.mul(grad, v.sub(1, w!)), v.mul(grad, w!), v.mul(grad, v.sub(q!, p!))],
  )
}

/** p * log(q), 0 where p is 0; of one shape and dtype. */
export function xlogy<V>(b: Builder<V>, p: V, q: V): V {
  const v = vocabulary(b)
  return v.withGradient(
    [p, q],
    (x, y) => {
      const zero = v.eq(x, 0)
      const value = v.where(zero, 0, v.mul(x, v.log(v.where(zero, 1, y))))
      return v.where(v.isNaN(y), Number.NaN, value)
    },
    (grad, [x, y]) => [
      v.where(v.and(v.eq(x!, 0), v.le(y!, 0)), 0, xlogy(b, grad, y!)),
      v.div(v.mul(grad, x!), y!),
    ],
  )
}

export const arithmetic = {
  add: defineFunction({
    name: 'add',
    method: true,
    args: [left, other, optional('alpha', 'scalar', 1)],
    returns: 'tensor',
    doc: 'input + alpha * other.',
    expand: (b, { input, other, alpha }) => sum(b, input, other, alpha, 'add'),
  }),
  sub: defineFunction({
    name: 'sub',
    aliases: ['subtract'],
    method: true,
    args: [left, other, optional('alpha', 'scalar', 1)],
    returns: 'tensor',
    doc: 'input - alpha * other.',
    expand: (b, { input, other, alpha }) => sum(b, input, other, alpha, 'sub'),
  }),
  rsub: defineFunction({
    name: 'rsub',
    args: [left, other, optional('alpha', 'scalar', 1)],
    returns: 'tensor',
    doc: 'other - alpha * input.',
    expand: (b, { input, other, alpha }) => sum(b, other, input, alpha, 'sub'),
  }),
  mul: binary('mul', 'mul', 'input * other.', ['multiply']),
  div: defineFunction({
    name: 'div',
    aliases: ['divide', 'true_divide'],
    method: true,
    args: [left, other, optional('rounding_mode', 'string?', null, { enum: ['trunc', 'floor'] })],
    returns: 'tensor',
    doc: 'input / other as floats; with a rounding mode in the promoted dtype.',
    expand: (b, { input, other, rounding_mode }) => quotient(b, input, other, rounding_mode),
  }),
  floor_divide: binary('floor_divide', 'floordiv', 'input // other, rounded towards minus infinity.'),
  remainder: binary('remainder', 'remainder', 'input % other, with the sign of other.'),
  fmod: binary('fmod', 'fmod', 'Remainder with the sign of input.'),
  pow: defineFunction({
    name: 'pow',
    method: true,
    args: [left, required('exponent', 'operand')],
    returns: 'tensor',
    doc: 'input to the power of exponent.',
    expand: (b, { input, exponent }) => power(b, input, exponent),
  }),
  float_power: defineFunction({
    name: 'float_power',
    method: true,
    args: [left, required('exponent', 'operand')],
    returns: 'tensor',
    doc: 'input to the power of exponent, in float64.',
    expand: (b, { input, exponent }) =>
      b.emit(
        'pow',
        promoted(b, [input, exponent], () => 'float64'),
        {},
      ),
  }),
  atan2: defineFunction({
    name: 'atan2',
    aliases: ['arctan2'],
    method: true,
    args: [required('input', 'tensor'), required('other', 'tensor')],
    returns: 'tensor',
    doc: 'Angle of the point (other, input), in radians.',
    expand: (b, { input, other }) => b.emit('atan2', promoted(b, [input, other], toFloat), {}),
  }),
  maximum: extremum('maximum', 'maximum', 'The larger of two; NaN wins.'),
  minimum: extremum('minimum', 'minimum', 'The smaller of two; NaN wins.'),
  fmax: ignoringNaN('fmax', 'maximum', 'The larger of two; a number wins over NaN.'),
  fmin: ignoringNaN('fmin', 'minimum', 'The smaller of two; a number wins over NaN.'),
  hypot: defineFunction({
    name: 'hypot',
    method: true,
    args: [required('input', 'tensor'), required('other', 'tensor')],
    returns: 'tensor',
    doc: 'sqrt(input^2 + other^2), without overflow on the way.',
    expand(b, args) {
      const v = vocabulary(b)
      return v.withGradient(
        promoted(b, [args.input, args.other]),
        (x, y) => {
          const [p, q] = [v.abs(x), v.abs(y)]
          const large = v.max(p, q)
          const small = v.min(p, q)
          const plain = v.or(v.eq(large, 0), v.eq(large, Number.POSITIVE_INFINITY))
          const ratio = v.div(small, v.where(plain, 1, large))
          return v.where(plain, large, v.mul(large, v.sqrt(v.add(v.square(ratio), 1))))
        },
        (grad, inputs, result) => inputs.map(x => v.mul(grad, v.div(x, result))),
      )
    },
  }),
  logaddexp: defineFunction({
    name: 'logaddexp',
    method: true,
    args: [required('input', 'tensor'), required('other', 'tensor')],
    returns: 'tensor',
    doc: 'log(exp(input) + exp(other)), without overflow.',
    expand(b, args) {
      const v = vocabulary(b)
      return v.withGradient(
        promoted(b, [args.input, args.other]),
        (p, q) => {
          const large = v.max(p, q)
          // Equal infinities: their difference is NaN, the answer is the infinity itself.
          const same = v.and(v.eq(p, q), v.eq(v.abs(p), Number.POSITIVE_INFINITY))
          const gap = v.neg(v.abs(v.where(same, 0, v.sub(p, q))))
          return v.where(same, p, v.add(large, v.map('log1p', v.exp(gap))))
        },
        (grad, [p, q]) => [v.mul(grad, v.sigmoid(v.sub(p!, q!))), v.mul(grad, v.sigmoid(v.sub(q!, p!)))],
      )
    },
  }),
  copysign: defineFunction({
    name: 'copysign',
    method: true,
    args: [required('input', 'tensor'), other],
    returns: 'tensor',
    doc: 'The size of input with the sign of other; minus zero is negative.',
    expand(b, args) {
      const v = vocabulary(b)
      return v.withGradient(
        promoted(b, [args.input, args.other], toFloat),
        (p, q) => {
          const size = v.abs(p)
          return v.where(negative(b, q), v.neg(size), size)
        },
        (grad, [p, q], result) => [
          v.mul(grad, v.where(v.eq(p!, 0), 0, v.div(result, p!))),
          v.fullLike(q!, 0),
        ],
      )
    },
  }),
  signbit: defineFunction({
    name: 'signbit',
    method: true,
    args: [required('input', 'tensor')],
    returns: 'tensor',
    doc: 'True for negative numbers, minus zero included.',
    expand: (b, { input }) => negative(b, input),
  }),
  xlogy: defineFunction({
    name: 'xlogy',
    method: true,
    args: [left, other],
    returns: 'tensor',
    doc: 'input * log(other), 0 where input is 0.',
    expand(b, args) {
      const [p, q] = promoted(b, [args.input, args.other], toFloat)
      return xlogy(b, p!, q!)
    },
  }),
  lerp: defineFunction({
    name: 'lerp',
    method: true,
    args: [required('input', 'tensor'), required('end', 'tensor'), required('weight', 'operand')],
    returns: 'tensor',
    doc: 'input + weight * (end - input).',
    expand(b, { input, end, weight }) {
      const v = vocabulary(b)
      if (b.isValue(weight)) {
        const [x, y, w] = promoted(b, [input, end, weight])
        return lerp(b, x!, y!, w!)
      }
      const [x, y] = v.align(input, end)
      const w = weight instanceof FloatScalar ? weight.value : Number(weight)
      // The formula that starts at the nearer end, as torch's: exact at both.
      const step = v.sub(y, x)
      return Math.abs(w) < 0.5 ? v.add(x, v.mul(step, w)) : v.sub(y, v.mul(step, 1 - w))
    },
  }),
  addcmul: defineFunction({
    name: 'addcmul',
    method: true,
    args: [
      required('input', 'tensor'),
      required('tensor1', 'tensor'),
      required('tensor2', 'tensor'),
      optional('value', 'scalar', 1),
    ],
    returns: 'tensor',
    doc: 'input + value * tensor1 * tensor2.',
    expand(b, { input, tensor1, tensor2, value }) {
      const v = vocabulary(b)
      const product = v.mul(tensor1, tensor2)
      return v.add(input, one(value) ? product : v.mul(product, value))
    },
  }),
  addcdiv: defineFunction({
    name: 'addcdiv',
    method: true,
    args: [
      required('input', 'tensor'),
      required('tensor1', 'tensor'),
      required('tensor2', 'tensor'),
      optional('value', 'scalar', 1),
    ],
    returns: 'tensor',
    doc: 'input + value * tensor1 / tensor2.',
    expand(b, { input, tensor1, tensor2, value }) {
      const v = vocabulary(b)
      const ratio = v.div(tensor1, tensor2)
      return v.add(input, one(value) ? ratio : v.mul(ratio, value))
    },
  }),
} as const
