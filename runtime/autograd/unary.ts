/** Gradients of the elementwise primitives of one tensor. */
import type { Vocabulary } from '../ops/functions/vocabulary.ts'
import type { UnaryOp } from '../ops/primitives.ts'
import type { Saves } from '../tensor/history.ts'
import { type Differentiable, notDifferentiable, type RulesOf } from './rule.ts'
import { trigamma } from './trigamma.ts'

/** grad times a factor of the input. */
const ofInput = (factor: <V>(v: Vocabulary<V>, x: V, grad: V) => V): Differentiable<UnaryOp> => ({
  saves: 'inputs',
  gradient: (at, grad) => [factor(at.v, at.x(), grad)],
})

/** grad times a factor of the result. */
const ofOutput = (factor: <V>(v: Vocabulary<V>, y: V, grad: V) => V): Differentiable<UnaryOp> => ({
  saves: 'output',
  gradient: (at, grad) => [factor(at.v, at.y(), grad)],
})

/** Steps: their slope is 0 wherever it exists. */
const flat: Differentiable<UnaryOp> = {
  saves: 'nothing' satisfies Saves,
  gradient: (at, grad) => [at.v.fullLike(grad, 0)],
}

export const unaryRules: RulesOf<UnaryOp> = {
  neg: { saves: 'nothing', gradient: (at, grad) => [at.v.neg(grad)] },
  abs: ofInput((v, x, grad) => v.mul(grad, v.map('sign', x))),
  sign: flat,
  not: notDifferentiable,
  exp: ofOutput((v, y, grad) => v.mul(grad, y)),
  exp2: ofOutput((v, y, grad) => v.mul(v.mul(grad, y), Math.LN2)),
  expm1: ofOutput((v, y, grad) => v.mul(grad, v.add(y, 1))),
  log: ofInput((v, x, grad) => v.div(grad, x)),
  log2: ofInput((v, x, grad) => v.div(grad, v.mul(x, Math.LN2))),
  log10: ofInput((v, x, grad) => v.div(grad, v.mul(x, Math.LN10))),
  log1p: ofInput((v, x, grad) => v.div(grad, v.add(x, 1))),
  sqrt: ofOutput((v, y, grad) => v.div(grad, v.mul(y, 2))),
  rsqrt: ofOutput((v, y, grad) => v.mul(v.mul(grad, -0.5), v.mul(v.square(y), y))),
  reciprocal: ofOutput((v, y, grad) => v.mul(v.neg(grad), v.square(y))),
  sin: ofInput((v, x, grad) => v.mul(grad, v.map('cos', x))),
  cos: ofInput((v, x, grad) => v.mul(grad, v.neg(v.map('sin', x)))),
  tan: ofOutput((v, y, grad) => v.mul(grad, v.add(v.square(y), 1))),
  asin: ofInput((v, x, grad) => v.mul(grad, v.rsqrt(oneMinusSquare(v, x)))),
  acos: ofInput((v, x, grad) => v.mul(grad, v.neg(v.rsqrt(oneMinusSquare(v, x))))),
  atan: ofInput((v, x, grad) => v.div(grad, v.add(v.square(x), 1))),
  sinh: ofInput((v, x, grad) => v.mul(grad, v.map('cosh', x))),
  cosh: ofInput((v, x, grad) => v.mul(grad, v.map('sinh', x))),
  tanh: ofOutput((v, y, grad) => v.mul(grad, oneMinusSquare(v, y))),
  asinh: ofInput((v, x, grad) => v.mul(grad, v.rsqrt(v.add(v.square(x), 1)))),
  acosh: ofInput((v, x, grad) => v.mul(grad, v.rsqrt(v.sub(v.square(x), 1)))),
  atanh: ofInput((v, x, grad) => v.div(grad, oneMinusSquare(v, x))),
  erf: ofInput((v, x, grad) => v.mul(v.mul(grad, 2 / Math.sqrt(Math.PI)), bell(v, x))),
  erfc: ofInput((v, x, grad) => v.mul(v.mul(grad, -2 / Math.sqrt(Math.PI)), bell(v, x))),
  erfinv: ofOutput((v, y, grad) => v.mul(v.mul(grad, Math.sqrt(Math.PI) / 2), v.exp(v.square(y)))),
  lgamma: ofInput((v, x, grad) => v.mul(grad, v.map('digamma', x))),
  digamma: ofInput((v, x, grad) => v.mul(grad, trigamma(v, x))),
  floor: flat,
  ceil: flat,
  round: flat,
  trunc: flat,
  sigmoid: ofOutput((v, y, grad) => v.mul(grad, v.mul(v.sub(v.fullLike(y, 1), y), y))),
}

const oneMinusSquare = <V>(v: Vocabulary<V>, x: V): V => v.sub(v.fullLike(x, 1), v.square(x))

/** exp(-x^2). */
const bell = <V>(v: Vocabulary<V>, x: V): V => v.exp(v.neg(v.square(x)))
