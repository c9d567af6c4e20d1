/**
 * Functions that the kernel IR does not have, written with those that it has, in float64.
 * Sources: Lanczos' approximation of the gamma function (g = 7, nine terms, as tabulated by Godfrey); Abramowitz and Stegun
 * 6.3.7 and 6.3.18 (digamma); Giles, "Approximating the erfinv function" (first guess), then Newton's method.
 */
import {
  add,
  binary,
  cast,
  compare,
  div,
  gt,
  literal,
  lt,
  mul,
  select,
  sub,
  unary,
} from '../../kernels/expr.ts'
import type { Expr } from '../../kernels/ir.ts'

/** Computes in float64 and rounds once at the end. */
export function inDouble(x: Expr, f: (x: Expr) => Expr): Expr {
  const result = f(cast('float64', x))
  return x.type === 'f32' ? cast('float32', result) : result
}

const constant = (value: number): Expr => literal('f64', value)
const abs = (x: Expr): Expr => unary('abs', x)
const log = (x: Expr): Expr => unary('log', x)
const INFINITY = Number.POSITIVE_INFINITY

/** c0 + x (c1 + x (c2 + ...)). */
function polynomial(x: Expr, coefficients: readonly number[]): Expr {
  return coefficients.reduceRight<Expr>((sum, c) => add(mul(sum, x), constant(c)), constant(0))
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** log gamma(x) for x of at least one half. */
function lanczos(x: Expr): Expr {
  const shifted = sub(x, 1)
  let series = constant(LANCZOS[0]!)
  for (const [i, c] of LANCZOS.slice(1).entries()) series = add(series, div(constant(c), add(shifted, i + 1)))
  const t = add(shifted, 7.5)
  const power = sub(mul(add(shifted, 0.5), log(t)), t)
  return add(add(power, log(series)), 0.5 * Math.log(2 * Math.PI))
}

/** log |gamma(x)|; infinite at the poles. */
export function lgamma(x: Expr): Expr {
  const small = lt(x, 0.5)
  // From the nearest whole number: |sin(pi x)| keeps its digits beside the poles.
  const fraction = sub(x, unary('round', x))
  const reflected = log(div(constant(Math.PI), abs(unary('sin', mul(fraction, Math.PI)))))
  const direct = lanczos(select(small, sub(1, x), x))
  const value = select(small, sub(reflected, direct), direct)
  return select(compare('eq', abs(x), INFINITY), constant(INFINITY), value)
}

/** Coefficients of the asymptotic series in 1/x^2. */
const DIGAMMA = [0, 1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760]
const SHIFT = 10

/** d/dx log gamma(x): -inf at 0 (inf at -0), NaN at the negative poles, as torch. */
export function digamma(x: Expr): Expr {
  const negative = lt(x, 0)
  const y = select(negative, sub(1, x), x)
  let recurrence = div(constant(1), y)
  for (let i = 1; i < SHIFT; i++) recurrence = add(recurrence, div(constant(1), add(y, i)))
  const shifted = add(y, SHIFT)
  const inverse = div(constant(1), mul(shifted, shifted))
  const asymptotic = sub(sub(log(shifted), div(constant(0.5), shifted)), polynomial(inverse, DIGAMMA))
  const direct = sub(asymptotic, recurrence)
  const angle = mul(sub(x, unary('round', x)), Math.PI)
  const reflected = sub(direct, div(constant(Math.PI), unary('tan', angle)))
  const pole = compare('eq', x, unary('floor', x))
  return select(negative, select(pole, constant(Number.NaN), reflected), direct)
}

const CENTRAL = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6,
  3.43273939e-7, 2.81022636e-8,
]
const TAIL = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322,
  0.000100950558, -0.000200214257,
]

/** Inverse of erf: infinite at 1 and -1, NaN outside. */
export function erfinv(y: Expr): Expr {
  const w = unary('neg', log(mul(sub(1, y), add(1, y))))
  const central = polynomial(sub(w, 2.5), CENTRAL)
  const tail = polynomial(sub(unary('sqrt', w), 3), TAIL)
  let x = mul(select(lt(w, 5), central, tail), y)
  for (let step = 0; step < 2; step++) {
    // In the tails 1 - erf would cancel: erfc and 1 - |y| are exact there.
    const central_ = sub(unary('erf', x), y)
    const sign = unary('sign', y)
    const outer = mul(sign, sub(sub(1, abs(y)), unary('erfc', abs(x))))
    const error = select(gt(abs(y), 0.5), outer, central_)
    const slope = mul(unary('exp', unary('neg', mul(x, x))), 2 / Math.sqrt(Math.PI))
    x = sub(x, div(error, slope))
  }
  return select(compare('eq', abs(y), 1), binary('mul', y, INFINITY), x)
}
