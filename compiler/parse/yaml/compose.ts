/** Runs the YAML parser over a text: its syntax tree, its errors, and the properties (anchors, tags) that stand in it. */
import { Composer, CST, type Document, Lexer, type ParsedNode, Parser, type YAMLParseError } from 'yaml'
import type { Range } from '../source.ts'

/** The parser recurses per level, and so do we. Real specs have twelve levels. */
const maxDepth = 100

export interface Composed {
  readonly documents: readonly Document.Parsed<ParsedNode>[]
  /** By position. */
  readonly errors: readonly YAMLParseError[]
  readonly properties: readonly Property[]
  /** Flow collections that stand in no other, by their first bracket. */
  readonly flowStarts: readonly number[]
}

export interface Property extends Range {
  readonly kind: 'anchor' | 'alias' | 'tag' | 'directive' | 'document'
}

export type ComposeResult = Composed | { readonly tooDeepAt: number }

export function composeYaml(text: string): ComposeResult {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  const scan = new Scan()
  for (const lexeme of new Lexer().lex(text)) {
    scan.take(lexeme)
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > maxDepth) return { tooDeepAt: scan.offset }
  }
  for (const token of parser.end()) tokens.push(token)
  const composer = new Composer({
    keepSourceTokens: true,
    schema: 'failsafe',
    version: '1.2',
    uniqueKeys: false,
    logLevel: 'silent',
  })
  const documents = [...composer.compose(tokens, true, text.length)]
  return {
    documents,
    errors: documents
      .flatMap(document => [...document.errors])
      .sort((a, b) => a.pos[0] - b.pos[0] || a.pos[1] - b.pos[1]),
    properties: scan.properties,
    flowStarts: scan.flowStarts,
  }
}

const propertyKinds: Partial<Record<CST.TokenType, Property['kind']>> = {
  anchor: 'anchor',
  alias: 'alias',
  tag: 'tag',
  'directive-line': 'directive',
  'doc-start': 'document',
}

/** Follows the lexer through the text, counting offsets as the parser does. */
class Scan {
  offset = 0
  readonly properties: Property[] = []
  readonly flowStarts: number[] = []
  #depth = 0
  #inScalar = false
  #content = false

  take(lexeme: string): void {
    if (this.#inScalar) {
      this.#inScalar = false
      this.#content = true
      this.offset += lexeme.length
      return
    }
    const type = CST.tokenType(lexeme)
    if (type === 'scalar') {
      this.#inScalar = true
      return
    }
    if (type === 'doc-mode' || type === 'flow-error-end') return
    const kind = type === null ? undefined : propertyKinds[type]
    // A document's first marker is no second document.
    if (kind !== undefined && (kind !== 'document' || this.#content))
      this.properties.push({ kind, start: this.offset, end: this.offset + lexeme.length })
    if (type === 'flow-map-start' || type === 'flow-seq-start') {
      if (this.#depth === 0) this.flowStarts.push(this.offset)
      this.#depth++
      this.#content = true
    }
    if (type === 'flow-map-end' || type === 'flow-seq-end') this.#depth = Math.max(0, this.#depth - 1)
    this.offset += lexeme.length
  }
}

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/** The end of the flow collection that begins at `start`, judged by brackets and quotes alone; null if it has none. */
export function flowEnd(text: string, start: number): number | null {
  const open: string[] = []
  for (let at = start; at < text.length; at++) {
    const character = text[at]!
    const close = closing[character]
    if (close !== undefined) open.push(close)
    else if (character === open.at(-1)) {
      open.pop()
      if (open.length === 0) return at + 1
    } else if (character === '}' || character === ']') return null
    else if ((character === '"' || character === "'") && /[\s{[,:]/.test(text[at - 1] ?? ' ')) {
      const quote = text.indexOf(character, at + 1)
      if (quote === -1) return null
      at = quote
    } else if (character === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      const lineBreak = text.indexOf('\n', at)
      if (lineBreak === -1) return null
      at = lineBreak
    }
  }
  return null
}
