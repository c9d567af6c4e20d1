/** What stops a training run, or keeps it from resuming. */
export type TrainErrorCode =
  /** An option that makes no sense. */
  | 'train/option'
  /** A loss that is no finite number. */
  | 'train/diverged'
  /** A checkpoint that is none of a run, or of another one. */
  | 'train/checkpoint'

export class TrainError extends Error {
  override readonly name = 'TrainError'
  readonly code: TrainErrorCode
  readonly hint: string | null

  constructor(code: TrainErrorCode, message: string, hint: string | null = null) {
    super(message)
    this.code = code
    this.hint = hint
  }
}
