/** A replayed plan retains nothing: no buffer, no memory of the device, no object of JavaScript's. */
import { getHeapSpaceStatistics } from 'node:v8'
import { describe, expect, it } from 'vitest'
import {
  Cell,
  compile,
  F,
  getDevice,
  manualSeed,
  nn,
  optim,
  type Tensor,
  tensor,
} from '../../runtime/index.ts'
import { DEVICES } from '../support/device-check.ts'
import { collected, heapUsed } from '../support/heap.ts'
import { Training } from './nets.ts'

/** Bytes of compiled code among those in use. */
const codeUsed = (): number =>
  getHeapSpaceStatistics()
    .filter(space => space.space_name.startsWith('code'))
    .reduce((sum, space) => sum + space.space_used_size, 0)

const adam = (m: nn.Sequential) => new optim.Adam(m.parameters(), { lr: 0.01 })

for (const device of DEVICES) {
  const stats = () => getDevice(device).stats()
  const on = (values: number[]) => tensor(values, { device })

  describe(`on ${device}, a plan`, () => {
    it('allocates nothing from its second run on', async () => {
      const training = new Training('cnn', device, adam as never)
      using plan = compile(training.step)
      const batch = training.batch(0)
      const loss = new Float32Array(1)
      for (let i = 0; i < 2; i++) await plan.run(batch, [loss])
      await collected()
      const { liveBuffers, liveBytes, reservedBytes } = stats()
      for (let i = 0; i < 5; i++) {
        await plan.run(batch, [loss])
        // The collector may end others meanwhile.
        expect(stats().liveBuffers).toBeLessThanOrEqual(liveBuffers)
        expect(stats().liveBytes).toBeLessThanOrEqual(liveBytes)
        expect(stats().reservedBytes).toBeLessThanOrEqual(reservedBytes)
      }
    })

    it('trains in the memory that the weights had', async () => {
      const training = new Training('cnn', device, adam as never)
      using plan = compile(training.step)
      const cells = [...training.model.parameters()]
      const memories = cells.map(cell => cell.held.node.memory)
      expect(memories).not.toContain(null)
      for (let i = 0; i < 3; i++) await plan.run(training.batch(i))
      expect(cells.map(cell => cell.held.node.memory)).toEqual(memories)
      expect(cells.every((cell, i) => cell.held.node.memory === memories[i])).toBe(true)
    })

    it('gives back everything when it is disposed of', async () => {
      const cell = new Cell(on([1]))
      const constant = on([1])
      await collected()
      const before = stats()
      const plan = compile(
        (x: Tensor) => {
          cell.value = cell.value.add(x).add(constant)
          return F.indexSelect(x, 0, tensor([0n], { device })).mul(F.dropout(x))
        },
        [[1]],
        { device },
      )
      const out = new Float32Array(1)
      for (let i = 0; i < 3; i++) await plan.run([Float32Array.of(2)], [out])
      ;(await plan.run([Float32Array.of(2)])).dispose()
      expect(stats().liveBuffers).toBeGreaterThan(before.liveBuffers)
      plan.dispose()
      await collected()
      expect(stats()).toMatchObject({ liveBuffers: before.liveBuffers, liveBytes: before.liveBytes })
      expect(await cell.value.item()).toBe(13)
    })

    it('gives back everything when nobody holds it any more', async () => {
      await collected()
      const before = stats().liveBuffers
      const run = async () => {
        const plan = compile((x: Tensor) => x.add(1), [[1]], { device })
        await plan.run([Float32Array.of(2)], [new Float32Array(1)])
        expect(stats().liveBuffers).toBeGreaterThan(before)
      }
      await run()
      await collected()
      expect(stats().liveBuffers).toBe(before)
    })

    it('leaves alone what others took out of a cell', async () => {
      const cell = new Cell(on([1, 2]))
      using plan = compile(() => {
        cell.value = cell.value.mul(2)
      }, [])
      const first = cell.value
      await plan.run([])
      const second = cell.value
      const waiting = cell.value.add(0.5)
      await plan.run([])
      await plan.run([])
      const arrays = await Promise.all([first, second, waiting, cell.value].map(x => x.data()))
      expect(arrays.map(a => [...a])).toEqual([
        [1, 2],
        [2, 4],
        [2.5, 4.5],
        [8, 16],
      ])
    })

    it('leaves alone a state dict that was taken before', async () => {
      const training = new Training('mlp', device, adam as never)
      using plan = compile(training.step)
      await plan.run(training.batch(0))
      const saved = training.model.stateDict()
      const weight = saved.get('0.weight')
      const before = [...(await weight.data())]
      await plan.run(training.batch(1))
      await plan.run(training.batch(2))
      expect([...(await weight.data())]).toEqual(before)
      expect([...(await training.model.stateDict().get('0.weight').data())]).not.toEqual(before)
    })

    it('writes over old values where kernels allow it, whatever reads them', async () => {
      const size = 37
      const at = (n: number) => Array.from({ length: size }, (_, i) => Math.sin(i * n))
      const cells = [1, 2, 3].map(n => new Cell(on(at(n))))
      const step = () => {
        const [a, b, c] = cells.map(cell => cell.value)
        // Elementwise, reversed, and through a sum; each is read by the others after it was replaced.
        cells[0]!.value = a!.mul(b!.flip([0])).add(c!)
        cells[1]!.value = b!.flip([0]).add(a!)
        cells[2]!.value = c!.sub(a!.sum()).mul(b!.cumsum(0))
      }
      const plain = cells.map(cell => new Cell(cell.value.add(0)))
      using plan = compile(step, [])
      for (let i = 0; i < 4; i++) await plan.run([])
      const got = await Promise.all(cells.map(c => c.value.data()))
      for (const [i, cell] of plain.entries()) cells[i]!.value = cell.value
      for (let i = 0; i < 4; i++) step()
      expect(got).toEqual(await Promise.all(cells.map(c => c.value.data())))
    })
  })
}

describe('the heap and the memory of WebAssembly', () => {
  const RUNS = 2000
  /** V8 adds and drops types of its own now and then: what every run retains shows in most windows. */
  const WINDOWS = 5
  const LEAST_LEAK = 16 * RUNS

  /** In use, without the code that V8 makes and drops. */
  const held = async () => (await heapUsed()) - codeUsed()

  /** By how many bytes the heap grew in the middle one of the windows. */
  async function usualGrowth(run: () => Promise<unknown>): Promise<number> {
    for (let i = 0; i < RUNS; i++) await run()
    const reserved = getDevice('cpu').stats().reservedBytes
    const heaps = [await held()]
    while (heaps.length <= WINDOWS) {
      for (let i = 0; i < RUNS; i++) await run()
      heaps.push(await held())
    }
    expect(getDevice('cpu').stats().reservedBytes).toBe(reserved)
    const growth = heaps.slice(1).map((heap, i) => heap - heaps[i]!)
    return growth.sort((a, b) => a - b)[Math.floor(WINDOWS / 2)]!
  }

  it('would show a number that every run left behind', async () => {
    const left: object[] = []
    expect(await usualGrowth(async () => left.push([1.5]))).toBeGreaterThan(LEAST_LEAK)
  })

  it('are at run 10,000 what they were at run 1,000, within 64 KiB', async () => {
    const model = new nn.Linear({ in_features: 64, out_features: 10 })
    using plan = compile<Tensor>(model, [[1, 64]])
    const [x, out] = [new Float32Array(64), new Float32Array(10)]
    const growth: number[] = []
    let before = 0
    // The second window is for the types that V8 still learns in the first.
    for (let run = 1; run <= 19_000; run++) {
      await plan.run([x], [out])
      if (run === 1_000) before = await held()
      if (run === 10_000 || run === 19_000) {
        const now = await held()
        growth.push(now - before)
        before = now
      }
    }
    expect(Math.min(...growth)).toBeLessThan(64 * 1024)
  })

  it('do not grow while a forward pass is replayed', async () => {
    manualSeed(0)
    const model = new nn.Sequential(
      new nn.Linear({ in_features: 784, out_features: 256 }),
      new nn.ReLU(),
      new nn.Linear({ in_features: 256, out_features: 10 }),
    )
    using plan = compile<Tensor>(model, [[1, 784]])
    const [x, out] = [new Float32Array(784), new Float32Array(10)]
    expect(await usualGrowth(() => plan.run([x], [out]))).toBeLessThan(LEAST_LEAK)
    expect(await usualGrowth(async () => (await plan.run([x])).dispose())).toBeLessThan(LEAST_LEAK)
  })

  it('do not grow while a step of training is replayed', async () => {
    const training = new Training('cnn', 'cpu', adam as never)
    using plan = compile(training.step)
    const batch = training.batch(0)
    const loss = new Float32Array(1)
    expect(await usualGrowth(() => plan.run(batch, [loss]))).toBeLessThan(LEAST_LEAK)
  })
})
