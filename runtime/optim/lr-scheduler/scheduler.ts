/**
 * What schedulers share: https://docs.pytorch.org/docs/2.13/optim.html#how-to-adjust-learning-rate
 * A scheduler's attributes are kept by PyTorch's names, in its order and with Python's types, so that they are its dictionary.
 * Rates follow from those before, by the same sums in the same order as in PyTorch, and are therefore the same numbers.
 */
import { PyDict } from '../../checkpoint/py-dict.ts'
import { PyFloat, type PyValue } from '../../checkpoint/python-value.ts'
import type { FloatScalar } from '../../ops/args.ts'
import type { Optimizer } from '../optimizer.ts'
import { numberOf, type ParamGroup, toPython } from '../param-group.ts'
import { refused } from '../refused.ts'

/** A number with Python's type. */
export type PyNumber = number | PyFloat

/** What schedulers take as a number: a whole one is an int in Python, `float(1)` a float. */
export type NumberOption = number | FloatScalar

export const python = (value: NumberOption): PyNumber => toPython(value) as PyNumber

export const plain = (value: NumberOption): number => (typeof value === 'number' ? value : value.value)

/** Python's product: an int of ints. */
export function times(a: PyNumber, b: PyNumber): PyNumber {
  const product = numberOf(a)! * numberOf(b)!
  return a instanceof PyFloat || b instanceof PyFloat ? new PyFloat(product) : product
}

/** A number among a group's options. */
export const optionOf = (group: ParamGroup, name: string): PyNumber => {
  group.number(name)
  return group.options.get(name) as PyNumber
}

export abstract class LRScheduler {
  readonly optimizer: Optimizer
  /** By PyTorch's names. */
  protected readonly fields: Map<string, PyValue>

  /** `own` are the attributes that come before the common ones. A class calls `start` when it is ready. */
  constructor(optimizer: Optimizer, own: Readonly<Record<string, PyValue>>) {
    this.optimizer = optimizer
    this.fields = new Map(Object.entries(own))
  }

  /** The rates of a step, one for each group, from those before. */
  protected rates(): PyNumber[] {
    throw refused('SequentialLR cannot start a composed scheduler in the middle', 'put its parts in the list')
  }

  /** The rates by the step's number alone; null for schedules without such a form. */
  protected ratesAt(): PyNumber[] | null {
    return null
  }

  /** Takes the first step, or goes on after `lastEpoch`. Throws OpError where groups lack what a scheduler left in them. */
  protected start(lastEpoch: number): void {
    for (const [i, group] of this.groups.entries()) {
      const has = group.options.has('initial_lr')
      if (lastEpoch === -1 && !has) group.options.set('initial_lr', optionOf(group, 'lr'))
      else if (!has) {
        throw refused(
          `param 'initial_lr' is not specified in param_groups[${i}] when resuming scheduler with last_epoch >= 0.`,
          "load the optimizer's state first, or give the groups their initial_lr",
        )
      }
    }
    this.fields.set('base_lrs', this.valuesOf('initial_lr'))
    this.fields.set('last_epoch', lastEpoch)
    this.initialStep()
  }

  /** The step that is taken when a scheduler is made. */
  initialStep(): void {
    this.fields.set('_step_count', 0)
    this.fields.set('_is_initial', true)
    try {
      this.step()
    } finally {
      this.fields.set('_is_initial', false)
    }
  }

  /** Takes back the number of the first step, which another scheduler has taken. */
  undo(): void {
    this.fields.set('last_epoch', this.lastEpoch - 1)
  }

  /** Sets the next rates; those of an epoch where one is given. Call it after the optimizer's step. */
  step(epoch?: number): void {
    this.fields.set('_step_count', this.number('_step_count') + 1)
    this.update(epoch)
  }

  /** As `step`, without counting one. */
  update(epoch?: number): void {
    this.fields.set('_get_lr_called_within_step', true)
    try {
      this.fields.set('last_epoch', epoch === undefined ? this.lastEpoch + 1 : python(epoch))
      this.setRates(epoch === undefined ? this.rates() : (this.ratesAt() ?? this.rates()))
    } finally {
      this.fields.set('_get_lr_called_within_step', false)
    }
    this.noteRates()
  }

  protected setRates(rates: readonly PyNumber[]): void {
    if (rates.length !== this.groups.length) {
      throw refused(
        `the scheduler was made for ${rates.length} parameter groups, the optimizer has ${this.groups.length}`,
      )
    }
    for (const [i, group] of this.groups.entries()) group.options.set('lr', rates[i]!)
  }

  protected noteRates(): void {
    this.fields.set('_last_lr', this.valuesOf('lr'))
  }

  /** The rates that were set last. */
  getLastLr(): number[] {
    return (this.fields.get('_last_lr') as PyNumber[]).map(rate => numberOf(rate)!)
  }

  /** The number of the step: epochs or batches, whatever `step` is called for. */
  get lastEpoch(): number {
    return this.number('last_epoch')
  }

  /** PyTorch's dictionary. Functions are not in it. */
  stateDict(): PyDict {
    return new PyDict('dict', this.fields)
  }

  /** Takes a dictionary, ours or PyTorch's. Throws OpError for what is none. */
  loadStateDict(state: PyValue): void {
    if (!(state instanceof PyDict) || !state.has('_last_lr'))
      throw refused('this is no state dict of a scheduler', "it has keys such as 'last_epoch' and '_last_lr'")
    for (const [name, value] of state) this.fields.set(`${name}`, value)
  }

  protected get groups(): readonly ParamGroup[] {
    return this.optimizer.paramGroups
  }

  protected get isInitial(): boolean {
    return this.fields.get('_is_initial') === true
  }

  /** A number among the attributes. Throws OpError where a loaded dictionary made it something else. */
  protected number(name: string): number {
    const value = numberOf(this.fields.get(name))
    if (value === null) throw refused(`the scheduler's '${name}' is no number`)
    return value
  }

  /** As `number`, for lists of them. */
  protected numbers(name: string): number[] {
    const values = this.fields.get(name)
    const numbers = Array.isArray(values) ? values.map(numberOf) : [null]
    if (numbers.includes(null)) throw refused(`the scheduler's '${name}' is no list of numbers`)
    return numbers as number[]
  }

  protected valuesOf(name: string): PyNumber[] {
    return this.groups.map(group => optionOf(group, name))
  }

  /** Every group's rate times a factor. */
  protected scaled(factor: PyNumber): PyNumber[] {
    return this.groups.map(group => times(optionOf(group, 'lr'), factor))
  }

  /** Every group's rate at the start through a function. */
  protected fromBase(rate: (base: number) => number): PyFloat[] {
    return this.numbers('base_lrs').map(base => new PyFloat(rate(base)))
  }
}

/** One value for each group: a list of them, or one for all. Throws OpError for lists of another length. */
export function perGroup(
  name: string,
  optimizer: Optimizer,
  value: NumberOption | readonly NumberOption[],
): PyNumber[] {
  const count = optimizer.paramGroups.length
  if (!Array.isArray(value)) return new Array<PyNumber>(count).fill(python(value as NumberOption))
  if (value.length !== count) {
    throw refused(
      `${name} must have the same length as optimizer.param_groups. ${name} has ${value.length} values, param_groups has ${count}.`,
    )
  }
  return value.map(python)
}
