/** RAdam, Adam with a rectified variance: https://docs.pytorch.org/docs/2.13/generated/torch.optim.RAdam.html */
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { checkBetas, checkNotNegative, checkWays } from './check-options.ts'
import { descent, lerp, squareAverage } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { type Moved, Optimizer, type Params } from './optimizer.ts'
import { type ParamGroup, setDefault } from './param-group.ts'

export interface RAdamOptions {
  readonly lr?: number | FloatScalar
  readonly betas?: readonly [number, number]
  readonly eps?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly decoupled_weight_decay?: boolean
  readonly maximize?: boolean
  readonly foreach?: boolean | null
  readonly capturable?: boolean
  readonly differentiable?: boolean
}

export class RAdam extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: RAdamOptions = {}) {
    super(params, {
      lr: options.lr ?? 1e-3,
      betas: options.betas ?? [0.9, 0.999],
      eps: options.eps ?? 1e-8,
      weight_decay: options.weight_decay ?? 0,
      maximize: options.maximize ?? false,
      foreach: options.foreach ?? null,
      capturable: options.capturable ?? false,
      decoupled_weight_decay: options.decoupled_weight_decay ?? false,
      differentiable: options.differentiable ?? false,
    })
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'eps', 'weight_decay'])
    checkBetas(group)
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    setDefault(group, 'foreach', null)
    for (const name of ['maximize', 'differentiable', 'decoupled_weight_decay', 'capturable'])
      setDefault(group, name, false)
  }

  protected older(): OlderLayout {
    return { options: ['lr', 'betas', 'eps', 'weight_decay', 'foreach'] }
  }

  protected update(group: ParamGroup, moved: readonly Moved[]): void {
    const maximize = group.flag('maximize')
    const beta = (i: 0 | 1): number => group.pair('betas')[i]
    for (const { count, moved: alike } of this.counted(moved)) {
      const { cell: like } = alike[0]!
      const v = vocabulary(builderOf(like.held.device))
      const [decay, eps] = [this.addedDecay(group, like), this.option(group, like, 'eps')]
      const size = this.number(like, () => group.lr / (1 - beta(0) ** count.number))
      // Below a certain step the variance is not known well enough to divide by: 1 instead.
      const rectified = this.number(like, () => (lengthOf(beta(1), count.number) > 5 ? 1 : 0))
      const root = this.number(like, () => rectification(beta(1), count.number))
      const weight = this.weight(like, () => 1 - beta(0))
      const average = this.average(like, () => beta(1))
      const decayed = this.decay(group, like)
      for (const { cell, grad } of alike) {
        const direction = descent(v, { value: cell.held, grad }, { maximize, decay })
        const first = lerp(v, this.before(cell, 'exp_avg'), direction, weight)
        const second = squareAverage(v, this.before(cell, 'exp_avg_sq'), direction, average)
        this.store(cell, 'exp_avg', first)
        this.store(cell, 'exp_avg_sq', second)
        const adapted = v.div(root, v.add(v.sqrt(second), eps))
        const move = v.mul(first, size)
        this.write(cell, v.sub(decayed(cell.held), v.mul(move, v.where(v.gt(rectified, 0), adapted, 1))))
      }
    }
  }
}

/** The length of the approximated simple moving average. */
function lengthOf(beta2: number, step: number): number {
  return 2 / (1 - beta2) - 1 - (2 * step * beta2 ** step) / (1 - beta2 ** step)
}

/** sqrt(1 - beta2^step) times the rectification; NaN where the variance is not known well enough. */
function rectification(beta2: number, step: number): number {
  const longest = 2 / (1 - beta2) - 1
  const length = lengthOf(beta2, step)
  const above = (length - 4) * (length - 2) * longest
  const below = (longest - 4) * (longest - 2) * length
  return Math.sqrt(1 - beta2 ** step) * Math.sqrt(above / below)
}
