/** The part of samples whose largest score is that of their class. */
import type { Tensor } from '../../tensor/tensor.ts'
import { classPairs } from './class-pairs.ts'
import type { Metric } from './metric.ts'

export class Accuracy implements Metric {
  #right = 0
  #all = 0

  reset(): void {
    this.#right = 0
    this.#all = 0
  }

  /** Scores [N, C, ...], targets [N, ...]. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    const pairs = await classPairs(output, target)
    this.#right += pairs.filter(([predicted, right]) => predicted === right).length
    this.#all += pairs.length
  }

  value(): number {
    return this.#right / this.#all
  }
}
