/** Schedules that drop the rate at certain steps. */
import { PyDict } from '../../checkpoint/py-dict.ts'
import { PyFloat } from '../../checkpoint/python-value.ts'
import { pow } from '../../python/libm.ts'
import type { Optimizer } from '../optimizer.ts'
import { numberOf } from '../param-group.ts'
import { refused } from '../refused.ts'
import { LRScheduler, type NumberOption, type PyNumber, python } from './scheduler.ts'

export interface StepOptions {
  readonly step_size: number
  readonly gamma?: NumberOption
  readonly last_epoch?: number
}

/** The rate times gamma every `step_size` steps. */
export class StepLR extends LRScheduler {
  constructor(optimizer: Optimizer, { step_size, gamma = 0.1, last_epoch = -1 }: StepOptions) {
    super(optimizer, { step_size, gamma: python(gamma) })
    if (!(step_size >= 1)) throw refused(`step_size is ${step_size}, not 1 or more`)
    this.start(last_epoch)
  }

  protected override rates(): PyNumber[] {
    const at = this.lastEpoch
    if (at === 0 || at % this.number('step_size') !== 0) return this.valuesOf('lr')
    return this.scaled(this.fields.get('gamma') as PyNumber)
  }

  protected override ratesAt(): PyNumber[] {
    const drops = Math.floor(this.lastEpoch / this.number('step_size'))
    return this.fromBase(base => base * pow(this.number('gamma'), drops))
  }
}

export interface MultiStepOptions {
  readonly milestones: readonly number[]
  readonly gamma?: NumberOption
  readonly last_epoch?: number
}

/** The rate times gamma at each milestone. */
export class MultiStepLR extends LRScheduler {
  constructor(optimizer: Optimizer, { milestones, gamma = 0.1, last_epoch = -1 }: MultiStepOptions) {
    const counts = new Map<number, number>()
    for (const m of milestones) counts.set(m, (counts.get(m) ?? 0) + 1)
    super(optimizer, { milestones: new PyDict('Counter', counts), gamma: python(gamma) })
    this.start(last_epoch)
  }

  #milestones(): PyDict {
    const milestones = this.fields.get('milestones')
    if (milestones instanceof PyDict) return milestones
    throw refused("the scheduler's 'milestones' are no Counter")
  }

  protected override rates(): PyNumber[] {
    const times = numberOf(this.#milestones().get(this.lastEpoch))
    if (times === null) return this.valuesOf('lr')
    const gamma = this.fields.get('gamma') as PyNumber
    const power = pow(this.number('gamma'), times)
    return this.scaled(gamma instanceof PyFloat ? new PyFloat(power) : power)
  }

  protected override ratesAt(): PyNumber[] {
    const passed = this.#milestones()
      .entries()
      .filter(([at]) => numberOf(at)! <= this.lastEpoch)
      .reduce((n, [, count]) => n + numberOf(count)!, 0)
    return this.fromBase(base => base * pow(this.number('gamma'), passed))
  }
}
