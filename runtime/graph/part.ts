/**
 * Parts of memory. A slice that is one block of what it is taken from is no copy and no index arithmetic: a kernel is given
 * the block's address. So the steps of an unrolled recurrent net, which differ only in their place, share their kernels.
 */
import { ITEM_SIZE } from '../ops/dtype.ts'
import type { Attrs } from '../ops/primitives.ts'
import { stridesOf, type Value } from './value.ts'

export interface Part {
  readonly base: Value
  /** In elements. */
  readonly offset: number
}

/**
 * Where a value lies within a value in memory; null if it is neither in memory nor one block of something that is.
 * @param alignment bytes of which offsets must be a multiple
 */
export function partOf(value: Value, isInMemory: (v: Value) => boolean, alignment: number): Part | null {
  if (isInMemory(value)) return { base: value, offset: 0 }
  if (value.operation?.op !== 'slice') return null
  const source = partOf(value.inputs[0]!, isInMemory, alignment)
  const start = blockStart(value.inputs[0]!.shape, value.operation.attrs)
  if (source === null || start === null) return null
  const offset = source.offset + start
  return (offset * ITEM_SIZE[value.dtype]) % alignment === 0 ? { base: source.base, offset } : null
}

/** The first element of a slice whose elements lie one after another; null if they do not. */
function blockStart(shape: readonly number[], { starts, lengths, steps }: Attrs['slice']): number | null {
  const cut = shape.findLastIndex((size, d) => lengths[d] !== size)
  const isBlock = shape.every((_, d) => (d < cut ? lengths[d] === 1 : lengths[d] === 1 || steps[d] === 1))
  if (!isBlock || lengths.includes(0)) return null
  const strides = stridesOf(shape)
  return strides.reduce((sum, stride, d) => sum + stride * (starts[d] as number), 0)
}

/** Where each operand of a concatenation begins, in elements; null if operands do not lie one after another. */
export function catOffsets({ inputs, shape }: Value, dim: number): number[] | null {
  if (shape.slice(0, dim).some(size => size !== 1)) return null
  const stride = stridesOf(shape)[dim]!
  let start = 0
  return inputs.map(operand => {
    const offset = start
    start += operand.shape[dim]! * stride
    return offset
  })
}

/** What a value is a reshape of: the same elements in the same order. */
export function sameMemory(value: Value): Value {
  return value.operation?.op === 'reshape' ? sameMemory(value.inputs[0]!) : value
}
