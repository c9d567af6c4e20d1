/** NAdam, Adam with Nesterov's momentum: https://docs.pytorch.org/docs/2.13/generated/torch.optim.NAdam.html */
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import { eachRun } from '../tensor/recording.ts'
import { checkBetas, checkNotNegative, checkWays } from './check-options.ts'
import type { HostNumber } from './host-number.ts'
import { descent, lerp, squareAverage } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { type Moved, Optimizer, type Params } from './optimizer.ts'
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

  protected update(group: ParamGroup, moved: readonly Moved[]): void {
    const maximize = group.flag('maximize')
    const beta = (i: 0 | 1): number => group.pair('betas')[i]
    for (const { count, moved: counted } of this.counted(moved)) {
      for (const alike of this.together(counted, cell => this.#product(cell).number)) {
        const { cell: like } = alike[0]!
        const v = vocabulary(builderOf(like.held.device))
        const [decay, eps] = [this.addedDecay(group, like), this.option(group, like, 'eps')]
        const products = alike.map(({ cell }) => this.#product(cell))
        const product = products[0]!
        const momentum = (step: number): number =>
          beta(0) * (1 - 0.5 * 0.96 ** (step * group.number('momentum_decay')))
        eachRun(() => {
          const mu = Math.fround(momentum(count.number))
          for (const p of products) p.number = Math.fround(p.number * mu)
        })
        const correction = this.number(like, () => 1 - beta(1) ** count.number)
        const gradScale = this.number(
          like,
          () => (group.lr * (1 - momentum(count.number))) / (1 - product.number),
        )
        const averageScale = this.number(like, () => {
          const next = momentum(count.number + 1)
          return (group.lr * next) / (1 - product.number * next)
        })
        const weight = this.weight(like, () => 1 - beta(0))
        const average = this.average(like, () => beta(1))
        const decayed = this.decay(group, like)
        for (const { cell, grad } of alike) {
          const direction = descent(v, { value: cell.held, grad }, { maximize, decay })
          const first = lerp(v, this.before(cell, 'exp_avg'), direction, weight)
          const second = squareAverage(v, this.before(cell, 'exp_avg_sq'), direction, average)
          this.store(cell, 'exp_avg', first)
          this.store(cell, 'exp_avg_sq', second)
          const scale = v.add(v.sqrt(v.div(second, correction)), eps)
          const value = v.sub(decayed(cell.held), v.div(v.mul(direction, gradScale), scale))
          this.write(cell, v.sub(value, v.div(v.mul(first, averageScale), scale)))
        }
      }
    }
  }

  /** The product of all momenta so far, in float32. */
  #product(cell: Cell): HostNumber {
    return this.hostNumber(cell, 'mu_product', 1)
  }
}
