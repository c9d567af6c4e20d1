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
  reads = 0
  bytesWritten = 0

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
    this.bytesWritten += bytes.length
    this.#inner.write(memory, bytes)
  }
  async read(memory: Memory): Promise<Uint8Array<ArrayBuffer>> {
    this.reads++
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

  it('is given int64 in 32 bits where these hold them, and exactly where they do not', async () => {
    let captures = 0
    using plan = compile(
      (i: Tensor) => {
        captures++
        return F.mul(i, 2)
      },
      [{ shape: [3], dtype: 'int64' }],
      { device },
    )
    const run = async (values: bigint[], as = (x: BigInt64Array): BigInt64Array | Tensor => x) => {
      const given = as(BigInt64Array.from(values))
      const before = device.bytesWritten
      const result = await plan.run([given])
      return { written: device.bytesWritten - before, values: [...(await result.data())] }
    }
    const [small, large] = [
      [3n, -(2n ** 31n), 2n ** 31n - 1n],
      [2n ** 31n, -(2n ** 40n), -1n],
    ]
    for (let i = 0; i < 2; i++) {
      expect(await run(small!)).toEqual({ written: 12, values: small!.map(v => 2n * v) })
      expect(await run(large!)).toEqual({ written: 24, values: large!.map(v => 2n * v) })
      const given = await run(small!, x => tensor(x, { device }))
      expect(given).toEqual({ written: 0, values: small!.map(v => 2n * v) })
    }
    // Arrays in 32 bits, and everything else.
    expect(captures).toBe(2)
  })

  it('refuses runs that would have to answer at once', async () => {
    using plan = compile((x: Tensor) => x.mul(2), [{ shape: [1] }], { device })
    expect(() => plan.runSync([Float32Array.of(1)])).toThrow(
      expect.objectContaining({ code: 'device/synchronous' }),
    )
  })
})

describe('on a device that answers later, an index out of range', () => {
  const device = new SlowDevice()
  const table = tensor([10, 20], { device })
  const taking = () =>
    compile((i: Tensor) => F.indexSelect(table, 0, i), [{ shape: [1], dtype: 'int64' }], { device })
  const at = (i: bigint) => [BigInt64Array.of(i)]

  it('is thrown where its result is read, and by nothing afterwards', async () => {
    using plan = taking()
    const wrong = await plan.run(at(2n))
    const reads = device.reads
    await expect(wrong.item()).rejects.toMatchObject({
      code: 'shape/range',
      message: expect.stringContaining('index 2 is out of range'),
      hint: null,
    })
    expect(device.reads).toBe(reads + 2)
    expect(await (await plan.run(at(1n))).item()).toBe(20)
    // It has no elements, ever.
    await expect(wrong.item()).rejects.toThrow('index 2 is out of range')
    await expect(plan.run(at(5n), [new Float32Array(1)])).rejects.toThrow('index 5')
    const out = new Float32Array(1)
    await plan.run(at(0n), [out])
    expect(out[0]).toBe(10)
  })

  it('is thrown by whatever is read next, which says that it is of an earlier run', async () => {
    using plan = taking()
    const [wrong, right] = [await plan.run(at(-3n)), tensor([7], { device })]
    await expect(right.item()).rejects.toMatchObject({
      message: expect.stringContaining('index -3 is out of range'),
      hint: expect.stringMatching(/negative .*earlier run/),
    })
    expect(await right.item()).toBe(7)
    await expect(wrong.item()).rejects.toThrow('index -3')
  })

  it('takes all that was computed from it along, and nothing else', async () => {
    using plan = taking()
    using twice = compile((x: Tensor) => x.mul(2))
    const wrong = await plan.run(at(2n))
    const [captured, eager] = [await twice.run([wrong]), wrong.add(1)]
    await eager.realise()
    const other = await twice.run([table])
    await expect(captured.item()).rejects.toThrow('index 2')
    for (const x of [captured, eager, wrong, wrong.mul(3)]) await expect(x.data()).rejects.toThrow('index 2')
    expect([...(await other.data())]).toEqual([20, 40])
  })

  it('leaves cells as they were, those of later runs too, until it is thrown', async () => {
    const weight = new Cell(tensor([1, 2], { device }), { requiresGrad: true })
    const optimizer = new optim.SGD([weight], { lr: 0.5, momentum: 0.5 })
    using step = compile((i: Tensor) => {
      const loss = F.indexSelect(weight.value, 0, i).sum()
      backward(loss)
      optimizer.step()
      optimizer.zeroGrad()
      return loss
    })
    const run = (i: bigint) => step.run([tensor([i], { device })])
    const values = async () => [...(await weight.value.data())]
    await run(0n)
    await run(0n)
    expect(await values()).toEqual([1 - 0.5 - 0.75, 2])
    const { reads } = device
    const losses = [await run(1n), await run(2n), await run(1n)]
    expect(device.reads).toBe(reads)
    await expect(values()).rejects.toThrow('index 2 is out of range')
    // The first of them was right; the momentum of the first element moves it on.
    expect(await values()).toEqual([1 - 0.5 - 0.75 - 0.375, 1.5])
    for (const loss of losses) await expect(loss.item()).rejects.toThrow('index 2')
    await run(1n)
    expect((await values())[1]).toBe(1.5 - 0.75)
  })

  it('is found after a while though nothing is read, and thrown by the next call, once', async () => {
    using plan = taking()
    const first = await plan.run(at(9n))
    for (let i = 0; i < 40; i++) (await plan.run(at(0n))).dispose()
    await later()
    await later()
    await expect(plan.run(at(0n))).rejects.toMatchObject({
      message: expect.stringContaining('index 9'),
      hint: expect.stringContaining('earlier run'),
    })
    await expect(first.item()).rejects.toThrow('index 9')
    expect(await (await plan.run(at(1n))).item()).toBe(20)
  })

  it('is not written to cells by another plan, which waits until it is known', async () => {
    using plan = taking()
    const total = new Cell(tensor([1], { device }))
    using add = compile((x: Tensor) => {
      total.value = total.value.add(x)
    })
    await add.run([await plan.run(at(1n))])
    await expect(add.run([await plan.run(at(4n))])).rejects.toThrow('index 4')
    expect(await total.value.item()).toBe(21)
  })

  it('is known of a plan that ended before anybody asked', async () => {
    const plan = taking()
    const wrong = await plan.run(at(3n))
    plan.dispose()
    await expect(wrong.item()).rejects.toThrow('index 3')
  })

  it('of several the first is thrown, whatever follows in the same run', async () => {
    using plan = compile(
      (i: Tensor, j: Tensor) => F.add(F.indexSelect(table, 0, i), F.indexSelect(F.mul(table, 2), 0, j)),
      [
        { shape: [1], dtype: 'int64' },
        { shape: [1], dtype: 'int64' },
      ],
      { device },
    )
    const run = (i: bigint, j: bigint) => plan.run([...at(i), ...at(j)])
    await expect((await run(5n, 6n)).item()).rejects.toThrow('index 5')
    await expect((await run(0n, 6n)).item()).rejects.toThrow('index 6')
    expect(await (await run(1n, 1n)).item()).toBe(60)
  })
})
