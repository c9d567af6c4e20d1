/** How far a training run has come. All of it is part of the run's checkpoint. */

/** What is known of an epoch when it is over: its number, from 1, the mean loss, and what the evaluation gave. */
export interface EpochRecord {
  readonly epoch: number
  /** Optimizer steps so far. */
  readonly step: number
  /** The mean over the epoch's samples. */
  readonly loss: number
  /** The learning rate of the first parameter group during the epoch's last step. */
  readonly lr: number
  /** What the evaluation pass gave. */
  readonly metrics: Readonly<Record<string, number>>
}

export class Run {
  /** Epochs that are over. */
  epoch = 0
  /** Steps that the optimizer made. */
  step = 0
  /** The loss of every step: the mean over its samples. */
  readonly losses: number[] = []
  readonly history: EpochRecord[] = []
  /** Of the epoch under way: the sum of the losses of its samples, and how many. */
  lossSum = 0
  samples = 0
  /** Why the run ended before its last epoch; null while it has not. */
  stopped: string | null = null

  /** The loss of the last step; NaN before the first. */
  get loss(): number {
    return this.losses.at(-1) ?? Number.NaN
  }

  /** The mean loss of the epoch under way; NaN before its first step. */
  get epochLoss(): number {
    return this.lossSum / this.samples
  }

  /** Ends the run after the step or epoch under way. */
  stop(reason: string): void {
    this.stopped ??= reason
  }
}
