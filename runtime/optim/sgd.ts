/** Stochastic gradient descent: https://docs.pytorch.org/docs/2.13/generated/torch.optim.SGD.html */

import { PyDict } from '../checkpoint/py-dict.ts'
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkNotNegative, checkWays } from './check-options.ts'
import { descent } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { Optimizer, type Params } from './optimizer.ts'
import { type ParamGroup, setDefault } from './param-group.ts'
import { refused } from './refused.ts'

export interface SGDOptions {
  readonly lr?: number | FloatScalar
  readonly momentum?: number | FloatScalar
  readonly dampening?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly nesterov?: boolean
  readonly maximize?: boolean
  readonly foreach?: boolean | null
  readonly differentiable?: boolean
  readonly fused?: boolean | null
}

export class SGD extends Optimizer {
  /** What moved without a momentum, for which 1.13 has an empty state. */
  readonly #moved = new Set<string>()

  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: SGDOptions = {}) {
    super(params, {
      lr: options.lr ?? 1e-3,
      momentum: options.momentum ?? 0,
      dampening: options.dampening ?? 0,
      weight_decay: options.weight_decay ?? 0,
      nesterov: options.nesterov ?? false,
      maximize: options.maximize ?? false,
      foreach: options.foreach ?? null,
      differentiable: options.differentiable ?? false,
      fused: options.fused ?? null,
    })
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'momentum', 'weight_decay'])
    if (group.flag('nesterov') && (group.number('momentum') <= 0 || group.number('dampening') !== 0))
      throw refused('Nesterov momentum requires a momentum and zero dampening')
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    for (const name of ['nesterov', 'maximize']) setDefault(group, name, false)
    setDefault(group, 'foreach', null)
    for (const name of ['differentiable', 'fused']) setDefault(group, name, false)
  }

  protected older(): OlderLayout {
    const none = new PyDict('dict', [['momentum_buffer', null]])
    return {
      options: [
        'lr',
        'momentum',
        'dampening',
        'weight_decay',
        'nesterov',
        'maximize',
        'foreach',
        'differentiable',
      ],
      stateless: new Map([...this.#moved].map(id => [id, none])),
    }
  }

  protected update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void {
    const [momentum, dampening] = [group.number('momentum'), group.number('dampening')]
    const decay = group.number('weight_decay')
    for (const { cell, grad } of cells) {
      const { value } = cell
      const v = vocabulary(builderOf(value.device))
      let direction = descent(v, { value, grad }, { maximize: group.flag('maximize'), decay })
      if (momentum === 0) this.#moved.add(cell.id)
      else {
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
