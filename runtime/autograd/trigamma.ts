/** The derivative of digamma, for which there is no primitive. */
import type { Vocabulary } from '../ops/functions/vocabulary.ts'

/** Terms that are added until the asymptotic series holds. */
const SHIFTS = 6

/**
 * psi_1(x): the recurrence psi_1(x) = psi_1(x + 1) + 1 / x^2 up to x + 6, then the asymptotic series; left of 1/2 by
 * reflection. Abramowitz and Stegun 6.4.6, 6.4.7, 6.4.12.
 */
export function trigamma<V>(v: Vocabulary<V>, x: V): V {
  const mirrored = v.lt(x, 0.5)
  let shifted = v.where(mirrored, v.sub(v.fullLike(x, 1), x), x)
  let sum = v.fullLike(x, 0)
  for (let i = 0; i < SHIFTS; i++) {
    sum = v.add(sum, v.map('reciprocal', v.square(shifted)))
    shifted = v.add(shifted, 1)
  }
  const t = v.map('reciprocal', shifted)
  const t2 = v.square(t)
  // 1/x + 1/(2 x^2) + 1/(6 x^3) - 1/(30 x^5) + 1/(42 x^7) - 1/(30 x^9)
  const tail = [-1 / 30, 1 / 42, -1 / 30, 1 / 6].reduce<V>(
    (series, c) => v.add(v.mul(series, t2), c),
    v.fullLike(x, 0),
  )
  const series = v.add(v.add(t, v.mul(t2, 0.5)), v.mul(v.mul(t, t2), tail))
  const right = v.add(sum, series)
  const sine = v.map('sin', v.mul(x, Math.PI))
  return v.where(mirrored, v.sub(v.div(v.fullLike(x, Math.PI ** 2), v.square(sine)), right), right)
}
