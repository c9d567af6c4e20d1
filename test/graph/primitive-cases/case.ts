/** What a case of a primitive is, and operands that many of them share. */
import type { DType } from '../../../runtime/ops/dtype.ts'
import type { Attrs, Primitive } from '../../../runtime/ops/primitives.ts'
import type { Tolerance } from '../../support/device-check.ts'
import type { PlainTensor } from '../../support/plain-tensor.ts'

export interface Case<A> {
  readonly about: string
  readonly inputs: readonly PlainTensor[]
  readonly attrs: A
  readonly tolerance?: Tolerance
}

/** The cases of some primitives, none of which is left out. */
export type Cases<Of extends Primitive> = { readonly [P in Of]: readonly Case<Attrs[P]>[] }

export const SHAPES: readonly (readonly number[])[] = [
  [],
  [1],
  [5],
  [2, 3],
  [3, 1, 4],
  [0],
  [2, 0, 3],
  [7, 13],
  [33],
]
export const FLOATS: readonly DType[] = ['float16', 'bfloat16', 'float32', 'float64']
export const INTEGERS: readonly DType[] = ['uint8', 'int8', 'int16', 'int32', 'int64']

/** How far a sum may be from the exact one. */
export const SUM: Tolerance = { relative: 1e-5, absolute: 2e-5 }
