/** How often each class was taken for each. */
import type { Tensor } from '../../tensor/tensor.ts'
import { TrainError } from '../train-error.ts'
import { classPairs } from './class-pairs.ts'
import type { Metric } from './metric.ts'

export class ConfusionMatrix implements Metric {
  /** 0 before the first batch, whose scores say it. */
  classes = 0
  #counts = new Float64Array(0)

  reset(): void {
    this.#counts = new Float64Array(this.classes ** 2)
  }

  /** Scores [N, C, ...], targets [N, ...]. Throws TrainError for a target that is no class, and for scores of other classes. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    const classes = output.shape[1] ?? 0
    if (this.classes === 0) {
      this.classes = classes
      this.reset()
    }
    if (classes !== this.classes)
      throw new TrainError('train/option', `scores of ${classes} classes after those of ${this.classes}`)
    for (const [predicted, right] of await classPairs(output, target)) {
      if (!(right >= 0 && right < classes))
        throw new TrainError('train/option', `class ${right} is none of ${classes}`)
      this.#counts[right * this.classes + predicted]!++
    }
  }

  /** Rows are classes, columns what they were taken for, as in scikit-learn. */
  get matrix(): readonly (readonly number[])[] {
    return Array.from({ length: this.classes }, (_, i) => [
      ...this.#counts.subarray(i * this.classes, (i + 1) * this.classes),
    ])
  }

  /** For each class the part of its samples that was found; NaN where it has none. */
  recall(): readonly number[] {
    return this.matrix.map((row, i) => row[i]! / row.reduce((a, b) => a + b, 0))
  }

  /** For each class the part that was right of what was taken for it; NaN where nothing was. */
  precision(): readonly number[] {
    const { matrix } = this
    return matrix.map((row, i) => row[i]! / matrix.reduce((sum, r) => sum + r[i]!, 0))
  }

  /** Balanced accuracy: the mean recall of the classes that have samples. */
  value(): number {
    const found = this.recall().filter(r => !Number.isNaN(r))
    return found.reduce((a, b) => a + b, 0) / found.length
  }
}
