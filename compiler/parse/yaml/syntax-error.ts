/** The YAML parser's errors in our words. */
import type { YAMLParseError } from 'yaml'
import * as messages from '../../diagnostics/catalogue/yaml.ts'
import type { Diagnostic, Diagnostics, Place } from '../../diagnostics/diagnostic.ts'
import type { Source } from '../source.ts'
import type { Composed } from './compose.ts'

/** Errors after which the rest of the tree is still what the author meant. Other errors stop the reading. */
export function isLocal(error: YAMLParseError): boolean {
  switch (error.code) {
    case 'BAD_DQ_ESCAPE':
    case 'BAD_SCALAR_START':
    case 'MULTILINE_IMPLICIT_KEY':
    case 'KEY_OVER_1024_CHARS':
    // The rest is reported from the tokens.
    case 'ALIAS_PROPS':
    case 'BAD_ALIAS':
    case 'BAD_DIRECTIVE':
    case 'BAD_PROP_ORDER':
    case 'MULTIPLE_ANCHORS':
    case 'MULTIPLE_TAGS':
    case 'MULTIPLE_DOCS':
    case 'TAG_RESOLVE_FAILED':
    case 'BAD_COLLECTION_TYPE':
    case 'NON_STRING_KEY':
    case 'DUPLICATE_KEY':
      return true
    case 'MISSING_CHAR':
      return error.message.startsWith('Implicit map keys')
    default:
      return false
  }
}

export function reportSyntax(
  source: Source,
  error: YAMLParseError,
  composed: Composed,
  diagnostics: Diagnostics,
): void {
  const diagnostic = describe(source, error, composed)
  if (diagnostic !== null) diagnostics.add(diagnostic)
}

/** null for what is reported elsewhere. */
function describe(source: Source, error: YAMLParseError, composed: Composed): Diagnostic | null {
  const [start, end] = clamp(error.pos, source.text)
  const place: Place = { source, range: { start, end } }
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return messages.tabs(place)
    case 'BAD_DQ_ESCAPE':
      return messages.badEscape(
        { source, range: { start, end: Math.max(end, start + 2) } },
        source.text.slice(start, Math.max(end, start + 2)),
      )
    case 'BAD_SCALAR_START':
      return messages.badStart(place, source.text[start] ?? '')
    case 'BAD_INDENT':
    case 'MISSING_CHAR':
      if (error.message.startsWith('Flow ')) {
        const open = composed.flowStarts.findLast(flow => flow < error.pos[0]) ?? start
        return messages.unclosedFlow(
          { source, range: { start: open, end: open + 1 } },
          source.text.slice(open, open + 1),
        )
      }
      if (error.message.startsWith('Missing closing'))
        return messages.unclosedQuote(openQuote(source, error.pos[0]))
      // The tree knows the key.
      if (error.message.startsWith('Implicit map keys')) return null
      return error.code === 'BAD_INDENT' ? messages.indentation(place) : syntax(place)
    case 'BLOCK_IN_FLOW':
      return messages.missingComma(secondKey(place))
    case 'UNEXPECTED_TOKEN':
    case 'IMPOSSIBLE':
    case 'RESOURCE_EXHAUSTION':
    case 'KEY_OVER_1024_CHARS':
      return syntax(place)
    case 'BLOCK_AS_IMPLICIT_KEY':
      return error.message.startsWith('Nested mappings')
        ? messages.indentation(nextLine(place))
        : syntax(place)
    default:
      return null
  }
}

/** The line below a value, which is indented as if it belonged to it. */
function nextLine(place: Place): Place {
  const { text } = place.source
  const lineBreak = text.indexOf('\n', place.range.start)
  if (lineBreak === -1) return place
  const end = text.indexOf('\n', lineBreak + 1)
  const line = text.slice(lineBreak + 1, end === -1 ? text.length : end)
  return {
    source: place.source,
    range: { start: lineBreak + 1, end: lineBreak + 1 + line.trimEnd().length },
  }
}

/** In `a: 1 b: 2` the place of the second key. */
function secondKey(place: Place): Place {
  const text = place.source.text.slice(place.range.start, place.range.end)
  const key = /\s([^\s:]+)\s*:(?=\s|$)/.exec(text)
  if (key === null) return place
  const start = place.range.start + key.index + 1
  return { source: place.source, range: { start, end: start + key[1]!.length } }
}

const syntax = (place: Place): Diagnostic => {
  const found = place.source.text.slice(place.range.start, place.range.end).split('\n')[0]!.trim()
  return messages.syntax(place, found === '' ? 'something is missing here' : `unexpected ${excerpt(found)}`)
}

const excerpt = (text: string): string => JSON.stringify(text.length > 30 ? `${text.slice(0, 30)}...` : text)

/** The parser's positions can lie behind the text, and are often empty. */
function clamp([from, to]: readonly [number, number], text: string): [number, number] {
  const start = Math.min(Math.max(from, 0), text.length)
  const lineBreak = text.indexOf('\n', start)
  const line = lineBreak === -1 ? text.length : lineBreak
  return [start, Math.max(start, Math.min(to, Math.max(line, start + 1), text.length))]
}

/** The quote that is never closed: the one at the start of the value that runs to `end`. */
function openQuote(source: Source, end: number): Place {
  const before = source.text.slice(0, end)
  const start = Math.max(...['"', "'"].map(quote => lastOpening(before, quote)))
  const lineBreak = source.text.indexOf('\n', start)
  return {
    source,
    range: { start: Math.max(start, 0), end: lineBreak === -1 ? source.text.length : lineBreak },
  }
}

const lastOpening = (text: string, quote: string): number => {
  const pattern = new RegExp(`(?:^|[\\s\\[{,])${quote}`, 'g')
  let last = -1
  for (const match of text.matchAll(pattern)) last = match.index + match[0].length - 1
  return last
}
