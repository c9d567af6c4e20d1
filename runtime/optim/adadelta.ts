/** Adadelta: https://docs.pytorch.org/docs/2.13/generated/torch.optim.Adadelta.html */
import { type FloatScalar, float } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkNotNegative, checkWays } from './check-options.ts'
import { descent, squareAverage } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { Optimizer, type Params } from './optimizer.ts'
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

  protected update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void {
    const [rho, eps] = [group.number('rho'), group.number('eps')]
    const [maximize, decay] = [group.flag('maximize'), group.number('weight_decay')]
    for (const { cell, grad } of cells) {
      const { value } = cell
      const v = vocabulary(builderOf(value.device))
      const state = this.stateOf(cell)
      const before = (name: string): Tensor => state.get(name)?.value ?? v.fullLike(value, 0)
      const direction = descent(v, { value, grad }, { maximize, decay })
      const square = squareAverage(v, before('square_avg'), direction, rho)
      const moved = before('acc_delta')
      const delta = v.mul(v.div(v.sqrt(v.add(moved, eps)), v.sqrt(v.add(square, eps))), direction)
      this.count(state, value)
      this.store(state, 'square_avg', square)
      this.store(state, 'acc_delta', squareAverage(v, moved, delta, rho))
      this.write(cell, v.sub(value, v.mul(delta, v.cast(this.rate(group, value), value.dtype))))
    }
  }
}
