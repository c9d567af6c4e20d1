/** Schedules along a cosine: https://arxiv.org/abs/1608.03983 */
import { PyFloat } from '../../checkpoint/python-value.ts'
import { float } from '../../ops/args.ts'
import { cos } from '../../python/libm.ts'
import type { Optimizer } from '../optimizer.ts'
import { refused } from '../refused.ts'
import { LRScheduler, type NumberOption, type PyNumber, python } from './scheduler.ts'

export interface CosineAnnealingOptions {
  readonly T_max: number
  readonly eta_min?: NumberOption
  readonly last_epoch?: number
}

/** Down to `eta_min` in `T_max` steps, and up again. */
export class CosineAnnealingLR extends LRScheduler {
  constructor(optimizer: Optimizer, options: CosineAnnealingOptions) {
    const { T_max, eta_min = float(0), last_epoch = -1 } = options
    super(optimizer, { T_max, eta_min: python(eta_min) })
    this.start(last_epoch)
  }

  protected override rates(): PyNumber[] {
    const [at, half, least] = [this.lastEpoch, this.number('T_max'), this.number('eta_min')]
    if (this.isInitial) return this.valuesOf('lr')
    if (this.number('_step_count') === 1 && at > 0)
      return this.fromBase(base => least + ((base - least) * (1 + cos((at * Math.PI) / half))) / 2)
    const base = this.numbers('base_lrs')
    const isLowest = (at - 1 - half) % (2 * half) === 0
    const rise = 1 - cos(Math.PI / half)
    const ratio = (1 + cos((Math.PI * at) / half)) / (1 + cos((Math.PI * (at - 1)) / half))
    return this.groups.map(
      ({ lr }, i) =>
        new PyFloat(isLowest ? lr + ((base[i]! - least) * rise) / 2 : ratio * (lr - least) + least),
    )
  }

  protected override ratesAt(): PyNumber[] {
    const [half, least] = [this.number('T_max'), this.number('eta_min')]
    const height = 1 + cos((Math.PI * this.lastEpoch) / half)
    return this.fromBase(base => least + ((base - least) * height) / 2)
  }
}

export interface WarmRestartsOptions {
  readonly T_0: number
  readonly T_mult?: number
  readonly eta_min?: NumberOption
  readonly last_epoch?: number
}

/** Down to `eta_min` in `T_0` steps, then from the start again in `T_mult` times as many. `step` takes fractions of an epoch. */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  constructor(optimizer: Optimizer, options: WarmRestartsOptions) {
    const { T_0, T_mult = 1, eta_min = float(0), last_epoch = -1 } = options
    super(optimizer, { T_0, T_i: T_0, T_mult, eta_min: python(eta_min), T_cur: last_epoch })
    if (!(T_0 > 0 && Number.isInteger(T_0))) throw refused(`Expected positive integer T_0, but got ${T_0}`)
    if (!(T_mult >= 1 && Number.isInteger(T_mult)))
      throw refused(`Expected integer T_mult >= 1, but got ${T_mult}`)
    this.start(last_epoch)
  }

  protected override rates(): PyNumber[] {
    const least = this.number('eta_min')
    const height = 1 + cos((Math.PI * this.number('T_cur')) / this.number('T_i'))
    return this.fromBase(base => least + ((base - least) * height) / 2)
  }

  override step(epoch?: number): void {
    const given = epoch === undefined && this.lastEpoch < 0 ? 0 : epoch
    if (given === undefined) this.#advance()
    else this.#place(given)
    this.fields.set('last_epoch', given === undefined ? this.lastEpoch + 1 : Math.floor(given))
    this.fields.set('_get_lr_called_within_step', true)
    this.setRates(this.rates())
    this.fields.set('_get_lr_called_within_step', false)
    this.noteRates()
  }

  #advance(): void {
    const [at, length] = [this.number('T_cur') + 1, this.number('T_i')]
    const isOver = at >= length
    const isWhole = !(this.fields.get('T_cur') instanceof PyFloat)
    const place = isOver ? at % length : at
    this.fields.set('T_cur', isWhole ? place : new PyFloat(place))
    if (isOver) this.fields.set('T_i', length * this.number('T_mult'))
  }

  #place(epoch: number): void {
    if (epoch < 0) throw refused(`Expected non-negative epoch, but got ${epoch}`)
    const [first, growth] = [this.number('T_0'), this.number('T_mult')]
    if (epoch < first) {
      this.fields.set('T_i', first)
      this.fields.set('T_cur', python(epoch))
    } else if (growth === 1) this.fields.set('T_cur', python(epoch % first))
    else {
      const cycles = Math.trunc(Math.log((epoch / first) * (growth - 1) + 1) / Math.log(growth))
      const before = (first * (growth ** cycles - 1)) / (growth - 1)
      this.fields.set('T_cur', new PyFloat(epoch - before))
      this.fields.set('T_i', first * growth ** cycles)
    }
  }
}
