/** RMSprop: https://docs.pytorch.org/docs/2.13/generated/torch.optim.RMSprop.html */
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkNotNegative, checkWays } from './check-options.ts'
import { descent, lerp, squareAverage } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { Optimizer, type Params } from './optimizer.ts'
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

  protected update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void {
    const [alpha, momentum] = [group.number('alpha'), group.number('momentum')]
    const [maximize, decay] = [group.flag('maximize'), group.number('weight_decay')]
    for (const { cell, grad } of cells) {
      const { value } = cell
      const v = vocabulary(builderOf(value.device))
      const state = this.stateOf(cell)
      const before = (name: string): Tensor => state.get(name)?.value ?? v.fullLike(value, 0)
      const direction = descent(v, { value, grad }, { maximize, decay })
      const square = squareAverage(v, before('square_avg'), direction, alpha)
      this.count(state, value)
      this.store(state, 'square_avg', square)
      // PyTorch makes the momentum before the average, whatever is computed first.
      if (momentum > 0) this.store(state, 'momentum_buffer', before('momentum_buffer'))
      let spread = square
      if (group.flag('centered')) {
        const mean = lerp(v, before('grad_avg'), direction, 1 - alpha)
        this.store(state, 'grad_avg', mean)
        spread = v.sub(square, v.square(mean))
      }
      const scaled = v.div(direction, v.add(v.sqrt(spread), group.number('eps')))
      let move = scaled
      if (momentum > 0) {
        move = v.add(v.mul(before('momentum_buffer'), momentum), scaled)
        this.store(state, 'momentum_buffer', move)
      }
      this.write(cell, v.sub(value, v.mul(move, v.cast(this.rate(group, value), value.dtype))))
    }
  }
}
