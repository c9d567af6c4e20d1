/** Attention on WebGPU: one kernel that never holds the matrix of weights, with the CPU's results. */
import { describe, expect, it } from 'vitest'
import { F, type Tensor, tensor } from '../../runtime/index.ts'
import { gpu } from './open-gpu.ts'

const waves = (shape: readonly number[], seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.fround(2 * Math.sin(1.7 * i * i + seed)),
  )

interface Case {
  readonly q: readonly number[]
  readonly k: readonly number[]
  readonly v: readonly number[]
  readonly causal?: boolean
  readonly gqa?: boolean
  /** Shape of a mask: added to the scores, or of what may be seen, where no key may be by query 1. */
  readonly mask?: readonly number[]
  readonly bool?: boolean
}

const CASES: Readonly<Record<string, Case>> = {
  'blocks that are full': { q: [2, 64, 32], k: [2, 96, 32], v: [2, 96, 64] },
  'blocks that are not full': { q: [3, 37, 20], k: [3, 45, 20], v: [3, 45, 27] },
  'a causal mask': { q: [2, 2, 70, 16], k: [2, 2, 70, 16], v: [2, 2, 70, 16], causal: true },
  'a causal mask of more keys than queries': { q: [1, 9, 8], k: [1, 40, 8], v: [1, 40, 8], causal: true },
  'added scores': { q: [2, 33, 8], k: [2, 40, 8], v: [2, 40, 8], mask: [33, 40] },
  'queries that see no key': {
    q: [2, 17, 8],
    k: [2, 40, 8],
    v: [2, 40, 8],
    mask: [2, 17, 40],
    bool: true,
  },
  'heads that share keys': { q: [2, 6, 20, 8], k: [2, 2, 33, 8], v: [2, 2, 33, 8], gqa: true },
  'long values': { q: [1, 40, 12], k: [1, 50, 12], v: [1, 50, 300] },
  'one query': { q: [4, 1, 64], k: [4, 200, 64], v: [4, 200, 64] },
  'three queries': { q: [2, 3, 24], k: [2, 130, 24], v: [2, 130, 24] },
  'no keys': { q: [2, 3, 4], k: [2, 0, 4], v: [2, 0, 4] },
}

function attend(
  { q, k, v, causal = false, gqa = false, mask, bool = false }: Case,
  device: 'cpu' | 'webgpu',
) {
  const [query, key, value] = [q, k, v].map((shape, i) => tensor(waves(shape, i), { shape, device }))
  let added: Tensor | null = null
  if (mask !== undefined) {
    const weights = tensor(waves(mask, 5), { shape: mask, device })
    const [rows, keys] = mask.slice(-2) as [number, number]
    const row = Float32Array.from({ length: rows * keys }, (_, i) => (Math.floor(i / keys) === 1 ? -9 : 0))
    added = bool ? F.gt(weights.add(tensor(row, { shape: [rows, keys], device })), -0.5) : weights
  }
  return F.scaledDotProductAttention(query!, key!, value!, {
    attn_mask: added,
    is_causal: causal,
    enable_gqa: gqa,
  })
}

describe.skipIf(gpu === null)('attention on webgpu', () => {
  it.each(Object.entries(CASES))("gives the cpu's results for %s", async (_, given) => {
    const [found, expected] = [attend(given, 'webgpu'), attend(given, 'cpu')]
    const [got, want] = [await found.data(), await expected.data()]
    expect(found.shape).toEqual(expected.shape)
    const wrong = want.findIndex((w, i) => !(Math.abs(Number(got[i]) - Number(w)) <= 1e-5))
    if (wrong >= 0) expect.fail(`element ${wrong} is ${got[wrong]}, not ${want[wrong]}`)
  })

  it('is one launch that needs no memory but its operands', async () => {
    const [length, width] = [1024, 16]
    const x = tensor(waves([length, width], 1), { shape: [1, length, width], device: 'webgpu' })
    await x.data()
    const before = gpu!.stats()
    const y = F.scaledDotProductAttention(x, x, x)
    await y.data()
    const after = gpu!.stats()
    expect(after.dispatches - before.dispatches).toBe(1)
    expect(after.liveBytes - before.liveBytes).toBeLessThanOrEqual(length * width * 4)
    expect(after.peakBytes).toBeLessThan(before.peakBytes + length * length * 4)
    y.dispose()
    x.dispose()
  })
})
