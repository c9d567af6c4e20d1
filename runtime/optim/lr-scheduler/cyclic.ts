/** CyclicLR: up and down between two rates. https://arxiv.org/abs/1506.01186 */
import type { PyDict } from '../../checkpoint/py-dict.ts'
import { PyFloat } from '../../checkpoint/python-value.ts'
import { float } from '../../ops/args.ts'
import { pow } from '../../python/libm.ts'
import type { Optimizer } from '../optimizer.ts'
import { refused } from '../refused.ts'
import { setMomentum, startMomentum, usesBeta1 } from './cycled-momentum.ts'
import { LRScheduler, type NumberOption, type PyNumber, perGroup, python } from './scheduler.ts'

export interface CyclicOptions {
  readonly base_lr: NumberOption | readonly NumberOption[]
  readonly max_lr: NumberOption | readonly NumberOption[]
  readonly step_size_up?: number
  readonly step_size_down?: number | null
  readonly mode?: 'triangular' | 'triangular2' | 'exp_range'
  readonly gamma?: NumberOption
  /** Instead of a mode: the height of a cycle by its number, or of a step by its. */
  readonly scale_fn?: ((x: number) => number) | null
  readonly scale_mode?: 'cycle' | 'iterations'
  readonly cycle_momentum?: boolean
  readonly base_momentum?: NumberOption | readonly NumberOption[]
  readonly max_momentum?: NumberOption | readonly NumberOption[]
  readonly last_epoch?: number
}

const MODES = ['triangular', 'triangular2', 'exp_range']

export class CyclicLR extends LRScheduler {
  readonly #scale: ((x: number) => number) | null

  constructor(optimizer: Optimizer, options: CyclicOptions) {
    const { mode = 'triangular', cycle_momentum = true, last_epoch = -1, scale_fn = null } = options
    const base = perGroup('base_lr', optimizer, options.base_lr)
    const up = options.step_size_up ?? 2000
    const total = up + (options.step_size_down ?? up)
    const ofMode = mode === 'exp_range' ? 'iterations' : 'cycle'
    super(optimizer, {
      max_lrs: perGroup('max_lr', optimizer, options.max_lr),
      total_size: new PyFloat(total),
      step_ratio: new PyFloat(up / total),
      mode,
      gamma: python(options.gamma ?? float(1)),
      scale_mode: scale_fn === null ? ofMode : (options.scale_mode ?? 'cycle'),
      cycle_momentum,
    })
    if (scale_fn === null && !MODES.includes(mode)) throw refused('mode is invalid and scale_fn is None')
    this.#scale = scale_fn
    if (last_epoch === -1)
      for (const [i, group] of optimizer.paramGroups.entries()) group.options.set('lr', base[i]!)
    if (cycle_momentum) {
      const isBeta1 = usesBeta1(optimizer)
      const lowest = perGroup('base_momentum', optimizer, options.base_momentum ?? 0.8)
      const highest = perGroup('max_momentum', optimizer, options.max_momentum ?? 0.9)
      this.fields.set('use_beta1', isBeta1)
      this.fields.set('base_momentums', lowest)
      this.fields.set('max_momentums', highest)
      if (last_epoch === -1) startMomentum(optimizer, isBeta1, { lowest, highest })
    }
    this.start(last_epoch)
    this.fields.set('base_lrs', base)
  }

  #height(x: number): number {
    if (this.#scale !== null) return this.#scale(x)
    const mode = this.fields.get('mode')
    if (mode === 'exp_range') return pow(this.number('gamma'), x)
    return mode === 'triangular2' ? 1 / 2 ** (x - 1) : 1
  }

  protected override rates(): PyNumber[] {
    const [at, total, ratio] = [this.lastEpoch, this.number('total_size'), this.number('step_ratio')]
    const cycle = Math.floor(1 + at / total)
    const x = 1 + at / total - cycle
    const part = x <= ratio ? x / ratio : (x - 1) / (ratio - 1)
    const height = this.#height(this.fields.get('scale_mode') === 'cycle' ? cycle : at)
    const [low, high] = [this.numbers('base_lrs'), this.numbers('max_lrs')]
    const rates = low.map((base, i) => new PyFloat(base + (high[i]! - base) * part * height))
    if (this.fields.get('cycle_momentum') === true) {
      const [lowest, highest] = [this.numbers('base_momentums'), this.numbers('max_momentums')]
      for (const [i, group] of this.groups.entries()) {
        const momentum = highest[i]! - (highest[i]! - lowest[i]!) * part * height
        setMomentum(group, this.fields.get('use_beta1') === true, new PyFloat(momentum))
      }
    }
    return rates
  }

  /** A function of one's own stands in it as None, as in PyTorch's. */
  override stateDict(): PyDict {
    return super.stateDict().set('_scale_fn_custom', null)
  }
}
