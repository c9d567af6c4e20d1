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
import { checkBetas, checkNotNegative, checkWays } from './check-options.ts'
import type { ParamState } from './dictionary.ts'
import { decayed, descent, lerp, squareAverage } from './moving-average.ts'
import type { OlderLayout } from './older-layout.ts'
import { Optimizer, type Params } from './optimizer.ts'
import { type ParamGroup, setDefault } from './param-group.ts'

export interface AdamOptions {
  readonly lr?: number | FloatScalar
  readonly betas?: readonly [number, number]
  readonly eps?: number | FloatScalar
  readonly weight_decay?: number | FloatScalar
  readonly amsgrad?: boolean
  readonly maximize?: boolean
  /** The decay is taken off the parameters, not added to the gradients: AdamW. */
  readonly decoupled_weight_decay?: boolean
  readonly foreach?: boolean | null
  readonly capturable?: boolean
  readonly differentiable?: boolean
  readonly fused?: boolean | null
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
      foreach: options.foreach ?? null,
      capturable: options.capturable ?? false,
      differentiable: options.differentiable ?? false,
      fused: options.fused ?? null,
      decoupled_weight_decay: options.decoupled_weight_decay ?? false,
    })
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr', 'eps', 'weight_decay'])
    checkBetas(group)
    checkWays(group)
  }

  protected complete(group: ParamGroup): void {
    for (const name of ['amsgrad', 'maximize']) setDefault(group, name, false)
    setDefault(group, 'foreach', null)
    for (const name of ['capturable', 'differentiable', 'decoupled_weight_decay'])
      setDefault(group, name, false)
    setDefault(group, 'fused', null)
  }

  protected older(): OlderLayout {
    return {
      options: [...COMMON_1_13, 'maximize', 'foreach', 'capturable', 'differentiable', 'fused'],
    }
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
    const decoupled = group.flag('decoupled_weight_decay')
    const maximize = group.flag('maximize')
    const direction = descent(v, { value: cell.value, grad }, { maximize, decay: decoupled ? 0 : decay })
    const value = decoupled ? decayed(v, cell.value, this.rate(group, cell.value), decay) : cell.value
    const before = (name: string): Tensor => state.get(name)?.value ?? v.fullLike(value, 0)
    const first = lerp(v, before('exp_avg'), direction, 1 - beta1)
    const second = squareAverage(v, before('exp_avg_sq'), direction, beta2)
    const largest = group.flag('amsgrad') ? v.max(before('max_exp_avg_sq'), second) : null
    this.store(state, 'step', count.step)
    this.store(state, 'exp_avg', first)
    this.store(state, 'exp_avg_sq', second)
    if (largest !== null) this.store(state, 'max_exp_avg_sq', largest)
    const scale = v.add(v.div(v.sqrt(largest ?? second), v.cast(count.root, dtype)), group.number('eps'))
    this.write(cell, v.sub(value, v.div(v.mul(first, v.cast(count.size, dtype)), scale)))
  }
}

/** The options of 1.13 that Adam and AdamW begin with. */
const COMMON_1_13 = ['lr', 'betas', 'eps', 'weight_decay', 'amsgrad']

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
  protected override older(): OlderLayout {
    return {
      options: [...COMMON_1_13, 'foreach', 'maximize', 'capturable'],
      implied: ['decoupled_weight_decay'],
    }
  }
}
