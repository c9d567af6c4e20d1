/** Activation checkpointing: the gradients of the plain computation, from less memory; and gradients that add up over batches. */
import { describe, expect, it } from 'vitest'
import {
  backward,
  Cell,
  checkpoint,
  compile,
  F,
  getDevice,
  grad,
  Module,
  manualSeed,
  nn,
  noGrad,
  optim,
  random,
  type Tensor,
  tensor,
  tidy,
} from '../../runtime/index.ts'

class Net extends Module {
  readonly layers: readonly nn.Linear[]
  readonly dropout = this.registerModule('dropout', new nn.Dropout({ p: 0.3 }))
  checkpoints = false

  constructor(width: number, depth: number) {
    super()
    this.layers = Array.from({ length: depth }, (_, i) =>
      this.registerModule(`fc${i}`, new nn.Linear({ in_features: width, out_features: width })),
    )
  }

  override forward(x: Tensor): Tensor {
    const block = (y: Tensor, i: number): Tensor => {
      const run = (z: Tensor): Tensor =>
        this.dropout.forward(F.tanh(F.gelu(F.sigmoid(this.layers[i]!.forward(z)))))
      return this.checkpoints ? checkpoint(run, y) : run(y)
    }
    return this.layers.reduce((y, _, i) => block(y, i), x)
  }
}

const net = (width = 8, depth = 4): Net => {
  manualSeed(3)
  return new Net(width, depth)
}

async function gradients(model: Net, checkpoints: boolean): Promise<unknown[]> {
  manualSeed(5)
  model.checkpoints = checkpoints
  model.zeroGrad()
  const x = random.randn([6, 8])
  const loss = tidy(() => {
    const value = F.mean(F.square(model.forward(x)))
    backward(value)
    return value
  })
  const found: unknown[] = [await loss.item(), random.getRngState()]
  for (const cell of model.parameters()) found.push(await cell.grad!.toArray())
  return found
}

describe('checkpoint', () => {
  it('gives the loss, the gradients and the random numbers of the plain computation, dropout on', async () => {
    const model = net()
    const plain = await gradients(model, false)
    expect(await gradients(model, true)).toEqual(plain)
    expect(plain[0]).toBeGreaterThan(0)
  })

  it('gives gradients of inputs and of what the function uses besides, and gradients of gradients', async () => {
    const x = tensor([1, 2]).requiresGrad_()
    const w = tensor([3, 4]).requiresGrad_()
    const cube = (a: Tensor): Tensor => F.sum(F.mul(F.mul(F.mul(a, a), a), w))
    const [dx, dw] = grad(checkpoint(cube, x), [x, w])
    expect(await dx!.toArray()).toEqual([9, 48])
    expect(await dw!.toArray()).toEqual([1, 8])
    const [first] = grad(checkpoint(cube, x), [x], { createGraph: true })
    const [second] = grad(F.sum(first!), [x])
    expect(await second!.toArray()).toEqual([18, 48])
  })

  it('gives nothing a history that has none', async () => {
    const x = tensor([1, 2])
    expect(checkpoint(F.sum, x).requiresGrad).toBe(false)
    const cell = new Cell(tensor([1, 2]), { requiresGrad: true })
    expect(noGrad(() => checkpoint(F.sum, cell.value)).requiresGrad).toBe(false)
    expect(checkpoint(F.sum, cell.value).requiresGrad).toBe(true)
  })

  it('refuses a function that gives no tensor', () => {
    const wrong = (() => 1) as unknown as (x: Tensor) => Tensor
    expect(() => checkpoint(wrong, tensor([1]))).toThrow('the function gives no tensor')
  })

  it('needs less memory at its peak, in one plan with the step', async () => {
    const device = getDevice('cpu')
    const step = async (model: Net, checkpoints: boolean): Promise<number> => {
      model.checkpoints = checkpoints
      const x = random.randn([512, 64])
      const before = device.stats().liveBytes
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 })
      const loss = tidy(() => {
        const value = F.mean(model.forward(x))
        backward(value)
        optimizer.step()
        return value
      })
      await loss.item()
      return device.stats().peakBytes - before
    }
    const model = net(64, 12)
    const checkpointed = await step(model, true)
    const plain = await step(model, false)
    expect(checkpointed).toBeLessThan(plain / 2)
  })

  it('is captured, with other random numbers in every run', async () => {
    const losses = async (captured: boolean): Promise<unknown[]> => {
      const model = net()
      model.checkpoints = true
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 })
      const body = (x: Tensor): Tensor => {
        optimizer.zeroGrad()
        const loss = F.mean(F.square(model.forward(x)))
        backward(loss)
        optimizer.step()
        return loss
      }
      const plan = compile(body)
      const step = (x: Tensor): Tensor | Promise<Tensor> => (captured ? plan.run([x]) : tidy(() => body(x)))
      const seen: unknown[] = []
      for (let i = 0; i < 5; i++) {
        const loss = await step(random.randn([6, 8]))
        seen.push(await loss.item())
      }
      return [...seen, random.getRngState()]
    }
    const plain = await losses(false)
    expect(new Set(plain).size).toBe(6)
    expect(await losses(true)).toEqual(plain)
  })
})

describe('gradients of several batches', () => {
  it('add up to that of all of them', async () => {
    const model = net()
    model.eval()
    const x = random.randn([12, 8])
    const run = async (parts: number): Promise<number[]> => {
      model.zeroGrad()
      for (const part of F.chunk(x, parts)) {
        tidy(() => backward(F.div(F.mean(F.square(model.forward(part))), parts)))
      }
      const found: number[] = []
      for (const cell of model.parameters()) found.push(...Array.from(await cell.grad!.data(), Number))
      return found
    }
    const [one, four] = [await run(1), await run(4)]
    expect(four.length).toBe(one.length)
    for (const [i, v] of one.entries()) expect(four[i]!).toBeCloseTo(v, 6)
  })
})
