/** What is thrown where a state_dict does not fit a module. */

export interface SizeMismatch {
  readonly key: string
  /** Shape in the state_dict. */
  readonly given: readonly number[]
  /** Shape in the module. */
  readonly expected: readonly number[]
}

export class StateDictError extends Error {
  override readonly name = 'StateDictError'
  readonly code = 'state/mismatch'
  readonly missingKeys: readonly string[]
  readonly unexpectedKeys: readonly string[]
  readonly sizeMismatches: readonly SizeMismatch[]
  readonly hint: string | null

  /** `message` is PyTorch's own text. */
  constructor(
    message: string,
    facts: {
      readonly missingKeys: readonly string[]
      readonly unexpectedKeys: readonly string[]
      readonly sizeMismatches: readonly SizeMismatch[]
      readonly hint: string | null
    },
  ) {
    super(message)
    this.missingKeys = facts.missingKeys
    this.unexpectedKeys = facts.unexpectedKeys
    this.sizeMismatches = facts.sizeMismatches
    this.hint = facts.hint
  }
}
