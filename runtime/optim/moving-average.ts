/** Updates that several optimizers share, rounded as PyTorch's. */
import type { Vocabulary } from '../ops/functions/vocabulary.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** The weight of a `lerp`, as a scalar: from the nearer end. */
export interface Lerp {
  readonly near: boolean
  /** The weight, or what is left of 1. */
  readonly factor: Tensor
}

/** torch.lerp: from the nearer end. */
export function lerp(v: Vocabulary<Tensor>, from: Tensor, to: Tensor, { near, factor }: Lerp): Tensor {
  const part = v.mul(v.sub(to, from), factor)
  return near ? v.add(from, part) : v.sub(to, part)
}

/** beta and 1 - beta, as scalars. */
export interface Average {
  readonly kept: Tensor
  readonly added: Tensor
}

/** `average * beta + x^2 * (1 - beta)`. */
export function squareAverage(
  v: Vocabulary<Tensor>,
  average: Tensor,
  x: Tensor,
  { kept, added }: Average,
): Tensor {
  return v.add(v.mul(average, kept), v.mul(v.square(x), added))
}

/** What is added to parameters, with the decay of weights that is no decoupled one. */
export function descent(
  v: Vocabulary<Tensor>,
  { value, grad }: { value: Tensor; grad: Tensor },
  { maximize, decay }: { maximize: boolean; decay: Tensor | null },
): Tensor {
  const direction = maximize ? v.neg(grad) : grad
  return decay === null ? direction : v.add(direction, v.mul(value, decay))
}
