/** torch.special: the normal distribution, scaled error functions, modified Bessel functions. https://docs.pytorch.org/docs/2.13/special.html */
import { required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { defineFunction } from '../function.ts'
import { promoted, toFloat } from './arithmetic.ts'
import { BESSEL } from './bessel-series.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')

/** A function of one tensor of floats; halves are computed in float32. */
const special = <const N extends string>(name: N, doc: string, f: <V>(b: Builder<V>, x: V) => V) =>
  defineFunction({
    name,
    args: [input],
    returns: 'tensor',
    doc,
    expand(b, { input }) {
      const v = vocabulary(b)
      return v.inFloat32(v.floating(input), x => f(b, x))
    },
  })

/** Where the continued fraction takes over, and its depth: errors are then below those of the dtype. */
const FRACTION = { float32: { from: 2, depth: 12 }, float64: { from: 5, depth: 16 } } as const

/** exp(x^2) erfc(x), for large x by Laplace's continued fraction (Abramowitz and Stegun 7.1.14). */
function erfcx<V>(b: Builder<V>, x: V): V {
  const v = vocabulary(b)
  return v.withGradient(
    [x],
    y => {
      const { from, depth } = FRACTION[v.dtype(y) === 'float64' ? 'float64' : 'float32']
      const far = v.gt(y, from)
      const large = v.where(far, y, from)
      let rest = v.fullLike(y, 0)
      for (let k = depth; k >= 1; k--) rest = v.div(k / 2, v.add(large, rest))
      const near = v.where(far, 0, y)
      const direct = v.mul(v.exp(v.square(near)), v.map('erfc', near))
      return v.where(far, v.div(1 / Math.sqrt(Math.PI), v.add(large, rest)), direct)
    },
    (grad, [y], result) => [v.mul(grad, v.sub(v.mul(v.mul(y!, 2), result), 2 / Math.sqrt(Math.PI)))],
  )
}

/** The normal distribution function. */
const ndtr = <V>(b: Builder<V>, x: V): V => {
  const v = vocabulary(b)
  return v.mul(v.map('erfc', v.mul(x, -Math.SQRT1_2)), 0.5)
}

/** Its logarithm; on the left without the underflow of the distribution function. */
function logNdtr<V>(b: Builder<V>, x: V): V {
  const v = vocabulary(b)
  return v.withGradient(
    [x],
    y => {
      const t = v.mul(y, Math.SQRT1_2)
      const left = v.lt(y, -1)
      const far = v.where(left, t, -1)
      const tail = v.sub(v.log(v.mul(erfcx(b, v.neg(far)), 0.5)), v.square(far))
      return v.where(left, tail, v.map('log1p', v.mul(v.map('erfc', t), -0.5)))
    },
    (grad, [y]) => [v.div(v.mul(grad, Math.sqrt(2 / Math.PI)), erfcx(b, v.mul(y!, -Math.SQRT1_2)))],
  )
}

/** Abramowitz and Stegun 26.2.23: where few of the normal distribution lie further out, by t = sqrt(-2 log q); off by 0.00045 at most. */
const TAIL = { over: [2.515517, 0.802853, 0.010328], under: [1, 1.432788, 0.189269, 0.001308] } as const

/** The inverse of ndtr: in the middle by erfinv; in the tails, where 2 p - 1 loses digits, by Newton's steps on logarithms. */
function ndtri<V>(b: Builder<V>, x: V): V {
  const v = vocabulary(b)
  return v.withGradient(
    [x],
    p => {
      const rest = v.min(p, v.sub(1, p))
      const isTail = v.and(v.lt(rest, 0.1), v.gt(rest, 0))
      const q = v.where(isTail, rest, 0.1)
      const t = v.sqrt(v.mul(v.log(q), -2))
      const polynomial = (c: readonly number[]): V =>
        c.toReversed().reduce<V>((sum, a) => v.add(v.mul(sum, t), a), v.fullLike(t, 0))
      let z = v.sub(t, v.div(polynomial(TAIL.over), polynomial(TAIL.under)))
      for (let step = 0; step < 3; step++) {
        const error = v.sub(logNdtr(b, v.neg(z)), v.log(q))
        z = v.add(z, v.mul(v.mul(error, Math.sqrt(Math.PI / 2)), erfcx(b, v.mul(z, Math.SQRT1_2))))
      }
      const middle = v.mul(v.map('erfinv', v.sub(v.mul(p, 2), 1)), Math.SQRT2)
      const known = v.where(isTail, v.where(v.lt(p, 0.5), v.neg(z), z), middle)
      // So little outside of 0 and 1 that 2 p - 1 does not show it.
      return v.where(v.or(v.lt(p, 0), v.gt(p, 1)), Number.NaN, known)
    },
    (grad, _, result) => [v.mul(v.mul(grad, Math.sqrt(2 * Math.PI)), v.exp(v.mul(v.square(result), 0.5)))],
  )
}

/** A sum of Chebyshev polynomials, by Clenshaw's recurrence. */
function chebyshev<V>(v: Vocabulary<V>, t: V, coefficients: readonly number[]): V {
  const twice = v.mul(t, 2)
  let [next, afterNext] = [v.fullLike(t, 0), v.fullLike(t, 0)]
  for (const c of coefficients.slice(1).toReversed()) {
    const now = v.add(v.sub(v.mul(twice, next), afterNext), c)
    afterNext = next
    next = now
  }
  return v.add(v.sub(v.mul(t, next), afterNext), coefficients[0]!)
}

/** What stands in torch's formulas where x is too small to divide by, NaN included. */
function nearZero<V>(v: Vocabulary<V>, x: V, value: V, instead: number): V {
  const small = v.dtype(x) === 'float64' ? 2 ** -52 : 2 ** -23
  return v.where(v.gt(v.abs(x), small), value, instead)
}

const overX = <V>(v: Vocabulary<V>, y: V, x: V): V => v.div(y, nearZero(v, x, x, 1))

/** exp(-|x|) I(x) of order 0 or 1: up to 8 in powers of x, beyond in powers of 1 / x. */
function scaledBessel<V>(b: Builder<V>, x: V, order: 0 | 1): V {
  const v = vocabulary(b)
  return v.withGradient(
    [x],
    y => {
      const size = v.abs(y)
      const far = v.gt(size, 8)
      const near = v.where(far, 8, size)
      const large = v.where(far, size, 8)
      const inner = chebyshev(v, v.sub(v.mul(near, 0.25), 1), BESSEL[order].near)
      const outer = v.mul(chebyshev(v, v.sub(v.div(16, large), 1), BESSEL[order].far), v.rsqrt(large))
      if (order === 0) return v.where(far, outer, inner)
      return v.where(far, v.mul(outer, v.map('sign', y)), v.mul(inner, y))
    },
    (grad, [y], result) => {
      const sign = v.map('sign', y!)
      if (order === 0) return [v.mul(grad, v.sub(scaledBessel(b, y!, 1), v.mul(result, sign)))]
      const slope = v.sub(v.sub(scaledBessel(b, y!, 0), v.mul(result, sign)), overX(v, result, y!))
      return [v.mul(grad, nearZero(v, y!, slope, 0.5))]
    },
  )
}

/** I(x) of order 0 or 1. */
function bessel<V>(b: Builder<V>, x: V, order: 0 | 1): V {
  const v = vocabulary(b)
  return v.withGradient(
    [x],
    y => v.mul(scaledBessel(b, y, order), v.exp(v.abs(y))),
    (grad, [y], result) => {
      if (order === 0) return [v.mul(grad, bessel(b, y!, 1))]
      const slope = v.sub(bessel(b, y!, 0), overX(v, result, y!))
      return [v.mul(grad, nearZero(v, y!, slope, 0.5))]
    },
  )
}

function entr<V>(b: Builder<V>, x: V): V {
  const v = vocabulary(b)
  return v.withGradient(
    [x],
    y => {
      const value = v.neg(v.mul(y, v.log(y)))
      return v.where(v.gt(y, 0), value, v.where(v.lt(y, 0), Number.NEGATIVE_INFINITY, y))
    },
    (grad, [y]) => [v.mul(grad, v.sub(-1, v.log(y!)))],
  )
}

const other = required('other', 'operand')

/** The multivariate version of lgamma. */
function multigammaln<V>(b: Builder<V>, input: V, p: number): V {
  const v = vocabulary(b)
  const x = v.floating(input)
  const terms = Array.from({ length: p }, (_, j) => v.map('lgamma', v.sub(x, j / 2)))
  return v.add(
    terms.reduce((sum, term) => v.add(sum, term)),
    (p * (p - 1) * Math.log(Math.PI)) / 4,
  )
}

export const specials = {
  erfcx: special('erfcx', 'exp(x^2) erfc(x), without overflow on the right.', erfcx),
  ndtr: special('ndtr', 'The distribution function of the standard normal distribution.', ndtr),
  log_ndtr: special('log_ndtr', 'The logarithm of ndtr, exact far on the left.', logNdtr),
  ndtri: special('ndtri', 'The inverse of ndtr: quantiles of the standard normal distribution.', ndtri),
  entr: special('entr', '-x log(x): 0 at 0, -Infinity below.', entr),
  i0: special('i0', 'Modified Bessel function of the first kind, of order 0.', (b, x) => bessel(b, x, 0)),
  i0e: special('i0e', 'exp(-|x|) i0(x).', (b, x) => scaledBessel(b, x, 0)),
  i1: special('i1', 'Modified Bessel function of the first kind, of order 1.', (b, x) => bessel(b, x, 1)),
  i1e: special('i1e', 'exp(-|x|) i1(x).', (b, x) => scaledBessel(b, x, 1)),
  xlog1py: defineFunction({
    name: 'xlog1py',
    args: [required('input', 'operand'), other],
    returns: 'tensor',
    doc: 'input * log(1 + other), 0 where input is 0.',
    expand(b, args) {
      const v = vocabulary(b)
      const both = promoted(b, [args.input, args.other], toFloat)
      return v.withGradient(
        both,
        (x, y) => {
          const zero = v.eq(x, 0)
          const value = v.where(zero, 0, v.mul(x, v.map('log1p', v.where(zero, 0, y))))
          return v.where(v.isNaN(y), Number.NaN, value)
        },
        (grad, [x, y]) => {
          const none = v.and(v.eq(x!, 0), v.le(y!, -1))
          return [v.mul(grad, v.where(none, 0, v.map('log1p', y!))), v.div(v.mul(grad, x!), v.add(y!, 1))]
        },
      )
    },
  }),
  logaddexp2: defineFunction({
    name: 'logaddexp2',
    method: true,
    args: [input, required('other', 'tensor')],
    returns: 'tensor',
    doc: 'log2(2^input + 2^other), without overflow.',
    expand(b, args) {
      const v = vocabulary(b)
      return v.withGradient(
        promoted(b, [args.input, args.other]),
        (p, q) => {
          const same = v.and(v.eq(p, q), v.eq(v.abs(p), Number.POSITIVE_INFINITY))
          const gap = v.neg(v.abs(v.where(same, 0, v.sub(p, q))))
          const more = v.mul(v.map('log1p', v.map('exp2', gap)), Math.LOG2E)
          return v.where(same, p, v.add(v.max(p, q), more))
        },
        (grad, [p, q]) => {
          const share = (x: typeof grad, y: typeof grad) =>
            v.mul(grad, v.sigmoid(v.mul(v.sub(x, y), Math.LN2)))
          return [share(p!, q!), share(q!, p!)]
        },
      )
    },
  }),
  mvlgamma: defineFunction({
    name: 'mvlgamma',
    aliases: ['multigammaln'],
    method: true,
    args: [input, required('p', 'int', { min: 1 })],
    returns: 'tensor',
    doc: 'Logarithm of the multivariate gamma function of dimension p.',
    expand: (b, { input, p }) => multigammaln(b, input, p),
  }),
} as const
