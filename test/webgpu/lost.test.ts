/** What goes wrong on a device: it is lost, it is full, it refuses a command. Weights that were saved are not lost with it. */
import { afterAll, describe, expect, it } from 'vitest'
import { openPath } from '../../runtime/checkpoint/index.ts'
import {
  Cell,
  compile,
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
  type WebGpuDevice,
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
  options: {
    folder?: string
    resume?: string
    recover?: train.RecoverOptions
    onModel?: (model: Module) => void
    onStep?: (run: train.Run) => void | Promise<void>
  } = {},
): Promise<train.Run> {
  const { folder, resume, recover, onStep } = options
  const dataset = samples()
  setDefaultDevice(device)
  try {
    manualSeed(2)
    const model = new nn.Sequential<Module>(
      new nn.Linear({ in_features: 6, out_features: 8 }),
      new nn.Tanh(),
      new nn.Linear({ in_features: 8, out_features: 2 }),
    )
    options.onModel?.(model)
    return await train.fit({
      model,
      optimizer: new optim.Adam(model.parameters(), { lr: 0.01 }),
      data: new data.DataLoader(dataset, { batchSize: 10, shuffle: true }),
      epochs: 3,
      loss: ([x, y]) => F.mseLoss(model.forward(x!) as Tensor, y!),
      callbacks: onStep === undefined ? [] : [{ onStep }],
      ...(recover === undefined ? {} : { recover }),
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

  it('that is lost twice in training is opened again, and the run comes to the bits of one that was not', async () => {
    await open()
    const { losses: expected } = await trained('webgpu')
    const lost: number[] = []
    const at = new Set([7, 10])
    const { losses } = await trained('webgpu', {
      recover: {
        everySteps: 2,
        onLost: (error, steps) => lost.push(error.code === 'device/lost' ? steps : -1),
      },
      onStep: run => {
        if (at.delete(run.step)) raw().destroy()
      },
    })
    expect(losses).toEqual(expected)
    expect(lost).toHaveLength(2)
    for (const steps of lost) expect(steps).toBeGreaterThan(0)
  })

  it('that cannot be opened again leaves the run on the cpu, as it was kept last', async () => {
    const device = await open()
    const kept: number[] = []
    const models: Module[] = []
    const run = trained('webgpu', {
      recover: { reopen: () => Promise.reject(new Error('no adapter any more')) },
      onModel: model => models.push(model),
      onStep: ({ step }) => {
        kept.push(step)
        if (step === 6) raw().destroy()
      },
    })
    await expect(run).rejects.toThrow('no adapter any more')
    expect(kept).toEqual([1, 2, 3, 4, 5, 6])
    await device.lost
    const [found] = models
    const cpu = new Map<string, number[]>()
    await trained('cpu', {
      onModel: model => models.push(model),
      onStep: async ({ step }) => {
        if (step !== 4) return
        for (const [key, cell] of models[1]!.namedParameters())
          cpu.set(key, Array.from(await cell.value.data(), Number))
      },
    })
    for (const [key, cell] of found!.namedParameters()) {
      expect(cell.value.device.name).toBe('cpu')
      const values = Array.from(await cell.value.data(), Number)
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(cpu.get(key)![i]!, 5)
    }
  })

  it('that is lost takes no weights along of which there is a copy, and compiled functions go on', async () => {
    const first = await open()
    const model = new nn.Sequential<Module>(
      new nn.Linear({ in_features: 4, out_features: 3 }),
      new nn.BatchNorm1d({ num_features: 3 }),
    )
    model.registerBuffer('mask', new Cell(tensor([1, 0, 2])), { persistent: false })
    const { weight } = model.ownChildren.get('0') as nn.Linear
    await model.to('webgpu')
    model.eval()
    const forward = (x: Tensor) => {
      const y = model.forward(x) as Tensor
      return y.mul(model.ownBuffers.get('mask')!.cell.value)
    }
    using plan = compile(forward, [[2, 4]], { device: 'webgpu' })
    const x = Float32Array.from({ length: 8 }, (_, i) => Math.sin(i))
    const run = async () => [...(await ((await plan.run([x])) as Tensor).data())]
    const expected = await run()
    const copy = await nn.hostCopy(model)
    expect(copy.bytes).toBe(4 * (12 + 3 + 4 * 3 + 3) + 8)
    raw().destroy()
    const lost = expect.objectContaining({ code: 'device/lost', hint: expect.stringContaining('hostCopy') })
    await first.lost
    await expect(run()).rejects.toThrow(lost)
    // There is no device yet to put it on.
    expect(() => copy.restore()).toThrow(lost)
    await open()
    await expect(run()).rejects.toThrow(lost)
    copy.restore()
    expect(weight.value.device).not.toBe(first)
    expect(await run()).toEqual(expected)
    // Once more, by way of the cpu.
    raw().destroy()
    await (weight.value.device as WebGpuDevice).lost
    await open()
    copy.restore('cpu')
    expect([...(await forward(tensor(x, { shape: [2, 4] })).data())]).toHaveLength(6)
    copy.restore('webgpu')
    expect(await run()).toEqual(expected)
  })

  it('that is lost leaves a model that a checkpoint can be loaded into', async () => {
    const device = await open()
    const model = await new nn.Linear({ in_features: 4, out_features: 3 }).to('webgpu')
    const file = scratch.path('linear.safetensors')
    await nn.saveCheckpoint(model, file)
    const expected = [...(await model.weight.value.data())]
    raw().destroy()
    await device.lost
    const again = await open()
    const checkpoint = await openPath(file)
    await nn.loadCheckpoint(model, checkpoint)
    await checkpoint.close()
    expect(model.weight.value.device).toBe(again)
    expect([...(await model.weight.value.data())]).toEqual(expected)
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
