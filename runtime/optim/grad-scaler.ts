/**
 * torch.amp.GradScaler: https://docs.pytorch.org/docs/2.13/amp.html#gradient-scaling
 * Scales a loss up so that small gradients do not vanish in float16, and steps that overflowed are passed over. Whether one did is
 * read, so `step` waits, and cannot be part of a captured function.
 */
import { PyDict } from '../checkpoint/py-dict.ts'
import { PyFloat, type PyValue } from '../checkpoint/python-value.ts'
import { tensor } from '../tensor/create.ts'
import { F } from '../tensor/functional.ts'
import { withRecording } from '../tensor/history.ts'
import { tidy } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'
import type { Optimizer } from './optimizer.ts'
import { numberOf } from './param-group.ts'
import { refused } from './refused.ts'

export interface GradScalerOptions {
  readonly init_scale?: number
  readonly growth_factor?: number
  readonly backoff_factor?: number
  /** Steps without an overflow after which the scale grows. */
  readonly growth_interval?: number
  readonly enabled?: boolean
}

export class GradScaler {
  readonly #enabled: boolean
  #scale: number
  #growth: number
  #backoff: number
  #interval: number
  #tracker = 0
  /** Whether an optimizer's gradients overflowed, of those that were unscaled since the last update. */
  readonly #found = new Map<Optimizer, boolean>()

  /** Throws OpError for factors that do not grow, or do not back off. */
  constructor(options: GradScalerOptions = {}) {
    this.#enabled = options.enabled ?? true
    this.#scale = options.init_scale ?? 2 ** 16
    this.#growth = options.growth_factor ?? 2
    this.#backoff = options.backoff_factor ?? 0.5
    this.#interval = options.growth_interval ?? 2000
    if (!(this.#growth > 1)) throw refused('The growth factor must be > 1.0.')
    if (!(this.#backoff < 1)) throw refused('The backoff factor must be < 1.0.')
  }

  /** The loss times the scale: call `backward` on this. */
  scale(loss: Tensor): Tensor {
    if (!this.#enabled) return loss
    return F.mul(loss, tensor(this.#scale, { dtype: loss.dtype, device: loss.device }))
  }

  getScale(): number {
    return this.#enabled ? this.#scale : 1
  }

  /**
   * Divides the gradients of an optimizer's parameters by the scale, before they are clipped. `step` does so itself otherwise.
   * @throws OpError for a second time before `update`, and for gradients in float16
   */
  async unscale_(optimizer: Optimizer): Promise<void> {
    if (!this.#enabled) return
    if (this.#found.has(optimizer))
      throw refused('unscale_() has already been called on this optimizer since the last update().')
    const cells = optimizer.paramGroups.flatMap(g => g.params).filter(cell => cell.grad !== null)
    if (cells.some(cell => cell.grad!.dtype === 'float16'))
      throw refused(
        'Attempting to unscale FP16 gradients.',
        'keep the parameters in float32, and use autocast',
      )
    const inverse = Math.fround(1 / this.#scale)
    const overflows = tidy(() =>
      withRecording(false, () => {
        const sums = cells.map(cell => {
          const grad = cell.grad!
          const { dtype, device } = grad
          cell.grad = new Tensor(F.mul(grad, tensor(inverse, { dtype, device })).node)
          // Not finite times 0 is no number.
          return F.sum(F.mul(cell.grad, 0)).to('float32')
        })
        return sums.length === 0 ? tensor(0) : F.sum(F.stack(sums))
      }),
    )
    this.#found.set(optimizer, Number.isNaN(Number(await overflows.item())))
    overflows.dispose()
  }

  /** The optimizer's step, unless a gradient overflowed; whether it was made. */
  async step(optimizer: Optimizer): Promise<boolean> {
    if (this.#enabled && !this.#found.has(optimizer)) await this.unscale_(optimizer)
    if (this.#found.get(optimizer) === true) return false
    optimizer.step()
    return true
  }

  /**
   * Lowers the scale after an overflow, raises it after enough steps without one, or sets it. Call it once after all steps.
   * @throws OpError where no gradients were unscaled since the last one
   */
  update(newScale?: number): void {
    if (!this.#enabled) return
    if (newScale !== undefined) this.#scale = Math.fround(newScale)
    else {
      if (this.#found.size === 0) throw refused('No inf checks were recorded prior to update.')
      if ([...this.#found.values()].includes(true)) {
        this.#scale = Math.fround(this.#scale * this.#backoff)
        this.#tracker = 0
      } else if (++this.#tracker === this.#interval) {
        const grown = Math.fround(this.#scale * this.#growth)
        if (Number.isFinite(grown)) this.#scale = grown
        this.#tracker = 0
      }
    }
    this.#found.clear()
  }

  /** PyTorch's dictionary; empty where it is turned off. */
  stateDict(): PyDict {
    if (!this.#enabled) return new PyDict()
    return new PyDict('dict', [
      ['scale', new PyFloat(this.#scale)],
      ['growth_factor', new PyFloat(this.#growth)],
      ['backoff_factor', new PyFloat(this.#backoff)],
      ['growth_interval', this.#interval],
      ['_growth_tracker', this.#tracker],
    ])
  }

  /** Takes a dictionary, ours or PyTorch's. Throws OpError for what is none, as that of a scaler that was turned off. */
  loadStateDict(state: PyValue): void {
    if (!this.#enabled) return
    const names = ['scale', 'growth_factor', 'backoff_factor', 'growth_interval', '_growth_tracker']
    const values = names.map(name => (state instanceof PyDict ? numberOf(state.get(name)) : null))
    if (values.includes(null)) {
      throw refused(
        'The source state dict is empty, possibly because it was saved from a disabled instance of GradScaler.',
        `it has the keys ${names.join(', ')}`,
      )
    }
    ;[this.#scale, this.#growth, this.#backoff, this.#interval, this.#tracker] = values as [
      number,
      number,
      number,
      number,
      number,
    ]
  }
}
