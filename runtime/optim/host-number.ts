import type { DType } from '../ops/dtype.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * A part of an optimizer's state that the host keeps, such as a count of steps: what follows from it is computed in float64 on
 * every device, and captured steps change it as others do. In PyTorch's dictionary it is a scalar tensor.
 */
export class HostNumber {
  number: number
  readonly dtype: DType

  constructor(number: number, dtype: DType = 'float32') {
    this.number = number
    this.dtype = dtype
  }

  /** As a tensor. */
  get value(): Tensor {
    return tensor(this.number, { dtype: this.dtype, device: 'cpu' })
  }
}
