/** Runs a template's kernels one after the other, each on both the reference and WebAssembly. */

import type { Buffer } from '../../runtime/kernels/ir.ts'
import { STORAGE_CLASS, type Storage } from '../../runtime/kernels/reference/storage.ts'
import type { KernelGroup } from '../../runtime/kernels/templates/kernel-group.ts'
import { expectAgreement, seeded } from './agreement.ts'

/** Small integers: their sums of products are exact in every type and order. */
export function integers(dtype: Buffer['dtype'], length: number, seed: number): Storage {
  const random = seeded(seed)
  const array = new STORAGE_CLASS[dtype](length)
  for (let i = 0; i < length; i++) {
    const value = Math.floor(random() * 9) - 4
    array[i] = dtype === 'int64' ? BigInt(value) : value
  }
  return array
}

/** Runs the group over arrays by buffer name, which it updates; grids run in so many parts. */
export function runGroup(group: KernelGroup, named: Map<string, Storage>, parts: number): void {
  for (const b of group.scratch) named.set(b.name, new STORAGE_CLASS[b.dtype](b.length))
  for (const k of group.kernels) {
    const storage = k.buffers.map(b => named.get(b.name)!)
    const results = expectAgreement(k, storage, 0, parts)
    for (const [i, b] of k.buffers.entries()) named.set(b.name, results[i]!)
  }
}

/** The elements as numbers, -0 as 0. */
export function numbers(storage: Storage): number[] {
  const result: number[] = []
  for (const value of storage) result.push(Number(value) + 0)
  return result
}
