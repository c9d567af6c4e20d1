/** Gradients of the elementwise primitives of two tensors, of where and cast. */

import { isFloat } from '../ops/dtype.ts'
import type { ArithmeticOp, ComparisonOp } from '../ops/primitives.ts'
import { type Application, type Differentiable, notDifferentiable, type RulesOf } from './rule.ts'

/** Gives each input's gradient only where it is asked for. */
function each<V>(at: Application<V>, ...gradients: (() => V)[]): readonly (V | null)[] {
  return gradients.map((gradient, i) => (at.wants(i) ? gradient() : null))
}

/** Ties are halved between the two, as in torch; where NaN wins both get the gradient. */
const extreme = (loses: 'lt' | 'gt', wins: 'lt' | 'gt'): Differentiable<ArithmeticOp> => ({
  saves: 'inputs',
  gradient(at, grad) {
    const { v } = at
    const [a, b] = [at.x(0), at.x(1)]
    const shared = v.where(v.eq(a, b), v.mul(grad, 0.5), grad)
    return each(
      at,
      () => v.where(v.compare(loses, a, b), 0, shared),
      () => v.where(v.compare(wins, a, b), 0, shared),
    )
  },
})

export const binaryRules: RulesOf<ArithmeticOp | ComparisonOp | 'where' | 'cast'> = {
  add: {
    saves: 'nothing',
    gradient: (at, grad) =>
      each(
        at,
        () => grad,
        () => grad,
      ),
  },
  sub: {
    saves: 'nothing',
    gradient: (at, grad) =>
      each(
        at,
        () => grad,
        () => at.v.neg(grad),
      ),
  },
  mul: {
    saves: 'inputs',
    gradient: (at, grad) =>
      each(
        at,
        () => at.v.mul(grad, at.x(1)),
        () => at.v.mul(grad, at.x(0)),
      ),
  },
  div: {
    saves: 'inputs',
    gradient(at, grad) {
      const { v } = at
      return each(
        at,
        () => v.div(grad, at.x(1)),
        () => v.mul(v.neg(grad), v.div(v.div(at.x(0), at.x(1)), at.x(1))),
      )
    },
  },
  floordiv: {
    saves: 'nothing',
    gradient: (at, grad) =>
      each(
        at,
        () => at.v.fullLike(grad, 0),
        () => at.v.fullLike(grad, 0),
      ),
  },
  remainder: {
    saves: 'inputs',
    gradient: (at, grad) =>
      each(
        at,
        () => grad,
        () => at.v.mul(at.v.neg(grad), at.v.zip('floordiv', at.x(0), at.x(1))),
      ),
  },
  fmod: {
    saves: 'inputs',
    gradient: (at, grad) =>
      each(
        at,
        () => grad,
        () => at.v.mul(at.v.neg(grad), at.v.map('trunc', at.v.div(at.x(0), at.x(1)))),
      ),
  },
  pow: {
    saves: 'both',
    gradient(at, grad) {
      const { v } = at
      const [base, exponent] = [at.x(0), at.x(1)]
      return each(
        at,
        () => {
          const slope = v.mul(exponent, v.pow(base, v.sub(exponent, 1)))
          return v.where(v.eq(exponent, 0), 0, v.mul(grad, slope))
        },
        () => {
          // 0^y is flat in y.
          const still = v.and(v.eq(base, 0), v.ge(exponent, 0))
          return v.mul(grad, v.where(still, 0, v.mul(at.y(), v.log(base))))
        },
      )
    },
  },
  atan2: {
    saves: 'inputs',
    gradient(at, grad) {
      const { v } = at
      const [a, b] = [at.x(0), at.x(1)]
      const length = v.add(v.square(a), v.square(b))
      const scale = v.where(v.eq(length, 0), 0, v.map('reciprocal', length))
      return each(
        at,
        () => v.mul(grad, v.mul(b, scale)),
        () => v.mul(grad, v.mul(v.neg(a), scale)),
      )
    },
  },
  minimum: extreme('gt', 'lt'),
  maximum: extreme('lt', 'gt'),
  and: notDifferentiable,
  or: notDifferentiable,
  xor: notDifferentiable,
  shl: notDifferentiable,
  shr: notDifferentiable,
  eq: notDifferentiable,
  ne: notDifferentiable,
  lt: notDifferentiable,
  le: notDifferentiable,
  gt: notDifferentiable,
  ge: notDifferentiable,
  where: {
    saves: 'inputs',
    gradient(at, grad) {
      const { v } = at
      const condition = at.x(0)
      return [
        null,
        at.wants(1) ? v.where(condition, grad, 0) : null,
        at.wants(2) ? v.where(condition, 0, grad) : null,
      ]
    },
  },
  cast: {
    saves: 'nothing',
    gradient: (at, grad) => [isFloat(at.inputs[0]!.dtype) ? at.v.cast(grad, at.inputs[0]!.dtype) : null],
  },
}
