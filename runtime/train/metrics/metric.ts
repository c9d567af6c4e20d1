/** A number about outputs and targets, gathered batch by batch. */
import type { Tensor } from '../../tensor/tensor.ts'

export interface Metric {
  /** Forgets what was gathered. */
  reset(): void
  /** Takes a batch. Throws OpError where the shapes do not fit. */
  update(output: Tensor, target: Tensor): Promise<void>
  /** Of all batches; NaN before the first. */
  value(): number
}
