/** Adagrad: https://docs.pytorch.org/docs/2.13/generated/torch.optim.Adagrad.html */
import type { Node } from '../graph/node.ts'
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkNotNegative, checkWays } from './check-options.ts'
import { descent } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { Optimizer, type Params } from './optimizer.ts'
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
    for (const { params: cells } of this.paramGroups) {
      const step = tensor(0, { dtype: 'float32', device: cells[0]?.value.device ?? 'cpu' })
      for (const cell of cells) {
        const state = this.stateOf(cell)
        this.store(state, 'step', step)
        this.store(state, 'sum', this.#start(cell))
      }
    }
  }

  #start({ value }: Cell): Tensor {
    const v = vocabulary(builderOf(value.device))
    return v.fullLike(value, numberOf(this.defaults.get('initial_accumulator_value')) ?? 0)
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

  protected update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void {
    const [maximize, decay] = [group.flag('maximize'), group.number('weight_decay')]
    const counts = new Map<Node | undefined, { readonly step: Tensor; readonly size: Tensor }>()
    for (const { cell, grad } of cells) {
      const { value } = cell
      const v = vocabulary(builderOf(value.device))
      const state = this.stateOf(cell)
      const old = state.get('step')?.value
      const count = counts.get(old?.node) ?? this.#count(group, value, old)
      counts.set(old?.node, count)
      const direction = descent(v, { value, grad }, { maximize, decay })
      const sum = v.add(state.get('sum')?.value ?? this.#start(cell), v.square(direction))
      this.store(state, 'step', count.step)
      this.store(state, 'sum', sum)
      const scale = v.add(v.sqrt(sum), group.number('eps'))
      this.write(cell, v.sub(value, v.div(v.mul(direction, v.cast(count.size, value.dtype)), scale)))
    }
  }

  /** The count, and lr / (1 + (step - 1) * lr_decay). */
  #count(group: ParamGroup, like: Tensor, old?: Tensor): { step: Tensor; size: Tensor } {
    const v = vocabulary(builderOf(like.device))
    const rate = this.rate(group, like)
    const step = old === undefined ? v.full([], 1, 'float32') : v.add(old, 1)
    const slower = v.mul(v.sub(v.cast(step, rate.dtype), 1), group.number('lr_decay'))
    return { step, size: v.div(rate, v.add(slower, 1)) }
  }
}
