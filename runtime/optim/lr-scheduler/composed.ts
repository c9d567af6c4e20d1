/** Schedulers out of schedulers: one after the other, or all at once. */
import { PyDict } from '../../checkpoint/py-dict.ts'
import type { PyValue } from '../../checkpoint/python-value.ts'
import type { Optimizer } from '../optimizer.ts'
import { refused } from '../refused.ts'
import { ReduceLROnPlateau } from './plateau.ts'
import { LRScheduler, optionOf } from './scheduler.ts'

abstract class Composed extends LRScheduler {
  protected readonly parts: readonly LRScheduler[]

  constructor(optimizer: Optimizer | undefined, parts: readonly LRScheduler[], own: Record<string, PyValue>) {
    const [first] = parts
    if (first === undefined) throw refused('expects at least one scheduler, but got no scheduler.')
    const owner = optimizer ?? first.optimizer
    super(owner, own)
    for (const [i, part] of parts.entries()) {
      if (part instanceof ReduceLROnPlateau)
        throw refused(`the scheduler at index ${i} is a \`ReduceLROnPlateau\`, whose \`step\` needs a metric`)
      if (part.optimizer !== owner)
        throw refused(`the scheduler at index ${i} belongs to another optimizer than the others`)
    }
    this.parts = parts
  }

  override undo(): void {
    for (const part of this.parts) part.undo()
  }

  override stateDict(): PyDict {
    return super.stateDict().set(
      '_schedulers',
      this.parts.map(part => part.stateDict()),
    )
  }

  override loadStateDict(state: PyValue): void {
    const states = state instanceof PyDict ? state.get('_schedulers') : undefined
    if (!(state instanceof PyDict) || !Array.isArray(states) || states.length !== this.parts.length)
      throw refused(`this is no state dict of ${this.parts.length} schedulers under '_schedulers'`)
    super.loadStateDict(state)
    this.fields.delete('_schedulers')
    for (const [i, part] of this.parts.entries()) part.loadStateDict(states[i]!)
  }
}

export interface SequentialOptions {
  readonly schedulers: readonly LRScheduler[]
  /** The steps at which the next scheduler takes over: one less than schedulers. */
  readonly milestones: readonly number[]
  readonly last_epoch?: number
}

/** One scheduler after the other. */
export class SequentialLR extends Composed {
  constructor(optimizer: Optimizer, { schedulers, milestones, last_epoch = -1 }: SequentialOptions) {
    super(optimizer, schedulers, { _milestones: [...milestones], last_epoch: last_epoch + 1 })
    if (milestones.length !== schedulers.length - 1) {
      throw refused(
        `Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers ${schedulers.length} and the number of milestones to be equal to ${milestones.length}`,
      )
    }
    for (const group of this.groups) group.options.set('lr', optionOf(group, 'initial_lr'))
    this.undo()
    this.#at(0).initialStep()
    this.noteRates()
  }

  /** The scheduler of a step. */
  #at(epoch: number): LRScheduler {
    return this.parts[this.numbers('_milestones').filter(m => m <= epoch).length]!
  }

  override step(): void {
    const at = this.lastEpoch + 1
    this.fields.set('last_epoch', at)
    const part = this.#at(at)
    if (this.numbers('_milestones').includes(at)) part.update(0)
    else part.step()
    this.noteRates()
  }
}

/** All schedulers at every step, each on what the one before left. */
export class ChainedScheduler extends Composed {
  constructor(schedulers: readonly LRScheduler[], optimizer?: Optimizer) {
    super(optimizer, schedulers, {})
    this.noteRates()
  }

  override step(): void {
    for (const part of this.parts) part.step()
    this.noteRates()
  }
}
