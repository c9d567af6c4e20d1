/** Stochastic gradient descent: https://docs.pytorch.org/docs/2.13/generated/torch.optim.SGD.html */

import { PyDict } from '../checkpoint/py-dict.ts'
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { decided, eachRun } from '../tensor/recording.ts'
import { checkNotNegative, checkWays } from './check-options.ts'
import { type Average, descent } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { type Moved, Optimizer, type Params } from './optimizer.ts'
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

const BUFFER = 'momentum_buffer'

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

  protected update(group: ParamGroup, moved: readonly Moved[]): void {
    const momentum = decided(() => group.number('momentum') !== 0)
    if (momentum) for (const { cell } of moved) this.before(cell, BUFFER)
    else {
      const ids = moved.map(m => m.cell.id)
      eachRun(() => {
        for (const id of ids) this.#moved.add(id)
      })
    }
    for (const alike of this.together(moved, cell => Number(this.isFresh(cell, BUFFER))))
      this.#move(group, alike, momentum)
  }

  #move(group: ParamGroup, moved: readonly Moved[], momentum: boolean): void {
    const { cell: like } = moved[0]!
    const v = vocabulary(builderOf(like.held.device))
    const rate = this.rate(group, like)
    // The first gradient is taken as it is.
    const isFirst = () => this.isFresh(like, BUFFER)
    const average: Average | null = momentum
      ? {
          kept: this.number(like, () => (isFirst() ? 0 : group.number('momentum'))),
          added: this.number(like, () => (isFirst() ? 1 : 1 - group.number('dampening'))),
        }
      : null
    const ahead =
      momentum && group.flag('nesterov') ? this.number(like, () => group.number('momentum')) : null
    const [maximize, decay] = [group.flag('maximize'), this.addedDecay(group, like)]
    for (const { cell, grad } of moved) {
      let direction = descent(v, { value: cell.held, grad }, { maximize, decay })
      if (average !== null) {
        const buffer = v.add(v.mul(this.before(cell, BUFFER), average.kept), v.mul(direction, average.added))
        this.store(cell, BUFFER, buffer)
        direction = ahead === null ? buffer : v.add(direction, v.mul(buffer, ahead))
      }
      this.write(cell, v.sub(cell.held, v.mul(direction, rate)))
    }
  }
}
