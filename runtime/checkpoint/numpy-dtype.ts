/** NumPy's element types, as pickles and .npy files name them. Source: numpy.dtype.str. */
import type { FileDType } from './file-dtype.ts'

const DTYPES: ReadonlyMap<string, FileDType> = new Map([
  ['b1', 'bool'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
  ['i8', 'int64'],
  ['u1', 'uint8'],
  ['u2', 'uint16'],
  ['u4', 'uint32'],
  ['u8', 'uint64'],
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
  ['c8', 'complex64'],
  ['c16', 'complex128'],
])

/** What `f4` or `>f4` stands for, whatever the byte order; undefined for texts, dates, records and objects. */
export function numpyDType(code: string): FileDType | undefined {
  return DTYPES.get(code.replace(/^[<>|=]/, ''))
}
