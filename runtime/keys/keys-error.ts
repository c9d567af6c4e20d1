/** What is wrong with steps, or with tensors that steps are to be applied to. */

export type KeysErrorCode =
  /** A pattern that is none, or patterns whose wildcards differ. */
  | 'keys/pattern'
  /** A pattern that matches one key in several ways. */
  | 'keys/ambiguous'
  /** A step that finds none of the tensors that it is about, or not all of them. */
  | 'keys/missing'
  /** Two tensors that would have one key. */
  | 'keys/collision'
  | 'keys/shape'
  | 'keys/dtype'
  /** A tensor that no file has and no step gives a value. */
  | 'keys/no-value'
  /** Tensors that are to become one but differ. */
  | 'keys/differ'
  /** A way back that has lost what it would need. */
  | 'keys/lossy'
  | 'keys/unsupported'
  /** Keys that fit no generation and no layout, or several. */
  | 'keys/no-generation'
  | 'keys/ambiguous-generation'
  /** A dictionary that is not of an optimizer, or not of these parameters. */
  | 'keys/optimizer'
  /** Nothing would be loaded. */
  | 'keys/nothing'
  /** A content digest that is not that of the content. */
  | 'keys/digest'
  /** A file that says nothing of its model, or other than it holds. */
  | 'keys/no-source'

export interface KeysErrorFacts {
  /** Index of the step in its migration. */
  readonly step?: number
  readonly key?: string
  readonly hint?: string
}

export class KeysError extends Error {
  override readonly name = 'KeysError'
  readonly code: KeysErrorCode
  readonly step: number | null
  readonly key: string | null
  readonly hint: string | null

  constructor(code: KeysErrorCode, message: string, facts: KeysErrorFacts = {}) {
    super(message)
    this.code = code
    this.step = facts.step ?? null
    this.key = facts.key ?? null
    this.hint = facts.hint ?? null
  }
}

/** What `run` returns, or the KeysError that it throws. Throws everything else. */
export function attempt<T>(run: () => T): T | KeysError {
  try {
    return run()
  } catch (error) {
    if (error instanceof KeysError) return error
    throw error
  }
}
