/**
 * Adam and AdamW: https://docs.pytorch.org/docs/2.13/generated/torch.optim.Adam.html
 * The host counts the steps and computes the corrections of the bias from them, in float64 as PyTorch.
 */
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { checkBetas, checkNotNegative, checkWays } from './check-options.ts'
import type { HostNumber } from './host-number.ts'
import { descent, lerp, squareAverage } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { type Moved, Optimizer, type Params } from './optimizer.ts'
import { type ParamGroup, setDefault } from './param-group.ts'

export interface AdamOptions {
  readonly lr?: number | FloatScalar
  readonly betas?: readonly [number, number]
  readonly eps?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly amsgrad?: boolean
  readonly maximize?: boolean
  /** The decay is taken off the parameters, not added to the gradients: AdamW. */
  readonly decoupled_weight_decay?: boolean
  readonly foreach?: boolean | null
  readonly capturable?: boolean
  readonly differentiable?: boolean
  readonly fused?: boolean | null
}

export class Adam extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: AdamOptions = {}) {
    super(params, {
      lr: options.lr ?? 1e-3,
      betas: options.betas ?? [0.9, 0.999],
      eps: options.eps ?? 1e-8,
      weight_decay: options.weight_decay ?? 0,
      amsgrad: options.amsgrad ?? false,
      maximize: options.maximize ?? false,
      foreach: options.foreach ?? null,
      capturable: options.capturable ?? false,
      differentiable: options.differentiable ?? false,
      fused: options.fused ?? null,
      decoupled_weight_decay: options.decoupled_weight_decay ?? false,
    })
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'eps', 'weight_decay'])
    checkBetas(group)
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    for (const name of ['amsgrad', 'maximize']) setDefault(group, name, false)
    setDefault(group, 'foreach', null)
    for (const name of ['capturable', 'differentiable', 'decoupled_weight_decay'])
      setDefault(group, name, false)
    setDefault(group, 'fused', null)
  }

  protected older(): OlderLayout {
    return {
      options: [...COMMON_1_13, 'maximize', 'foreach', 'capturable', 'differentiable', 'fused'],
    }
  }

  protected update(group: ParamGroup, moved: readonly Moved[]): void {
    for (const { count, moved: alike } of this.counted(moved)) this.#move(group, count, alike)
  }

  #move(group: ParamGroup, count: HostNumber, moved: readonly Moved[]): void {
    const { cell: like } = moved[0]!
    const v = vocabulary(builderOf(like.held.device))
    const beta = (i: 0 | 1): number => group.pair('betas')[i]
    const size = this.number(like, () => group.lr / (1 - beta(0) ** count.number))
    const root = this.number(like, () => Math.sqrt(1 - beta(1) ** count.number))
    const weight = this.weight(like, () => 1 - beta(0))
    const average = this.average(like, () => beta(1))
    const decayed = this.decay(group, like)
    const [decay, eps] = [this.addedDecay(group, like), this.option(group, like, 'eps')]
    const [maximize, amsgrad] = [group.flag('maximize'), group.flag('amsgrad')]
    for (const { cell, grad } of moved) {
      const direction = descent(v, { value: cell.held, grad }, { maximize, decay })
      const first = lerp(v, this.before(cell, 'exp_avg'), direction, weight)
      const second = squareAverage(v, this.before(cell, 'exp_avg_sq'), direction, average)
      const largest = amsgrad ? v.max(this.before(cell, 'max_exp_avg_sq'), second) : null
      this.store(cell, 'exp_avg', first)
      this.store(cell, 'exp_avg_sq', second)
      if (largest !== null) this.store(cell, 'max_exp_avg_sq', largest)
      const scale = v.add(v.div(v.sqrt(largest ?? second), root), eps)
      this.write(cell, v.sub(decayed(cell.held), v.div(v.mul(first, size), scale)))
    }
  }
}

/** The options of 1.13 that Adam and AdamW begin with. */
const COMMON_1_13 = ['lr', 'betas', 'eps', 'weight_decay', 'amsgrad']

/** Adam with decoupled weight decay, 0.01 unless given. */
export class AdamW extends Adam {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: Omit<AdamOptions, 'decoupled_weight_decay'> = {}) {
    super(params, { weight_decay: 1e-2, ...options, decoupled_weight_decay: true })
  }

  protected override complete(group: ParamGroup): void {
    super.complete(group)
    group.set('decoupled_weight_decay', true)
  }
  protected override older(): OlderLayout {
    return {
      options: [...COMMON_1_13, 'foreach', 'maximize', 'capturable'],
      implied: ['decoupled_weight_decay'],
    }
  }
}
