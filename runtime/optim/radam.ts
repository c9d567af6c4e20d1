/** RAdam, Adam with a rectified variance: https://docs.pytorch.org/docs/2.13/generated/torch.optim.RAdam.html */
import type { Node } from '../graph/node.ts'
import type { FloatScalar } from '../ops/args.ts'
import { type Vocabulary, vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkBetas, checkNotNegative, checkWays } from './check-options.ts'
import { decayed, descent, lerp, squareAverage } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { Optimizer, type Params } from './optimizer.ts'
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

/** What all parameters of a group share that made as many steps: scalars. */
interface Count {
  readonly step: Tensor
  /** lr / (1 - beta1^step). */
  readonly size: Tensor
  /** Whether the variance is known well enough to divide by. */
  readonly rectified: Tensor
  /** sqrt(1 - beta2^step) times the rectification. */
  readonly root: Tensor
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

  protected update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void {
    const [beta1, beta2] = group.pair('betas')
    const decay = group.number('weight_decay')
    const decoupled = group.flag('decoupled_weight_decay')
    const maximize = group.flag('maximize')
    const counts = new Map<Node | undefined, Count>()
    for (const { cell, grad } of cells) {
      const { dtype } = cell.value
      const v = vocabulary(builderOf(cell.value.device))
      const state = this.stateOf(cell)
      const old = state.get('step')?.value
      const count = counts.get(old?.node) ?? this.#count(v, group, cell.value, old)
      counts.set(old?.node, count)

      const value = decoupled ? decayed(v, cell.value, this.rate(group, cell.value), decay) : cell.value
      const direction = descent(v, { value: cell.value, grad }, { maximize, decay: decoupled ? 0 : decay })
      const before = (name: string): Tensor => state.get(name)?.value ?? v.fullLike(value, 0)
      const first = lerp(v, before('exp_avg'), direction, 1 - beta1)
      const second = squareAverage(v, before('exp_avg_sq'), direction, beta2)
      this.store(state, 'step', count.step)
      this.store(state, 'exp_avg', first)
      this.store(state, 'exp_avg_sq', second)
      const adapted = v.div(v.cast(count.root, dtype), v.add(v.sqrt(second), group.number('eps')))
      const moved = v.mul(first, v.cast(count.size, dtype))
      this.write(cell, v.sub(value, v.mul(moved, v.where(count.rectified, adapted, 1))))
    }
  }

  #count(v: Vocabulary<Tensor>, group: ParamGroup, like: Tensor, old?: Tensor): Count {
    const [beta1, beta2] = group.pair('betas')
    const rate = this.rate(group, like)
    const step = old === undefined ? v.full([], 1, 'float32') : v.add(old, 1)
    const exact = v.cast(step, rate.dtype)
    const one = v.fullLike(exact, 1)
    const [power1, power2] = [beta1, beta2].map(beta => v.pow(v.fullLike(exact, beta), exact))
    const correction = v.sub(one, power2!)
    const longest = 2 / (1 - beta2) - 1
    const length = v.sub(v.fullLike(exact, longest), v.div(v.mul(v.mul(exact, 2), power2!), correction))
    const above = v.mul(v.mul(v.sub(length, 4), v.sub(length, 2)), longest)
    const below = v.mul(length, (longest - 4) * (longest - 2))
    return {
      step,
      size: v.div(rate, v.sub(one, power1!)),
      rectified: v.gt(length, 5),
      root: v.mul(v.sqrt(correction), v.sqrt(v.div(above, below))),
    }
  }
}
