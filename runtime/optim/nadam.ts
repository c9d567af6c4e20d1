/** NAdam, Adam with Nesterov's momentum: https://docs.pytorch.org/docs/2.13/generated/torch.optim.NAdam.html */
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

export interface NAdamOptions {
  readonly lr?: number | FloatScalar
  readonly betas?: readonly [number, number]
  readonly eps?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly momentum_decay?: number | FloatScalar
  readonly decoupled_weight_decay?: boolean
  readonly maximize?: boolean
  readonly foreach?: boolean | null
  readonly capturable?: boolean
  readonly differentiable?: boolean
}

/** What all parameters of a group share that made as many steps: scalars. */
interface Count {
  readonly step: Tensor
  readonly product: Tensor
  /** 1 - beta2^step. */
  readonly correction: Tensor
  /** What the gradient, and the average, are multiplied by. */
  readonly gradScale: Tensor
  readonly averageScale: Tensor
}

export class NAdam extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: NAdamOptions = {}) {
    super(params, {
      lr: options.lr ?? 2e-3,
      betas: options.betas ?? [0.9, 0.999],
      eps: options.eps ?? 1e-8,
      weight_decay: options.weight_decay ?? 0,
      momentum_decay: options.momentum_decay ?? 4e-3,
      decoupled_weight_decay: options.decoupled_weight_decay ?? false,
      maximize: options.maximize ?? false,
      foreach: options.foreach ?? null,
      capturable: options.capturable ?? false,
      differentiable: options.differentiable ?? false,
    })
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'eps', 'weight_decay', 'momentum_decay'])
    checkBetas(group)
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    setDefault(group, 'maximize', false)
    setDefault(group, 'foreach', null)
    for (const name of ['capturable', 'differentiable', 'decoupled_weight_decay'])
      setDefault(group, name, false)
  }

  protected older(): OlderLayout {
    return {
      options: ['lr', 'betas', 'eps', 'weight_decay', 'momentum_decay', 'foreach'],
    }
  }

  protected update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void {
    const [beta1, beta2] = group.pair('betas')
    const decay = group.number('weight_decay')
    const decoupled = group.flag('decoupled_weight_decay')
    const maximize = group.flag('maximize')
    const counts = new Map<string, Count>()
    for (const { cell, grad } of cells) {
      const { dtype } = cell.value
      const v = vocabulary(builderOf(cell.value.device))
      const state = this.stateOf(cell)
      const [step, product] = ['step', 'mu_product'].map(name => state.get(name)?.value)
      const key = `${step?.node.id}/${product?.node.id}`
      const count = counts.get(key) ?? this.#count(v, group, cell.value, step, product)
      counts.set(key, count)

      const value = decoupled ? decayed(v, cell.value, this.rate(group, cell.value), decay) : cell.value
      const direction = descent(v, { value: cell.value, grad }, { maximize, decay: decoupled ? 0 : decay })
      const before = (name: string): Tensor => state.get(name)?.value ?? v.fullLike(value, 0)
      const first = lerp(v, before('exp_avg'), direction, 1 - beta1)
      const second = squareAverage(v, before('exp_avg_sq'), direction, beta2)
      this.store(state, 'step', count.step)
      this.store(state, 'mu_product', count.product)
      this.store(state, 'exp_avg', first)
      this.store(state, 'exp_avg_sq', second)
      const scale = v.add(v.sqrt(v.div(second, v.cast(count.correction, dtype))), group.number('eps'))
      const moved = v.sub(value, v.div(v.mul(direction, v.cast(count.gradScale, dtype)), scale))
      this.write(cell, v.sub(moved, v.div(v.mul(first, v.cast(count.averageScale, dtype)), scale)))
    }
  }

  #count(v: Vocabulary<Tensor>, group: ParamGroup, like: Tensor, oldStep?: Tensor, old?: Tensor): Count {
    const [beta1, beta2] = group.pair('betas')
    const decay = group.number('momentum_decay')
    const rate = this.rate(group, like)
    const step = oldStep === undefined ? v.full([], 1, 'float32') : v.add(oldStep, 1)
    const exact = v.cast(step, rate.dtype)
    const one = v.fullLike(exact, 1)
    const momentum = (at: Tensor): Tensor =>
      v.mul(v.sub(one, v.mul(v.pow(v.fullLike(exact, 0.96), v.mul(at, decay)), 0.5)), beta1)
    const [mu, next] = [momentum(exact), momentum(v.add(exact, 1))]
    const before = old ?? v.full([], 1, 'float32')
    const product = v.mul(before, v.cast(mu, before.dtype))
    const wide = v.cast(product, rate.dtype)
    return {
      step,
      product,
      correction: v.sub(one, v.pow(v.fullLike(exact, beta2), exact)),
      gradScale: v.div(v.mul(rate, v.sub(one, mu)), v.sub(one, wide)),
      averageScale: v.div(v.mul(rate, next), v.sub(one, v.mul(wide, next))),
    }
  }
}
