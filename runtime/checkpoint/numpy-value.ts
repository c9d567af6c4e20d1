/**
 * NumPy's arrays and numbers as pickles hold them. They are read inertly, with `full` alone; what they are made of is plain data, so
 * that their values can be known without NumPy. Source: numpy/_core/src/multiarray/methods.c, scalartypes.c and descriptor.c.
 */
import { swapped } from './byte-order.ts'
import type { FileDType } from './file-dtype.ts'
import { bytesOf, swapWidthOf } from './file-dtype.ts'
import { memoryStorage } from './memory-tensor.ts'
import { numpyDType } from './numpy-dtype.ts'
import {
  PyByteArray,
  PyComplex,
  PyFloat,
  type PyGlobal,
  PyObject,
  PyTuple,
  type PyValue,
} from './python-value.ts'
import { contiguousStride, elementCount, StoredTensor } from './stored-tensor.ts'

interface ElementType {
  readonly dtype: FileDType
  readonly bigEndian: boolean
}

/** One tensor for one array, however often it is asked for. */
const tensors = new WeakMap<PyObject, StoredTensor | null>()

/** A numeric array as a tensor over its bytes; null for what is none: other values, arrays of objects, text, dates or records. */
export function arrayTensor(value: PyValue): StoredTensor | null {
  if (!(value instanceof PyObject) || !isNumPy(value.cls)) return null
  let tensor = tensors.get(value)
  if (tensor === undefined) {
    tensor = value.cls.name === '_frombuffer' ? fromBuffer(value.args.items) : fromState(value)
    tensors.set(value, tensor)
  }
  return tensor
}

/** A number of NumPy's, such as a best score, as the Python value that it stands for; null for what is none. */
export function numpyScalar(value: PyValue): PyFloat | PyComplex | number | bigint | boolean | null {
  if (!(value instanceof PyObject) || !isNumPy(value.cls) || value.cls.name !== 'scalar') return null
  const [type, bytes] = value.args.items
  const element = elementType(type)
  if (element === null || !(bytes instanceof Uint8Array) || bytes.length !== bytesOf(element.dtype))
    return null
  return read(element, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}

const isNumPy = ({ module }: PyGlobal): boolean => /^numpy\._?core\.(multiarray|numeric)$/.test(module)

/** `_reconstruct(ndarray, (0,), b'b')` whose state is (version, shape, dtype, is it in Fortran's order, data). */
function fromState({ cls, state }: PyObject): StoredTensor | null {
  if (cls.name !== '_reconstruct' || !(state instanceof PyTuple) || state.items.length !== 5) return null
  const [, shape, type, fortran, data] = state.items
  return data instanceof Uint8Array ? tensorOver(data, type, shape, fortran === true) : null
}

/** `_frombuffer(buffer, dtype, shape, order)`, as protocol 5 has it. */
function fromBuffer([buffer, type, shape, order]: readonly PyValue[]): StoredTensor | null {
  const data = buffer instanceof PyByteArray ? buffer.bytes : buffer
  return data instanceof Uint8Array ? tensorOver(data, type, shape, order === 'F') : null
}

function tensorOver(
  data: Uint8Array,
  type: PyValue | undefined,
  shape: PyValue | undefined,
  fortran: boolean,
): StoredTensor | null {
  const element = elementType(type)
  const sizes = shape instanceof PyTuple ? shape.items : []
  if (element === null || !(shape instanceof PyTuple) || sizes.length > 64) return null
  if (!sizes.every(size => typeof size === 'number' && size >= 0)) return null
  const dims = sizes as readonly number[]
  if (elementCount(dims) * bytesOf(element.dtype) !== data.length) return null
  const stride = fortran ? contiguousStride(dims.toReversed()).toReversed() : contiguousStride(dims)
  const bytes = element.bigEndian ? swapped(data, swapWidthOf(element.dtype)) : data
  return new StoredTensor({
    dtype: element.dtype,
    shape: dims,
    stride,
    offset: 0,
    storage: memoryStorage(bytes),
  })
}

/** `dtype('f4', ...)` whose state says the byte order: `<`, `>`, or `|` where there is none. */
function elementType(value: PyValue | undefined): ElementType | null {
  if (!(value instanceof PyObject) || value.cls.path !== 'numpy.dtype') return null
  const [code] = value.args.items
  const dtype = typeof code === 'string' ? numpyDType(code) : undefined
  const order = value.state instanceof PyTuple ? value.state.items[1] : null
  return dtype === undefined ? null : { dtype, bigEndian: order === '>' }
}

function read({ dtype, bigEndian }: ElementType, view: DataView): ReturnType<typeof numpyScalar> {
  const little = !bigEndian
  switch (dtype) {
    case 'bool':
      return view.getUint8(0) !== 0
    case 'int8':
      return view.getInt8(0)
    case 'uint8':
      return view.getUint8(0)
    case 'int16':
      return view.getInt16(0, little)
    case 'uint16':
      return view.getUint16(0, little)
    case 'int32':
      return view.getInt32(0, little)
    case 'uint32':
      return view.getUint32(0, little)
    case 'int64':
      return exact(view.getBigInt64(0, little))
    case 'uint64':
      return exact(view.getBigUint64(0, little))
    case 'float32':
      return new PyFloat(view.getFloat32(0, little))
    case 'float64':
      return new PyFloat(view.getFloat64(0, little))
    case 'complex64':
      return new PyComplex(view.getFloat32(0, little), view.getFloat32(4, little))
    case 'complex128':
      return new PyComplex(view.getFloat64(0, little), view.getFloat64(8, little))
    default:
      return null
  }
}

const exact = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
