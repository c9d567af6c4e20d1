/**
 * Buffers that are larger than what a target binds at once: they are bound several times, each binding a window on a part of
 * them, one after the other.
 */
import { ITEM_SIZE } from '../ops/dtype.ts'
import type { Buffer, Kernel, Limits } from './ir.ts'
import { buffersUsed } from './traverse.ts'

/** Windows begin at multiples of what any target asks of an offset, which are multiples of every element's size. */
const ALIGNMENT = 256
/** Bytes of the smallest binding: it holds whole words, and at least one element of any type. */
export const LEAST_BINDING = 8

/** A part of a buffer that is bound by itself, in bytes. */
export interface Window {
  readonly offset: number
  readonly bytes: number
}

/** The windows that show all of a buffer; one wherever it fits a binding. All but the last are of one size. */
export function windowsOf({ dtype, length }: Buffer, { bindingBytes }: Limits): readonly Window[] {
  const bytes = Math.max(LEAST_BINDING, Math.ceil((length * ITEM_SIZE[dtype]) / 4) * 4)
  if (bytes <= bindingBytes) return [{ offset: 0, bytes }]
  const most = Math.floor(bindingBytes / ALIGNMENT) * ALIGNMENT
  return Array.from({ length: Math.ceil(bytes / most) }, (_, i) => ({
    offset: i * most,
    bytes: Math.min(most, bytes - i * most),
  }))
}

/** Bindings that a kernel takes. */
export function bindingCount(kernel: Kernel, limits: Limits): number {
  let count = 0
  for (const b of buffersUsed(kernel)) count += windowsOf(b, limits).length
  return count
}
