/** Values of string literals: prefixes, escapes, and the parts of f-strings. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import { fileRange } from '../source.ts'
import type { Expression, FormattedValue, JoinedStr } from './ast.ts'
import { Cursor, SyntaxStop } from './cursor.ts'
import { matchAt, stringStart } from './lexical.ts'
import type { Token } from './token.ts'

/** Parses the expression in the braces of an f-string, up to the end of the cursor's text. */
type ParseInner = (cursor: Cursor) => Expression

type Part = string | FormattedValue

/** What is in the way of an f-string within the text: offsets in the embedded text. */
interface Body {
  readonly cursor: Cursor
  readonly raw: boolean
  readonly inner: ParseInner
  readonly end: number
}

/** Parts of one string token: a plain string gives one part. */
export interface StringValue {
  readonly formatted: boolean
  readonly bytes: boolean
  readonly parts: readonly Part[]
}

/** The value of a string token. Reports bad escapes and braces. */
export function stringValue(cursor: Cursor, token: Token, inner: ParseInner): StringValue {
  const { text } = cursor.text
  const opening = matchAt(stringStart, text, token.start)
  const prefix = opening.replace(/['"]+$/, '').toLowerCase()
  const start = token.start + opening.length
  const end = token.end - (opening.length - prefix.length)
  const body: Body = { cursor, raw: prefix.includes('r'), inner, end }
  if (prefix.includes('f')) return { formatted: true, bytes: false, parts: formatParts(body, start, 0).parts }
  return { formatted: false, bytes: prefix.includes('b'), parts: [unescaped(body, start, end)] }
}

/** Joins adjacent literal parts and drops empty ones. */
export function joinParts(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part
    else if (part !== '') joined.push(part)
  }
  return joined
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
}

const escapeSequence = /\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|[\s\S])/y

function unescaped({ cursor, raw }: Body, start: number, end: number): string {
  const slice = cursor.text.text.slice(start, end)
  if (raw || !slice.includes('\\')) return slice.replace(/\r\n?/g, '\n')
  let value = ''
  for (let at = 0; at < slice.length; ) {
    const backslash = slice.indexOf('\\', at)
    const plainEnd = backslash < 0 ? slice.length : backslash
    value += slice.slice(at, plainEnd).replace(/\r\n?/g, '\n')
    if (backslash < 0) break
    const found = matchAt(escapeSequence, slice, backslash)
    at = backslash + Math.max(1, found.length)
    const place = cursor.place(fileRange(cursor.text, start + backslash, start + at))
    if (found === '') {
      value += '\\'
      continue
    }
    const decoded = decode(found.slice(1).replace(/^\r\n?$/, '\n'))
    if (decoded === undefined) cursor.report(messages.badEscape(place, found))
    else if (decoded === 'named') cursor.report(messages.namedEscape(place))
    else value += decoded.text
  }
  return value
}

function decode(escaped: string): { text: string } | 'named' | undefined {
  const simple = simpleEscapes[escaped]
  if (simple !== undefined) return { text: simple }
  if (/^[0-7]/.test(escaped)) return { text: String.fromCharCode(Number.parseInt(escaped, 8)) }
  if (escaped === 'N') return 'named'
  if (!/^[xuU]/.test(escaped)) return { text: `\\${escaped}` }
  const code = Number.parseInt(escaped.slice(1), 16)
  if (escaped.length === 1 || code > 0x10ffff) return undefined
  return { text: code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code) }
}

/** Parts of an f-string, or (`level` > 0) of a format specification, which ends before its '}'. */
function formatParts(body: Body, start: number, level: number): { parts: readonly Part[]; end: number } {
  const { text } = body.cursor.text
  const parts: Part[] = []
  let at = start
  let literal = start
  const flush = (end: number) => parts.push(unescaped(body, literal, end))
  while (at < body.end) {
    const character = text[at]
    if (character === '}' && level > 0) break
    if ((character === '{' || character === '}') && text[at + 1] === character && level === 0) {
      flush(at + 1)
      at += 2
      literal = at
    } else if (character === '}') {
      stopAt(body, at, "'}' closes nothing; a brace in the text is written '}}'")
    } else if (character === '{') {
      flush(at)
      const field = formatField(body, at, level)
      parts.push(...field.parts)
      at = field.end
      literal = at
    } else at += character === '\\' && !body.raw ? escapeLength(text, at) : 1
  }
  flush(Math.min(at, body.end))
  return { parts: joinParts(parts), end: at }
}

/** How far to go from a backslash in an f-string: a brace after it keeps its meaning, except in `\\N{name}`. */
function escapeLength(text: string, backslash: number): number {
  const next = text[backslash + 1]
  if (next === 'N')
    return Math.max(2, (/^\\N\{[^{}'"]*\}/.exec(text.slice(backslash, backslash + 100)) ?? [''])[0].length)
  return next === '{' || next === '}' ? 1 : 2
}

function formatField(body: Body, open: number, level: number): { parts: readonly Part[]; end: number } {
  const { cursor } = body
  const { text } = cursor.text
  if (level > 1) stopAt(body, open, 'braces are nested too deeply')
  const expressionEnd = endOfExpression(body, open + 1)
  if (/^\s*$/.test(text.slice(open + 1, expressionEnd))) stopAt(body, open, 'the braces hold no expression')
  const options = { start: open + 1, end: expressionEnd, joined: true }
  const value = body.inner(new Cursor(cursor.text, cursor.diagnostics, options, cursor.nesting))
  let at = expressionEnd
  if (text[at] === '=') {
    cursor.report(messages.formatDebug(cursor.place(fileRange(cursor.text, at, at + 1))))
    at += 1 + (/^\s*/.exec(text.slice(at + 1, body.end)) ?? [''])[0].length
  }
  let conversion: FormattedValue['conversion']
  if (text[at] === '!') {
    const letter = text[at + 1]
    if (letter !== 'r' && letter !== 's' && letter !== 'a') stopAt(body, at, "after '!' stands r, s or a")
    conversion = letter
    at += 2
  }
  let spec: JoinedStr | undefined
  if (text[at] === ':') {
    const found = formatParts(body, at + 1, level + 1)
    spec = { kind: 'JoinedStr', range: fileRange(cursor.text, at + 1, found.end), parts: found.parts }
    at = found.end
  }
  if (text[at] !== '}' || at >= body.end)
    stopAt(body, open, "'{' is never closed; a brace in the text is written '{{'")
  const range = fileRange(cursor.text, open, at + 1)
  return {
    parts: [
      {
        kind: 'FormattedValue',
        range,
        value,
        ...(conversion === undefined ? {} : { conversion }),
        ...(spec === undefined ? {} : { spec }),
      },
    ],
    end: at + 1,
  }
}

/** Where the expression that starts at `start` ends: at '}', '!', ':' or '=' outside brackets and strings. */
function endOfExpression(body: Body, start: number): number {
  const { text } = body.cursor.text
  let depth = 0
  let at = start
  while (at < body.end) {
    const character = text[at] ?? ''
    const quote = matchAt(stringStart, text, at).replace(/^\w+/, '')
    if (quote !== '') {
      const close = text.indexOf(quote, text.indexOf(quote, at) + quote.length)
      if (close < 0 || close >= body.end) stopAt(body, at, 'the string in the braces has no closing quote')
      at = close + quote.length
      continue
    }
    if (character === '\\') stopAt(body, at, "'\\' cannot stand in the braces")
    if (character === '#') stopAt(body, at, "'#' cannot stand in the braces")
    if ('([{'.includes(character)) depth++
    else if (depth > 0 && ')]}'.includes(character)) depth--
    else if (depth === 0) {
      if (character === '}' || character === ':') break
      if (/^(?:[=!<>]=)/.test(text.slice(at, at + 2))) at++
      else if (character === '!' || character === '=') break
    }
    at++
  }
  return at
}

function stopAt(body: Body, at: number, why: string): never {
  const { cursor } = body
  cursor.reportSyntax(messages.badFormat(cursor.place(fileRange(cursor.text, at, at + 1)), why))
  throw new SyntaxStop()
}
