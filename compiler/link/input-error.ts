/** Inputs that do not fit what a spec declares. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly code = 'input/mismatch'
  readonly hint: string | null

  constructor(message: string, hint: string | null) {
    super(message)
    this.hint = hint
  }
}
