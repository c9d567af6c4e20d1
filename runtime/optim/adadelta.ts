/** Adadelta: https://docs.pytorch.org/docs/2.13/generated/torch.optim.Adadelta.html */
import { type FloatScalar, float } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { checkNotNegative, checkWays } from './check-options.ts'
import { descent, squareAverage } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { type Moved, Optimizer, type Params } from './optimizer.ts'
import { type ParamGroup, setDefault } from './param-group.ts'
import { refused } from './refused.ts'

export interface AdadeltaOptions {
  readonly lr?: number | FloatScalar
  readonly rho?: number | FloatScalar
  readonly eps?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly foreach?: boolean | null
  readonly capturable?: boolean
  readonly maximize?: boolean
  readonly differentiable?: boolean
}

export class Adadelta extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: AdadeltaOptions = {}) {
    super(params, {
      lr: options.lr ?? float(1),
      rho: options.rho ?? 0.9,
      eps: options.eps ?? 1e-6,
      weight_decay: options.weight_decay ?? 0,
      maximize: options.maximize ?? false,
      capturable: options.capturable ?? false,
      foreach: options.foreach ?? null,
      differentiable: options.differentiable ?? false,
    })
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'rho', 'eps', 'weight_decay'])
    const rho = group.number('rho')
    if (rho > 1) throw refused(`Invalid rho value: ${rho}`)
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    setDefault(group, 'foreach', null)
    for (const name of ['maximize', 'differentiable', 'capturable']) setDefault(group, name, false)
  }

  protected older(): OlderLayout {
    const options = ['lr', 'rho', 'eps', 'weight_decay', 'maximize', 'foreach']
    return { options, intSteps: true }
  }

  protected update(group: ParamGroup, moved: readonly Moved[]): void {
    const maximize = group.flag('maximize')
    for (const { moved: alike } of this.counted(moved)) {
      const { cell: like } = alike[0]!
      const v = vocabulary(builderOf(like.held.device))
      const [decay, eps] = [this.addedDecay(group, like), this.option(group, like, 'eps')]
      const [rate, average] = [this.rate(group, like), this.average(like, () => group.number('rho'))]
      for (const { cell, grad } of alike) {
        const direction = descent(v, { value: cell.held, grad }, { maximize, decay })
        const square = squareAverage(v, this.before(cell, 'square_avg'), direction, average)
        const before = this.before(cell, 'acc_delta')
        const delta = v.mul(v.div(v.sqrt(v.add(before, eps)), v.sqrt(v.add(square, eps))), direction)
        this.store(cell, 'square_avg', square)
        this.store(cell, 'acc_delta', squareAverage(v, before, delta, average))
        this.write(cell, v.sub(cell.held, v.mul(delta, rate)))
      }
    }
  }
}
