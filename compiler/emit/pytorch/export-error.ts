import type { Place } from '../../diagnostics/diagnostic.ts'

/** A spec that is in order, but that this target has no words for. */
export class PytorchExportError extends Error {
  override readonly name = 'PytorchExportError'
  readonly code = 'export/pytorch'
  /** The part of the spec that cannot be written in PyTorch; null where it is no single part. */
  readonly place: Place | null
  readonly hint: string

  constructor(message: string, hint: string, place: Place | null = null) {
    super(message)
    this.place = place
    this.hint = hint
  }
}
