/** Tokens of the forward language. */

export type TokenKind =
  | 'name'
  | 'keyword'
  | 'int'
  | 'float'
  | 'string'
  | 'op'
  | 'newline'
  | 'indent'
  | 'dedent'
  | 'end'
  /** A lexical error that has been reported; stands for an operand. */
  | 'error'

export interface Token {
  readonly kind: TokenKind
  /** As written, except operators of other languages (`&&`), which were reported and are Python's here. */
  readonly text: string
  /** Offsets in the embedded text. */
  readonly start: number
  readonly end: number
  /** Number of its logical line. */
  readonly line: number
}

export const keywords: ReadonlySet<string> = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global
  if import in is lambda nonlocal not or pass raise return try while with yield`.split(/\s+/),
)
