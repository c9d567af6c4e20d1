/**
 * The error function in float64, which JavaScript's Math lacks.
 * Sources: Abramowitz and Stegun 7.1.6 (series of positive terms) and 7.1.14 (continued fraction).
 */

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI)
/** Below, the series is exact to rounding; above, the continued fraction converges quickly. */
const SERIES_LIMIT = 2.5

/** exp(-x^2) without the error that rounding x^2 would bring for large x. */
function expMinusSquare(x: number): number {
  const head = Math.fround(x)
  return Math.exp(-head * head) * Math.exp((head - x) * (head + x))
}

/** erf(x) = 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!, all terms of one sign. */
function series(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return TWO_OVER_SQRT_PI * expMinusSquare(x) * sum
}

/** erfc(x) for x above the limit: the continued fraction x + (1/2)/(x + 1/(x + (3/2)/(x + ...))), from its tail. */
function tail(x: number): number {
  let fraction = x
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction
  return expMinusSquare(x) / (Math.sqrt(Math.PI) * fraction)
}

/** The error function, within a few units in the last place of float64. */
export function erf(x: number): number {
  if (Number.isNaN(x) || x === 0) return x
  const size = Math.abs(x)
  const value = size > 6 ? 1 : size < SERIES_LIMIT ? series(size) : 1 - tail(size)
  return x < 0 ? -value : value
}

/** 1 - erf(x), with full relative accuracy where it is tiny. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x
  if (x < 0) return 1 + erf(-x)
  if (x > 28) return 0
  // Between 0.5 and the limit the difference would cancel: the continued fraction converges there too, only slower.
  if (x < 0.5) return 1 - erf(x)
  return x < SERIES_LIMIT ? slowTail(x) : tail(x)
}

function slowTail(x: number): number {
  let fraction = x
  for (let n = 600; n > 0; n--) fraction = x + n / 2 / fraction
  return expMinusSquare(x) / (Math.sqrt(Math.PI) * fraction)
}
