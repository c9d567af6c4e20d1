/** Which buffers are reused, and which are let go; on no adapter at all. */
import { describe, expect, it } from 'vitest'
import { BufferPool, numberOf, pooledSize } from '../../runtime/devices/webgpu/buffer-pool.ts'

interface Made {
  readonly size: number
  destroyed: boolean
}

function pool(keptAtMost: number): { pool: BufferPool; made: Made[] } {
  const made: Made[] = []
  const device = {
    limits: { maxBufferSize: 2 ** 20 },
    pushErrorScope: () => {},
    popErrorScope: async () => null,
    createBuffer: ({ size }: GPUBufferDescriptor) => {
      const buffer = {
        size,
        destroyed: false,
        destroy: () => {
          buffer.destroyed = true
        },
      }
      made.push(buffer)
      return buffer
    },
  }
  return { made, pool: new BufferPool(device as unknown as GPUDevice, 0, keptAtMost, () => {}) }
}

describe('a pool of buffers', () => {
  it('gives the one that was made first, in whatever order they came back', () => {
    const { pool: p } = pool(4096)
    const all = [1, 2, 3].map(() => p.take(256))
    for (const i of [1, 2, 0]) p.give(all[i]!)
    expect([1, 2, 3].map(() => numberOf(p.take(256)))).toEqual(all.map(numberOf))
    expect(p.made).toBe(3)
  })

  it('lets those go that waited longest, beyond what it keeps', () => {
    const { pool: p, made } = pool(1024)
    const [a, b, c] = [p.take(256), p.take(512), p.take(512)]
    for (const buffer of [b, a, c]) p.give(buffer)
    expect(made.map(m => m.destroyed)).toEqual([false, true, false])
    expect(p.keptBytes).toBe(768)
    expect([p.take(512), p.take(256)]).toEqual([c, a])
    expect(p.keptBytes).toBe(0)
  })

  it('keeps as much as it is asked to, so that a large program finds its buffers again', () => {
    const { pool: p, made } = pool(1024)
    const sizes = [4096, 8192, 300]
    p.keepAtLeast(sizes.reduce((sum, size) => sum + pooledSize(size), 0))
    for (let run = 0; run < 3; run++) for (const buffer of sizes.map(size => p.take(size))) p.give(buffer)
    expect(p.made).toBe(3)
    p.drop()
    expect(made.every(m => m.destroyed)).toBe(true)
    expect(p.keptBytes).toBe(0)
  })
})
