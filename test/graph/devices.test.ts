/** Memory of the devices: places, growth, limits, and what programs keep. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Allocator } from '../../runtime/devices/allocator.ts'
import { capabilities } from '../../runtime/devices/capabilities.ts'
import { CpuDevice } from '../../runtime/devices/cpu.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { F } from '../../runtime/tensor/functional.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import { sequence } from '../support/device-check.ts'

describe('Allocator', () => {
  it('gives places that are aligned and never overlap, and reuses what was freed', () => {
    const step = fc.record({
      bytes: fc.integer({ min: 0, max: 5000 }),
      free: fc.boolean(),
      which: fc.nat(100),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        let end = 1024
        const allocator = new Allocator(1024, e => {
          end = Math.max(end, e)
        })
        const live: { address: number; bytes: number }[] = []
        for (const { bytes, free, which } of steps) {
          if (free && live.length > 0) {
            const [gone] = live.splice(which % live.length, 1)
            allocator.free(gone!.address, gone!.bytes)
            continue
          }
          const address = allocator.alloc(bytes)
          expect(address % 64).toBe(0)
          expect(address).toBeGreaterThanOrEqual(1024)
          expect(address + bytes).toBeLessThanOrEqual(end)
          for (const other of live) {
            const apart = address + bytes <= other.address || other.address + other.bytes <= address
            expect(apart || bytes === 0 || other.bytes === 0).toBe(true)
          }
          live.push({ address, bytes })
        }
        for (const { address, bytes } of live) allocator.free(address, bytes)
        // Everything is one free range again.
        const before = end
        if (end > 1024) expect(allocator.alloc(end - 1024)).toBe(1024)
        expect(end).toBe(before)
      }),
      { seed: 7, numRuns: 200 },
    )
  })
})

describe('the cpu', () => {
  it('keeps what tensors hold when its memory grows', () => {
    const device = new CpuDevice()
    const small = tensor([1, 2, 3], { device })
    const large = tensor(new Float32Array(4_000_000).fill(7), { device })
    expect([...small.dataSync()]).toEqual([1, 2, 3])
    expect(large.dataSync()[3_999_999]).toBe(7)
  })

  it('says how much is held when there is no room', () => {
    const device = new CpuDevice()
    const held = tensor([1], { device })
    expect(() => device.alloc(2 ** 32)).toThrow(
      expect.objectContaining({
        code: 'device/memory',
        device: 'cpu',
        message: expect.stringContaining('1 buffers hold 4 bytes'),
      }),
    )
    expect([...held.dataSync()]).toEqual([1])
  })

  it('refuses memory that was freed', () => {
    const device = new CpuDevice()
    const memory = device.alloc(8)
    device.free(memory)
    expect(() => device.readSync(memory)).toThrow(expect.objectContaining({ code: 'device/disposed' }))
    expect(() => device.free(memory)).toThrow(expect.objectContaining({ code: 'device/disposed' }))
  })

  it('packs weights once, again for other weights, and lets them go with the weights', () => {
    const device = new CpuDevice()
    const next = sequence(3)
    const matrix = (rows: number, columns: number) =>
      tensor(Float32Array.from({ length: rows * columns }, next), { shape: [rows, columns], device })
    const x = matrix(40, 24)
    const product = (w: ReturnType<typeof matrix>) => tidy(() => [...F.matmul(x, w).dataSync()])
    const [v, w] = [matrix(24, 36), matrix(24, 36)]
    const first = product(v)
    const { preparedBytes } = device.stats()
    expect(preparedBytes).toBeGreaterThan(0)
    expect(product(v)).toEqual(first)
    expect(product(w)).not.toEqual(first)
    expect(device.stats().preparedBytes).toBe(preparedBytes)
    expect(product(v)).toEqual(first)
    v.dispose()
    w.dispose()
    expect(device.stats()).toMatchObject({ preparedBytes: 0, liveBuffers: 1 })
  })

  it('runs an empty program', () => {
    const device = new CpuDevice()
    const x = tensor([], { shape: [0], device })
    expect(builderOf(device).emit('neg', [x], {}).dataSync()).toEqual(new Float32Array(0))
  })
})

it('capabilities are what the platform validates', () => {
  const { relaxedSimd, threads } = capabilities()
  expect(typeof relaxedSimd).toBe('boolean')
  // Node shares memory between its threads.
  expect(threads).toBe(true)
})
