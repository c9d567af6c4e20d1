/** A hundred steps of each optimizer against PyTorch's, and its dictionaries both ways (test/oracle/optim/curves.py). */
import { describe, expect, it } from 'vitest'
import { tensorOf } from '../../runtime/checkpoint/index.ts'
import { PyDict } from '../../runtime/checkpoint/py-dict.ts'
import { PyFloat } from '../../runtime/checkpoint/python-value.ts'
import { planCounter } from '../../runtime/graph/realise.ts'
import {
  backward,
  Cell,
  compile,
  F,
  getDevice,
  optim,
  type Tensor,
  tensor,
  tidy,
} from '../../runtime/index.ts'
import { described, middle, type Run, runs, stopped, Training, title } from './training.ts'

const everyTenth = (values: readonly number[]): readonly number[] => values.filter((_, i) => i % 10 === 0)

function expectNear(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length)
  for (const [i, w] of want.entries())
    expect(Math.abs(got[i]! - w), `element ${i}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(w)))
}

async function expectParams({ cells }: Training, run: Run, tolerance: number): Promise<void> {
  for (const [i, cell] of cells.entries())
    expectNear((await cell.value.data()) as Float64Array, run.params[i]!, tolerance)
}

const toleranceOf = ({ dtype }: Run): number => (dtype === 'float64' ? 1e-8 : 1e-4)

const olderRuns = runs.filter(run => run.dtype === 'float64' && run.older)

describe('optimizers', () => {
  it.each(runs.map(run => [title(run), run] as const))('%s follows PyTorch for 100 steps', async (_, run) => {
    const tolerance = toleranceOf(run)
    const training = new Training(run)
    expectNear(everyTenth(await training.run(0, 100)), run.losses, tolerance)
    await expectParams(training, run, tolerance)
  })

  it.each(runs.map(run => [title(run), run] as const))(
    "%s has PyTorch's state dict, key for key and type for type, and goes on from it",
    async (_, run) => {
      const theirs = (await stopped('2.13', run.file!))!
      const ours = new Training(run)
      await ours.run(0, middle(run))
      const [a, b] = await Promise.all(
        [ours.optimizer.stateDict(), theirs.get('optimizer')!].map(async v => await described(v)),
      )
      expect(a!.text).toBe(b!.text)
      expectNear(a!.numbers, b!.numbers, toleranceOf(run))

      const second = new Training(run)
      await second.load(theirs)
      const rest = run.losses.slice(middle(run) / 10)
      expectNear(everyTenth(await second.run(middle(run), 100)), rest, toleranceOf(run))
      await expectParams(second, run, toleranceOf(run))
    },
  )

  it.each(olderRuns.map(run => [title(run), run] as const))(
    "%s has PyTorch 1.13's state dict, where there is one, and goes on from it",
    async (_, run) => {
      // 1.13 multiplied NAdam's mu in twice, so that its numbers are others.
      const tolerance = run.name === 'NAdam' ? 1e-2 : 1e-8
      const theirs = await stopped('1.13', run.file!)
      const ours = new Training(run)
      await ours.run(0, middle(run))
      const make = (): PyDict => ours.optimizer.stateDict({ version: '1.13' })
      if (theirs === null) {
        if (run.groups === 'no') expect(make).toThrow("1.13's dictionary of this optimizer has no")
        return
      }
      const [a, b] = await Promise.all([make(), theirs.get('optimizer')!].map(async v => await described(v)))
      expect(a!.text).toBe(b!.text)
      expectNear(a!.numbers, b!.numbers, tolerance)

      const second = new Training(run)
      await second.load(theirs)
      expectNear(
        everyTenth(await second.run(middle(run), 100)),
        run.losses.slice(middle(run) / 10),
        tolerance,
      )
      await expectParams(second, run, tolerance)
    },
  )

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
    const training = new Training(runs[4]!)
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
    [() => new optim.SGD([]), 'empty parameter list'],
    [() => new optim.SGD([new Cell(tensor([1]))], { lr: -1 }), 'Invalid learning rate: -1'],
    [() => new optim.SGD([new Cell(tensor([1]))], { nesterov: true }), 'Nesterov momentum requires'],
    [
      () => new optim.Adam([new Cell(tensor([1]))], { betas: [1, 0.9] }),
      'Invalid beta parameter at index 0: 1',
    ],
    [
      () => {
        const c = new Cell(tensor([1]))
        return new optim.Adam([{ params: [c] }, { params: [c] }])
      },
      'more than one parameter group',
    ],
    [() => new optim.Adam([{ params: [new Cell(tensor([1]))], momentum: 1 }]), "no option 'momentum'"],
  ])('refuses %s', (make, message) => {
    expect(make).toThrow(message)
    expect(() => new optim.SGD([new Cell(tensor([1]))], { lr: 1 })).not.toThrow()
  })

  it('refuses dictionaries that do not fit, and changes nothing then', async () => {
    const optimizer = new optim.SGD([new Cell(tensor([1]))], { lr: 0.5 })
    const two = new optim.SGD([new Cell(tensor([1])), new Cell(tensor([1]))], { lr: 0.25 })
    await expect(optimizer.loadStateDict(two.stateDict())).rejects.toThrow(
      "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
    )
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
      'foreach',
      'differentiable',
      'fused',
    ])
  })

  it('takes rates that were tensors for the numbers that they are', async () => {
    const cell = new Cell(tensor([1]), { requiresGrad: true })
    const optimizer = new optim.SGD([cell], { lr: 0.5 })
    const rate = tensorOf(Float32Array.of(0.01), [])
    const dictionary = optimizer.stateDict()
    ;((dictionary.get('param_groups') as PyDict[])[0] as PyDict).set('lr', rate)
    await optimizer.loadStateDict(dictionary)
    expect(optimizer.paramGroups[0]!.lr).toBe(Math.fround(0.01))
  })

  it('LBFGS refuses to be captured, as it decides by what it reads, and changes nothing then', async () => {
    const cell = new Cell(tensor([1, 2]), { requiresGrad: true })
    const optimizer = new optim.LBFGS([cell])
    const step = (): Tensor =>
      optimizer.step(() => {
        optimizer.zeroGrad()
        const loss = F.sum(F.mul(cell.value, cell.value))
        backward(loss)
        return loss
      })
    using plan = compile(step)
    await expect(async () => plan.run([])).rejects.toMatchObject({ code: 'capture/read' })
    expect([...(await cell.value.data())]).toEqual([1, 2])
    expect(Number(await step().item())).toBe(5)
    expect(Math.abs(Number(await step().item()))).toBeLessThan(1e-10)
  })
})
