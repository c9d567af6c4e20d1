/** Training a convolutional network on real images on WebGPU: PyTorch's curve, and runs that change the device. */
import { describe, expect, it, vi } from 'vitest'
import { DigitsCNN } from '../../generated/tutorial/digits-cnn.ts'
import { Cell, data, F, manualSeed, optim, setDefaultDevice, train } from '../../runtime/index.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { digits, STEPS_PER_EPOCH, torch } from '../train/digits-run.ts'
import { gpu } from './open-gpu.ts'
import { everything } from './sample.ts'

const scratch = scratchFolder()

/** Of PyTorch's 12. */
const EPOCHS = everything ? 12 : 1
const STEPS = everything ? EPOCHS * STEPS_PER_EPOCH : 8

/** The training of test/oracle/train/digits_curve.py on a device, for some steps. */
async function fitDigits(
  device: 'cpu' | 'webgpu',
  maxSteps: number,
  folder: string,
  resume?: string,
): Promise<{ run: train.Run; optimizer: optim.SGD }> {
  // Data stays in the host's memory; batches are moved.
  const [images, held] = [await digits('train.safetensors'), await digits('heldout.safetensors')]
  setDefaultDevice(device)
  try {
    manualSeed(0)
    const model = new DigitsCNN()
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9, weight_decay: 5e-4 })
    const loader = new data.DataLoader(held, { batchSize: 64 })
    const run = await train.fit({
      model,
      optimizer,
      data: new data.DataLoader(images, { batchSize: 64, shuffle: true }),
      epochs: EPOCHS,
      maxSteps,
      scheduler: new optim.lrScheduler.CosineAnnealingLR(optimizer, { T_max: 12 }),
      loss: ([image, label]) => F.crossEntropy(model.forward(image!), label!),
      checkpoints: { folder },
      ...(resume === undefined ? {} : { resume, onWarning: () => {} }),
      evaluate: () =>
        train.evaluate({
          model,
          data: loader,
          predict: ([image, label]) => ({ output: model.forward(image!), target: label! }),
          metrics: { accuracy: new train.Accuracy() },
        }),
    })
    return { run, optimizer }
  } finally {
    setDefaultDevice('cpu')
  }
}

/** Sums in other orders: what losses differ by grows from step to step. */
const near = (step: number): number => (step < 2 * STEPS_PER_EPOCH ? 1e-3 : 3e-2)

describe.skipIf(gpu === null)('the digits on webgpu', { timeout: 1_800_000 }, () => {
  it("have PyTorch's losses and its accuracy; nothing is read but what is asked for", async () => {
    const read = vi.spyOn(gpu!, 'readAll')
    const { run, optimizer } = await fitDigits('webgpu', STEPS, scratch.path('whole'))
    // The loss of every step, with whether its labels were classes. The rest is the evaluation's and the checkpoints'.
    const small = read.mock.calls.filter(([memories]) => memories.every(m => m.bytes <= 8))
    expect(small.length).toBeLessThanOrEqual(STEPS + 12 * EPOCHS)
    read.mockRestore()
    const state = [...optimizer.state.values()].flatMap(parts => [...parts.values()])
    const onDevice = state.filter(part => part instanceof Cell)
    expect(onDevice.length).toBe(optimizer.paramGroups[0]!.params.length)
    for (const part of onDevice) expect(part.held.device).toBe(gpu)
    expect(run.losses).toHaveLength(STEPS)
    for (const [step, loss] of run.losses.entries())
      expect(Math.abs(loss - torch.losses[step]!), `step ${step + 1}`).toBeLessThan(near(step))
    const last = run.history.at(-1)?.metrics.accuracy
    if (last !== undefined) expect(last).toBeGreaterThanOrEqual(torch.accuracy[EPOCHS - 1]! - 0.01)
  })

  it('go on on the cpu from a checkpoint, and back', async () => {
    const third = Math.floor(STEPS / 3)
    const [a, b, c] = ['first', 'second', 'last'].map(name => scratch.path(name)) as [string, string, string]
    await fitDigits('webgpu', third, a)
    await fitDigits('cpu', 2 * third, b, `${a}/last.pt`)
    const { run, optimizer } = await fitDigits('webgpu', STEPS, c, `${b}/last.pt`)
    expect(run.losses).toHaveLength(STEPS)
    for (const [step, loss] of run.losses.entries())
      expect(Math.abs(loss - torch.losses[step]!), `step ${step + 1}`).toBeLessThan(near(step))
    for (const parts of optimizer.state.values())
      for (const part of parts.values()) if (part instanceof Cell) expect(part.held.device).toBe(gpu)
  })
})
