/** Adagrad: https://docs.pytorch.org/docs/2.13/generated/torch.optim.Adagrad.html */
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { checkNotNegative, checkWays } from './check-options.ts'
import { HostNumber } from './host-number.ts'
import { descent } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { type Moved, Optimizer, type Params } from './optimizer.ts'
import { numberOf, type ParamGroup, setDefault } from './param-group.ts'

export interface AdagradOptions {
  readonly lr?: number | FloatScalar
  readonly lr_decay?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly initial_accumulator_value?: number | FloatScalar
  readonly eps?: number | FloatScalar
  readonly foreach?: boolean | null
  readonly maximize?: boolean
  readonly differentiable?: boolean
  readonly fused?: boolean | null
}

export class Adagrad extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. As in PyTorch, the state is there before the first step. */
  constructor(params: Params, options: AdagradOptions = {}) {
    super(params, {
      lr: options.lr ?? 1e-2,
      lr_decay: options.lr_decay ?? 0,
      eps: options.eps ?? 1e-10,
      weight_decay: options.weight_decay ?? 0,
      initial_accumulator_value: options.initial_accumulator_value ?? 0,
      foreach: options.foreach ?? null,
      maximize: options.maximize ?? false,
      differentiable: options.differentiable ?? false,
      fused: options.fused ?? null,
    })
    for (const cell of this.paramGroups.flatMap(group => group.params)) {
      const state = this.stateOf(cell)
      state.set('step', new HostNumber(0))
      this.store(cell, 'sum', vocabulary(builderOf(cell.held.device)).fullLike(cell.held, this.#initial))
    }
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'lr_decay', 'weight_decay', 'initial_accumulator_value', 'eps'])
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    setDefault(group, 'foreach', null)
    for (const name of ['maximize', 'differentiable']) setDefault(group, name, false)
    setDefault(group, 'fused', null)
  }

  protected older(): OlderLayout {
    const options = ['lr', 'lr_decay', 'eps', 'weight_decay', 'initial_accumulator_value']
    return { options: [...options, 'foreach', 'maximize'] }
  }

  protected update(group: ParamGroup, moved: readonly Moved[]): void {
    const maximize = group.flag('maximize')
    for (const { count, moved: alike } of this.counted(moved)) {
      const { cell: like } = alike[0]!
      const v = vocabulary(builderOf(like.held.device))
      const [decay, eps] = [this.addedDecay(group, like), this.option(group, like, 'eps')]
      const size = this.number(like, () => group.lr / (1 + (count.number - 1) * group.number('lr_decay')))
      for (const { cell, grad } of alike) {
        const direction = descent(v, { value: cell.held, grad }, { maximize, decay })
        const sum = v.add(this.before(cell, 'sum', this.#initial), v.square(direction))
        this.store(cell, 'sum', sum)
        const scale = v.add(v.sqrt(sum), eps)
        this.write(cell, v.sub(cell.held, v.div(v.mul(direction, size), scale)))
      }
    }
  }

  get #initial(): number {
    return numberOf(this.defaults.get('initial_accumulator_value')) ?? 0
  }
}
