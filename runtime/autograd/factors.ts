/** Gradients of factors of matrices and of triangular systems. */
import type { Vocabulary } from '../ops/functions/vocabulary.ts'
import { type Application, notDifferentiable, type RulesOf } from './rule.ts'

/** The elements on one side of the diagonal, the diagonal itself times `diagonal`. */
function triangle<V>(v: Vocabulary<V>, x: V, upper: boolean, diagonal: number): V {
  const rows = v.iotaAlong(2, 0, v.size(x, -2))
  const columns = v.iotaAlong(2, 1, v.size(x, -1))
  const inside = v.compare(upper ? 'gt' : 'lt', columns, rows)
  return v.where(inside, x, v.where(v.eq(columns, rows), diagonal === 1 ? x : v.mul(x, diagonal), 0))
}

/** L^-T P L^-1, made symmetric, where P is the lower half of L^T grad. */
function ofCholesky<V>({ b, v }: Application<V>, l: V, grad: V): V {
  const turned = v.transpose(l, -1, -2)
  const solve = (y: V): V => b.emit('solve_triangular', [turned, y], { upper: true, unit: false })
  const half = triangle(v, v.matmul(turned, grad), false, 0.5)
  const whole = solve(v.transpose(solve(half), -1, -2))
  return v.mul(v.add(whole, v.transpose(whole, -1, -2)), 0.5)
}

export const factorRules: RulesOf<'lu' | 'cholesky' | 'solve_triangular'> = {
  // The functions over it have gradients of their own.
  lu: notDifferentiable,
  cholesky: {
    saves: 'output',
    gradient: (at, grad) => [ofCholesky(at, at.y(), grad)],
  },
  solve_triangular: {
    saves: 'both',
    gradient(at, grad, { upper, unit }) {
      const { b, v } = at
      const turned = v.transpose(at.x(0), -1, -2)
      const right = b.emit('solve_triangular', [turned, grad], { upper: !upper, unit })
      const left = v.neg(v.matmul(right, v.transpose(at.y(), -1, -2)))
      return [at.wants(0) ? triangle(v, left, upper, unit ? 0 : 1) : null, at.wants(1) ? right : null]
    },
  },
}
