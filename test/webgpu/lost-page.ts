/** The page whose device is lost: it infers and trains, and goes on with what it kept in the host's memory. */
import {
  compile,
  data,
  F,
  manualSeed,
  nn,
  optim,
  setDefaultDevice,
  type Tensor,
  tensor,
  train,
  useWebGPU,
} from '../../runtime/index.ts'

/** What an inference gave before the loss, the code of the error in between, and what it gave afterwards. */
export interface LostInference {
  readonly before: readonly number[]
  readonly code: string
  readonly after: readonly number[]
}

/** Waits for the loss that `lose` brings about, and puts the weights back. */
async function infer(lose: () => Promise<void>): Promise<LostInference> {
  const device = await useWebGPU()
  manualSeed(5)
  const model = await new nn.Linear({ in_features: 4, out_features: 3 }).to('webgpu')
  const plan = compile((x: Tensor) => model.forward(x), [[2, 4]], { device: 'webgpu' })
  const x = Float32Array.from({ length: 8 }, (_, i) => Math.cos(i))
  const run = async (): Promise<number[]> => Array.from(await (await plan.run([x])).data(), Number)
  const before = await run()
  const copy = await nn.hostCopy(model)
  await lose()
  await device.lost
  const code = await run().then(
    () => 'none',
    error => (error as { code: string }).code,
  )
  await useWebGPU()
  copy.restore()
  return { before, code, after: await run() }
}

/** The losses of a run, during whose fifth step the device is lost if `lose` is given. */
async function trained(lose?: () => Promise<void>): Promise<readonly number[]> {
  await useWebGPU()
  setDefaultDevice('cpu')
  const wave = (size: number, by: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(by * i))
  const x = tensor(wave(24 * 4, 0.7), { shape: [24, 4] })
  const dataset = new data.TensorDataset(x, tensor(wave(24, 0.3), { shape: [24, 1] }))
  setDefaultDevice('webgpu')
  manualSeed(2)
  const model = new nn.Linear({ in_features: 4, out_features: 1 })
  let isLost = lose === undefined
  const run = await train.fit({
    model,
    optimizer: new optim.Adam(model.parameters(), { lr: 0.01 }),
    data: new data.DataLoader(dataset, { batchSize: 6, shuffle: true }),
    epochs: 2,
    loss: ([input, target]) => F.mseLoss(model.forward(input!), target!),
    recover: { everySteps: 2 },
    callbacks: [
      {
        onStep: async ({ step }) => {
          if (step !== 5 || isLost) return
          isLost = true
          await lose!()
        },
      },
    ],
  })
  setDefaultDevice('cpu')
  return run.losses
}

declare global {
  /** The test's: ends the GPU's process. */
  var crashGpu: () => Promise<void>
}

export async function run(): Promise<{ adapter: string }> {
  const { adapter } = await useWebGPU()
  const destroy = async (): Promise<void> => (await useWebGPU()).destroy()
  Object.assign(globalThis, {
    inferred: (by: 'destroy' | 'crash') => infer(by === 'crash' ? globalThis.crashGpu : destroy),
    trained: (by: 'destroy' | 'crash' | null) =>
      trained(by === null ? undefined : by === 'crash' ? globalThis.crashGpu : destroy),
  })
  return { adapter }
}
