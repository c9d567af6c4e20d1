/** Functions of one tensor, element by element. https://docs.pytorch.org/docs/2.13/torch.html#pointwise-ops */
import { optional, required } from '../args.ts'
import { isFloat } from '../dtype.ts'
import { defineFunction } from '../function.ts'
import type { UnaryOp } from '../primitives.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')

/** A primitive that torch applies to integers after converting them to float32. */
const floating = <const N extends UnaryOp, const L extends readonly string[] = readonly []>(
  name: N,
  doc: string,
  aliases: L = [] as never,
) =>
  defineFunction({
    name,
    aliases,
    method: true,
    args: [input],
    returns: 'tensor',
    doc,
    expand(b, { input }) {
      const v = vocabulary(b)
      return v.map(name, v.floating(input))
    },
  })

/** A primitive that leaves integers as they are. */
const rounding = <
  const N extends 'floor' | 'ceil' | 'trunc',
  const L extends readonly string[] = readonly [],
>(
  name: N,
  doc: string,
  aliases: L = [] as never,
) =>
  defineFunction({
    name,
    aliases,
    method: true,
    args: [input],
    returns: 'tensor',
    doc,
    expand: (b, { input }) => (isFloat(b.aval(input).dtype) ? vocabulary(b).map(name, input) : input),
  })

export const elementwise = {
  exp: floating('exp', 'e to the power of each element.'),
  exp2: floating('exp2', '2 to the power of each element.'),
  expm1: floating('expm1', 'exp(x) - 1, exact for small x.'),
  log: floating('log', 'Natural logarithm.'),
  log2: floating('log2', 'Logarithm to base 2.'),
  log10: floating('log10', 'Logarithm to base 10.'),
  log1p: floating('log1p', 'log(1 + x), exact for small x.'),
  sqrt: floating('sqrt', 'Square root.'),
  rsqrt: floating('rsqrt', '1 / sqrt(x).'),
  reciprocal: floating('reciprocal', '1 / x.'),
  sin: floating('sin', 'Sine of radians.'),
  cos: floating('cos', 'Cosine of radians.'),
  tan: floating('tan', 'Tangent of radians.'),
  asin: floating('asin', 'Inverse sine.', ['arcsin']),
  acos: floating('acos', 'Inverse cosine.', ['arccos']),
  atan: floating('atan', 'Inverse tangent.', ['arctan']),
  sinh: floating('sinh', 'Hyperbolic sine.'),
  cosh: floating('cosh', 'Hyperbolic cosine.'),
  tanh: floating('tanh', 'Hyperbolic tangent.'),
  asinh: floating('asinh', 'Inverse hyperbolic sine.', ['arcsinh']),
  acosh: floating('acosh', 'Inverse hyperbolic cosine.', ['arccosh']),
  atanh: floating('atanh', 'Inverse hyperbolic tangent.', ['arctanh']),
  erf: floating('erf', 'Error function.'),
  erfc: floating('erfc', '1 - erf(x).'),
  erfinv: floating('erfinv', 'Inverse of the error function.'),
  lgamma: floating('lgamma', 'Logarithm of the absolute value of the gamma function.', ['gammaln']),
  digamma: floating('digamma', 'Logarithmic derivative of the gamma function.', ['psi']),
  sigmoid: floating('sigmoid', '1 / (1 + exp(-x)).', ['expit']),
  floor: rounding('floor', 'Largest integer that is not larger.'),
  ceil: rounding('ceil', 'Smallest integer that is not smaller.'),
  trunc: rounding('trunc', 'The integer part.', ['fix']),
  round: defineFunction({
    name: 'round',
    method: true,
    args: [input, optional('decimals', 'int', 0)],
    returns: 'tensor',
    doc: 'Nearest number with that many decimals; halves go to the even neighbour.',
    expand(b, { input, decimals }) {
      const v = vocabulary(b)
      if (!isFloat(v.dtype(input))) return input
      if (decimals === 0) return v.map('round', input)
      const scale = 10 ** Math.abs(decimals)
      return decimals > 0
        ? v.div(v.map('round', v.mul(input, scale)), scale)
        : v.mul(v.map('round', v.div(input, scale)), scale)
    },
  }),
  neg: defineFunction({
    name: 'neg',
    aliases: ['negative'],
    method: true,
    args: [input],
    returns: 'tensor',
    doc: '-x.',
    expand: (b, { input }) => vocabulary(b).neg(input),
  }),
  positive: defineFunction({
    name: 'positive',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'The tensor itself.',
    expand: (_b, { input }) => input,
  }),
  abs: defineFunction({
    name: 'abs',
    aliases: ['absolute'],
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'Absolute value.',
    expand: (b, { input }) => (b.aval(input).dtype === 'bool' ? input : vocabulary(b).abs(input)),
  }),
  sign: defineFunction({
    name: 'sign',
    aliases: ['sgn'],
    method: true,
    args: [input],
    returns: 'tensor',
    doc: '-1, 0 or 1.',
    expand: (b, { input }) => (b.aval(input).dtype === 'bool' ? input : vocabulary(b).map('sign', input)),
  }),
  square: defineFunction({
    name: 'square',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'x * x.',
    expand(b, { input }) {
      const v = vocabulary(b)
      const x = v.dtype(input) === 'bool' ? v.cast(input, 'int64') : input
      return v.mul(x, x)
    },
  }),
  frac: defineFunction({
    name: 'frac',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'The part after the point, with the sign of x.',
    expand(b, { input }) {
      const v = vocabulary(b)
      return v.sub(input, v.map('trunc', input))
    },
  }),
  logit: defineFunction({
    name: 'logit',
    method: true,
    args: [input, optional('eps', 'float?', null)],
    returns: 'tensor',
    doc: 'log(x / (1 - x)), with x clamped to [eps, 1 - eps] if eps is given.',
    expand(b, { input, eps }) {
      const v = vocabulary(b)
      return v.inFloat32(v.floating(input), x => {
        return v.withGradient(
          [x],
          y => {
            const p = eps === null ? y : v.clamp(y, eps, 1 - eps)
            return v.log(v.div(p, v.sub(1, p)))
          },
          (grad, [y]) => {
            const low = eps ?? 0
            const outside = v.or(v.lt(y!, low), v.gt(y!, 1 - low))
            const slope = v.div(grad, v.mul(y!, v.sub(1, y!)))
            return [v.where(outside, eps === null ? Number.NaN : 0, slope)]
          },
        )
      })
    },
  }),
  sinc: defineFunction({
    name: 'sinc',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'sin(pi x) / (pi x), 1 at 0.',
    expand(b, { input }) {
      const v = vocabulary(b)
      return v.inFloat32(v.floating(input), x => {
        return v.withGradient(
          [x],
          y => {
            const angle = v.mul(y, Math.PI)
            const zero = v.eq(y, 0)
            return v.where(zero, 1, v.div(v.map('sin', angle), v.where(zero, 1, angle)))
          },
          (grad, [y]) => {
            const angle = v.mul(y!, Math.PI)
            const below = v.mul(v.mul(angle, angle), 1 / Math.PI)
            const slope = v.div(v.sub(v.mul(angle, v.map('cos', angle)), v.map('sin', angle)), below)
            return [v.where(v.eq(below, 0), 0, v.mul(grad, slope))]
          },
        )
      })
    },
  }),
  deg2rad: defineFunction({
    name: 'deg2rad',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'Degrees to radians.',
    expand(b, { input }) {
      const v = vocabulary(b)
      return v.mul(v.floating(input), Math.PI / 180)
    },
  }),
  rad2deg: defineFunction({
    name: 'rad2deg',
    method: true,
    args: [input],
    returns: 'tensor',
    doc: 'Radians to degrees.',
    expand(b, { input }) {
      const v = vocabulary(b)
      return v.mul(v.floating(input), 180 / Math.PI)
    },
  }),
  nan_to_num: defineFunction({
    name: 'nan_to_num',
    method: true,
    args: [
      input,
      optional('nan', 'float?', null),
      optional('posinf', 'float?', null),
      optional('neginf', 'float?', null),
    ],
    returns: 'tensor',
    doc: 'Replaces NaN by 0 and infinities by the largest finite numbers, or by the numbers given.',
    expand(b, { input, nan, posinf, neginf }) {
      const v = vocabulary(b)
      const dtype = v.dtype(input)
      if (!isFloat(dtype)) return input
      const largest = LARGEST[dtype as keyof typeof LARGEST]
      const finite = v.where(
        v.eq(input, Number.POSITIVE_INFINITY),
        posinf ?? largest,
        v.where(v.eq(input, Number.NEGATIVE_INFINITY), neginf ?? -largest, input),
      )
      return v.where(v.isNaN(input), nan ?? 0, finite)
    },
  }),
} as const

/** The largest finite number of each float dtype. */
export const LARGEST = {
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
} as const
