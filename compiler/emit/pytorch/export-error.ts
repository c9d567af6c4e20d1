import type { Place } from '../../diagnostics/diagnostic.ts'
import { EmitError } from '../emit-error.ts'

/** A spec that is in order, but that Python has no words for. */
export class PytorchExportError extends EmitError {
  override readonly name = 'PytorchExportError'

  constructor(message: string, hint: string, place: Place | null = null) {
    super('export/pytorch', message, hint, place)
  }
}
