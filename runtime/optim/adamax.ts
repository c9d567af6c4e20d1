/** Adamax, Adam by the infinity norm: https://docs.pytorch.org/docs/2.13/generated/torch.optim.Adamax.html */
import type { Node } from '../graph/node.ts'
import type { FloatScalar } from '../ops/args.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkBetas, checkNotNegative, checkWays } from './check-options.ts'
import { descent, lerp } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { Optimizer, type Params } from './optimizer.ts'
import { type ParamGroup, setDefault } from './param-group.ts'

export interface AdamaxOptions {
  readonly lr?: number | FloatScalar
  readonly betas?: readonly [number, number]
  readonly eps?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly maximize?: boolean
  readonly foreach?: boolean | null
  readonly capturable?: boolean
  readonly differentiable?: boolean
}

export class Adamax extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: AdamaxOptions = {}) {
    super(params, {
      lr: options.lr ?? 2e-3,
      betas: options.betas ?? [0.9, 0.999],
      eps: options.eps ?? 1e-8,
      weight_decay: options.weight_decay ?? 0,
      foreach: options.foreach ?? null,
      maximize: options.maximize ?? false,
      differentiable: options.differentiable ?? false,
      capturable: options.capturable ?? false,
    })
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'eps', 'weight_decay'])
    checkBetas(group)
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    setDefault(group, 'foreach', null)
    for (const name of ['maximize', 'differentiable', 'capturable']) setDefault(group, name, false)
  }

  protected older(): OlderLayout {
    return { options: ['lr', 'betas', 'eps', 'weight_decay', 'foreach', 'maximize'] }
  }

  protected update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void {
    const [beta1, beta2] = group.pair('betas')
    const [maximize, decay] = [group.flag('maximize'), group.number('weight_decay')]
    const counts = new Map<Node | undefined, { readonly step: Tensor; readonly size: Tensor }>()
    for (const { cell, grad } of cells) {
      const { value } = cell
      const v = vocabulary(builderOf(value.device))
      const state = this.stateOf(cell)
      const old = state.get('step')?.value
      const count = counts.get(old?.node) ?? this.#count(group, value, beta1, old)
      counts.set(old?.node, count)
      const direction = descent(v, { value, grad }, { maximize, decay })
      const before = (name: string): Tensor => state.get(name)?.value ?? v.fullLike(value, 0)
      const first = lerp(v, before('exp_avg'), direction, 1 - beta1)
      const largest = v.max(v.mul(before('exp_inf'), beta2), v.add(v.abs(direction), group.number('eps')))
      this.store(state, 'step', count.step)
      this.store(state, 'exp_avg', first)
      this.store(state, 'exp_inf', largest)
      this.write(cell, v.sub(value, v.div(v.mul(first, v.cast(count.size, value.dtype)), largest)))
    }
  }

  /** The count, and lr / (1 - beta1^step). */
  #count(group: ParamGroup, like: Tensor, beta1: number, old?: Tensor): { step: Tensor; size: Tensor } {
    const v = vocabulary(builderOf(like.device))
    const rate = this.rate(group, like)
    const step = old === undefined ? v.full([], 1, 'float32') : v.add(old, 1)
    const exact = v.cast(step, rate.dtype)
    const power = v.pow(v.fullLike(exact, beta1), exact)
    return { step, size: v.div(rate, v.sub(v.fullLike(exact, 1), power)) }
  }
}
