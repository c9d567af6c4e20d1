/** Schedules that hold, raise or lower the rate by a simple law. */
import { PyFloat } from '../../checkpoint/python-value.ts'
import { float } from '../../ops/args.ts'
import { pow } from '../../python/libm.ts'
import type { Optimizer } from '../optimizer.ts'
import { refused } from '../refused.ts'
import { LRScheduler, type NumberOption, type PyNumber, plain, python } from './scheduler.ts'

export interface ConstantOptions {
  readonly factor?: NumberOption
  readonly total_iters?: number
  readonly last_epoch?: number
}

/** The rate times a factor for `total_iters` steps. */
export class ConstantLR extends LRScheduler {
  constructor(optimizer: Optimizer, options: ConstantOptions = {}) {
    const { factor = 1 / 3, total_iters = 5, last_epoch = -1 } = options
    super(optimizer, { factor: python(factor), total_iters })
    if (!(plain(factor) >= 0 && plain(factor) <= 1))
      throw refused('Constant multiplicative factor expected to be between 0 and 1.')
    this.start(last_epoch)
  }

  protected override rates(): PyNumber[] {
    if (this.lastEpoch === 0) return this.scaled(this.fields.get('factor') as PyNumber)
    if (this.lastEpoch !== this.number('total_iters')) return this.valuesOf('lr')
    return this.scaled(new PyFloat(1 / this.number('factor')))
  }

  protected override ratesAt(): PyNumber[] {
    const [factor, isOver] = [this.number('factor'), this.lastEpoch >= this.number('total_iters')]
    return this.fromBase(base => base * (factor + (isOver ? 1 : 0) * (1 - factor)))
  }
}

export interface LinearOptions {
  readonly start_factor?: NumberOption
  readonly end_factor?: NumberOption
  readonly total_iters?: number
  readonly last_epoch?: number
}

/** The rate times a factor that goes from one value to another in `total_iters` steps. */
export class LinearLR extends LRScheduler {
  constructor(optimizer: Optimizer, options: LinearOptions = {}) {
    const { start_factor = 1 / 3, end_factor = float(1), total_iters = 5, last_epoch = -1 } = options
    super(optimizer, { start_factor: python(start_factor), end_factor: python(end_factor), total_iters })
    const [from, to] = [plain(start_factor), plain(end_factor)]
    if (!(from > 0 && from <= 1))
      throw refused('Starting multiplicative factor expected to be greater than 0 and less or equal to 1.')
    if (!(to >= 0 && to <= 1)) throw refused('Ending multiplicative factor expected to be between 0 and 1.')
    this.start(last_epoch)
  }

  protected override rates(): PyNumber[] {
    const [from, total] = [this.number('start_factor'), this.number('total_iters')]
    const gap = this.number('end_factor') - from
    if (this.lastEpoch === 0) return this.scaled(this.fields.get('start_factor') as PyNumber)
    if (this.isInitial || this.lastEpoch > total) return this.valuesOf('lr')
    return this.scaled(new PyFloat(1 + gap / (total * from + (this.lastEpoch - 1) * gap)))
  }

  protected override ratesAt(): PyNumber[] {
    const [from, total] = [this.number('start_factor'), this.number('total_iters')]
    const gap = this.number('end_factor') - from
    return this.fromBase(base => base * (from + (gap * Math.min(total, this.lastEpoch)) / total))
  }
}

export interface ExponentialOptions {
  readonly gamma: NumberOption
  readonly last_epoch?: number
}

/** The rate times gamma at every step. */
export class ExponentialLR extends LRScheduler {
  constructor(optimizer: Optimizer, { gamma, last_epoch = -1 }: ExponentialOptions) {
    super(optimizer, { gamma: python(gamma) })
    this.start(last_epoch)
  }

  protected override rates(): PyNumber[] {
    if (this.isInitial) return this.valuesOf('lr')
    return this.scaled(this.fields.get('gamma') as PyNumber)
  }

  protected override ratesAt(): PyNumber[] {
    return this.fromBase(base => base * pow(this.number('gamma'), this.lastEpoch))
  }
}

export interface PolynomialOptions {
  readonly total_iters?: number
  readonly power?: NumberOption
  readonly last_epoch?: number
}

/** The rate times `(1 - step / total_iters) ^ power`. */
export class PolynomialLR extends LRScheduler {
  constructor(optimizer: Optimizer, options: PolynomialOptions = {}) {
    const { total_iters = 5, power = float(1), last_epoch = -1 } = options
    super(optimizer, { total_iters, power: python(power) })
    this.start(last_epoch)
  }

  protected override rates(): PyNumber[] {
    const [at, total] = [this.lastEpoch, this.number('total_iters')]
    if (this.isInitial || at > total) return this.valuesOf('lr')
    return this.scaled(new PyFloat(pow((1 - at / total) / (1 - (at - 1) / total), this.number('power'))))
  }

  protected override ratesAt(): PyNumber[] {
    const [at, total] = [this.lastEpoch, this.number('total_iters')]
    const left = 1 - Math.min(total, at) / total
    return this.fromBase(base => base * pow(left, this.number('power')))
  }
}
