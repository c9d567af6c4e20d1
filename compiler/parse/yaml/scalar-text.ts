/** The value of a scalar as YAML 1.2 reads it, with the way back to the file for each character. */
import type { EmbeddedText, Range, Source } from '../source.ts'
import { TextBuilder, verbatimText } from './text-map.ts'

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t'

/** A plain scalar over `range`, which has no blanks at its ends. */
export function plainText(source: Source, range: Range): EmbeddedText {
  if (!source.text.slice(range.start, range.end).includes('\n')) return verbatimText(source, range)
  const builder = new TextBuilder(source)
  let at = range.start
  while (at < range.end) at = flowLine(source.text, builder, at, range.end, range.end)
  return builder.build(range.end)
}

/** `'it''s'`, quotes included in `range`. */
export function singleQuotedText(source: Source, range: Range): EmbeddedText {
  const builder = new TextBuilder(source)
  const end = closed(source.text, range, "'")
  let at = range.start + 1
  while (at < end) {
    const quote = find(source.text, "''", at, end)
    at = flowLine(source.text, builder, at, end, quote)
    if (at === quote && at < end) {
      builder.put("'", at)
      at += 2
    }
  }
  return builder.build(end)
}

/** `"a\n"`, quotes included in `range`. */
export function doubleQuotedText(source: Source, range: Range): EmbeddedText {
  const builder = new TextBuilder(source)
  const end = closed(source.text, range, '"')
  let at = range.start + 1
  while (at < end) {
    const backslash = find(source.text, '\\', at, end)
    at = flowLine(source.text, builder, at, end, backslash)
    if (at === backslash && at < end) at = escapeSequence(source.text, builder, at, end)
  }
  return builder.build(end)
}

/** Where `text` has `what`; `end` if not before that. */
function find(text: string, what: string, from: number, end: number): number {
  const at = text.indexOf(what, from)
  return at === -1 || at > end - what.length ? end : at
}

const closed = (text: string, range: Range, quote: string): number =>
  range.end - 1 > range.start && text[range.end - 1] === quote ? range.end - 1 : range.end

/**
 * Takes what is left of a line up to `stop`, and the fold after it: one line break is a space, each further one a line
 * break. Gives where it stands.
 */
function flowLine(text: string, builder: TextBuilder, from: number, end: number, stop: number): number {
  const lineBreak = text.indexOf('\n', from)
  if (lineBreak === -1 || lineBreak >= stop) {
    builder.copy(from, stop)
    return stop
  }
  let lineEnd = lineBreak
  while (lineEnd > from && (isBlank(text[lineEnd - 1]) || text[lineEnd - 1] === '\r')) lineEnd--
  builder.copy(from, lineEnd)
  return fold(text, builder, lineBreak, end, ' ')
}

/** Skips line breaks and indentation from the line break at `from`. */
function fold(text: string, builder: TextBuilder, from: number, end: number, single: string): number {
  let at = from
  let breaks = 0
  while (at < end && (text[at] === '\n' || text[at] === '\r' || isBlank(text[at]))) {
    if (text[at] === '\n') breaks++
    at++
  }
  builder.put(breaks === 1 ? single : '\n'.repeat(Math.max(0, breaks - 1)), from)
  return at
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}

const hexLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** The escape at `at`; invalid ones, which the parser reports, stay as they are written. */
function escapeSequence(text: string, builder: TextBuilder, at: number, end: number): number {
  const character = text[at + 1]
  if (character === undefined || at + 1 >= end) {
    builder.copy(at, end)
    return end
  }
  if (character === '\n') return fold(text, builder, at + 1, end, '')
  if (character === '\r' && text[at + 2] === '\n') return fold(text, builder, at + 2, end, '')
  const plain = Object.hasOwn(escapes, character) ? escapes[character] : undefined
  if (plain !== undefined) {
    builder.put(plain, at)
    return at + 2
  }
  const length = Object.hasOwn(hexLengths, character) ? hexLengths[character]! : 0
  const hex = text.slice(at + 2, Math.min(at + 2 + length, end))
  const code = Number.parseInt(hex, 16)
  if (length > 0 && hex.length === length && /^[0-9a-fA-F]+$/.test(hex) && code <= 0x10ffff) {
    builder.put(String.fromCodePoint(code), at)
    return at + 2 + length
  }
  builder.copy(at, at + 2)
  return at + 2
}

/** How a block scalar begins: `|`, `>-`, `|2+`. */
export interface BlockHeader {
  readonly folded: boolean
  readonly chomp: 'clip' | 'strip' | 'keep'
  /** Indentation of the content, if the header gives it; counted from the parent's. */
  readonly indent: number | null
}

export function blockHeader(header: string): BlockHeader {
  const digit = /[1-9]/.exec(header)
  return {
    folded: header.startsWith('>'),
    chomp: header.includes('-') ? 'strip' : header.includes('+') ? 'keep' : 'clip',
    indent: digit === null ? null : Number(digit[0]),
  }
}

interface Line {
  /** First character after the line's leading spaces. */
  readonly content: number
  readonly start: number
  /** Line break excluded. */
  readonly end: number
}

/** The content of a block scalar in `body`, from the line after its header; `parentIndent` counts for explicit indentation. */
export function blockText(
  source: Source,
  header: BlockHeader,
  body: Range,
  parentIndent: number,
): EmbeddedText {
  const lines = splitLines(source.text, body)
  const indent = header.indent === null ? contentIndent(lines) : parentIndent + header.indent
  // Spaces beyond the indentation are content.
  const isEmptyLine = (line: Line): boolean => line.content === line.end && line.end - line.start <= indent
  const last = lines.findLastIndex(line => !isEmptyLine(line)) + 1
  const builder = new TextBuilder(source)
  const shown = lines.slice(0, last)
  if (header.folded) foldLines(source.text, builder, shown, indent)
  else
    shown.forEach((line, i) => {
      if (i > 0) builder.put('\n', shown[i - 1]!.end)
      builder.copy(Math.min(line.start + indent, line.end), line.end)
    })
  const end = last > 0 ? lines[last - 1]!.end : body.start
  if (header.chomp === 'clip' && last > 0) builder.put('\n', end)
  if (header.chomp === 'keep') {
    if (last > 0 && lines.length > 0) builder.put('\n', end)
    for (const line of lines.slice(last)) if (line.end < body.end) builder.put('\n', line.end)
    return builder.build(Math.max(end, lines.at(-1)?.end ?? end))
  }
  return builder.build(end)
}

/** That of the first line with content; all blank lines are within it. */
function contentIndent(lines: readonly Line[]): number {
  const filled = lines.find(line => line.content < line.end)
  if (filled !== undefined) return filled.content - filled.start
  return lines.reduce((most, line) => Math.max(most, line.end - line.start), 0)
}

function splitLines(text: string, body: Range): Line[] {
  const lines: Line[] = []
  let start = body.start
  while (start < body.end) {
    const lineBreak = text.indexOf('\n', start)
    const next = lineBreak === -1 || lineBreak >= body.end ? body.end : lineBreak
    const end = next > start && text[next - 1] === '\r' ? next - 1 : next
    let content = start
    while (content < end && text[content] === ' ') content++
    lines.push({ start, content, end })
    start = next + 1
  }
  return lines
}

/** Joins lines by spaces; blank and more indented lines keep their line breaks. */
function foldLines(text: string, builder: TextBuilder, lines: readonly Line[], indent: number): void {
  let breaks = 0
  let previous: { line: Line; spaced: boolean } | null = null
  for (const line of lines) {
    if (line.content === line.end && line.end - line.start <= indent) {
      breaks++
      continue
    }
    const spaced = line.content - line.start > indent || text[line.content] === '\t'
    if (previous !== null) {
      const keep = spaced || previous.spaced
      builder.put(
        keep ? '\n'.repeat(breaks + 1) : breaks === 0 ? ' ' : '\n'.repeat(breaks),
        previous.line.end,
      )
    } else builder.put('\n'.repeat(breaks), line.start)
    builder.copy(Math.min(line.start + indent, line.end), line.end)
    previous = { line, spaced }
    breaks = 0
  }
}
