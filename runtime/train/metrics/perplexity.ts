/** exp of the mean negative log-likelihood of the targets: what language models are judged by. */
import { F } from '../../tensor/functional.ts'
import { tidy } from '../../tensor/scope.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Metric } from './metric.ts'

export class Perplexity implements Metric {
  readonly #ignore: number
  #sum = 0
  #count = 0

  /** Targets equal to `ignoreIndex` do not count; -100 unless given, as in cross_entropy. */
  constructor(options: { readonly ignoreIndex?: number } = {}) {
    this.#ignore = options.ignoreIndex ?? -100
  }

  reset(): void {
    this.#sum = 0
    this.#count = 0
  }

  /** Scores [N, C, ...], targets [N, ...]. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    const sum = tidy(() => F.crossEntropy(output, target, { reduction: 'sum', ignore_index: this.#ignore }))
    this.#sum += Number(await sum.item())
    sum.dispose()
    const targets = await target.data()
    for (const t of targets) if (Number(t) !== this.#ignore) this.#count++
  }

  value(): number {
    return this.#count === 0 ? Number.NaN : Math.exp(this.#sum / this.#count)
  }
}
