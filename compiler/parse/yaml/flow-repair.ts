/**
 * Brackets of an expression in flow style. YAML cuts `{ kernel_size: (1, 5) }` into two keys without a word, and loses
 * its way for the rest of the file in `{ blocks: layers[0] }`. Here such values are found first, and masked, so that
 * each gives one error and everything else is still read.
 */
import { CST, Lexer } from 'yaml'
import type { Range } from '../source.ts'

export interface FlowRepair {
  /** The text, as long as before, with brackets and commas of such values masked. */
  readonly text: string
  /** The values that were masked, in order. Their real text is in the file. */
  readonly masked: readonly Range[]
}

/** Each round can uncover values that an earlier one hid; real files need two. */
const maxRounds = 8

export function repairFlow(text: string): FlowRepair {
  const masked: Range[] = []
  let repaired = text
  if (!/[{[]/.test(text)) return { text, masked }
  for (let round = 0; round < maxRounds; round++) {
    const found = findCut(repaired)
    if (found.length === 0) break
    repaired = mask(repaired, found)
    masked.push(...found)
  }
  return { text: repaired, masked: masked.sort((a, b) => a.start - b.start) }
}

/** `ranges` are in order and apart. */
function mask(text: string, ranges: readonly Range[]): string {
  const parts: string[] = []
  let at = 0
  for (const { start, end } of ranges) {
    parts.push(text.slice(at, start), text.slice(start, end).replace(/[^\w.\s]/g, '_'))
    at = end
  }
  return parts.join('') + text.slice(at)
}

/** Plain scalars in flow collections that YAML would cut: `(1`, or `layers` with a `[` directly behind it. */
function findCut(text: string): Range[] {
  const found: Range[] = []
  let offset = 0
  let depth = 0
  let inScalar = false
  let skipTo = 0
  for (const lexeme of new Lexer().lex(text)) {
    if (inScalar) {
      inScalar = false
      const start = offset
      offset += lexeme.length
      if (depth === 0 || start < skipTo) continue
      const end = cutEnd(text, start, offset, lexeme)
      if (end === null) continue
      found.push({ start, end })
      skipTo = end
      continue
    }
    const type = CST.tokenType(lexeme)
    if (type === 'scalar') inScalar = true
    if (type === 'scalar' || type === 'doc-mode' || type === 'flow-error-end') continue
    if (offset >= skipTo) {
      if (type === 'flow-map-start' || type === 'flow-seq-start') depth++
      if (type === 'flow-map-end' || type === 'flow-seq-end') depth = Math.max(0, depth - 1)
    }
    offset += lexeme.length
  }
  return found
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Where the author meant the value to end; null if YAML reads it whole, or no end makes sense. */
function cutEnd(text: string, start: number, end: number, scalar: string): number | null {
  const next = text[end]
  if (!(openParentheses(scalar) || next === '[' || next === '{')) return null
  const open: string[] = []
  const line = text.indexOf('\n', start)
  const stop = line === -1 ? text.length : line
  let at = start
  for (; at < stop; at++) {
    const character = text[at]!
    const close = closing[character]
    if (character === '"' || character === "'") {
      const quote = text.indexOf(character, at + 1)
      if (quote === -1 || quote > stop) return null
      at = quote
    } else if (close !== undefined) open.push(close)
    else if (open.length > 0 && character === open.at(-1)) open.pop()
    else if (character === ')' || character === ']' || character === '}') break
    else if (character === ',' && open.length === 0) break
    else if (open.length === 0 && character === ':' && /\s/.test(text[at + 1] ?? '\n')) break
    else if (character === '#' && /\s/.test(text[at - 1] ?? '')) break
  }
  if (open.length > 0) return null
  while (at > end && /\s/.test(text[at - 1]!)) at--
  return at > end ? at : null
}

function openParentheses(text: string): boolean {
  let open = 0
  for (const character of text) {
    if (character === '(') open++
    else if (character === ')' && open > 0) open--
  }
  return open > 0
}
