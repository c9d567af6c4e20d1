/** From the YAML parser's nodes to ours. */
import { type CST, isAlias, isMap, isPair, isScalar, type Pair, type ParsedNode, type Scalar } from 'yaml'
import * as messages from '../../diagnostics/catalogue/yaml.ts'
import type { Diagnostics, Place } from '../../diagnostics/diagnostic.ts'
import { positionAt } from '../lines.ts'
import type { EmbeddedText, Range, Source } from '../source.ts'
import type { YamlNode, YamlPair, YamlScalar } from './node.ts'
import { blockHeader, blockText, doubleQuotedText, plainText, singleQuotedText } from './scalar-text.ts'
import { plainValue } from './scalar-value.ts'
import { verbatimText } from './text-map.ts'

type ParsedPair = Pair<ParsedNode | null, ParsedNode | null> & { srcToken?: CST.CollectionItem }

/** `type:X`, where a space is missing after the colon. Web addresses and slices of lists are no such thing. */
const glued = /^([A-Za-z_]\w*):(?![/:\s])(\S.*)$/

const hasValueMark = (item: ParsedPair): boolean =>
  item.srcToken === undefined || (item.srcToken.sep ?? []).some(token => token.type === 'map-value-ind')

export class TreeBuilder {
  readonly #source: Source
  readonly #masked: ReadonlyMap<number, Range>
  readonly #broken: ReadonlySet<number>
  readonly #diagnostics: Diagnostics

  constructor(source: Source, masked: readonly Range[], broken: readonly Range[], diagnostics: Diagnostics) {
    this.#source = source
    this.#masked = new Map(masked.map(range => [range.start, range]))
    this.#broken = new Set(broken.map(range => range.start))
    this.#diagnostics = diagnostics
  }

  node(node: ParsedNode): YamlNode {
    const range = this.#range(node)
    if (isAlias(node) || this.#broken.has(range.start)) return { kind: 'broken', range }
    if (isScalar(node)) return this.#scalar(node, range)
    const flow = node.flow === true
    if (isMap(node)) return { kind: 'mapping', range, flow, entries: this.#entries(node.items) }
    const items = node.items.flatMap(item =>
      isPair(item) || item === null ? [] : [this.node(item as ParsedNode)],
    )
    return { kind: 'sequence', range, flow, items }
  }

  #place(range: Range): Place {
    return { source: this.#source, range }
  }

  #range(node: ParsedNode): Range {
    const start = node.range[0]
    let end = Math.max(start, node.range[1])
    // A block ends with its last character that is seen.
    while (end > start && /\s/.test(this.#source.text[end - 1]!)) end--
    return { start, end }
  }

  #entries(items: readonly ParsedPair[]): YamlPair[] {
    const entries = new Map<string, YamlPair>()
    let reported = false
    for (const item of items) {
      const pairs = this.#pair(item, reported)
      if (pairs === null) {
        reported = true
        continue
      }
      for (const pair of pairs.read) {
        const key = pair.key.text.text
        const first = entries.get(key)
        if (first === undefined) entries.set(key, pair)
        else
          this.#diagnostics.add(
            messages.duplicateKey(
              this.#place(pair.key.range),
              key,
              positionAt(this.#source, first.key.range.start).line,
            ),
          )
      }
      reported ||= pairs.glued
    }
    return [...entries.values()]
  }

  /** The pair, or none if its key is refused; null if the value is missing. Glued words give a pair each. */
  #pair(item: ParsedPair, reported: boolean): { read: YamlPair[]; glued: boolean } | null {
    const key = item.key
    const start = item.srcToken?.start ?? []
    const mark = start.find(token => token.type === 'explicit-key-ind')
    if (mark !== undefined)
      this.#diagnostics.add(messages.explicitKey(this.#place({ start: mark.offset, end: mark.offset + 1 })))
    if (key === null) return { read: [], glued: false }
    if (!isScalar(key)) {
      const what = isAlias(key) ? null : isMap(key) ? 'a mapping' : 'a list'
      if (what !== null) this.#diagnostics.add(messages.keyKind(this.#place(this.#range(key)), what))
      return { read: [], glued: false }
    }
    const keyRange = this.#range(key)
    const hasColon = mark !== undefined || hasValueMark(item)
    const text = this.#source.text.slice(keyRange.start, keyRange.end)
    if (key.type === 'PLAIN' && (!hasColon || text.includes('\n'))) {
      const words = this.#unglue(keyRange, hasColon ? item.value : undefined, reported)
      if (words !== null) return { read: words, glued: true }
    }
    if (!hasColon) {
      if (!reported)
        this.#diagnostics.add(messages.missingValue(this.#place(keyRange), text.split('\n')[0]!.trim()))
      return null
    }
    const scalar = this.#scalar(key, keyRange)
    if (!this.#isName(scalar)) return { read: [], glued: false }
    return { read: [{ key: scalar, value: this.#value(item, scalar) }], glued: false }
  }

  #value(item: ParsedPair, key: YamlScalar): YamlNode {
    const value = item.value
    if (value === null || (isScalar(value) && value.srcToken === undefined)) return this.#nothing(key.range)
    return this.node(value)
  }

  /**
   * Words without a colon, or with one that lacks its space: `type:Conv2d`. YAML takes several lines of them for one key,
   * whose last line is the real one. null if there is nothing of the kind.
   */
  #unglue(range: Range, value: ParsedNode | null | undefined, reported: boolean): YamlPair[] | null {
    const pairs: YamlPair[] = []
    const lines = this.#linesOf(range)
    let silent = reported
    for (const [i, line] of lines.entries()) {
      const last = i === lines.length - 1
      if (last && value !== undefined) {
        if (lines.length === 1) return null
        const key = this.#plain(line)
        pairs.push({ key, value: value === null ? this.#nothing(line) : this.node(value) })
        continue
      }
      const text = this.#source.text.slice(line.start, line.end)
      const match = glued.exec(text)
      if (match === null && value === undefined) return null
      if (!silent) {
        const place = this.#place(line)
        this.#diagnostics.add(
          match === null
            ? messages.missingValue(place, text)
            : messages.missingSpace(place, match[1]!, match[2]!),
        )
      }
      silent ||= match !== null
      if (match === null) continue
      const colon = line.start + match[1]!.length
      pairs.push({
        key: this.#plain({ start: line.start, end: colon }),
        value: this.#plain({ start: colon + 1, end: line.end }),
      })
    }
    return pairs
  }

  #linesOf(range: Range): Range[] {
    const lines: Range[] = []
    let start = range.start
    for (const line of this.#source.text.slice(range.start, range.end).split('\n')) {
      const blank = line.length - line.trimStart().length
      const length = line.trim().length
      if (length > 0) lines.push({ start: start + blank, end: start + blank + length })
      start += line.length + 1
    }
    return lines
  }

  #isName(key: YamlScalar): boolean {
    const place = this.#place(key.range)
    const text = key.text.text
    const lines = this.#source.text.slice(key.range.start, key.range.end)
    if (key.style === 'literal' || key.style === 'folded' || lines.includes('\n')) {
      this.#diagnostics.add(messages.keyKind(place, 'a text of several lines'))
      return false
    }
    if (text === '<<') {
      this.#diagnostics.add(messages.mergeKey(place))
      return false
    }
    if (key.type === 'int' && !/^(0|[1-9][0-9]*)$/.test(text)) {
      const value = typeof key.value === 'number' && key.value >= 0 ? String(key.value) : null
      this.#diagnostics.add(messages.numericKey(place, text, value))
      return false
    }
    if (key.type === 'float') {
      this.#diagnostics.add(messages.numericKey(place, text, null))
      return false
    }
    if (key.type === 'bool' || key.type === 'null') {
      this.#diagnostics.add(messages.constantKey(place, text))
      return false
    }
    return true
  }

  #nothing(key: Range): YamlScalar {
    return {
      kind: 'scalar',
      range: key,
      style: 'plain',
      type: 'null',
      value: null,
      text: verbatimText(this.#source, { start: key.end, end: key.end }),
      beforeComment: false,
    }
  }

  #plain(range: Range): YamlScalar {
    const text = plainText(this.#source, range)
    return {
      kind: 'scalar',
      range,
      style: 'plain',
      ...plainValue(text.text),
      text,
      beforeComment: /^[ \t]+#/.test(this.#source.text.slice(range.end, range.end + 80)),
    }
  }

  #scalar(node: Scalar.Parsed, range: Range): YamlScalar {
    const string = (style: YamlScalar['style'], text: EmbeddedText): YamlScalar => ({
      kind: 'scalar',
      range,
      style,
      type: 'string',
      value: text.text,
      text,
      beforeComment: false,
    })
    switch (node.type) {
      case 'QUOTE_SINGLE':
        return string('single', singleQuotedText(this.#source, range))
      case 'QUOTE_DOUBLE':
        return string('double', doubleQuotedText(this.#source, range))
      case 'BLOCK_LITERAL':
      case 'BLOCK_FOLDED':
        return string(node.type === 'BLOCK_LITERAL' ? 'literal' : 'folded', this.#block(node, range))
      default: {
        const masked = this.#masked.get(range.start)
        return this.#plain(masked ?? range)
      }
    }
  }

  #block(node: Scalar.Parsed, range: Range): EmbeddedText {
    const token = node.srcToken
    if (token?.type !== 'block-scalar') return verbatimText(this.#source, range)
    const header = token.props.find(property => property.type === 'block-scalar-header')
    const last = token.props.at(-1)
    const start = last === undefined || !('source' in last) ? range.start : last.offset + last.source.length
    const body = { start, end: start + token.source.length }
    const headerText = header !== undefined && 'source' in header ? header.source : '|'
    return blockText(this.#source, blockHeader(headerText), body, Math.max(token.indent, 0))
  }
}
