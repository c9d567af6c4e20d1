/** Compares WebAssembly with the reference interpreter on the same kernel and data. */

import { expect } from 'vitest'
import type { Kernel } from '../../runtime/kernels/ir.ts'
import { interpret } from '../../runtime/kernels/reference/interpret.ts'
import { decode, STORAGE_CLASS, type Storage } from '../../runtime/kernels/reference/storage.ts'
import { printKernel } from '../../runtime/kernels/text.ts'
import { verify } from '../../runtime/kernels/verify.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import { runWasm } from './run-wasm.ts'

/** A seeded generator of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const EDGES_F32 = [
  0,
  -0,
  1,
  -1,
  0.5,
  -2.5,
  1.5,
  Number.NaN,
  Infinity,
  -Infinity,
  3.4e38,
  -1e-40,
  1e-45,
  65504,
  65520,
  1e10,
  -3e9,
]
const EDGES_F64 = [...EDGES_F32, 1e300, -1e-310, 2 ** 53 + 2, -(2 ** 63), 2 ** 64]
const EDGES_INT = [0, 1, -1, 2, 3, -7, 127, -128, 255, 32767, 2147483647, -2147483648, 31, 32, 64]
const EDGES_I64 = [
  0n,
  1n,
  -1n,
  5n,
  -9n,
  63n,
  64n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 63n - 1n,
  -(2n ** 63n),
  2n ** 53n + 1n,
  16777217n,
]

/** Random data of a dtype, edge values often among it. */
export function randomStorage(dtype: DType, length: number, random: () => number): Storage {
  const array = new STORAGE_CLASS[dtype](length)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  for (let i = 0; i < length; i++) {
    const edge = random() < 0.3
    if (dtype === 'int64') {
      ;(array as BigInt64Array)[i] = edge ? pick(EDGES_I64) : BigInt(Math.floor((random() - 0.5) * 200))
    } else if (dtype === 'bool') array[i] = random() < 0.5 ? 1 : 0
    else if (dtype === 'float16' || dtype === 'bfloat16') array[i] = Math.floor(random() * 65536)
    else if (dtype === 'float32') array[i] = edge ? pick(EDGES_F32) : (random() - 0.5) * 8
    else if (dtype === 'float64') array[i] = edge ? pick(EDGES_F64) : (random() - 0.5) * 8
    else array[i] = edge ? pick(EDGES_INT) : Math.floor((random() - 0.5) * 200)
  }
  return array
}

function close(a: number, b: number, tolerance: number): boolean {
  if (Object.is(a, b) || a === b) return true
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))
}

/**
 * Runs the kernel on both and expects equal buffers: exactly (any NaN equals any, -0 equals 0), or within a
 * relative tolerance where the order of a sum may differ. Returns the reference's buffers.
 */
export function expectAgreement(
  kernel: Kernel,
  storage: readonly Storage[],
  tolerance = 0,
  parts = 1,
): Storage[] {
  verify(kernel)
  const expected = storage.map(array => array.slice())
  const actual = storage.map(array => array.slice())
  interpret(kernel, expected)
  runWasm(kernel, actual, parts)
  kernel.buffers.forEach((b, i) => {
    const [want, got] = [expected[i]!, actual[i]!]
    for (let at = 0; at < b.length; at++) {
      const [w, g] = [decode(b.dtype, want[at]!), decode(b.dtype, got[at]!)]
      const same = typeof w === 'number' && typeof g === 'number' ? close(w, g, tolerance) : w === g
      if (!same)
        expect.fail(`${b.name}[${at}]: expected ${String(w)}, got ${String(g)}\n${printKernel(kernel)}`)
    }
  })
  return expected
}
