/** Averaged models, their statistics, and clipped gradients against PyTorch's (test/oracle/optim/averages.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import { Cell, type DType, type Module, nn, optim, type Tensor, tensor, tidy } from '../../runtime/index.ts'
import { wave } from './training.ts'

type State = readonly (readonly [key: string, dtype: DType, values: readonly number[]])[]

const torch: {
  averages: readonly { name: keyof typeof AVERAGES; dtype: DType; state: State }[]
  statistics: { state: State; training: boolean; momentum: number }
  clips: readonly { norm_type: string; max_norm: number; total: number; grads: readonly number[][] }[]
} = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../fixtures/optim/averages.json'), 'utf8'))

const { AveragedModel, getEmaAvgFn, getEmaMultiAvgFn, getSwaMultiAvgFn, updateBn } = optim.swaUtils

const AVERAGES = {
  swa: {},
  swa_multi: { avg_fn: getSwaMultiAvgFn() },
  ema: { avg_fn: getEmaAvgFn(0.9) },
  ema_multi: { avg_fn: getEmaMultiAvgFn(0.9) },
  ema_buffers: { avg_fn: getEmaMultiAvgFn(0.3), use_buffers: true },
} satisfies Record<string, optim.swaUtils.AveragedModelOptions>

type Net = Module & { forward(x: Tensor): Tensor }

async function net(dtype: DType): Promise<Net> {
  const layers = [
    new nn.Linear({ in_features: 3, out_features: 4 }),
    new nn.BatchNorm1d({ num_features: 4 }),
    new nn.Linear({ in_features: 4, out_features: 2 }),
  ]
  return await new nn.Sequential(...layers).to(dtype)
}

function fill(model: Module, at: number): void {
  for (const [i, cell] of [...model.parameters(), ...model.buffers()].entries()) {
    const { shape, dtype } = cell.value
    cell.value = dtype === 'int64' ? tensor(BigInt(3 * at + 1)) : wave(shape, 10 * at + i, dtype)
  }
}

async function expectState(model: Module, want: State, tolerance: number): Promise<void> {
  const state = model.stateDict()
  expect([...state].map(([key, x]) => [key, x.dtype])).toEqual(want.map(([key, dtype]) => [key, dtype]))
  for (const [key, , values] of want) {
    const got = Array.from(await state.get(key)!.data(), Number)
    expect(got.length).toBe(values.length)
    for (const [i, v] of values.entries()) expect(Math.abs(got[i]! - v), key).toBeLessThanOrEqual(tolerance)
  }
}

describe('averaged models', () => {
  it.each(torch.averages)(
    "$name in $dtype has PyTorch's averages and keys",
    async ({ name, dtype, state }) => {
      const model = await net(dtype)
      fill(model, 0)
      const spare = await net(dtype)
      const averaged = new AveragedModel(model, () => spare, AVERAGES[name])
      for (let at = 1; at <= 5; at++) {
        fill(model, at)
        averaged.updateParameters(model)
      }
      await expectState(averaged, state, dtype === 'float64' ? 1e-14 : 1e-6)
    },
  )

  it('keep no memory from one update to the next', async () => {
    const [model, spare] = [await net('float32'), await net('float32')]
    const averaged = new AveragedModel(model, () => spare)
    const update = async (): Promise<void> => {
      averaged.updateParameters(model)
      await Promise.all(averaged.parameters().map(c => c.value.realise()))
    }
    for (let i = 0; i < 3; i++) await update()
    const before = getDevice('cpu').stats().liveBuffers
    for (let i = 0; i < 10; i++) await update()
    expect(getDevice('cpu').stats().liveBuffers).toBe(before)
  })

  it('go on from their state dict, and compute with the averages', async () => {
    const [model, a, b] = [await net('float64'), await net('float64'), await net('float64')]
    fill(model, 1)
    const first = new AveragedModel(model, () => a)
    first.updateParameters(model)
    const second = new AveragedModel(model, () => b)
    second.loadStateDict(first.stateDict())
    fill(model, 2)
    first.updateParameters(model)
    second.updateParameters(model)
    const x = wave([5, 3], 1, 'float64')
    await Promise.all([...first.parameters(), ...second.parameters()].map(c => c.value.realise()))
    expect(await second.forward(x).toArray()).toEqual(await first.forward(x).toArray())
    expect(await second.n_averaged.value.item()).toBe(2n)
  })

  it('are refused for a model of other shapes, and for decays outside [0, 1]', async () => {
    const other = new nn.Linear({ in_features: 1, out_features: 1 })
    const model = await net('float32')
    expect(() => new AveragedModel<Module>(model, () => other)).toThrow(
      'parameters are not those of the model',
    )
    expect(() => getEmaAvgFn(1.5)).toThrow('Invalid decay value 1.5')
  })
})

describe('updateBn', () => {
  it("gives PyTorch's statistics over a loader, and leaves mode and momentum as they were", async () => {
    const model = await net('float64')
    fill(model, 2)
    model.eval()
    await updateBn(
      [4, 7, 3].map(n => [wave([n, 3], n, 'float64')] as const),
      model,
    )
    await expectState(model, torch.statistics.state, 1e-14)
    expect(model.training).toBe(torch.statistics.training)
    expect(`${model}`).toContain(`momentum=${torch.statistics.momentum}`)
  })
})

describe('clipped gradients', () => {
  const make = (): Cell[] => {
    const shapes = [[2, 3], [4], [1]]
    const cells = shapes.map(s => new Cell(wave(s, 0, 'float64'), { requiresGrad: true }))
    for (const [i, cell] of cells.slice(0, 2).entries()) cell.grad = wave(shapes[i]!, i, 'float64')
    return cells
  }

  it.each(torch.clips)("by the norm of order $norm_type to $max_norm are PyTorch's", async test => {
    const cells = make()
    const norm_type = test.norm_type === 'inf' ? Infinity : Number(test.norm_type)
    const total = nn.utils.clipGradNorm_(cells, test.max_norm, { norm_type })
    expect(Number(await total.item())).toBeCloseTo(test.total, 12)
    for (const [i, grad] of test.grads.entries()) {
      const got = Array.from(await cells[i]!.grad!.data(), Number)
      for (const [j, v] of grad.entries()) expect(got[j]!).toBeCloseTo(v, 12)
    }
    expect(cells[2]!.grad).toBe(null)
  })

  it('by value lie within its bounds', async () => {
    const cells = make()
    const before = Array.from(await cells[0]!.grad!.data(), Number)
    nn.utils.clipGradValue_(cells, 0.25)
    const wanted = before.map(v => Math.min(0.25, Math.max(-0.25, v)))
    expect(Array.from(await cells[0]!.grad!.data(), Number)).toEqual(wanted)
  })

  it('are an error where the norm is not finite, if that is asked for', async () => {
    const cell = new Cell(tensor([1]), { requiresGrad: true })
    cell.grad = tensor([Number.NaN])
    expect(() => nn.utils.clipGradNorm_(cell, 1, { error_if_nonfinite: true })).toThrow('is non-finite')
    expect(await nn.utils.clipGradNorm_(cell, 1).item()).toBeNaN()
    expect(await nn.utils.clipGradNorm_([], 1).item()).toBe(0)
  })

  it('hold no memory of those before', async () => {
    const cells = make()
    const device = getDevice('cpu')
    const before = device.stats().liveBuffers
    tidy(() => void nn.utils.clipGradNorm_(cells, 0.5))
    await Promise.all(cells.slice(0, 2).map(c => c.grad!.realise()))
    expect(device.stats().liveBuffers).toBe(before)
  })
})
