/** ReduceLROnPlateau: lowers the rate when a metric no longer improves. */
import { PyFloat, type PyValue } from '../../checkpoint/python-value.ts'
import type { Optimizer } from '../optimizer.ts'
import { numberOf } from '../param-group.ts'
import { refused } from '../refused.ts'
import { LRScheduler, type NumberOption, optionOf, perGroup, plain, python } from './scheduler.ts'

export interface PlateauOptions {
  readonly mode?: 'min' | 'max'
  readonly factor?: NumberOption
  /** Steps without an improvement that are let pass. */
  readonly patience?: number
  readonly threshold?: NumberOption
  readonly threshold_mode?: 'rel' | 'abs'
  /** Steps after a reduction in which none is counted. */
  readonly cooldown?: number
  readonly min_lr?: NumberOption | readonly NumberOption[]
  readonly eps?: NumberOption
}

export class ReduceLROnPlateau extends LRScheduler {
  constructor(optimizer: Optimizer, options: PlateauOptions = {}) {
    const { factor = 0.1, min_lr = 0, patience = 10, cooldown = 0, eps = 1e-8 } = options
    const isList = Array.isArray(min_lr)
    if (isList && min_lr.length !== optimizer.paramGroups.length)
      throw refused(`expected ${optimizer.paramGroups.length} min_lrs, got ${min_lr.length}`)
    super(optimizer, {
      factor: python(factor),
      default_min_lr: isList ? null : python(min_lr as NumberOption),
      min_lrs: perGroup('min_lr', optimizer, min_lr),
      patience,
      cooldown,
      eps: python(eps),
      last_epoch: 0,
    })
    if (plain(factor) >= 1) throw refused('Factor should be < 1.0.')
    this.noteRates()
    const { mode = 'min', threshold = 1e-4, threshold_mode = 'rel' } = options
    this.#measure(mode, python(threshold), threshold_mode)
    this.fields.set('best', this.fields.get('mode_worse')!)
    this.fields.set('cooldown_counter', 0)
    this.fields.set('num_bad_epochs', 0)
  }

  #measure(mode: PyValue, threshold: PyValue, thresholdMode: PyValue): void {
    if (mode !== 'min' && mode !== 'max') throw refused(`mode ${mode} is unknown!`)
    if (thresholdMode !== 'rel' && thresholdMode !== 'abs')
      throw refused(`threshold mode ${thresholdMode} is unknown!`)
    this.fields.set('mode_worse', new PyFloat(mode === 'min' ? Infinity : -Infinity))
    this.fields.set('mode', mode)
    this.fields.set('threshold', threshold)
    this.fields.set('threshold_mode', thresholdMode)
  }

  /** Counts a step, whose metric this is. */
  override step(metric: number, epoch?: number): void {
    const at = epoch ?? this.lastEpoch + 1
    this.fields.set('last_epoch', at)
    const count = (name: string, value: number): void => void this.fields.set(name, value)
    if (this.#isBetter(metric, this.number('best'))) {
      this.fields.set('best', new PyFloat(metric))
      count('num_bad_epochs', 0)
    } else count('num_bad_epochs', this.number('num_bad_epochs') + 1)
    if (this.number('cooldown_counter') > 0) {
      count('cooldown_counter', this.number('cooldown_counter') - 1)
      count('num_bad_epochs', 0)
    }
    if (this.number('num_bad_epochs') > this.number('patience')) {
      this.#reduce()
      count('cooldown_counter', this.number('cooldown'))
      count('num_bad_epochs', 0)
    }
    this.noteRates()
  }

  #isBetter(metric: number, best: number): boolean {
    const threshold = this.number('threshold')
    const isRelative = this.fields.get('threshold_mode') === 'rel'
    if (this.fields.get('mode') === 'min')
      return metric < (isRelative ? best * (1 - threshold) : best - threshold)
    return metric > (isRelative ? best * (threshold + 1) : best + threshold)
  }

  #reduce(): void {
    let least = this.numbers('min_lrs')
    if (least.length !== this.groups.length) {
      const all = this.fields.get('default_min_lr')
      if (all == null) {
        throw refused(
          `the optimizer has ${this.groups.length} parameter groups, ReduceLROnPlateau was made for ${least.length}`,
          'give one min_lr for all groups',
        )
      }
      this.fields.set('min_lrs', new Array<PyValue>(this.groups.length).fill(all))
      least = this.numbers('min_lrs')
    }
    for (const [i, group] of this.groups.entries()) {
      const old = numberOf(optionOf(group, 'lr'))!
      const lowered = Math.max(old * this.number('factor'), least[i]!)
      if (old - lowered > this.number('eps')) group.options.set('lr', new PyFloat(lowered))
    }
  }

  override loadStateDict(state: PyValue): void {
    super.loadStateDict(state)
    const [mode, threshold, thresholdMode] = ['mode', 'threshold', 'threshold_mode'].map(n =>
      this.fields.get(n),
    )
    this.#measure(mode!, threshold!, thresholdMode!)
  }
}
