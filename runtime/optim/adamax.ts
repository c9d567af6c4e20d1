/** Adamax, Adam by the infinity norm: https://docs.pytorch.org/docs/2.13/generated/torch.optim.Adamax.html */
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { checkBetas, checkNotNegative, checkWays } from './check-options.ts'
import { descent, lerp } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { type Moved, Optimizer, type Params } from './optimizer.ts'
import { type ParamGroup, setDefault } from './param-group.ts'

export interface AdamaxOptions {
  readonly lr?: number | FloatScalar
  readonly betas?: readonly [number, number]
  readonly eps?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly maximize?: boolean
  readonly foreach?: boolean | null
  readonly capturable?: boolean
  readonly differentiable?: boolean
}

export class Adamax extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: AdamaxOptions = {}) {
    super(params, {
      lr: options.lr ?? 2e-3,
      betas: options.betas ?? [0.9, 0.999],
      eps: options.eps ?? 1e-8,
      weight_decay: options.weight_decay ?? 0,
      foreach: options.foreach ?? null,
      maximize: options.maximize ?? false,
      differentiable: options.differentiable ?? false,
      capturable: options.capturable ?? false,
    })
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'eps', 'weight_decay'])
    checkBetas(group)
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    setDefault(group, 'foreach', null)
    for (const name of ['maximize', 'differentiable', 'capturable']) setDefault(group, name, false)
  }

  protected older(): OlderLayout {
    return { options: ['lr', 'betas', 'eps', 'weight_decay', 'foreach', 'maximize'] }
  }

  protected update(group: ParamGroup, moved: readonly Moved[]): void {
    const maximize = group.flag('maximize')
    const beta = (i: 0 | 1): number => group.pair('betas')[i]
    for (const { count, moved: alike } of this.counted(moved)) {
      const { cell: like } = alike[0]!
      const v = vocabulary(builderOf(like.held.device))
      const [decay, eps] = [this.addedDecay(group, like), this.option(group, like, 'eps')]
      const size = this.number(like, () => group.lr / (1 - beta(0) ** count.number))
      const weight = this.weight(like, () => 1 - beta(0))
      const kept = this.number(like, () => beta(1))
      for (const { cell, grad } of alike) {
        const direction = descent(v, { value: cell.held, grad }, { maximize, decay })
        const first = lerp(v, this.before(cell, 'exp_avg'), direction, weight)
        const floor = v.add(v.abs(direction), eps)
        const largest = v.max(v.mul(this.before(cell, 'exp_inf'), kept), floor)
        this.store(cell, 'exp_avg', first)
        this.store(cell, 'exp_inf', largest)
        this.write(cell, v.sub(cell.held, v.div(v.mul(first, size), largest)))
      }
    }
  }
}
