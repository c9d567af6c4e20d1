/** What follows from weights alone is computed once, not in each run of a plan, and again when the weights change. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { MobileNetV2 } from '../../generated/torchvision/mobilenet_v2.ts'
import { ResNet } from '../../generated/torchvision/resnet.ts'
import { CpuDevice } from '../../runtime/devices/cpu.ts'
import type { Program } from '../../runtime/devices/device.ts'
import {
  backward,
  Cell,
  compile,
  F,
  getDevice,
  getThreads,
  type Module,
  manualSeed,
  nn,
  noGrad,
  optim,
  setDefaultDevice,
  setThreads,
  type Tensor,
  tensor,
} from '../../runtime/index.ts'
import { DEVICES } from '../support/device-check.ts'

const ramp = (shape: number[], device: 'cpu' | 'reference' = 'cpu', from = 0): Tensor => {
  const length = shape.reduce((a, b) => a * b, 1)
  return tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(from + 0.7 * i)),
    { shape, device },
  )
}

describe('kernels of a second run', () => {
  const threads = getThreads()
  afterEach(() => {
    vi.restoreAllMocks()
    setThreads(threads)
  })

  /** The names of the kernels that the CPU calls while `run` is called. */
  function kernelsCalled(prepare: () => void, run: () => void): string[] {
    setThreads(1)
    let program: Program | null = null
    const compileProgram = CpuDevice.prototype.compileSync
    vi.spyOn(CpuDevice.prototype, 'compileSync').mockImplementation(function (this: CpuDevice, given) {
      program = given
      return compileProgram.call(this, given)
    })
    const called: string[] = []
    const { Instance } = WebAssembly
    class Counting {
      readonly exports: WebAssembly.Exports
      constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
        const { kernels } = program!
        const counted = Object.entries(new Instance(module, imports).exports).map(([name, fn]) => {
          const call = (...args: number[]) => {
            // A large kernel is called for one part of its grid after the other.
            if (args.at(-2) === 0) called.push(kernels[Number(name.slice(1))]!.name)
            return (fn as (...args: number[]) => void)(...args)
          }
          return [name, call]
        })
        this.exports = Object.fromEntries(counted)
      }
    }
    vi.spyOn(WebAssembly, 'Instance').mockImplementation(Counting as never)
    prepare()
    called.length = 0
    run()
    return called
  }

  /** What is computed, where the kernels of one convolution count as one. */
  function computed(model: Module & { forward(x: Tensor): Tensor }): string[] {
    model.eval()
    const x = ramp([1, 3, 32, 32])
    const plan = compile((input: Tensor) => noGrad(() => model.forward(input)), [x])
    const run = () => plan.runSync([x]).dispose()
    const called = kernelsCalled(run, run)
    plan.dispose()
    expect(called.filter(name => name.endsWith('.pack'))).toEqual([])
    return called.filter(name => !/\.(pad|transform|products)$/.test(name))
  }

  const folds = (names: string[]) => names.map(name => name.split('_')[0])

  it('of ResNet-18 are its convolutions, pools and its linear layer', () => {
    const found = computed(ResNet.preset('resnet18'))
    expect(found.length).toBeLessThanOrEqual(23)
    expect(folds(found).filter(name => name === 'conv')).toHaveLength(20)
  })

  it('of MobileNetV2 are its convolutions, its pool and its linear layer', () => {
    const found = computed(new MobileNetV2())
    expect(found.length).toBeLessThanOrEqual(55)
    expect(folds(found).filter(name => name === 'conv')).toHaveLength(52)
  })
})

for (const device of DEVICES) {
  const list = async (x: Tensor) => [...(await x.data())]

  /** Convolution, norm, activation: a norm whose scale is prepared, in its eval mode. */
  const net = () => {
    manualSeed(3)
    setDefaultDevice(device)
    const conv = new nn.Conv2d({ in_channels: 2, out_channels: 16, kernel_size: 3 })
    const norm = new nn.BatchNorm2d({ num_features: 16 })
    setDefaultDevice('cpu')
    const model = new nn.Sequential(conv, norm, new nn.ReLU())
    model.eval()
    return { model, norm }
  }

  describe(`on ${device}, a plan of a net that is not in training`, () => {
    const x = ramp([2, 2, 10, 10], device as 'cpu')

    it('sees what a captured step trained in place', async () => {
      const { model } = net()
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.5, momentum: 0.9 })
      using inference = compile((input: Tensor) => noGrad(() => model.forward(input) as Tensor), [x])
      using training = compile(
        (input: Tensor) => {
          model.train()
          optimizer.zeroGrad()
          const loss = F.mean((model.forward(input) as Tensor).sub(0.3).square())
          backward(loss)
          optimizer.step()
          model.eval()
          return loss
        },
        [x],
      )
      let last = await list(await inference.run([x]))
      for (let i = 0; i < 4; i++) {
        await training.run([x])
        const now = await list(await inference.run([x]))
        expect(now).not.toEqual(last)
        expect(now).toEqual(await list(noGrad(() => model.forward(x) as Tensor)))
        last = await list(await inference.run([x]))
        expect(last).toEqual(now)
      }
    })

    it('sees a running variance that was replaced, and one that was put back', async () => {
      const { model, norm } = net()
      using plan = compile((input: Tensor) => noGrad(() => model.forward(input) as Tensor), [x])
      const first = await list(await plan.run([x]))
      const cell = [...model.namedBuffers()].find(([key]) => key.endsWith('running_var'))![1]
      const before = cell.value.add(0)
      await before.data()
      cell.value = tensor(new Float32Array(16).fill(4), { device })
      const second = await list(await plan.run([x]))
      expect(second).not.toEqual(first)
      expect(second).toEqual(await list(noGrad(() => model.forward(x) as Tensor)))
      expect(norm.training).toBe(false)
      cell.value = before
      expect(await list(await plan.run([x]))).toEqual(first)
    })

    it('sees a state_dict that was loaded', async () => {
      const { model } = net()
      using plan = compile((input: Tensor) => noGrad(() => model.forward(input) as Tensor), [x])
      const first = await list(await plan.run([x]))
      const doubled = Object.fromEntries(
        [...model.stateDict()].map(([key, value]) => [key, value.dtype === 'float32' ? value.mul(2) : value]),
      )
      model.loadStateDict(doubled)
      const second = await list(await plan.run([x]))
      expect(second).not.toEqual(first)
      expect(second).toEqual(await list(noGrad(() => model.forward(x) as Tensor)))
    })
  })

  describe(`on ${device}, what a plan prepares`, () => {
    it('may be prepared from what it prepared, and follows each of the weights', async () => {
      const [v, g] = [new Cell(ramp([24, 36], device as 'cpu')), new Cell(ramp([1], device as 'cpu', 1))]
      const x = ramp([40, 24], device as 'cpu', 2)
      const weights = () => v.value.div(v.value.square().sum().sqrt()).mul(g.value)
      const compute = (input: Tensor) => F.matmul(input, weights())
      using plan = compile(compute, [x])
      const check = async () => {
        const found = await list(await plan.run([x]))
        expect(await list(await plan.run([x]))).toEqual(found)
        for (const [i, e] of (await list(compute(x))).entries()) expect(found[i]).toBeCloseTo(Number(e), 5)
        return found
      }
      const first = await check()
      g.value = ramp([1], device as 'cpu', 5)
      const second = await check()
      expect(second).not.toEqual(first)
      v.value = ramp([24, 36], device as 'cpu', 3)
      expect(await check()).not.toEqual(second)
    })

    it('does not follow from what a run is given, and ends with the plan', async () => {
      const { preparedBytes } = getDevice(device).stats()
      const cell = new Cell(ramp([8], device as 'cpu'))
      const plan = compile((a: Tensor) => a.add(1).cumsum(0).mul(cell.value.cumsum(0)), [[8]], { device })
      for (const from of [1, 2]) {
        const input = ramp([8], device as 'cpu', from)
        const expected = await list(input.add(1).cumsum(0).mul(cell.value.cumsum(0)))
        expect(await list(await plan.run([input]))).toEqual(expected)
      }
      // The device that interprets keeps nothing.
      const kept = device === 'reference' ? 0 : 32
      expect(getDevice(device).stats().preparedBytes - preparedBytes).toBe(kept)
      plan.dispose()
      expect(getDevice(device).stats().preparedBytes).toBe(preparedBytes)
    })
  })
}
