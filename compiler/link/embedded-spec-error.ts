import type { Diagnostic } from '../diagnostics/diagnostic.ts'

/** A spec in a file that this version of the compiler does not take. */
export class EmbeddedSpecError extends Error {
  override readonly name = 'EmbeddedSpecError'
  readonly code = 'spec/embedded'
  readonly diagnostics: readonly Diagnostic[]
  readonly hint: string

  constructor(diagnostics: readonly Diagnostic[]) {
    const [first] = diagnostics
    super(`the spec in the file cannot be compiled: ${first?.message ?? 'it is empty'}`)
    this.diagnostics = diagnostics
    this.hint = 'see it with holdfast extract'
  }
}
