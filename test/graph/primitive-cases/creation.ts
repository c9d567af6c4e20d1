/** Cases of the primitives that take no operands. */
import { DTYPES } from '../../../runtime/ops/dtype.ts'
import type { Cases } from './case.ts'

export const creation: Cases<'full' | 'iota'> = {
  full: [
    ...DTYPES.map(dtype => ({
      about: dtype,
      inputs: [],
      attrs: { shape: [2, 3], dtype, value: dtype === 'bool' ? true : 7 },
    })),
    { about: 'a large int64', inputs: [], attrs: { shape: [2], dtype: 'int64', value: 2n ** 62n + 1n } },
    { about: 'NaN', inputs: [], attrs: { shape: [], dtype: 'float32', value: NaN } },
    { about: 'negative zero', inputs: [], attrs: { shape: [1], dtype: 'float32', value: -0 } },
    { about: 'no elements', inputs: [], attrs: { shape: [0, 2], dtype: 'float32', value: 1 } },
  ],
  iota: [
    ...DTYPES.filter(d => d !== 'bool').map(dtype => ({
      about: dtype,
      inputs: [],
      attrs: { length: 9, dtype },
    })),
    { about: 'no elements', inputs: [], attrs: { length: 0, dtype: 'int64' as const } },
  ],
}
