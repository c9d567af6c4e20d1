/** Training on WebGPU: the CPU's steps, state that moves between devices, and replays that make nothing new. */
import { describe, expect, it } from 'vitest'
import {
  Cell,
  compile,
  type DeviceName,
  F,
  type Module,
  optim,
  type Tensor,
  tensor,
  tidy,
} from '../../runtime/index.ts'
import { Training } from '../capture/nets.ts'
import { gpu } from './open-gpu.ts'

const adam = (model: Module): optim.Optimizer => new optim.Adam(model.parameters(), { lr: 0.01 })

async function losses(training: Training, steps: readonly number[]): Promise<number[]> {
  const found: number[] = []
  for (const i of steps) {
    const [x, y] = training.batch(i)
    const loss = tidy(() => training.step(x, y))
    found.push(Number(await loss.item()))
    for (const t of [x, y, loss]) t.dispose()
  }
  return found
}

function expectNear(found: readonly number[], expected: readonly number[]): void {
  for (const [i, loss] of expected.entries())
    expect(Math.abs(found[i]! - loss), `step ${i}`).toBeLessThan(1e-4)
}

describe.skipIf(gpu === null)('training on webgpu', () => {
  it('takes the steps that the cpu takes, with convolutions, batch norm, dropout and Adam', async () => {
    const expected = await losses(new Training('cnn', 'cpu', adam), [0, 1, 2, 3])
    expectNear(await losses(new Training('cnn', 'webgpu', adam), [0, 1, 2, 3]), expected)
  })

  it('goes on from a state of the cpu, and back', async () => {
    const sgd = (m: Module) => new optim.SGD(m.parameters(), { lr: 0.1, momentum: 0.9 })
    const chain = async (...devices: DeviceName[]): Promise<number[]> => {
      const runs = devices.map(device => new Training('mlp', device, sgd))
      const found: number[] = []
      for (const [i, run] of runs.entries()) {
        const before = runs[i - 1]
        if (before !== undefined) {
          const values = new Map(before.model.namedParameters())
          for (const [key, cell] of run.model.namedParameters())
            cell.value = await values.get(key)!.value.toDevice(devices[i]!)
          await run.optimizer.loadStateDict(before.optimizer.stateDict())
        }
        found.push(...(await losses(run, [2 * i, 2 * i + 1])))
      }
      return found
    }
    expectNear(await chain('cpu', 'webgpu', 'cpu'), await chain('cpu', 'cpu', 'cpu'))
  })

  it('replays a captured step without new buffers, pipelines or growing memory', async () => {
    const expected = await losses(new Training('mlp', 'cpu', adam), [0, 1, 2, 3, 4, 5, 6, 7])
    const training = new Training('mlp', 'webgpu', adam)
    const plan = compile(training.step)
    const found: number[] = []
    let settled = gpu!.stats()
    for (let i = 0; i < 8; i++) {
      const [x, y] = training.batch(i)
      const loss = await plan.run([x, y])
      found.push(Number(await loss.item()))
      for (const t of [x, y, loss]) t.dispose()
      if (i === 3) settled = gpu!.stats()
    }
    expectNear(found, expected)
    const { buffersMade, pipelinesMade, liveBytes } = gpu!.stats()
    expect({ buffersMade, pipelinesMade }).toEqual({
      buffersMade: settled.buffersMade,
      pipelinesMade: settled.pipelinesMade,
    })
    // Less where what other tests left behind was collected meanwhile.
    expect(liveBytes).toBeLessThanOrEqual(settled.liveBytes)
  })

  it('reads nothing while nobody asks, and a label out of range stops it until it is said', async () => {
    const expected = await losses(new Training('cnn', 'cpu', adam), [0, 1, 2])
    const training = new Training('cnn', 'webgpu', adam)
    using plan = compile(training.step)
    const run = async (i: number, by = 0n): Promise<Tensor> => {
      const [x, y] = training.batch(i)
      return plan.run([x, y.add(by)])
    }
    await run(0)
    await run(1)
    const weights = async () => {
      const found = training.model.stateDict().values()
      return Promise.all([...found].map(async value => [...(await value.data())]))
    }
    const before = await weights()
    const { bytesRead } = gpu!.stats()
    const runs = [await run(2, 4n), await run(3), await run(4)]
    expect(gpu!.stats().bytesRead).toBe(bytesRead)
    await expect(runs[1]!.item()).rejects.toMatchObject({
      code: 'shape/range',
      message: 'Target 7 is out of bounds.',
    })
    expect(await weights()).toEqual(before)
    for (const loss of runs) await expect(loss.item()).rejects.toThrow('Target 7')
    // Dropout draws anew, so that the loss is another; but it is one of a net that has made two steps.
    expect(Number(await (await run(2)).item())).toBeLessThan(2 * expected[2]!)
    expect(await weights()).not.toEqual(before)
  })

  it('prepares what follows from weights alone once, and again after a captured step', async () => {
    const ramp = (shape: number[], from: number): Tensor => {
      const elements = Float32Array.from({ length: shape[0]! * shape[1]! }, (_, i) =>
        Math.sin(from + 0.7 * i),
      )
      return tensor(elements, { shape, device: 'webgpu' })
    }
    const [x, weight] = [ramp([5, 24], 1), new Cell(ramp([24, 36], 2))]
    const product = (input: Tensor) => {
      const w = weight.value
      return F.matmul(input, w.div(w.square().sum().sqrt()))
    }
    using inference = compile(product, [x])
    using step = compile(() => {
      weight.value = weight.value.mul(0.5).add(0.1)
    })
    const elements = async (result: Tensor) => [...(await result.data())]
    const infer = async () => {
      const { dispatches } = gpu!.stats()
      const found = await elements(await inference.run([x]))
      return { found, dispatches: gpu!.stats().dispatches - dispatches }
    }
    let last = await infer()
    expect(last.dispatches).toBeGreaterThan(1)
    const first = last.dispatches
    for (let i = 0; i < 3; i++) {
      expect(await infer()).toEqual({ found: last.found, dispatches: 1 })
      await step.run([])
      const now = await infer()
      expect(now.dispatches).toBe(first)
      expect(now.found).not.toEqual(last.found)
      for (const [k, e] of (await elements(product(x))).entries())
        expect(now.found[k]).toBeCloseTo(Number(e), 5)
      last = now
    }
  })
})
