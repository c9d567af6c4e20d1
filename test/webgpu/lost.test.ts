/** What goes wrong on a device: it is lost, it is full, it refuses a command. Weights that were saved are not lost with it. */
import { afterAll, describe, expect, it } from 'vitest'
import {
  DeviceError,
  data,
  F,
  type Module,
  manualSeed,
  nn,
  optim,
  setDefaultDevice,
  type Tensor,
  tensor,
  train,
  useWebGPU,
} from '../../runtime/index.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { counted } from './counted-gpu.ts'
import { nodeGpu } from './node-gpu.ts'

const scratch = scratchFolder()
const entry = await nodeGpu()
const counting = entry && counted(entry)
const raw = (): GPUDevice => counting!.devices.at(-1)!
const open = () => useWebGPU({ gpu: counting!.gpu })

const STEPS = 12

function samples(): data.TensorDataset<Tensor[]> {
  const wave = (size: number, by: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(by * i))
  const x = tensor(wave(40 * 6, 0.7), { shape: [40, 6], device: 'cpu' })
  return new data.TensorDataset(x, tensor(wave(40 * 2, 0.3), { shape: [40, 2], device: 'cpu' }))
}

async function trained(
  device: 'cpu' | 'webgpu',
  options: { folder?: string; resume?: string; onStep?: (run: train.Run) => void } = {},
): Promise<train.Run> {
  const { folder, resume, onStep } = options
  const dataset = samples()
  setDefaultDevice(device)
  try {
    manualSeed(2)
    const model = new nn.Sequential<Module>(
      new nn.Linear({ in_features: 6, out_features: 8 }),
      new nn.Tanh(),
      new nn.Linear({ in_features: 8, out_features: 2 }),
    )
    return await train.fit({
      model,
      optimizer: new optim.Adam(model.parameters(), { lr: 0.01 }),
      data: new data.DataLoader(dataset, { batchSize: 10, shuffle: true }),
      epochs: 3,
      loss: ([x, y]) => F.mseLoss(model.forward(x!) as Tensor, y!),
      callbacks: onStep === undefined ? [] : [{ onStep }],
      ...(folder === undefined ? {} : { checkpoints: { folder, everySteps: 2 } }),
      ...(resume === undefined ? {} : { resume, onWarning: () => {} }),
    })
  } finally {
    setDefaultDevice('cpu')
  }
}

describe.skipIf(entry === null)('a WebGPU device', { timeout: 300_000 }, () => {
  afterAll(async () => (await open()).destroy())

  it('that is lost in the middle of training says so, and the run goes on from its last checkpoint', async () => {
    await open()
    const folder = scratch.path('lost')
    const interrupted = trained('webgpu', {
      folder,
      onStep: run => {
        if (run.step === 7) raw().destroy()
      },
    })
    await expect(interrupted).rejects.toThrow(
      expect.objectContaining({ code: 'device/lost', hint: expect.stringContaining('useWebGPU') }),
    )
    await open()
    const { losses } = await trained('webgpu', { folder, resume: `${folder}/last.pt` })
    const expected = (await trained('cpu')).losses
    expect(losses).toHaveLength(STEPS)
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss - expected[i]!), `step ${i}`).toBeLessThan(1e-5)
  })

  it('that is lost fails what is being read, and tensors of it can still be disposed of', async () => {
    const device = await open()
    const x = tensor([1, 2, 3], { device: 'webgpu' })
    const y = x.mul(2)
    const reading = y.data()
    raw().destroy()
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: 'device/lost' }))
    await expect(x.data()).rejects.toThrow(expect.objectContaining({ code: 'device/lost' }))
    expect(await device.lost).toBeInstanceOf(DeviceError)
    x.dispose()
    y.dispose()
    const again = await open()
    expect(again).not.toBe(device)
    const z = tensor([1, 2, 3], { device: 'webgpu' })
    expect([...(await z.mul(2).data())]).toEqual([2, 4, 6])
  })

  it('that has no room for a buffer says so once, keeps nothing of it, and goes on', async () => {
    const device = await open()
    const scope = raw().popErrorScope.bind(raw())
    let full = true
    Object.defineProperty(raw(), 'popErrorScope', {
      configurable: true,
      value: async () => {
        const error = await scope()
        return full ? { message: 'no room' } : error
      },
    })
    // Of a size that no test has had.
    const memory = device.alloc(77_777)
    await new Promise(resolve => setTimeout(resolve, 20))
    full = false
    expect(() => device.alloc(8)).toThrow(
      expect.objectContaining({ code: 'device/memory', hint: expect.stringContaining('smaller') }),
    )
    device.free(memory)
    const { buffersMade } = device.stats()
    const other = device.alloc(77_777)
    expect(device.stats().buffersMade).toBe(buffersMade + 1)
    device.write(other, new Uint8Array([1, 2, 3, 4]))
    expect([...(await device.read(other)).subarray(0, 4)]).toEqual([1, 2, 3, 4])
    device.free(other)
  })

  it('that refuses a command fails the next call, once', async () => {
    const device = await open()
    raw().createBuffer({ size: 16, usage: 1 | 2 })
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(() => device.alloc(8)).toThrow(expect.objectContaining({ code: 'device/failed' }))
    device.free(device.alloc(8))
  })
})
