/** The error function of f32 and its complement. See `f32.ts` for errors and sources. */

import { add, constF32, div, gt, lt, min, mul, select, sub } from '../expr.ts'
import type { Expr } from '../ir.ts'
import { exp, expOfNegated } from './exponential.ts'
import { abs, halves, negate, polynomial, withSign } from './f32-parts.ts'

/** Up to here erf is a polynomial; above, 1 minus an exponential. */
const NEAR = 0.921875

/** erf(x) for x from 0 to `NEAR`. */
function near(x: Expr): Expr {
  const series = polynomial(
    mul(x, x),
    [
      0.12837916612625122, -0.3761263489723206, 0.11283701658248901, -0.026859702542424202,
      0.00520171644166112, -0.000814980827271938, 0.000083978040493,
    ],
  )
  return add(x, mul(x, series))
}

export function erf(x: Expr): Expr {
  const size = abs(x)
  // 1 - exp(-p(x)), where p is -log(erfc); from 4 on the result is 1.
  const t = min(size, 4)
  const p = polynomial(
    t,
    [
      -0.00017518458480481058, 1.1295173168182373, 0.6333420276641846, 0.10828544199466705,
      -0.025122886523604393, 0.004172376357018948, -0.00043473366531543434, 0.000021118492441019043,
    ],
  )
  return withSign(x, select(lt(size, NEAR), near(size), sub(1, expOfNegated(p))))
}

/** exp(-x^2) (1 + 2 x) exp(x^2) erfc(x) / (1 + 2 x): the middle is smooth in (x - 2) / (x + 2). */
export function erfc(x: Expr): Expr {
  const size = min(abs(x), 10.5)
  const q = div(sub(size, 2), add(size, 2))
  const smooth = polynomial(
    q,
    [
      1.2769783735275269, -0.09276381134986877, -0.1660306304693222, 0.1640501767396927,
      -0.054210856556892395, -0.0080193392932415, 0.008650240488350391, 0.0011971008498221636,
      -0.0012470509391278028, -0.0002889881143346429,
    ],
  )
  // The square in two parts, so that its rounding is not multiplied by the exponential.
  const { high, low } = halves(size)
  const decay = mul(exp(negate(mul(high, high))), exp(negate(mul(low, add(size, high)))))
  const tail = mul(div(smooth, add(mul(size, 2), 1)), decay)
  const far = select(lt(x, 0), sub(2, tail), tail)
  const result = select(lt(size, 0.5), sub(1, withSign(x, near(size))), far)
  return select(gt(x, 10.5), constF32(0), result)
}
