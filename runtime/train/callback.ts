/** What takes part in a run beside the loop. */
import type { EpochRecord, Run } from './run.ts'

/** State of a callback: numbers by name, which checkpoints hold. */
export type CallbackState = Readonly<Record<string, number | null>>

/** What a callback is told of the batch that was computed last. */
export interface StepInfo {
  /** Samples of the step. */
  readonly samples: number
  /** Batches of the epoch so far, and in all; NaN where the loader does not know. */
  readonly batch: number
  readonly batches: number
}

/** Every method is awaited. An error that one throws ends the run. */
export interface Callback {
  /** Under which its state stands in checkpoints; unique among a run's callbacks that have state. */
  readonly name?: string
  /** Before the first step, and after a resume. */
  onStart?(run: Run): void | Promise<void>
  /** After an optimizer step. */
  onStep?(run: Run, info: StepInfo): void | Promise<void>
  /** After the evaluation of an epoch. */
  onEpoch?(run: Run, record: EpochRecord): void | Promise<void>
  /** After the last step, or after an error. */
  onEnd?(run: Run): void | Promise<void>
  stateDict?(): CallbackState
  loadStateDict?(state: CallbackState): void
}
