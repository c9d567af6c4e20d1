/** Stochastic gradient descent: https://docs.pytorch.org/docs/2.13/generated/torch.optim.SGD.html */
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { Optimizer, type Params, refused, setDefault } from './optimizer.ts'
import type { ParamGroup } from './param-group.ts'

export interface SGDOptions {
  readonly lr?: number | FloatScalar
  readonly momentum?: number | FloatScalar
  readonly dampening?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly nesterov?: boolean
  readonly maximize?: boolean
}

export class SGD extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: SGDOptions = {}) {
    super(params, {
      lr: options.lr ?? 1e-3,
      momentum: options.momentum ?? 0,
      dampening: options.dampening ?? 0,
      weight_decay: options.weight_decay ?? 0,
      nesterov: options.nesterov ?? false,
      maximize: options.maximize ?? false,
      foreach: null,
      differentiable: false,
      fused: null,
    })
  }

  protected check(group: ParamGroup): void {
    for (const name of ['lr', 'momentum', 'weight_decay'])
      if (!(group.number(name) >= 0)) throw refused(`${name} is ${group.number(name)}, not 0 or more`)
    if (group.flag('nesterov') && (group.number('momentum') <= 0 || group.number('dampening') !== 0))
      throw refused('nesterov needs a momentum, and no dampening')
  }

  protected complete(group: ParamGroup): void {
    for (const name of ['nesterov', 'maximize', 'differentiable', 'fused']) setDefault(group, name, false)
    setDefault(group, 'foreach', null)
  }

  protected update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void {
    const [momentum, dampening] = [group.number('momentum'), group.number('dampening')]
    const decay = group.number('weight_decay')
    for (const { cell, grad } of cells) {
      const { value } = cell
      const v = vocabulary(builderOf(value.device))
      let direction = group.flag('maximize') ? v.neg(grad) : grad
      if (decay !== 0) direction = v.add(direction, v.mul(value, decay))
      if (momentum !== 0) {
        const state = this.stateOf(cell)
        const old = state.get('momentum_buffer')?.value
        const buffer =
          old === undefined ? direction : v.add(v.mul(old, momentum), v.mul(direction, 1 - dampening))
        this.store(state, 'momentum_buffer', buffer)
        direction = group.flag('nesterov') ? v.add(direction, v.mul(buffer, momentum)) : buffer
      }
      const rate = v.cast(this.rate(group, value), value.dtype)
      this.write(cell, v.sub(value, v.mul(direction, rate)))
    }
  }
}
