/** Differentiation: reverse mode over what tensors record. */

import { Tensor } from '../tensor/tensor.ts'
import type { BackwardOptions } from './backward.ts'
import { backward } from './backward.ts'

export {
  type BackwardOptions,
  backward,
  enableGrad,
  type GradOptions,
  type GradTarget,
  grad,
  noGrad,
} from './backward.ts'
export { checkpoint } from './checkpoint.ts'

declare module '../tensor/tensor.ts' {
  interface Tensor {
    /** As the function `backward`, of this tensor. */
    backward(options?: BackwardOptions): void
  }
}

Object.defineProperty(Tensor.prototype, 'backward', {
  value(this: Tensor, options?: BackwardOptions) {
    backward(this, options)
  },
  writable: true,
  configurable: true,
})
