/** Kernels that are written for workgroups: products, attention and convolutions, with the CPU's results. */
import { describe, expect, it } from 'vitest'
import { F, tensor } from '../../runtime/index.ts'
import { gpu } from './open-gpu.ts'
import { difference, TEMPLATE_CASES } from './template-cases.ts'

describe.skipIf(gpu === null).each(Object.entries(TEMPLATE_CASES))(
  '%s by workgroups on webgpu',
  (_, { tolerance, cases }) => {
    it.each(Object.entries(cases))("give the cpu's results for %s", async (_, compute) => {
      expect(await difference(compute, tolerance)).toBeNull()
    })
  },
)

describe.skipIf(gpu === null)('attention on webgpu', () => {
  it('is one launch that needs no memory but its operands', async () => {
    const [length, width] = [1024, 16]
    const elements = Float32Array.from({ length: length * width }, (_, i) => Math.sin(i * i))
    const x = tensor(elements, { shape: [1, length, width], device: 'webgpu' })
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
