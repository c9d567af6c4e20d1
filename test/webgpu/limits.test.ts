/** The limits of adapters: what is larger is split, or refused before anything happens. */
import { afterAll, describe, expect, it } from 'vitest'
import { openWebGpu } from '../../runtime/devices/webgpu/webgpu.ts'
import { F, optim, type Tensor, tensor, tidy, type WebGpuDevice } from '../../runtime/index.ts'
import { gridOf, type WgslTarget } from '../../runtime/kernels/wgsl/target.ts'
import { Training } from '../capture/nets.ts'
import { GUARANTEED, type Lowered, withLimits } from './lowered-limits.ts'
import { gpu } from './open-gpu.ts'

const opened: WebGpuDevice[] = []
afterAll(() => {
  for (const device of opened) device.destroy()
})

async function withLow(low: Lowered): Promise<WebGpuDevice> {
  const device = await openWebGpu({ gpu: withLimits(gpu!.gpu, low) })
  opened.push(device)
  return device
}

const waves = (length: number, seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(1.7 * i + seed)))

async function expectNear(found: Tensor, expected: Tensor, tolerance: number): Promise<void> {
  const [got, want] = [await found.data(), await expected.data()]
  expect(got.length).toBe(want.length)
  const wrong = want.findIndex((w, i) => !(Math.abs(Number(got[i]) - Number(w)) <= tolerance))
  if (wrong >= 0) expect.fail(`element ${wrong} is ${got[wrong]}, not ${want[wrong]}`)
}

describe('launches', () => {
  it('of more workgroups than fit along one dimension go along two', () => {
    const target = { groupsAlong: 65535 } as WgslTarget
    expect(gridOf(1, target)).toEqual([1, 1])
    expect(gridOf(65535, target)).toEqual([65535, 1])
    const [x, y] = gridOf(65536 * 3, target)
    expect(x * y).toBeGreaterThanOrEqual(65536 * 3)
    expect(Math.max(x, y)).toBeLessThanOrEqual(65535)
  })
})

describe.skipIf(gpu === null)('on adapters with low limits', () => {
  it('launches are split along two dimensions', async () => {
    const device = await withLow({ maxComputeWorkgroupsPerDimension: 7 })
    const x = waves(37 * 70, 1)
    const [here, there] = [tensor(x, { shape: [37, 70] }), tensor(x, { shape: [37, 70], device })]
    await expectNear(F.softmax(F.exp(there), 1), F.softmax(F.exp(here), 1), 1e-6)
  })

  it('buffers that are larger than a binding are read and written through several', async () => {
    // Each of 48 x 90 floats takes three windows, the sums of rows one.
    const device = await withLow({ maxStorageBufferBindingSize: 8192 })
    const [a, b] = [waves(48 * 90, 1), waves(90 * 50, 2)]
    const on = (options: { device?: WebGpuDevice }) => {
      const x = tensor(a, { shape: [48, 90], ...options })
      const y = tensor(b, { shape: [90, 50], ...options })
      return [
        F.matmul(x, y),
        F.exp(x),
        F.softmax(x, 0),
        F.sum(y, [1]),
        F.transpose(x, 0, 1).mul(2),
        x.to('float16').add(1).to('float32'),
        F.gt(x, 0.25),
        F.cumsum(y, 0),
      ]
    }
    const expected = on({})
    for (const [i, found] of on({ device }).entries()) await expectNear(found, expected[i]!, 5e-4)
  })

  it('indices reach every window', async () => {
    const device = await withLow({ maxStorageBufferBindingSize: 1024 })
    const table = waves(1500, 3)
    const index = BigInt64Array.from([0n, 255n, 256n, 511n, 512n, 1499n, 1024n, 1023n])
    const x = tensor(table, { device })
    const found = F.indexSelect(x, 0, tensor(index, { device }))
    expect([...(await found.data())]).toEqual([...index].map(i => table[Number(i)]))
  })

  it('weights of 200 MB are used where 128 MiB are bound at once', async () => {
    const device = await withLow({ maxStorageBufferBindingSize: 2 ** 27 })
    const [rows, width] = [50_000_000 / 500, 500]
    const bytes = new Float32Array(rows * width)
    for (let i = 0; i < rows; i++) bytes[i * width + (i % width)] = i
    const table = tensor(bytes, { shape: [rows, width], device })
    const wanted = [0, 1, 67_108, 67_109, 99_999]
    const found = F.embedding(tensor(BigInt64Array.from(wanted.map(BigInt)), { device }), table)
    const got = await found.data()
    for (const [k, row] of wanted.entries()) {
      const line = Array.from(got.slice(k * width, (k + 1) * width), Number)
      expect([row, line[row % width], line.reduce((a, b) => a + b, 0)]).toEqual([row, row, row])
    }
    table.dispose()
  })

  it('a tensor that is larger than any buffer is refused with both sizes', async () => {
    const device = await withLow({ maxBufferSize: 4096 })
    const before = device.stats().liveBuffers
    expect(() => tensor(new Float32Array(1025), { device })).toThrow(
      expect.objectContaining({
        code: 'device/memory',
        message: expect.stringMatching(/4100 bytes.*4096/),
        hint: expect.stringContaining('cpu'),
      }),
    )
    expect(device.stats().liveBuffers).toBe(before)
    expect([...(await tensor(new Float32Array(1024).fill(2), { device }).data())]).toEqual(
      Array(1024).fill(2),
    )
  })

  it.each([GUARANTEED, { ...GUARANTEED, maxStorageBuffersPerShaderStage: 4 }])(
    'networks train with %j',
    async low => {
      const device = await withLow(low)
      for (const net of ['cnn', 'mlp'] as const) {
        const found: number[][] = []
        for (const where of ['cpu', device] as const) {
          const training = new Training(net, where, m => new optim.Adam(m.parameters(), { lr: 0.01 }))
          const losses: number[] = []
          for (const i of [0, 1, 2]) {
            const [x, y] = training.batch(i)
            losses.push(Number(await tidy(() => training.step(x, y)).item()))
          }
          found.push(losses)
        }
        for (const [i, loss] of found[0]!.entries())
          expect(Math.abs(found[1]![i]! - loss), `${net} step ${i}`).toBeLessThan(1e-4)
      }
    },
  )
})
