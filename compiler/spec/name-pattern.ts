/** Names with expressions in braces: `layer{i + 1}`. */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { parseExpression } from '../parse/python/parse.ts'
import { type EmbeddedText, fileRange } from '../parse/source.ts'
import { sliceText } from '../parse/yaml/text-map.ts'
import type { NamePattern, SpecExpr } from './spec.ts'

/** null after a report. A name without braces has one part. */
export function readNamePattern(
  text: EmbeddedText,
  place: Place,
  diagnostics: Diagnostics,
): NamePattern | null {
  const parts: (string | SpecExpr)[] = []
  let literal = ''
  let at = 0
  while (at < text.text.length) {
    const character = text.text[at]!
    if (character === '}') {
      diagnostics.add(messages.namePattern(place, "'}' closes nothing"))
      return null
    }
    if (character !== '{') {
      literal += character
      at++
      continue
    }
    const end = closingBrace(text.text, at)
    if (end === null) {
      diagnostics.add(messages.namePattern(place, "'{' is never closed"))
      return null
    }
    const inner = sliceText(text, at + 1, end)
    const range = fileRange(text, at + 1, end)
    parts.push(literal, {
      expr: parseExpression(inner, diagnostics),
      text: inner.text,
      place: { source: text.source, range },
    })
    literal = ''
    at = end + 1
  }
  parts.push(literal)
  return { place, parts }
}

/** The name if it is no pattern but fixed. */
export function fixedName(pattern: NamePattern): string | null {
  const only = pattern.parts.length === 1 ? pattern.parts[0] : undefined
  return typeof only === 'string' ? only : null
}

function closingBrace(text: string, open: number): number | null {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    const character = text[at]!
    if (character === '{') depth++
    else if (character === '}' && --depth === 0) return at
    else if (character === '"' || character === "'") {
      const quote = text.indexOf(character, at + 1)
      if (quote === -1) return null
      at = quote
    }
  }
  return null
}
