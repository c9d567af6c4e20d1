/** What a plan's inputs look like, and whether those of a run do. */
import type { Device } from '../devices/device.ts'
import { CaptureError } from '../graph/capture-error.ts'
import { STORAGE_CLASS } from '../kernels/reference/storage.ts'
import { printShape, product } from '../ops/dim.ts'
import type { DType } from '../ops/dtype.ts'
import { checkShape } from '../tensor/create.ts'
import { Tensor, type TypedArray } from '../tensor/tensor.ts'

/** An input as it is captured: a tensor like those of the runs, or its shape, or shape and dtype (float32 unless given). */
export type InputLike =
  | Tensor
  | readonly number[]
  | { readonly shape: readonly number[]; readonly dtype?: DType }

/** An input as a run gives it. Typed arrays hold the elements of a tensor, row-major. */
export type Given = Tensor | TypedArray

export interface InputSpec {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly device: Device
  /**
   * Of int64 that the host gives: `narrow` of arrays whose numbers 32 bits hold, so that half as many bytes are moved to the
   * device, `wide` of all others. `any` where it makes no difference.
   */
  readonly width: 'any' | 'narrow' | 'wide'
}

/** Throws OpError for what is no shape. */
export function specOf(input: InputLike, device: Device): InputSpec {
  if (input instanceof Tensor)
    return { shape: input.shape, dtype: input.dtype, device: input.device, width: 'any' }
  const { shape, dtype = 'float32' } = 'shape' in input ? input : { shape: input }
  checkShape(shape)
  // Where the device's memory is the host's, nothing is moved.
  const moves = dtype === 'int64' && device.readInto === undefined
  return { shape: [...shape], dtype, device, width: moves ? 'narrow' : 'any' }
}

/** The specs as a run comes to them. */
export function specsFor(given: readonly Given[], specs: readonly InputSpec[]): readonly InputSpec[] {
  return specs.map((spec, i) =>
    spec.width === 'any' ? spec : { ...spec, width: isInt32(given[i]!) ? 'narrow' : 'wide' },
  )
}

/** True of int64 arrays whose elements are all in the range of int32. */
function isInt32(given: Given): boolean {
  if (!(given instanceof BigInt64Array)) return false
  const words = wordsOf(given)
  for (let i = 0; i < words.length; i += 2) if (words[i + 1] !== words[i]! >> 31) return false
  return true
}

/** The elements of an int64 array, which are in the range of int32. */
export function asInt32(array: BigInt64Array): Int32Array<ArrayBuffer> {
  const words = wordsOf(array)
  const found = new Int32Array(array.length)
  for (let i = 0; i < found.length; i++) found[i] = words[2 * i]!
  return found
}

const wordsOf = ({ buffer, byteOffset, length }: BigInt64Array): Int32Array =>
  new Int32Array(buffer, byteOffset, 2 * length)

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** True if what a run gives is of the form that was captured. */
export function fits(given: readonly Given[], specs: readonly InputSpec[]): boolean {
  if (given.length !== specs.length) return false
  for (let i = 0; i < given.length; i++) if (!fitsOne(given[i]!, specs[i]!)) return false
  return true
}

function fitsOne(given: Given, { shape, dtype, device, width }: InputSpec): boolean {
  if (given instanceof Tensor) {
    const isWide = width !== 'narrow'
    return isWide && given.dtype === dtype && given.device === device && sameShape(given.shape, shape)
  }
  if (!(given instanceof STORAGE_CLASS[dtype]) || given.length !== product(shape)) return false
  return width === 'any' || isInt32(given) === (width === 'narrow')
}

/** Why `fits` was false. */
export function misfit(given: readonly Given[], specs: readonly InputSpec[]): CaptureError {
  const hint = 'compile it without inputs: it is then captured once for each shape that its runs have'
  if (given.length !== specs.length) {
    return new CaptureError(
      'capture/input',
      `${given.length} inputs were given to a plan of ${specs.length}`,
      'pass them in one list: run([x, y])',
    )
  }
  const at = given.findIndex((x, i) => !fitsOne(x, specs[i]!))
  const { shape, dtype, device } = specs[at]!
  const wanted = `${dtype}${printShape(shape)} on ${device.name}`
  return new CaptureError(
    'capture/input',
    `input ${at} is ${describe(given[at])}; captured was ${wanted}`,
    hint,
  )
}

function describe(given: unknown): string {
  if (given instanceof Tensor) return `${given.dtype}${printShape(given.shape)} on ${given.device.name}`
  if (ArrayBuffer.isView(given))
    return `a ${given.constructor.name} of ${(given as TypedArray).length} elements`
  return `no tensor or typed array (${given === null ? 'null' : typeof given})`
}

/** The form of what a run gives, where none was captured yet. Throws CaptureError for typed arrays, which have no shape. */
export function specsOf(given: readonly Given[]): readonly InputSpec[] {
  return given.map((x, i) => {
    if (x instanceof Tensor) return specOf(x, x.device)
    throw new CaptureError(
      'capture/input',
      `input ${i} is ${describe(x)}, which says no shape`,
      'give a tensor, or compile the function with the shapes of its inputs: compile(fn, [[1, 784]])',
    )
  })
}
