/** Gradients of reductions, scans and of what gives indices or depends on no tensor. */
import type { Vocabulary } from '../ops/functions/vocabulary.ts'
import { type Application, type Differentiable, notDifferentiable, type RulesOf } from './rule.ts'

/** A reduced tensor as the input was: the reduced axes put back and repeated. */
function restored<V>(at: Application<V>, reduced: V, dims: readonly number[]): V {
  const { shape } = at.inputs[0]!
  const kept = at.v.reshape(
    reduced,
    shape.map((d, i) => (dims.includes(i) ? 1 : d)),
  )
  return at.v.expand(kept, shape)
}

/** As torch's amax and amin: ties share the gradient evenly. */
const extreme: Differentiable<'reduce_max' | 'reduce_min'> = {
  saves: 'both',
  gradient(at, grad, { dims }) {
    const { v } = at
    const x = at.x()
    const chosen = v.eq(x, restored(at, at.y(), dims))
    const count = v.sum(v.cast(chosen, v.dtype(x)), dims)
    // Where NaN has won, nothing equals it: 0 / 0 gives NaN, as in torch.
    return [v.mul(v.cast(chosen, v.dtype(x)), restored(at, v.div(grad, count), dims))]
  },
}

/** The axis in the opposite direction. */
const flipped = <V>(v: Vocabulary<V>, x: V, dim: number): V => {
  const length = v.shape(x)[dim] as number
  return length === 0 ? x : v.slice(x, dim, length - 1, length, -1)
}

/** At each place the sum from there to the end. */
const sumFrom = <V>({ b, v }: Application<V>, x: V, dim: number): V =>
  flipped(v, b.emit('cumsum', [flipped(v, x, dim)], { dim }), dim)

export const reductionRules: RulesOf<
  | `reduce_${'sum' | 'prod' | 'max' | 'min'}`
  | 'argmax'
  | 'argmin'
  | 'argsort'
  | 'cumsum'
  | 'cumprod'
  | 'full'
  | 'iota'
> = {
  reduce_sum: { saves: 'nothing', gradient: (at, grad, { dims }) => [restored(at, grad, dims)] },
  reduce_prod: {
    saves: 'inputs',
    gradient(at, grad, { dims }) {
      const { v } = at
      const x = at.x()
      // The product of the others: without zeros y / x; beside one zero only the zero has a gradient; beside two none.
      const isZero = v.eq(x, 0)
      const rest = v.where(isZero, 1, x)
      const zeros = restored(at, v.sum(v.cast(isZero, v.dtype(x)), dims), dims)
      const product = restored(at, v.reduce('prod', rest, dims), dims)
      const besideZeros = v.where(v.and(isZero, v.eq(zeros, 1)), product, 0)
      const others = v.where(v.eq(zeros, 0), v.div(product, rest), besideZeros)
      return [v.mul(restored(at, grad, dims), others)]
    },
  },
  reduce_max: extreme,
  reduce_min: extreme,
  argmax: notDifferentiable,
  argmin: notDifferentiable,
  argsort: notDifferentiable,
  cumsum: { saves: 'nothing', gradient: (at, grad, { dim }) => [sumFrom(at, grad, dim)] },
  cumprod: {
    saves: 'inputs',
    gradient(at, grad, { dim }) {
      const { b, v } = at
      const x = at.x()
      const isZero = v.eq(x, 0)
      const zeros = b.emit('cumsum', [v.cast(isZero, v.dtype(x))], { dim })
      const first = v.and(isZero, v.eq(zeros, 1))
      // Before the first zero the products are divided by the element; at it they are those without it; after it all are 0.
      const without = v.where(first, 1, x)
      const products = b.emit('cumprod', [without], { dim })
      const from = sumFrom(at, v.mul(grad, products), dim)
      const before = sumFrom(at, v.mul(grad, v.where(v.eq(zeros, 0), products, 0)), dim)
      const divided = v.div(before, v.where(isZero, 1, x))
      return [v.where(v.eq(zeros, 0), divided, v.where(first, from, 0))]
    },
  },
  full: notDifferentiable,
  iota: notDifferentiable,
}
