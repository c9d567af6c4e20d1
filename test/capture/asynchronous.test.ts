/** Plans on a device that can neither be read nor compile at once, as WebGPU. */
import { describe, expect, it } from 'vitest'
import type { Device, Executable, Memory, Program } from '../../runtime/devices/device.ts'
import { ReferenceDevice } from '../../runtime/devices/reference.ts'
import { backward, Cell, compile, F, optim, type Tensor, tensor } from '../../runtime/index.ts'

const later = () => new Promise(resolve => setTimeout(resolve, 1))

/** The reference device behind a queue: what is asked for is as it is when it is asked for, and comes later. */
class SlowDevice implements Device {
  readonly #inner = new ReferenceDevice()
  readonly name = 'slow'
  readonly limits = this.#inner.limits
  readonly offsetAlignment = 256

  supports(): boolean {
    return true
  }
  alloc(bytes: number): Memory {
    return this.#inner.alloc(bytes)
  }
  free(memory: Memory): void {
    this.#inner.free(memory)
  }
  write(memory: Memory, bytes: Uint8Array): void {
    this.#inner.write(memory, bytes)
  }
  async read(memory: Memory): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = this.#inner.readSync(memory)
    await later()
    return bytes
  }
  async compile(program: Program): Promise<Executable> {
    await later()
    return this.#inner.compileSync(program)
  }
  stats() {
    return this.#inner.stats()
  }
}

describe('on a device that answers later, a plan', () => {
  const device = new SlowDevice()
  const on = (values: number[]) => tensor(values, { device })

  it('trains, allocates nothing from its second run on, and keeps the order of runs that overlap', async () => {
    const cell = new Cell(on([1, 2]), { requiresGrad: true })
    const optimizer = new optim.SGD([cell], { lr: 0.5, momentum: 0.5 })
    using plan = compile((x: Tensor) => {
      const loss = cell.value.mul(x).sum()
      backward(loss)
      optimizer.step()
      optimizer.zeroGrad()
      return loss
    })
    const x = on([1, 1])
    const losses = [1, 2, 3, 4].map(() => new Float32Array(1))
    await Promise.all(losses.slice(0, 2).map(loss => plan.run([x], [loss])))
    const { liveBuffers } = device.stats()
    await Promise.all(losses.slice(2).map(loss => plan.run([x], [loss])))
    // The collector may end others meanwhile.
    expect(device.stats().liveBuffers).toBeLessThanOrEqual(liveBuffers)
    // Steps of 0.5, 0.75, 0.875 for each of the two.
    expect(losses.map(l => l[0])).toEqual([3, 2, 0.5, -1.25])
    const [a, b] = await Promise.all([plan.run([x]), plan.run([x])])
    expect([await a.item(), await b.item()]).toEqual([-3.125, -5.0625])
  })

  it('refuses indices out of range, and runs that would have to answer at once', async () => {
    const table = on([10, 20])
    using plan = compile((i: Tensor) => F.indexSelect(table, 0, i), [{ shape: [1], dtype: 'int64' }], {
      device,
    })
    await expect(plan.run([BigInt64Array.of(2n)])).rejects.toThrow('index 2 is out of range')
    const { liveBuffers } = device.stats()
    await expect(plan.run([BigInt64Array.of(3n)])).rejects.toThrow('index 3 is out of range')
    // The collector may end others meanwhile.
    expect(device.stats().liveBuffers).toBeLessThanOrEqual(liveBuffers)
    await expect(plan.run([BigInt64Array.of(5n)], [new Float32Array(1)])).rejects.toThrow('index 5')
    expect(await (await plan.run([BigInt64Array.of(1n)])).item()).toBe(20)
    expect(() => plan.runSync([BigInt64Array.of(1n)])).toThrow(
      expect.objectContaining({ code: 'device/synchronous' }),
    )
  })
})
