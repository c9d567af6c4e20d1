/** Updates that several optimizers share, rounded as PyTorch's. */
import type { Vocabulary } from '../ops/functions/vocabulary.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** torch.lerp: from the nearer end. */
export function lerp(v: Vocabulary<Tensor>, from: Tensor, to: Tensor, weight: number): Tensor {
  const gap = v.sub(to, from)
  return weight < 0.5 ? v.add(from, v.mul(gap, weight)) : v.sub(to, v.mul(gap, 1 - weight))
}

/** `average * beta + x^2 * (1 - beta)`. */
export function squareAverage(v: Vocabulary<Tensor>, average: Tensor, x: Tensor, beta: number): Tensor {
  return v.add(v.mul(average, beta), v.mul(v.square(x), 1 - beta))
}

/** What is added to parameters, with the decay of weights that is no decoupled one. */
export function descent(
  v: Vocabulary<Tensor>,
  { value, grad }: { value: Tensor; grad: Tensor },
  { maximize, decay }: { maximize: boolean; decay: number },
): Tensor {
  const direction = maximize ? v.neg(grad) : grad
  return decay === 0 ? direction : v.add(direction, v.mul(value, decay))
}

/** Parameters with the part of them taken off that decoupled decay of weights takes. */
export function decayed(v: Vocabulary<Tensor>, value: Tensor, rate: Tensor, decay: number): Tensor {
  if (decay === 0) return value
  return v.mul(value, v.cast(v.sub(v.fullLike(rate, 1), v.mul(rate, decay)), v.dtype(value)))
}
