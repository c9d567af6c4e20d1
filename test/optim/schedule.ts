/** Schedules as test/oracle/optim/schedules.py describes them. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Cell, optim, tensor } from '../../runtime/index.ts'
import { pow } from '../../runtime/python/libm.ts'

type Description = readonly [name: string, options: Readonly<Record<string, unknown>>]

export interface Case {
  readonly optimizer: readonly [name: 'SGD' | 'Adam' | 'RMSprop', options: Readonly<Record<string, never>>]
  readonly two: boolean
  readonly schedule: Description
  /** The step, and of each group rate and momentum, where something changes. */
  readonly rates: readonly (readonly number[])[]
}

export const cases: readonly Case[] = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/optim/schedules.json'), 'utf8'),
)

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  // Rounded as Python rounds powers.
  decay: e => pow(0.95, e),
  warm: e => Math.min(1, (e + 1) / 10),
  slower: e => (e % 2 ? 0.98 : 0.99),
  halves: x => 0.5 * (1 + 1 / x),
}

function build(optimizer: optim.Optimizer, [name, given]: Description): optim.lrScheduler.LRScheduler {
  const functions = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(functions) : FUNCTIONS[value as string]
  const options: Record<string, unknown> = { ...given }
  for (const key of ['lr_lambda', 'scale_fn']) if (key in options) options[key] = functions(options[key])
  const { schedulers } = options
  if (Array.isArray(schedulers)) {
    const parts = schedulers.map(s => build(optimizer, s as Description))
    if (name === 'ChainedScheduler') return new optim.lrScheduler.ChainedScheduler(parts)
    options.schedulers = parts
  }
  const classes = { ...optim.lrScheduler, ...optim.swaUtils } as unknown as Record<
    string,
    new (
      optimizer: optim.Optimizer,
      options: object,
    ) => optim.lrScheduler.LRScheduler
  >
  return new classes[name]!(optimizer, options)
}

/** The optimizer and the schedule of a case, before the first step. */
export function start({ optimizer: [name, options], two, schedule }: Case): {
  optimizer: optim.Optimizer
  scheduler: optim.lrScheduler.LRScheduler
} {
  const [a, b] = [0, 1].map(() => new Cell(tensor([0, 0])))
  const groups = two ? [{ params: [a!] }, { params: [b!], lr: 0.02 }] : [a!, b!]
  const optimizer = new optim[name](groups, options)
  return { optimizer, scheduler: build(optimizer, schedule) }
}

/** What the plateau scheduler is told. */
const metric = (step: number): number =>
  Math.floor((100 * (2 + Math.sin(step / 9))) / (1 + Math.min(step, 40) / 10)) / 100

/** Rate and momentum of every group before each step. */
export function run(
  optimizer: optim.Optimizer,
  scheduler: optim.lrScheduler.LRScheduler,
  from: number,
  to: number,
): number[][] {
  const seen: number[][] = []
  for (let step = from; step < to; step++) {
    seen.push(
      optimizer.paramGroups.flatMap(g => [
        g.lr,
        g.options.has('betas') ? g.pair('betas')[0] : g.options.has('momentum') ? g.number('momentum') : 0,
      ]),
    )
    if (scheduler instanceof optim.lrScheduler.ReduceLROnPlateau) scheduler.step(metric(step))
    else scheduler.step()
  }
  return seen
}

/** How many steps PyTorch took. */
export const STEPS = 120

/** Rate and momentum of every group before each step, as PyTorch has them. */
export function wanted({ rates }: Case): number[][] {
  let current: readonly number[] = []
  return Array.from({ length: STEPS }, (_, step) => {
    const [first, ...rest] = rates.find(([at]) => at === step) ?? []
    if (first !== undefined) current = rest
    return [...current]
  })
}
