/** Tensors whose dtype and shape are known to the type checker: the values of a generated model's state_dict. */
import type { DType } from '../ops/dtype.ts'
import type { Tensor } from './tensor.ts'

/** A tensor of dtype D and shape S, outermost dimension first. */
export type TypedTensor<D extends DType, S extends readonly number[]> = Tensor & {
  readonly dtype: D
  readonly shape: Readonly<S>
}
