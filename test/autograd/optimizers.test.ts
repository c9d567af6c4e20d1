/** A hundred steps of each optimizer against PyTorch's (test/oracle/autograd/optimizers.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { materialize } from '../../runtime/checkpoint/materialize.ts'
import { PyDict } from '../../runtime/checkpoint/py-dict.ts'
import { PyFloat, PyTuple, type PyValue } from '../../runtime/checkpoint/python-value.ts'
import { StoredTensor } from '../../runtime/checkpoint/stored-tensor.ts'
import { planCounter } from '../../runtime/graph/realise.ts'
import {
  backward,
  Cell,
  type DType,
  F,
  getDevice,
  optim,
  type Tensor,
  tensor,
  tidy,
} from '../../runtime/index.ts'

interface Run {
  readonly name: 'SGD' | 'Adam' | 'AdamW'
  readonly options: Readonly<Record<string, never>>
  readonly dtype: 'float32' | 'float64'
  readonly groups: boolean
  readonly losses: readonly number[]
  readonly params: readonly (readonly number[])[]
  readonly state: unknown
}

const runs: readonly Run[] = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/autograd/optimizers.json'), 'utf8'),
)

function wave(shape: readonly number[], seed: number, dtype: DType): Tensor {
  const n = shape.reduce((a, b) => a * b, 1)
  return tensor(
    Float64Array.from({ length: n }, (_, i) => Math.sin(0.7 * i + 1.3 * seed)),
    { shape, dtype },
  )
}

/** The net of the oracle's script, with an optimizer of its own. */
class Training {
  readonly cells: readonly Cell[]
  readonly optimizer: optim.Optimizer
  readonly x: Tensor
  readonly y: Tensor

  constructor({ name, options, dtype, groups }: Run) {
    const shapes = [[4, 6], [6], [6, 3], [3]]
    this.cells = shapes.map((s, i) => new Cell(wave(s, i, dtype), { requiresGrad: true }))
    this.x = wave([8, 4], 10, dtype)
    this.y = wave([8, 3], 11, dtype)
    const params = groups
      ? [{ params: this.cells.slice(0, 2) }, { params: this.cells.slice(2), lr: 0.005 }]
      : this.cells
    this.optimizer = new optim[name](params, options)
  }

  step(): Tensor {
    return tidy(() => {
      const [w1, b1, w2, b2] = this.cells.map(c => c.value)
      this.optimizer.zeroGrad()
      const hidden = F.tanh(F.add(F.matmul(this.x, w1!), b1!))
      const out = F.add(F.matmul(hidden, w2!), b2!)
      const loss = F.mseLoss(out, this.y)
      backward(loss)
      this.optimizer.step()
      return loss
    })
  }

  async run(from: number, to: number): Promise<number[]> {
    const losses: number[] = []
    for (let i = from; i < to; i++) {
      if (i === 50) for (const group of this.optimizer.paramGroups) group.lr *= 0.5
      const loss = this.step()
      losses.push(Number(await loss.item()))
      loss.dispose()
    }
    return losses
  }
}

const everyTenth = (values: readonly number[]): readonly number[] => values.filter((_, i) => i % 10 === 0)

function expectNear(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length)
  for (const [i, w] of want.entries())
    expect(Math.abs(got[i]! - w), `element ${i}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(w)))
}

/** A value tree as the oracle describes one. */
async function described(value: PyValue): Promise<unknown> {
  if (value instanceof PyFloat) return { float: value.value }
  if (value instanceof PyTuple) return { tuple: await Promise.all(value.items.map(described)) }
  if (Array.isArray(value)) return Promise.all(value.map(described))
  if (value instanceof PyDict) {
    const entries = value.entries().map(async ([k, v]) => [await described(k), await described(v)])
    return { dict: await Promise.all(entries) }
  }
  if (value instanceof StoredTensor) {
    const { buffer, byteOffset } = await materialize(value)
    const Class = value.dtype === 'float64' ? Float64Array : Float32Array
    const count = value.shape.reduce((a, b) => a * b, 1)
    return {
      tensor: value.dtype,
      shape: value.shape,
      values: [...new Class(buffer as ArrayBuffer, byteOffset, count)],
    }
  }
  return value
}

/** Numbers in a description, and the description without them. */
function split(value: unknown): { text: string; numbers: number[] } {
  const numbers: number[] = []
  const text = JSON.stringify(value, (key, v: unknown) => {
    if (key !== 'values') return v
    numbers.push(...(v as number[]))
    return (v as number[]).length
  })
  return { text, numbers }
}

const title = (r: Run): string =>
  `${r.name} ${JSON.stringify(r.options)} in ${r.dtype}${r.groups ? ', in two groups' : ''}`

describe('optimizers', () => {
  for (const run of runs) {
    const tolerance = run.dtype === 'float64' ? 1e-8 : 1e-4
    it(`${title(run)} follows PyTorch for 100 steps`, async () => {
      const training = new Training(run)
      expectNear(everyTenth(await training.run(0, 100)), run.losses, tolerance)
      for (const [i, cell] of training.cells.entries())
        expectNear((await cell.value.data()) as Float64Array, run.params[i]!, tolerance)
    })

    if (run.state === null) continue
    it(`${title(run)} has PyTorch's state dict, key for key and type for type`, async () => {
      const training = new Training(run)
      await training.run(0, 100)
      const [ours, theirs] = [split(await described(training.optimizer.stateDict())), split(run.state)]
      expect(ours.text).toBe(theirs.text)
      expectNear(ours.numbers, theirs.numbers, 1e-8)
    })

    it(`${title(run)} goes on from its state dict as if it had not stopped`, async () => {
      const first = new Training(run)
      await first.run(0, 50)
      const second = new Training(run)
      for (const [i, cell] of second.cells.entries()) cell.value = first.cells[i]!.value
      await second.optimizer.loadStateDict(first.optimizer.stateDict())
      await second.run(50, 100)
      for (const [i, cell] of second.cells.entries())
        expectNear((await cell.value.data()) as Float64Array, run.params[i]!, 1e-8)
    })
  }

  it('plans a step once, and keeps no memory from one step to the next', async () => {
    const training = new Training(runs.find(r => r.name === 'Adam' && r.dtype === 'float32')!)
    const device = getDevice('cpu')
    await training.run(0, 3)
    const before = { made: planCounter.made, live: device.stats().liveBuffers }
    await training.run(3, 203)
    // The learning rate changes in between: that is no new plan.
    expect({ made: planCounter.made, live: device.stats().liveBuffers }).toEqual(before)
  })

  it('computes steps that nobody reads before they pile up', () => {
    const training = new Training(runs[2]!)
    const device = getDevice('cpu')
    for (let i = 0; i < 3; i++) training.step().dispose()
    const before = device.stats().liveBuffers
    for (let i = 0; i < 20; i++) training.step().dispose()
    expect(device.stats().liveBuffers).toBe(before)
  })

  it('leaves parameters without a gradient, and their state, alone', async () => {
    const cell = new Cell(tensor([1, 2]), { requiresGrad: true })
    const optimizer = new optim.Adam([cell])
    optimizer.step()
    expect([...(await cell.value.data())]).toEqual([1, 2])
    expect(optimizer.state.size).toBe(0)
  })

  it('keeps the first gradient apart from the momentum that starts with it', async () => {
    const cell = new Cell(tensor([1, 2]), { requiresGrad: true })
    const optimizer = new optim.SGD([cell], { lr: 1, momentum: 0.5 })
    for (let i = 0; i < 2; i++) {
      tidy(() => {
        optimizer.zeroGrad()
        backward(F.sum(F.mul(cell.value, cell.value)))
        optimizer.step()
      })
    }
    expect([...(await cell.grad!.data())]).toEqual([-2, -4])
    expect([...(await cell.value.data())]).toEqual([0, 0])
  })

  it('belongs to cells: a model whose parameters are reordered keeps their momenta', async () => {
    const make = () => [1, 2].map(n => new Cell(tensor(new Float32Array(n)), { requiresGrad: true }))
    const [a, b] = make()
    const optimizer = new optim.SGD([a!, b!], { lr: 1, momentum: 0.5 })
    tidy(() => {
      backward(F.add(F.sum(F.mul(a!.value, 2)), F.sum(F.mul(b!.value, 3))))
      optimizer.step()
    })
    expect([...(await optimizer.state.get(a!.id)!.get('momentum_buffer')!.value.data())]).toEqual([2])
    expect([...(await optimizer.state.get(b!.id)!.get('momentum_buffer')!.value.data())]).toEqual([3, 3])
  })

  it.each([
    [() => new optim.SGD([]), 'empty list'],
    [() => new optim.SGD([new Cell(tensor([1]))], { lr: -1 }), 'lr is -1'],
    [() => new optim.SGD([new Cell(tensor([1]))], { nesterov: true }), 'nesterov needs a momentum'],
    [() => new optim.Adam([new Cell(tensor([1]))], { betas: [1, 0.9] }), 'betas are 1,0.9'],
    [
      () => {
        const c = new Cell(tensor([1]))
        return new optim.Adam([{ params: [c] }, { params: [c] }])
      },
      'more than one place',
    ],
    [() => new optim.Adam([{ params: [new Cell(tensor([1]))], momentum: 1 }]), "no option 'momentum'"],
  ])('refuses %s', (make, message) => {
    expect(make).toThrow(message)
    expect(() => new optim.SGD([new Cell(tensor([1]))], { lr: 1 })).not.toThrow()
  })

  it('refuses dictionaries that do not fit, and changes nothing then', async () => {
    const optimizer = new optim.SGD([new Cell(tensor([1]))], { lr: 0.5 })
    const two = new optim.SGD([new Cell(tensor([1])), new Cell(tensor([1]))], { lr: 0.25 })
    await expect(optimizer.loadStateDict(two.stateDict())).rejects.toThrow('has 2 parameters')
    await expect(optimizer.loadStateDict(new PyDict())).rejects.toThrow('no state dict of an optimizer')
    expect(optimizer.paramGroups[0]!.lr).toBe(0.5)
  })

  it('takes dictionaries of older versions: keyed by id, without newer options, None for a momentum', async () => {
    const cell = new Cell(tensor([1]))
    const optimizer = new optim.SGD([cell], { lr: 0.5, momentum: 0.9 })
    const id = 140235678901234567n
    const old = new PyDict('dict', [
      ['state', new PyDict('dict', [[id, new PyDict('dict', [['momentum_buffer', null]])]])],
      [
        'param_groups',
        [
          new PyDict('dict', [
            ['lr', new PyFloat(0.25)],
            ['momentum', 0],
            ['dampening', 0],
            ['weight_decay', 0],
            ['params', [id]],
          ]),
        ],
      ],
    ])
    await optimizer.loadStateDict(old)
    expect(optimizer.paramGroups[0]!.lr).toBe(0.25)
    expect([...optimizer.state.get(cell.id)!]).toEqual([['momentum_buffer', null]])
    expect([...optimizer.paramGroups[0]!.options.keys()].slice(4)).toEqual([
      'nesterov',
      'maximize',
      'differentiable',
      'fused',
      'foreach',
    ])
  })
})
