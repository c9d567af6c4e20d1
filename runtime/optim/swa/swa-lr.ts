/** torch.optim.swa_utils.SWALR: from the rate where it is to a constant one. */
import { PyFloat, type PyValue } from '../../checkpoint/python-value.ts'
import { cos } from '../../python/libm.ts'
import { LRScheduler, type NumberOption, type PyNumber, perGroup } from '../lr-scheduler/scheduler.ts'
import type { Optimizer } from '../optimizer.ts'
import { refused } from '../refused.ts'

export interface SWALROptions {
  readonly swa_lr: NumberOption | readonly NumberOption[]
  /** Steps until the rate is reached. */
  readonly anneal_epochs?: number
  readonly anneal_strategy?: 'cos' | 'linear'
  readonly last_epoch?: number
}

export class SWALR extends LRScheduler {
  constructor(optimizer: Optimizer, options: SWALROptions) {
    const { anneal_epochs = 10, anneal_strategy = 'cos', last_epoch = -1 } = options
    super(optimizer, { _anneal_strategy: anneal_strategy, anneal_epochs } satisfies Record<string, PyValue>)
    for (const [i, rate] of perGroup('swa_lr', optimizer, options.swa_lr).entries())
      this.groups[i]!.options.set('swa_lr', rate)
    if (anneal_strategy !== 'cos' && anneal_strategy !== 'linear')
      throw refused(`anneal_strategy must be one of 'cos' or 'linear', instead got ${anneal_strategy}`)
    if (!(Number.isInteger(anneal_epochs) && anneal_epochs >= 0))
      throw refused(`anneal_epochs must be equal or greater than 0, got ${anneal_epochs}`)
    this.start(last_epoch)
  }

  protected override rates(): PyNumber[] {
    const epochs = this.number('anneal_epochs')
    const counted = this.number('_step_count') - 1
    const step = epochs === 0 ? Math.max(1, counted) : counted
    const part = (n: number): number => this.#annealed(Math.max(0, Math.min(1, n / Math.max(1, epochs))))
    const [before, now] = [part(step - 1), part(step)]
    return this.groups.map(group => {
      const goal = group.number('swa_lr')
      const start = before === 1 ? goal : (group.lr - before * goal) / (1 - before)
      return new PyFloat(goal * now + start * (1 - now))
    })
  }

  #annealed(t: number): number {
    return this.fields.get('_anneal_strategy') === 'linear' ? t : (1 - cos(Math.PI * t)) / 2
  }
}
