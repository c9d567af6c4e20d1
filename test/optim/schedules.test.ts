/** Every schedule's rates, and dictionaries in the middle, against PyTorch's (test/oracle/optim/schedules.py). */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openPath, PyDict } from '../../runtime/checkpoint/index.ts'
import { Cell, optim, tensor } from '../../runtime/index.ts'
import { type Case, cases, run, STEPS, start, wanted } from './schedule.ts'
import { described } from './training.ts'

const { lrScheduler } = optim

/**
 * Bit for bit; but glibc's cosine is off by one in the last place for one argument in a thousand, and for others on processors without
 * FMA. Here it is for one step of OneCycleLR.
 */
function expectRates(got: readonly (readonly number[])[], want: readonly (readonly number[])[]): void {
  const differing = got.flatMap((values, step) => values.filter((v, i) => v !== want[step]![i]))
  expect(differing.length).toBeLessThanOrEqual(1)
  const largest = Math.max(...want.flat())
  for (const [step, values] of got.entries())
    for (const [i, v] of values.entries())
      expect(Math.abs(v - want[step]![i]!)).toBeLessThanOrEqual(largest * 2 ** -52)
}

const title = (c: Case): string => `${JSON.stringify(c.schedule)} of ${c.optimizer[0]}`

const stopped = openPath(path.resolve(import.meta.dirname, '../fixtures/optim/schedules.pt')).then(
  c => c.value as PyDict[],
)

describe('schedules', () => {
  it.each(cases.map((c, i) => [title(c), c, i] as const))(
    "%s has PyTorch's rates and dictionary, and goes on from it",
    async (_, test, i) => {
      const all = wanted(test)
      const ours = start(test)
      expectRates(run(ours.optimizer, ours.scheduler, 0, 60), all.slice(0, 60))
      const theirs = (await stopped)[i]!
      const [state, expected] = [ours.scheduler.stateDict(), theirs.get('scheduler')!]
      expect(await described(state)).toEqual(await described(expected))
      expect(await described(ours.optimizer.stateDict())).toEqual(await described(theirs.get('optimizer')!))
      expectRates(run(ours.optimizer, ours.scheduler, 60, STEPS), all.slice(60))

      const second = start(test)
      await second.optimizer.loadStateDict(theirs.get('optimizer')!)
      second.scheduler.loadStateDict(expected)
      expect(second.scheduler.getLastLr()).toEqual(ours.optimizer.paramGroups.map((_g, g) => all[60]![2 * g]))
      expectRates(run(second.optimizer, second.scheduler, 60, STEPS), all.slice(60))
    },
  )
})

const sgd = (lr = 0.1): optim.SGD => new optim.SGD([new Cell(tensor([1]))], { lr, momentum: 0.9 })

describe('a schedule', () => {
  it('starts in the middle where the groups say where they began', () => {
    const group = { params: [new Cell(tensor([1]))], initial_lr: 0.1, lr: 0.02 }
    const optimizer = new optim.SGD([group])
    const scheduler = new lrScheduler.CosineAnnealingLR(optimizer, { T_max: 10, last_epoch: 4 })
    expect(scheduler.lastEpoch).toBe(5)
    expect(() => new lrScheduler.StepLR(sgd(), { step_size: 3, last_epoch: 4 })).toThrow(
      "param 'initial_lr' is not specified in param_groups[0]",
    )
  })

  it('takes the number of an epoch, and a fraction of one with warm restarts', () => {
    const one = sgd()
    const steps = new lrScheduler.StepLR(one, { step_size: 10, gamma: 0.5 })
    steps.step(25)
    expect(one.paramGroups[0]!.lr).toBe(0.1 * 0.25)
    const two = sgd()
    const restarts = new lrScheduler.CosineAnnealingWarmRestarts(two, { T_0: 10, T_mult: 2 })
    restarts.step(12.5)
    expect(restarts.lastEpoch).toBe(12)
    expect(two.paramGroups[0]!.lr).toBeCloseTo((0.1 * (1 + Math.cos((Math.PI * 2.5) / 20))) / 2, 15)
  })

  it('leaves the rate alone until it steps, and changes only the rate', () => {
    const optimizer = sgd()
    const before = [...optimizer.paramGroups[0]!.options]
    const scheduler = new lrScheduler.ExponentialLR(optimizer, { gamma: 0.5 })
    expect([...optimizer.paramGroups[0]!.options].slice(0, before.length)).toEqual(before)
    expect(optimizer.paramGroups[0]!.number('initial_lr')).toBe(0.1)
    scheduler.step()
    expect(scheduler.getLastLr()).toEqual([0.05])
  })

  const two = (): optim.SGD =>
    new optim.SGD([{ params: [new Cell(tensor([1]))] }, { params: [new Cell(tensor([1]))] }])
  it.each([
    ['factors', () => new lrScheduler.ConstantLR(sgd(), { factor: 2 }), 'between 0 and 1'],
    ['functions', () => new lrScheduler.LambdaLR(two(), { lr_lambda: [() => 1] }), 'Expected 2 lr_lambdas'],
    ['lengths', () => new lrScheduler.OneCycleLR(sgd(), { max_lr: 1 }), 'You must define either total_steps'],
    [
      'lists',
      () => new lrScheduler.CyclicLR(two(), { base_lr: [1], max_lr: 2 }),
      'base_lr must have the same',
    ],
    [
      'optimizers without a momentum',
      () => new lrScheduler.CyclicLR(new optim.Adagrad([new Cell(tensor([1]))]), { base_lr: 0, max_lr: 1 }),
      'optimizer must support momentum or beta1',
    ],
    [
      'modes',
      () => new lrScheduler.ReduceLROnPlateau(sgd(), { mode: 'mean' as 'min' }),
      'mode mean is unknown!',
    ],
    [
      'milestones',
      () => {
        const optimizer = sgd()
        const schedulers = [new lrScheduler.StepLR(optimizer, { step_size: 1 })]
        return new lrScheduler.SequentialLR(optimizer, { schedulers, milestones: [3] })
      },
      'one more than the number of milestone points',
    ],
    [
      'schedulers of other optimizers',
      () => {
        const schedulers = [sgd(), sgd()].map(o => new lrScheduler.StepLR(o, { step_size: 1 }))
        return new lrScheduler.ChainedScheduler(schedulers)
      },
      'belongs to another optimizer',
    ],
  ])('refuses %s that PyTorch refuses', (_, make, message) => {
    expect(make).toThrow(message)
    expect(() => new lrScheduler.StepLR(sgd(), { step_size: 1 })).not.toThrow()
  })

  it('refuses dictionaries that are none, and steps past its end', () => {
    const optimizer = sgd()
    const scheduler = new lrScheduler.OneCycleLR(optimizer, { max_lr: 1, total_steps: 2 })
    expect(() => scheduler.loadStateDict(new PyDict())).toThrow('no state dict of a scheduler')
    scheduler.step()
    scheduler.step()
    expect(() => scheduler.step()).toThrow('Tried to step 3 times')
  })
})
