/**
 * Elementary functions of f32 as IR, so that they run on vectors: the same bits in every lane, loop tail and scalar.
 * Errors against the exact value, measured over the whole range (`test/kernels/accuracy.test.ts`), in units in the
 * last place: exp 1, expm1 2, log 1, log2 2, log1p 2, sin 3, cos 3, tan 5, asin 3, acos 2, atan 3, sinh 2, cosh 2, tanh 3,
 * asinh 3, acosh 3, atanh 3, erf 2, erfc 5, atan2 3, pow 4. Coefficients are least squares fits of relative error,
 * reweighted towards the least maximum; the forms are the textbook ones (Muller, "Elementary Functions", 3rd ed.).
 */

import type { BinaryOp, Expr, UnaryOp } from '../ir.ts'
import { erf, erfc } from './error-function.ts'
import { acosh, asinh, atanh, cosh, exp, expm1, log, log1p, log2, pow, sinh, tanh } from './exponential.ts'
import type { Rarely } from './rarely.ts'
import { acos, asin, atan, atan2, cos, sin, tan } from './trigonometric.ts'

/** Functions of one value that are one expression. */
export const F32_UNARY: Readonly<Partial<Record<UnaryOp, (x: Expr) => Expr>>> = {
  exp,
  expm1,
  log,
  log2,
  log1p,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  erf,
  erfc,
}

/** Functions of one value with a part for huge arguments. */
export const F32_RARELY: Readonly<Partial<Record<UnaryOp, (x: Expr) => Rarely>>> = { sin, cos, tan }

/** Functions of two values. */
export const F32_BINARY: Readonly<Partial<Record<BinaryOp, (a: Expr, b: Expr) => Expr>>> = { atan2, pow }
