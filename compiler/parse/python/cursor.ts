/** Where the parser is in the tokens, and how it reports. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Diagnostic, Diagnostics, Place } from '../../diagnostics/diagnostic.ts'
import { type EmbeddedText, fileRange, type Range } from '../source.ts'
import type { ErrorNode, Node } from './ast.ts'
import type { Token, TokenKind } from './token.ts'
import { type TokenizeOptions, tokenize } from './tokenizer.ts'

/** Thrown where an expression or statement makes no sense any more, after the report; caught by the statement. */
export class SyntaxStop extends Error {}

/** Levels of blocks, and of blocks, brackets and prefix operators, each a few frames of the parser's stack. */
const maxNesting = { block: 100, expression: 300 }

export class Cursor {
  readonly text: EmbeddedText
  readonly diagnostics: Diagnostics
  readonly #tokens: readonly Token[]
  readonly #brokenLines: ReadonlySet<number>
  #index = 0
  #nesting: number
  #lastReportedLine = -1

  constructor(text: EmbeddedText, diagnostics: Diagnostics, options: TokenizeOptions = {}, nesting = 0) {
    const { tokens, brokenLines } = tokenize(text, diagnostics, options)
    this.text = text
    this.diagnostics = diagnostics
    this.#tokens = tokens
    this.#brokenLines = brokenLines
    this.#nesting = nesting
  }

  get token(): Token {
    return this.#tokens[this.#index]!
  }

  get previous(): Token | undefined {
    return this.#tokens[this.#index - 1]
  }

  get nesting(): number {
    return this.#nesting
  }

  /** The token `ahead` places on; the last one (`end`) beyond it. */
  peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)]!
  }

  /** Takes the token; the last one stays. */
  next(): Token {
    const token = this.token
    if (token.kind !== 'end') this.#index++
    return token
  }

  isKind(kind: TokenKind): boolean {
    return this.token.kind === kind
  }

  /** Whether the token is this operator or keyword. */
  is(text: string): boolean {
    return isOperatorOrKeyword(this.token, text)
  }

  /** Takes the operator or keyword if it is there. */
  take(text: string): boolean {
    if (!this.is(text)) return false
    this.next()
    return true
  }

  /** Takes the operator or keyword, or reports and stops. */
  expect(text: string): Token {
    return this.is(text) ? this.next() : this.stop(`'${text}'`)
  }

  expectName(what: string): Token {
    return this.isKind('name') ? this.next() : this.stop(what)
  }

  rangeOf(token: Token): Range {
    return fileRange(this.text, token.start, token.end)
  }

  /** From the start of `first` to the end of the token before the present one. */
  rangeFrom(first: Token): Range {
    return fileRange(this.text, first.start, Math.max(first.start, this.previous?.end ?? 0))
  }

  place(range: Range): Place {
    return { source: this.text.source, range }
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.add(diagnostic)
  }

  /** Reports broken syntax, once in a logical line: what follows the first error there is guesswork. */
  reportSyntax(diagnostic: Diagnostic, line = this.token.line): void {
    if (this.#brokenLines.has(line) || this.#lastReportedLine === line) return
    this.#lastReportedLine = line
    this.report(diagnostic)
  }

  /** Reports that something else was expected here, and stops. */
  stop(expected: string, hint?: string): never {
    this.unexpected(expected, hint)
    throw new SyntaxStop()
  }

  /** Reports that something else was expected here. */
  unexpected(expected: string, hint?: string): void {
    const token = this.token
    const end = token.kind === 'newline' ? token.start : token.end
    const range = fileRange(this.text, token.start, end)
    this.reportSyntax(messages.unexpected(this.place(range), expected, describe(token), hint))
  }

  /** Reports a construct that is refused, and gives the node that stands for it. */
  refuse(
    message: (place: Place) => Diagnostic,
    range: Range,
    node: { range?: Range; children?: readonly Node[]; binds?: readonly string[] } = {},
  ): ErrorNode {
    this.report(message(this.place(range)))
    return {
      kind: 'Error',
      range: node.range ?? range,
      children: node.children ?? [],
      binds: node.binds ?? [],
    }
  }

  /** Reports an error of which no second one in the same line should follow, and gives the node that stands for it. */
  fault(message: (place: Place) => Diagnostic, range: Range): ErrorNode {
    this.reportSyntax(message(this.place(range)))
    return { kind: 'Error', range, children: [], binds: [] }
  }

  /** Runs `parse` one level deeper; reports at `first` and stops where that is too deep. */
  nested<T>(parse: () => T, kind: 'expression' | 'block' = 'expression', first = this.token): T {
    if (this.#nesting >= maxNesting[kind]) {
      this.reportSyntax(messages.tooDeep(this.place(this.rangeOf(first))), first.line)
      throw new SyntaxStop()
    }
    this.#nesting++
    try {
      return parse()
    } finally {
      this.#nesting--
    }
  }

  /** Skips to the end of the logical line, or to the ';' where `semicolon` is set. Gives what was skipped. */
  skipLine(semicolon = false): readonly Token[] {
    const start = this.#index
    while (!this.isKind('newline') && !this.isKind('end') && !(semicolon && this.is(';'))) this.next()
    return this.#tokens.slice(start, this.#index)
  }

  /** Skips an indented block if there is one. */
  skipBlock(): void {
    if (!this.isKind('indent')) return
    let depth = 0
    do {
      if (this.isKind('indent')) depth++
      if (this.isKind('dedent')) depth--
      this.next()
    } while (depth > 0 && !this.isKind('end'))
  }
}

export function isOperatorOrKeyword(token: Token, text: string): boolean {
  return token.text === text && (token.kind === 'op' || token.kind === 'keyword')
}

function describe(token: Token): string {
  switch (token.kind) {
    case 'newline':
      return 'the end of the line'
    case 'end':
      return 'the end of the text'
    case 'indent':
    case 'dedent':
      return 'a change of indentation'
    case 'string':
      return 'a string'
    default:
      return `'${token.text}'`
  }
}
