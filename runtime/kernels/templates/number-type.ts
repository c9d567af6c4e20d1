/** Register types that products are computed in, and the dtype that stores one without loss. */

import type { DType } from '../../ops/dtype.ts'
import type { ScalarType } from '../ir.ts'

export type NumberType = Exclude<ScalarType, 'bool'>

export const NUMBER_DTYPE: Readonly<Record<NumberType, DType>> = {
  f32: 'float32',
  f64: 'float64',
  i32: 'int32',
  i64: 'int64',
}
