/** How often each class was taken for each. */
import type { Tensor } from '../../tensor/tensor.ts'
import { TrainError } from '../train-error.ts'
import { classPairs } from './class-pairs.ts'
import type { Metric } from './metric.ts'

export class ConfusionMatrix implements Metric {
  readonly classes: number
  #counts: Float64Array

  /** Throws TrainError for a number of classes that is none. */
  constructor(classes: number) {
    if (!Number.isInteger(classes) || classes < 1)
      throw new TrainError('train/option', `${classes} is no number of classes`)
    this.classes = classes
    this.#counts = new Float64Array(classes * classes)
  }

  reset(): void {
    this.#counts = new Float64Array(this.classes ** 2)
  }

  /** Scores [N, C, ...], targets [N, ...]. Throws TrainError for a target that is no class. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    for (const [predicted, right] of await classPairs(output, target)) {
      if (!(right >= 0 && right < this.classes && predicted < this.classes))
        throw new TrainError('train/option', `class ${right} is none of ${this.classes}`)
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
