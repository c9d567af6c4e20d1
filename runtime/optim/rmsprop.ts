/** RMSprop: https://docs.pytorch.org/docs/2.13/generated/torch.optim.RMSprop.html */
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { decided } from '../tensor/recording.ts'
import { checkNotNegative, checkWays } from './check-options.ts'
import { descent, lerp, squareAverage } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { type Moved, Optimizer, type Params } from './optimizer.ts'
import { type ParamGroup, setDefault } from './param-group.ts'

export interface RMSpropOptions {
  readonly lr?: number | FloatScalar
  readonly alpha?: number | FloatScalar
  readonly eps?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly momentum?: number | FloatScalar
  /** Divides by an estimate of the variance, not of the second moment. */
  readonly centered?: boolean
  readonly capturable?: boolean
  readonly foreach?: boolean | null
  readonly maximize?: boolean
  readonly differentiable?: boolean
}

export class RMSprop extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: RMSpropOptions = {}) {
    super(params, {
      lr: options.lr ?? 1e-2,
      momentum: options.momentum ?? 0,
      alpha: options.alpha ?? 0.99,
      eps: options.eps ?? 1e-8,
      centered: options.centered ?? false,
      weight_decay: options.weight_decay ?? 0,
      capturable: options.capturable ?? false,
      foreach: options.foreach ?? null,
      maximize: options.maximize ?? false,
      differentiable: options.differentiable ?? false,
    })
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'eps', 'momentum', 'weight_decay', 'alpha'])
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    setDefault(group, 'momentum', 0)
    setDefault(group, 'centered', false)
    setDefault(group, 'foreach', null)
    for (const name of ['maximize', 'differentiable', 'capturable']) setDefault(group, name, false)
  }

  protected older(): OlderLayout {
    const options = ['lr', 'momentum', 'alpha', 'eps', 'centered', 'weight_decay', 'foreach', 'maximize']
    return { options: [...options, 'differentiable'], intSteps: true }
  }

  protected update(group: ParamGroup, moved: readonly Moved[]): void {
    const momentum = decided(() => group.number('momentum') > 0)
    const [centered, maximize] = [group.flag('centered'), group.flag('maximize')]
    for (const { moved: alike } of this.counted(moved)) {
      const { cell: like } = alike[0]!
      const v = vocabulary(builderOf(like.held.device))
      const [decay, eps] = [this.addedDecay(group, like), this.option(group, like, 'eps')]
      const rate = this.rate(group, like)
      const average = this.average(like, () => group.number('alpha'))
      const weight = centered ? this.weight(like, () => 1 - group.number('alpha')) : null
      const kept = momentum ? this.number(like, () => group.number('momentum')) : null
      for (const { cell, grad } of alike) {
        const direction = descent(v, { value: cell.held, grad }, { maximize, decay })
        const square = squareAverage(v, this.before(cell, 'square_avg'), direction, average)
        this.store(cell, 'square_avg', square)
        // PyTorch makes the momentum before the average, whatever is computed first.
        const before = kept === null ? null : this.before(cell, 'momentum_buffer')
        let spread = square
        if (weight !== null) {
          const mean = lerp(v, this.before(cell, 'grad_avg'), direction, weight)
          this.store(cell, 'grad_avg', mean)
          spread = v.sub(square, v.square(mean))
        }
        let move = v.div(direction, v.add(v.sqrt(spread), eps))
        if (before !== null && kept !== null) {
          move = v.add(v.mul(before, kept), move)
          this.store(cell, 'momentum_buffer', move)
        }
        this.write(cell, v.sub(cell.held, v.mul(move, rate)))
      }
    }
  }
}
