/** Thousands of replays of captured plans: after the first one nothing is made, and neither the GPU's memory nor the heap grows. */
import { afterAll, describe, expect, it } from 'vitest'
import {
  backward,
  compile,
  F,
  type Module,
  manualSeed,
  nn,
  noGrad,
  optim,
  setDefaultDevice,
  type Tensor,
  tensor,
  useWebGPU,
} from '../../runtime/index.ts'
import { Training } from '../capture/nets.ts'
import { collected, heapUsed } from '../support/heap.ts'
import { counted } from './counted-gpu.ts'
import { nodeGpu } from './node-gpu.ts'
import { everything } from './sample.ts'

const entry = await nodeGpu()
const counting = entry && counted(entry)
const gpu = counting && (await useWebGPU({ gpu: counting.gpu }))

afterAll(() => gpu?.destroy())

/** Ten thousand, or a sample that keeps the suite short. */
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
  // Where the collector gave other buffers back to the pool, groups are made of these.
  expect(createBindGroup - made.createBindGroup).toBeLessThan(100)
  expect(others).toEqual({ ...made, createBindGroup: undefined })
  expect(after.liveBytes).toBeLessThanOrEqual(before.liveBytes)
  expect(after.programsRun - before.programsRun).toBe(REPLAYS)
  expect(grown).toBeLessThan(HEAP_SLACK)
}

describe.skipIf(gpu === null)(`${REPLAYS} replays on webgpu`, { timeout: 600_000 }, () => {
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

/** Something to train and to run: fresh arrays for each call, of inputs and then of labels. */
interface Net {
  forward(x: Tensor): Tensor
  readonly model: Module
  readonly shape: readonly number[]
  arrays(i: number): [Float32Array | BigInt64Array, BigInt64Array]
}

function small(name: 'mlp' | 'cnn'): Net {
  const { model, batch } = smallTraining(name)
  const [x] = batch
  return {
    model,
    forward: input => model.forward(input),
    shape: x.shape,
    arrays: i => [
      Float32Array.from({ length: x.size }, (_, k) => Math.sin(0.37 * k + i)),
      BigInt64Array.from({ length: x.shape[0]! }, (_, k) => BigInt((3 * k + i) % 4)),
    ],
  }
}

function smallTraining(name: 'mlp' | 'cnn'): { model: nn.Sequential; batch: [Tensor, Tensor] } {
  const training = new Training(name, 'webgpu', m => new optim.SGD(m.parameters(), { lr: 0.1 }))
  return { model: training.model, batch: training.batch(0) }
}

function attention(): Net {
  manualSeed(3)
  const wte = new nn.Embedding({ num_embeddings: 20, embedding_dim: 16 })
  const norm = new nn.LayerNorm({ normalized_shape: 16 })
  const head = new nn.Linear({ in_features: 16, out_features: 20 })
  const ids = (from: number) => BigInt64Array.from({ length: 12 }, (_, k) => BigInt((from + 5 * k) % 20))
  return {
    model: new nn.ModuleList([wte, norm, head]),
    shape: [2, 6],
    forward: x => {
      const h = norm.forward(wte.forward(x))
      return head.forward(F.scaledDotProductAttention(h, h, h).add(h)).reshape([12, 20])
    },
    arrays: i => [ids(i), ids(i + 1)],
  }
}

describe.skipIf(gpu === null)('replays 3 to 50 on webgpu', { timeout: 120_000 }, () => {
  const nets = { mlp: () => small('mlp'), cnn: () => small('cnn'), attention }

  /** What is made from the third replay on, which is given another batch each time. */
  async function madeLate(replay: (i: number) => Promise<void>): Promise<Record<string, number>> {
    await replay(0)
    // What is freed meanwhile would be found by the pool.
    await collected()
    for (let i = 1; i < 3; i++) await replay(i)
    const before = { ...counting!.made }
    for (let i = 3; i < 50; i++) await replay(i)
    const made = Object.entries(counting!.made).map(([name, n]) => [
      name,
      n - before[name as keyof typeof before],
    ])
    return Object.fromEntries(made.filter(([, n]) => n !== 0))
  }

  for (const [name, make] of Object.entries(nets)) {
    for (const given of ['arrays', 'tensors'] as const) {
      it(`make no bind group, buffer or pipeline, training and running ${name}, given ${given}`, async () => {
        setDefaultDevice('webgpu')
        const net = make()
        setDefaultDevice('cpu')
        const optimizer = new optim.Adam(net.model.parameters(), { lr: 1e-3 })
        const dtype = name === 'attention' ? 'int64' : 'float32'
        const x = { shape: net.shape, dtype } as const
        const y = { shape: [net.arrays(0)[1].length], dtype: 'int64' } as const
        using training = compile(
          (input: Tensor, labels: Tensor) => {
            optimizer.zeroGrad()
            const loss = F.crossEntropy(net.forward(input), labels)
            backward(loss)
            optimizer.step()
            return loss
          },
          [x, y],
          { device: 'webgpu' },
        )
        using inference = compile((input: Tensor) => noGrad(() => net.forward(input)), [x], {
          device: 'webgpu',
        })
        const run = async (plan: typeof training, arrays: readonly (Float32Array | BigInt64Array)[]) => {
          const shapes = [net.shape, y.shape]
          const inputs =
            given === 'arrays'
              ? arrays
              : arrays.map((a, i) => tensor(a, { shape: shapes[i]!, device: 'webgpu' }))
          const result = await plan.run(inputs)
          await result.data()
          for (const t of [...inputs, result]) if ('dispose' in t) t.dispose()
        }
        expect(await madeLate(i => run(training, net.arrays(i)))).toEqual({})
        expect(await madeLate(i => run(inference, net.arrays(i).slice(0, 1)))).toEqual({})
      })
    }
  }
})
