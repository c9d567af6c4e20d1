/**
 * Text to tokens, with Python's rules for indentation and line joining. Lexical errors are reported here, with the
 * logical line they are in, so that the parser does not complain about the same line again.
 */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Diagnostic, Diagnostics, Place } from '../../diagnostics/diagnostic.ts'
import { type EmbeddedText, fileRange } from '../source.ts'
import {
  afterNumber,
  floatNumber,
  identifier,
  identifierPart,
  intNumber,
  lineBreak,
  matchAt,
  operator,
  statementStart,
  stringStart,
} from './lexical.ts'
import { keywords, type Token, type TokenKind } from './token.ts'

export interface Tokens {
  /** Ends with a token of kind `end`. */
  readonly tokens: readonly Token[]
  /** Logical lines with lexical errors. */
  readonly brokenLines: ReadonlySet<number>
}

export interface TokenizeOptions {
  readonly start?: number
  readonly end?: number
  /** The text is one expression: line breaks mean nothing. */
  readonly joined?: boolean
}

interface Bracket {
  readonly text: string
  readonly start: number
}

interface Indentation {
  /** Columns with tabs to multiples of eight, and with tabs as one column; both must agree on every comparison. */
  readonly column: number
  readonly tabless: number
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Operators of other languages: reported, then read as Python's. */
const foreign: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or', '!': 'not', '<>': '!=' }

/** After this many brackets that are never closed the rest of the text is not read a second time. */
const maxRestarts = 16

/** Tokens of `text` between two offsets; reports lexical errors. Takes linear time. */
export function tokenize(
  text: EmbeddedText,
  diagnostics: Diagnostics,
  options: TokenizeOptions = {},
): Tokens {
  const tokenizer = new Tokenizer(text, options)
  tokenizer.run()
  for (const diagnostic of tokenizer.found) diagnostics.add(diagnostic)
  return tokenizer
}

class Tokenizer implements Tokens {
  readonly tokens: Token[] = []
  readonly brokenLines = new Set<number>()
  readonly found: Diagnostic[] = []
  readonly #embedded: EmbeddedText
  readonly #text: string
  readonly #end: number
  readonly #joined: boolean
  #at: number
  #line = 0
  #indents: readonly Indentation[] = []
  /** To read the present logical line a second time. */
  #lineStart: { at: number; tokens: number; found: number; indents: readonly Indentation[] }
  #brackets: Bracket[] = []
  /** Whether the present logical line is read a second time, since a bracket in it is never closed. */
  #unclosed = false
  #restarts = 0

  constructor(embedded: EmbeddedText, options: TokenizeOptions) {
    this.#embedded = embedded
    this.#text = embedded.text
    this.#at = options.start ?? 0
    this.#end = options.end ?? embedded.text.length
    this.#joined = options.joined ?? false
    if (this.#text.startsWith('\uFEFF', this.#at)) this.#at++
    this.#lineStart = { at: this.#at, tokens: 0, found: 0, indents: [] }
  }

  run(): void {
    do {
      while (this.#at < this.#end) {
        if (this.#startsLine()) this.#indentation()
        else this.#next()
      }
    } while (this.#restartUnclosed())
    if (this.#hasLine()) this.#push('newline', this.#end, '')
    for (let depth = this.#indents.length; depth > 1; depth--) this.#push('dedent', this.#end, '')
    this.#push('end', this.#end, '')
  }

  #startsLine(): boolean {
    return !this.#joined && this.#brackets.length === 0 && !this.#hasLine()
  }

  /** Whether tokens of the present logical line have been read. */
  #hasLine(): boolean {
    const last = this.tokens.at(-1)
    return !this.#joined && last?.line === this.#line && last.kind !== 'indent' && last.kind !== 'dedent'
  }

  #push(kind: TokenKind, end: number, text = this.#text.slice(this.#at, end)): void {
    this.tokens.push({ kind, text, start: this.#at, end, line: this.#line })
    this.#at = end
  }

  #report(start: number, end: number, make: (place: Place) => Diagnostic, breaksLine = true): void {
    this.found.push(make({ source: this.#embedded.source, range: fileRange(this.#embedded, start, end) }))
    if (breaksLine) this.brokenLines.add(this.#line)
  }

  /** At the start of a physical line outside brackets: blank lines vanish, others change the indentation or not. */
  #indentation(): void {
    const start = this.#at
    let column = 0
    let tabless = 0
    for (; this.#at < this.#end; this.#at++) {
      const character = this.#text[this.#at]
      if (character === ' ') column++
      else if (character === '\t') column = (Math.floor(column / 8) + 1) * 8
      else if (character === '\f') column = 0
      else break
      tabless = character === '\f' ? 0 : tabless + 1
    }
    this.#lineStart = {
      at: start,
      tokens: this.tokens.length,
      found: this.found.length,
      indents: this.#indents,
    }
    if (this.#skipComment() || this.#at >= this.#end) return
    this.#indentTo(start, { column, tabless })
    this.#next()
  }

  #indentTo(start: number, indent: Indentation): void {
    const consistent = (outer: Indentation) =>
      Math.sign(indent.column - outer.column) === Math.sign(indent.tabless - outer.tabless)
    const base = this.#indents[0]
    if (base === undefined) {
      this.#indents = [indent]
      return
    }
    let top = this.#indents.at(-1) ?? base
    if (!consistent(top)) this.#report(start, this.#at, messages.mixedTabs, false)
    if (indent.column > top.column) {
      this.#indents = [...this.#indents, indent]
      this.#push('indent', this.#at, '')
      return
    }
    while (indent.column < top.column && this.#indents.length > 1) {
      this.#indents = this.#indents.slice(0, -1)
      this.#push('dedent', this.#at, '')
      top = this.#indents.at(-1) ?? base
    }
    if (indent.column !== top.column) {
      this.#report(start, this.#at, messages.unmatchedDedent, false)
      if (indent.column < top.column) this.#indents = [indent]
    }
  }

  /** Skips a comment and the line break after it; whether the line held nothing else. */
  #skipComment(): boolean {
    if (this.#text[this.#at] === '#')
      while (this.#at < this.#end && this.#text[this.#at] !== '\n' && this.#text[this.#at] !== '\r')
        this.#at++
    const ending = matchAt(lineBreak, this.#text, this.#at)
    if (ending === '' || this.#at >= this.#end) return false
    this.#at += ending.length
    return true
  }

  #next(): void {
    const character = this.#text[this.#at]
    if (character === ' ' || character === '\t' || character === '\f') this.#at++
    else if (character === '#' || character === '\n' || character === '\r') this.#lineEnd()
    else if (character === '\\') this.#continuation()
    else this.#word()
  }

  #lineEnd(): void {
    const start = this.#at
    while (this.#at < this.#end && this.#text[this.#at] !== '\n' && this.#text[this.#at] !== '\r') this.#at++
    if (this.#at >= this.#end) return
    const after = this.#at + matchAt(lineBreak, this.#text, this.#at).length
    if (this.#joined || (this.#brackets.length > 0 && !this.#endsUnclosed(after))) {
      if (!this.#joined && this.#interrupted(after)) this.#restartUnclosed()
      else this.#at = after
      return
    }
    this.#reportUnclosed()
    this.#at = start
    this.#push('newline', after, '')
    this.#line++
  }

  #continuation(): void {
    const ending = matchAt(lineBreak, this.#text, this.#at + 1)
    const next = this.#at + 1 + ending.length
    if (ending === '' || next >= this.#end) this.#report(this.#at, this.#at + 1, messages.badContinuation)
    this.#at = next
  }

  #word(): void {
    const text = this.#text
    const quote = matchAt(stringStart, text, this.#at)
    if (quote !== '') {
      this.#string(quote)
      return
    }
    const name = matchAt(identifier, text, this.#at)
    if (name !== '') {
      this.#push(keywords.has(name) ? 'keyword' : 'name', this.#at + name.length)
      return
    }
    const float = matchAt(floatNumber, text, this.#at)
    const int = float === '' ? matchAt(intNumber, text, this.#at) : ''
    if (float !== '' || int !== '') {
      this.#number(float || int, float === '')
      return
    }
    const op = matchAt(operator, text, this.#at)
    if (op !== '') {
      this.#operator(op)
      return
    }
    const character = String.fromCodePoint(text.codePointAt(this.#at) ?? 0)
    const end = this.#at + character.length
    this.#report(this.#at, end, place => messages.badCharacter(place, character))
    this.#push('error', end)
  }

  #number(number: string, isInt: boolean): void {
    const text = this.#text
    let end = this.#at + number.length
    if (/[jJ]/.test(text[end] ?? '')) {
      end++
      this.#report(this.#at, end, messages.imaginaryNumber)
      this.#push('error', end)
      return
    }
    const tail = matchAt(afterNumber, text, end) === '' ? matchAt(identifierPart, text, end) : ''
    const why =
      tail !== ''
        ? `'${tail}' cannot follow it`
        : isInt && /^0[\d_]*[1-9]/.test(number)
          ? 'it starts with 0; octal is written 0o'
          : undefined
    if (why === undefined) {
      this.#push(isInt ? 'int' : 'float', end)
      return
    }
    end += tail.length
    const written = text.slice(this.#at, end)
    this.#report(this.#at, end, place => messages.badNumber(place, written, why))
    this.#push('error', end)
  }

  #string(opening: string): void {
    const quote = opening.replace(/^\w+/, '')
    const start = this.#at
    let at = start + opening.length
    while (at < this.#end && !this.#text.startsWith(quote, at)) {
      const character = this.#text[at]
      if (quote.length === 1 && (character === '\n' || character === '\r')) break
      at += character === '\\' ? 1 + Math.max(1, matchAt(lineBreak, this.#text, at + 1).length) : 1
    }
    if (at < this.#end && this.#text.startsWith(quote, at)) {
      this.#push('string', at + quote.length)
      return
    }
    // Only the opening line is marked: a missing ''' would otherwise underline everything that follows.
    const end = Math.min(at, this.#end)
    const firstLine = this.#text.slice(start, end).search(/[\r\n]/)
    this.#report(start, firstLine < 0 ? end : start + firstLine, messages.unterminatedString)
    // It may have swallowed closing brackets.
    this.#unclosed = true
    this.#push('error', end)
  }

  #operator(op: string): void {
    const end = this.#at + op.length
    const instead = foreign[op]
    if (instead !== undefined) {
      this.#report(this.#at, end, place => messages.foreignOperator(place, op, instead), op === '!')
      this.#push(keywords.has(instead) ? 'keyword' : 'op', end, instead)
      return
    }
    if (op in closing) this.#brackets.push({ text: op, start: this.#at })
    else if (op === ')' || op === ']' || op === '}') {
      if (!this.#close(op)) {
        this.#at = end
        return
      }
    }
    this.#push('op', end)
  }

  /** Closes the bracket that `op` fits; whether it fits one. Reports when it is not the innermost. */
  #close(op: string): boolean {
    const innermost = this.#brackets.at(-1)
    if (innermost !== undefined && closing[innermost.text] === op) {
      this.#brackets.pop()
      return true
    }
    this.#reportBracket(this.#at, place => messages.unmatchedBracket(place, op, innermost?.text))
    // Taken for the closing bracket that was meant: the line is reported, what matters is where it ends.
    this.#brackets.pop()
    return innermost !== undefined
  }

  /** In a line with a bracket that is never closed: whether the line ends here, since the next is not indented more. */
  #endsUnclosed(next: number): boolean {
    if (!this.#unclosed) return false
    if (this.#interrupted(next)) return true
    const [, blank = '', first = ''] = /^([ \t\f]*)(.?)/s.exec(this.#text.slice(next, next + 200)) ?? []
    if (first === '#' || first === '\n' || first === '\r' || first === '') return false
    return blank.length <= (this.#indents.at(-1)?.tabless ?? 0) && !')]}'.includes(first)
  }

  /** Whether a statement begins at `next`, so that an open bracket before it is never closed. */
  #interrupted(next: number): boolean {
    return matchAt(statementStart, this.#text, next) !== ''
  }

  /**
   * Where it is clear that a bracket is never closed: goes back to read its logical line again, which then ends before the
   * next line that is not indented more, so that one missing bracket does not hide what follows. Reports it where the line
   * is not read again. Whether there is something to read.
   */
  #restartUnclosed(): boolean {
    if (this.#brackets.length === 0) return false
    if (this.#unclosed || this.#joined || this.#restarts === maxRestarts) {
      this.#reportUnclosed()
      return false
    }
    this.#restarts++
    this.#brackets = []
    this.#unclosed = true
    this.found.length = this.#lineStart.found
    this.tokens.length = this.#lineStart.tokens
    this.brokenLines.delete(this.#line)
    this.#at = this.#lineStart.at
    this.#indents = this.#lineStart.indents
    return true
  }

  /** At the end of a logical line: reports the innermost bracket that is open. */
  #reportUnclosed(): void {
    const innermost = this.#brackets.at(-1)
    this.#brackets = []
    this.#unclosed = false
    if (innermost === undefined) return
    this.#reportBracket(innermost.start, place => messages.unclosedBracket(place, innermost.text))
  }

  /** Reports a bracket, unless its line is broken already: brackets go wrong in the wake of others and of strings. */
  #reportBracket(start: number, make: (place: Place) => Diagnostic): void {
    if (!this.brokenLines.has(this.#line)) this.#report(start, start + 1, make)
  }
}
