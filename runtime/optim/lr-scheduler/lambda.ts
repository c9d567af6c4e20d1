/** Schedules by a function of one's own. */
import type { PyDict } from '../../checkpoint/py-dict.ts'
import { PyFloat } from '../../checkpoint/python-value.ts'
import type { Optimizer } from '../optimizer.ts'
import { refused } from '../refused.ts'
import { LRScheduler, optionOf, type PyNumber, times } from './scheduler.ts'

export interface LambdaOptions {
  /** A factor by the number of the step, one for all groups or one for each. */
  readonly lr_lambda: ((epoch: number) => number) | readonly ((epoch: number) => number)[]
  readonly last_epoch?: number
}

abstract class ByFunction extends LRScheduler {
  protected readonly functions: readonly ((epoch: number) => number)[]

  constructor(optimizer: Optimizer, { lr_lambda: given, last_epoch = -1 }: LambdaOptions) {
    super(optimizer, {})
    const count = optimizer.paramGroups.length
    const list = typeof given === 'function' ? new Array<typeof given>(count).fill(given) : [...given]
    if (list.length !== count) throw refused(`Expected ${count} lr_lambdas, but got ${list.length}`)
    this.functions = list
    this.start(last_epoch)
  }

  /** The factor of each group. */
  protected factors(): PyFloat[] {
    return this.functions.map(f => new PyFloat(f(this.lastEpoch)))
  }

  /** The functions stand in it as None, as in PyTorch's. */
  override stateDict(): PyDict {
    const state = super.stateDict()
    return state.set(
      'lr_lambdas',
      this.functions.map(() => null),
    )
  }
}

/** The rate at the start times a function of the step's number. */
export class LambdaLR extends ByFunction {
  protected override rates(): PyNumber[] {
    const base = this.numbers('base_lrs')
    return this.factors().map((factor, i) => times(base[i]!, factor))
  }
}

/** The rate before times a function of the step's number. */
export class MultiplicativeLR extends ByFunction {
  protected override rates(): PyNumber[] {
    if (this.isInitial) return this.valuesOf('lr')
    return this.factors().map((factor, i) => times(optionOf(this.groups[i]!, 'lr'), factor))
  }
}
