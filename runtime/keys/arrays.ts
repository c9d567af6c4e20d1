/** What steps need of tensors, so that one piece of code moves shapes, tensors in files and tensors on devices. */
import type { FileDType } from '../checkpoint/file-dtype.ts'

/** Shape and dtype of a tensor; in the order of a generation's keys, or any other. */
export interface ArrayType {
  readonly shape: readonly number[]
  readonly dtype: FileDType
}

/** Operations on values that have a shape and a dtype. Arguments are checked before they are called. */
export interface Arrays<V> {
  typeOf(value: V): ArrayType
  /** `length` elements of `dim` from `start` on. */
  narrow(value: V, dim: number, start: number, length: number): V
  /** One after another along `dim`; at least one, of equal dtypes. */
  cat(values: readonly V[], dim: number): V
  /** Dim i of the result is dim `order[i]`. */
  permute(value: V, order: readonly number[]): V
  /** The same elements in row-major order. */
  reshape(value: V, shape: readonly number[]): V
  /** All elements `fill`. `beside` is a value that the new one becomes a part of; null for one that comes into being. */
  full(type: ArrayType, fill: number, beside: V | null): V
  /** What both are known to be where no element need be read; null where elements must be compared. */
  same(a: V, b: V): boolean | null
}
