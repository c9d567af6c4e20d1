/** Thousands of replays of captured plans: after the first one nothing is made, and neither the GPU's memory nor the heap grows. */
import { afterAll, describe, expect, it } from 'vitest'
import {
  compile,
  type Module,
  nn,
  noGrad,
  optim,
  type Tensor,
  tensor,
  useWebGPU,
} from '../../runtime/index.ts'
import { Training } from '../capture/nets.ts'
import { heapUsed } from '../support/heap.ts'
import { counted } from './counted-gpu.ts'
import { nodeGpu } from './node-gpu.ts'
import { everything } from './sample.ts'

const entry = await nodeGpu()
const counting = entry && counted(entry)
const gpu = counting && (await useWebGPU({ gpu: counting.gpu }))

/** The measure; a sample of it keeps the suite short. */
const REPLAYS = everything ? 10_000 : 500
/** What V8 may keep of its own: code it has optimised meanwhile, caches. */
const HEAP_SLACK = 512 * 2 ** 10

/** Runs once, then as often as it takes, and expects that nothing was made meanwhile. */
async function expectFlat(replay: (i: number) => Promise<void>): Promise<void> {
  await replay(0)
  const made = { ...counting!.made }
  // V8 compiles what runs often.
  for (let i = 1; i < REPLAYS / 10; i++) await replay(i)
  const [before, heap] = [gpu!.stats(), await heapUsed()]
  for (let i = 0; i < REPLAYS; i++) await replay(i)
  const [after, grown] = [gpu!.stats(), (await heapUsed()) - heap]
  const { createBindGroup, ...others } = counting!.made
  // Groups are made for each batch, and where the collector gave other buffers back to the pool.
  expect(createBindGroup - made.createBindGroup).toBeLessThan(200)
  expect(others).toEqual({ ...made, createBindGroup: undefined })
  expect(after.liveBytes).toBeLessThanOrEqual(before.liveBytes)
  expect(after.programsRun - before.programsRun).toBe(REPLAYS)
  expect(grown).toBeLessThan(HEAP_SLACK)
}

describe.skipIf(gpu === null)(`${REPLAYS} replays on webgpu`, { timeout: 600_000 }, () => {
  afterAll(() => gpu?.destroy())

  it('of an inference make nothing after the first one', async () => {
    const model = await new nn.Sequential(
      new nn.Linear({ in_features: 16, out_features: 32 }),
      new nn.ReLU(),
      new nn.Linear({ in_features: 32, out_features: 4 }),
    ).to('webgpu')
    const x = tensor(
      Float32Array.from({ length: 64 }, (_, i) => Math.sin(i)),
      { shape: [4, 16], device: 'webgpu' },
    )
    using plan = compile((input: Tensor) => noGrad(() => model.forward(input)), [x])
    const { bytesRead } = gpu!.stats()
    await expectFlat(async () => {
      ;(await plan.run([x])).dispose()
    })
    expect(gpu!.stats().bytesRead).toBe(bytesRead)
    const expected = await model.forward(x).data()
    expect([...(await (await plan.run([x])).data())]).toEqual([...expected])
  })

  it('of a training step make nothing after the first one', async () => {
    const adam = (m: Module) => new optim.Adam(m.parameters(), { lr: 1e-3 })
    const training = new Training('mlp', 'webgpu', adam)
    using plan = compile(training.step)
    const batches = [0, 1, 2].map(i => training.batch(i))
    const first = await (await plan.run(batches[0]!)).item()
    await expectFlat(async i => {
      ;(await plan.run(batches[i % batches.length]!)).dispose()
    })
    expect(Number(await (await plan.run(batches[0]!)).item())).toBeLessThan(Number(first))
  })
})
