/** Tensors from what JavaScript has: typed arrays, nested lists, bytes. */
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice } from '../devices/registry.ts'
import type { LateMemory } from '../graph/late-memory.ts'
import { Node } from '../graph/node.ts'
import { encode, STORAGE_CLASS } from '../kernels/reference/storage.ts'
import { evalCast } from '../kernels/semantics.ts'
import { printShape, product } from '../ops/dim.ts'
import { type DType, ITEM_SIZE } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { defaultDevice } from './default-device.ts'
import { type Element, Tensor, type TypedArray } from './tensor.ts'
import { unsupportedOn } from './unsupported.ts'

/** Elements in lists that are nested as the shape is. */
export type NestedInput = Element | readonly NestedInput[]

export interface TensorOptions {
  /** For typed arrays, whose shape is [length] otherwise; for lists, where the nesting does not say it ([0, 3]). */
  readonly shape?: readonly number[]
  readonly dtype?: DType
  readonly device?: DeviceName | Device
}

const bad = (message: string, hint?: string): OpError =>
  new OpError('argument/value', message, hint === undefined ? { op: 'tensor' } : { op: 'tensor', hint })

/**
 * A tensor of the given elements.
 * Without a dtype, typed arrays keep theirs; lists give float32, of bigints int64, of booleans bool (also where torch, which
 * can tell 1 from 1.0, would give int64).
 * @throws OpError for ragged lists, elements of several kinds, and counts that do not fit the shape
 */
export function tensor(values: TypedArray | NestedInput, options: TensorOptions = {}): Tensor {
  return ArrayBuffer.isView(values) ? fromTypedArray(values, options) : fromNested(values, options)
}

/**
 * A tensor of elements given as bytes, little-endian and row-major, as checkpoints hold them. The bytes are copied.
 * @throws OpError where their number does not fit shape and dtype
 */
export function fromBytes(
  bytes: Uint8Array,
  shape: readonly number[],
  dtype: DType,
  device: DeviceName | Device = defaultDevice(),
): Tensor {
  checkShape(shape)
  const expected = (product(shape) as number) * ITEM_SIZE[dtype]
  if (bytes.byteLength !== expected) {
    throw bad(`${bytes.byteLength} bytes do not fill ${dtype}${printShape(shape)}, which takes ${expected}`)
  }
  const target = getDevice(device)
  if (!target.supports(dtype)) throw unsupportedOn(target, 'tensor', dtype)
  const memory = target.alloc(expected)
  target.write(memory, bytes)
  return new Tensor(new Node([...shape], dtype, target, { memory }))
}

/** A tensor whose elements are made when they are first needed. Throws OpError where the device lacks the dtype. */
export function fromLate(late: LateMemory, shape: readonly number[], dtype: DType, device: Device): Tensor {
  if (!device.supports(dtype)) throw unsupportedOn(device, 'tensor', dtype)
  return new Tensor(new Node([...shape], dtype, device, { late }))
}

/** Throws OpError for what is no shape. */
export function checkShape(shape: readonly number[]): void {
  if (!shape.every(d => Number.isInteger(d) && d >= 0)) throw bad(`[${shape.join(', ')}] is no shape`)
}

function dtypeOf(array: TypedArray): DType {
  for (const dtype of ['float32', 'float64', 'int64', 'int32', 'int16', 'int8', 'uint8'] as const)
    if (array instanceof STORAGE_CLASS[dtype]) return dtype
  throw bad(
    `a ${array.constructor.name} needs a dtype`,
    array instanceof Uint16Array ? "a Uint16Array holds the bits of 'float16' or 'bfloat16'" : undefined,
  )
}

function fromTypedArray(array: TypedArray, options: TensorOptions): Tensor {
  const dtype = options.dtype ?? dtypeOf(array)
  const shape = options.shape ?? [array.length]
  checkShape(shape)
  if (product(shape) !== array.length)
    throw bad(`${array.length} elements do not fill shape ${printShape(shape)}`)
  const fits = array instanceof STORAGE_CLASS[dtype]
  const normal = dtype === 'bool' && fits ? (array as Uint8Array).map(v => (v === 0 ? 0 : 1)) : array
  const stored = fits ? normal : convert(array as Exclude<TypedArray, Uint16Array>, dtype)
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength)
  return fromBytes(bytes, shape, dtype, options.device)
}

/** Elements of one dtype as another, with the rounding of `.to(dtype)`. */
function convert(array: TypedArray, dtype: DType): TypedArray {
  const from = dtypeOf(array)
  const type = typeof array[0] === 'bigint' ? 'i64' : from === 'float32' || from === 'float64' ? 'f64' : 'i32'
  return filled(array, dtype, v => evalCast(dtype, type, v as number | bigint))
}

function filled(
  values: ArrayLike<Element>,
  dtype: DType,
  toElement: (element: Element) => Element,
): TypedArray {
  const result = new STORAGE_CLASS[dtype](values.length)
  for (let i = 0; i < values.length; i++) result[i] = encode(dtype, toElement(values[i]!))
  return result
}

function fromNested(values: NestedInput, options: TensorOptions): Tensor {
  const nesting: number[] = []
  for (let level = values; isList(level); level = level[0]!) {
    nesting.push(level.length)
    if (level.length === 0) break
  }
  const flat: Element[] = []
  collect(values, nesting, 0, flat)
  const kinds = new Set(flat.map(v => typeof v))
  if (kinds.size > 1)
    throw bad(`a list of ${[...kinds].join(' and ')} elements has no dtype`, 'make them of one kind')
  const dtype = options.dtype ?? (kinds.has('bigint') ? 'int64' : kinds.has('boolean') ? 'bool' : 'float32')
  const type = kinds.has('bigint') ? 'i64' : kinds.has('boolean') ? 'bool' : 'f64'
  return fromTypedArray(
    filled(flat, dtype, v => evalCast(dtype, type, exact(v, dtype))),
    { ...options, shape: options.shape ?? nesting, dtype },
  )
}

/** Whole numbers are taken as such, so that 3000000000 becomes an int64 unharmed and 300 a uint8 of 44. */
function exact(value: Element, dtype: DType): Element {
  if (typeof value === 'number' && dtype === 'int64' && !Number.isInteger(value)) {
    throw bad(`${value} is no int64`, 'give a dtype of floats, or whole numbers')
  }
  return value
}

const isList = (v: NestedInput): v is readonly NestedInput[] => Array.isArray(v)

function collect(values: NestedInput, nesting: readonly number[], depth: number, into: Element[]): void {
  if (!isList(values)) {
    if (depth !== nesting.length) throw bad('lists and elements are mixed at one level')
    into.push(values)
    return
  }
  if (values.length !== nesting[depth]) {
    throw bad(`a ragged list: ${values.length} entries beside ${nesting[depth] ?? 0} at depth ${depth}`)
  }
  for (const inner of values) collect(inner, nesting, depth + 1, into)
}
