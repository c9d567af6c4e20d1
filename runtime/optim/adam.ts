/**
 * Adam and AdamW: https://docs.pytorch.org/docs/2.13/generated/torch.optim.Adam.html
 * The corrections of the bias are computed from the counts of steps on the device, in float64 where it has it, so that every
 * step is one and the same plan.
 */
import type { Node } from '../graph/node.ts'
import type { FloatScalar } from '../ops/args.ts'
import { type Vocabulary, vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { Optimizer, type ParamState, type Params, refused, setDefault } from './optimizer.ts'
import type { ParamGroup } from './param-group.ts'

export interface AdamOptions {
  readonly lr?: number | FloatScalar
  readonly betas?: readonly [number, number]
  readonly eps?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly amsgrad?: boolean
  readonly maximize?: boolean
  /** The decay is taken off the parameters, not added to the gradients: AdamW. */
  readonly decoupled_weight_decay?: boolean
}

/** What all parameters that made as many steps share. */
interface Count {
  readonly step: Tensor
  /** lr / (1 - beta1^step). */
  readonly size: Tensor
  /** sqrt(1 - beta2^step). */
  readonly root: Tensor
}

export class Adam extends Optimizer {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: AdamOptions = {}) {
    super(params, {
      lr: options.lr ?? 1e-3,
      betas: options.betas ?? [0.9, 0.999],
      eps: options.eps ?? 1e-8,
      weight_decay: options.weight_decay ?? 0,
      amsgrad: options.amsgrad ?? false,
      maximize: options.maximize ?? false,
      foreach: null,
      capturable: false,
      differentiable: false,
      fused: null,
      decoupled_weight_decay: options.decoupled_weight_decay ?? false,
    })
  }

  protected check(group: ParamGroup): void {
    for (const name of ['lr', 'eps', 'weight_decay'])
      if (!(group.number(name) >= 0)) throw refused(`${name} is ${group.number(name)}, not 0 or more`)
    const betas = group.pair('betas')
    if (!betas.every(beta => beta >= 0 && beta < 1)) throw refused(`betas are ${betas}, not within [0, 1)`)
  }

  protected complete(group: ParamGroup): void {
    for (const name of ['amsgrad', 'maximize', 'capturable', 'differentiable', 'decoupled_weight_decay'])
      setDefault(group, name, false)
    for (const name of ['foreach', 'fused']) setDefault(group, name, null)
  }

  protected update(group: ParamGroup, cells: readonly { cell: Cell; grad: Tensor }[]): void {
    const counts = new Map<Node | null, Count>()
    for (const { cell, grad } of cells) {
      const v = vocabulary(builderOf(cell.value.device))
      const state = this.stateOf(cell)
      const old = state.get('step')?.value ?? null
      const count = counts.get(old?.node ?? null) ?? this.#count(v, group, cell.value, old)
      counts.set(old?.node ?? null, count)
      this.#move(v, group, { cell, grad, state, count })
    }
  }

  #count(v: Vocabulary<Tensor>, group: ParamGroup, like: Tensor, old: Tensor | null): Count {
    const [beta1, beta2] = group.pair('betas')
    const rate = this.rate(group, like)
    const step = old === null ? v.full([], 1, 'float32') : v.add(old, 1)
    const exact = v.cast(step, rate.dtype)
    const correction = (beta: number): Tensor =>
      v.sub(v.fullLike(exact, 1), v.pow(v.fullLike(exact, beta), exact))
    return { step, size: v.div(rate, correction(beta1)), root: v.sqrt(correction(beta2)) }
  }

  #move(
    v: Vocabulary<Tensor>,
    group: ParamGroup,
    { cell, grad, state, count }: { cell: Cell; grad: Tensor; state: ParamState; count: Count },
  ): void {
    const { dtype } = cell.value
    const [beta1, beta2] = group.pair('betas')
    const decay = group.number('weight_decay')
    let { value } = cell
    let direction = group.flag('maximize') ? v.neg(grad) : grad
    if (decay !== 0 && group.flag('decoupled_weight_decay')) {
      const kept = v.sub(v.fullLike(this.rate(group, value), 1), v.mul(this.rate(group, value), decay))
      value = v.mul(value, v.cast(kept, dtype))
    } else if (decay !== 0) direction = v.add(direction, v.mul(value, decay))
    const before = (name: string): Tensor => state.get(name)?.value ?? v.fullLike(value, 0)
    const first = interpolated(v, before('exp_avg'), direction, 1 - beta1)
    const second = v.add(v.mul(before('exp_avg_sq'), beta2), v.mul(v.square(direction), 1 - beta2))
    const largest = group.flag('amsgrad') ? v.max(before('max_exp_avg_sq'), second) : null
    this.store(state, 'step', count.step)
    this.store(state, 'exp_avg', first)
    this.store(state, 'exp_avg_sq', second)
    if (largest !== null) this.store(state, 'max_exp_avg_sq', largest)
    const scale = v.add(v.div(v.sqrt(largest ?? second), v.cast(count.root, dtype)), group.number('eps'))
    this.write(cell, v.sub(value, v.div(v.mul(first, v.cast(count.size, dtype)), scale)))
  }
}

/** torch's lerp: from the nearer end. */
function interpolated(v: Vocabulary<Tensor>, from: Tensor, to: Tensor, weight: number): Tensor {
  const gap = v.sub(to, from)
  return weight < 0.5 ? v.add(from, v.mul(gap, weight)) : v.sub(to, v.mul(gap, 1 - weight))
}

/** Adam with decoupled weight decay, 0.01 unless given. */
export class AdamW extends Adam {
  /** Throws OpError for options that PyTorch refuses. */
  constructor(params: Params, options: Omit<AdamOptions, 'decoupled_weight_decay'> = {}) {
    super(params, { weight_decay: 1e-2, ...options, decoupled_weight_decay: true })
  }

  protected override complete(group: ParamGroup): void {
    super.complete(group)
    group.set('decoupled_weight_decay', true)
  }
}
