/**
 * Reads a YAML file into our tree. Everything that YAML takes silently and otherwise than it looks is reported here;
 * so are its syntax errors, one per mistake.
 */
import type { YAMLParseError } from 'yaml'
import * as messages from '../../diagnostics/catalogue/yaml.ts'
import type { Diagnostics, Place } from '../../diagnostics/diagnostic.ts'
import type { Range, Source } from '../source.ts'
import { type Composed, composeYaml, flowEnd } from './compose.ts'
import { repairFlow } from './flow-repair.ts'
import type { YamlNode } from './node.ts'
import { isLocal, reportSyntax } from './syntax-error.ts'
import { TreeBuilder } from './tree.ts'

const maxMegabytes = 4
/** Each round takes one broken flow collection out of the way. */
const maxRounds = 50

/** null where the file is so broken that nothing more can be said about it. All that is wrong has been reported. */
export function parseYaml(source: Source, diagnostics: Diagnostics): YamlNode | null {
  if (source.text.length > maxMegabytes * 1e6) {
    diagnostics.add(messages.tooLong({ source, range: { start: 0, end: 1 } }, maxMegabytes))
    return null
  }
  if (isEmpty(source.text)) {
    diagnostics.add(messages.empty({ source, range: { start: 0, end: 0 } }))
    return null
  }
  const { text, masked } = repairFlow(source.text)
  const broken: Range[] = []
  const composed = composeAround(source, text, broken, diagnostics)
  for (const range of masked)
    if (!broken.some(b => b.start <= range.start && range.end <= b.end))
      diagnostics.add(messages.flowCut({ source, range }, source.text.slice(range.start, range.end)))
  if (composed === null) return null
  const extra = reportProperties(source, composed, diagnostics)
  for (const error of composed.errors)
    if (isLocal(error) && error.pos[0] < extra) reportSyntax(source, error, composed, diagnostics)
  const contents = composed.documents[0]?.contents
  if (contents) return new TreeBuilder(source, masked, broken, diagnostics).node(contents)
  if (composed.errors.length === 0 && composed.properties.length === 0)
    diagnostics.add(messages.empty({ source, range: { start: 0, end: 0 } }))
  return null
}

/** Nothing but comments, and markers of documents. */
const isEmpty = (text: string): boolean =>
  text.split('\n').every(line => /^\ufeff?(---|\.\.\.)?\s*(#[\s\S]*)?$/.test(line))

/** Composes the text; a flow collection with an error in it is reported once and taken out, so that the rest can be read. */
function composeAround(
  source: Source,
  text: string,
  broken: Range[],
  diagnostics: Diagnostics,
): Composed | null {
  let remaining = text
  for (let round = 0; round < maxRounds; round++) {
    const composed = composeYaml(remaining)
    if ('tooDeepAt' in composed) {
      const start = composed.tooDeepAt
      diagnostics.add(messages.tooDeep({ source, range: { start, end: Math.min(start + 1, text.length) } }))
      return null
    }
    const second = composed.properties.find(property => property.kind === 'document')?.start ?? text.length
    const error = composed.errors.find(e => !isLocal(e) && e.pos[0] <= second)
    if (error === undefined) return composed
    const colon = secondColon(error, remaining)
    if (colon !== null) {
      diagnostics.add(messages.nestedInLine({ source, range: { start: colon, end: colon + 1 } }))
      broken.push({ start: error.pos[0], end: colon + 1 })
      remaining = `${remaining.slice(0, colon)}_${remaining.slice(colon + 1)}`
      continue
    }
    reportSyntax(source, error, composed, diagnostics)
    const start = composed.flowStarts.findLast(flow => flow <= error.pos[0])
    const end = start === undefined ? null : flowEnd(remaining, start)
    if (start === undefined || end === null || end < error.pos[0]) return null
    broken.push({ start, end })
    remaining = blank(remaining, start, end)
  }
  return null
}

/** In `a: b: c`, which YAML takes for a mapping that goes on with the keys of the lines below, the second colon. */
function secondColon(error: YAMLParseError, text: string): number | null {
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY') return null
  const start = error.pos[0]
  const colon = /^[^\n]*?:(?=\s)/.exec(text.slice(start, start + 2000))
  return colon === null ? null : start + colon[0].length - 1
}

/** An empty collection of the same length. */
const blank = (text: string, start: number, end: number): string =>
  text.slice(0, start + 1) +
  text.slice(start + 1, end - 1).replace(/[^\n]/g, ' ') +
  text.slice(end - 1, end) +
  text.slice(end)

/** Reports anchors and their like. Gives the offset where a second document begins. */
function reportProperties(source: Source, composed: Composed, diagnostics: Diagnostics): number {
  let end = source.text.length + 1
  for (const property of composed.properties) {
    if (property.start > end) break
    const place: Place = { source, range: { start: property.start, end: property.end } }
    const word = source.text.slice(property.start, property.end)
    if (property.kind === 'anchor') diagnostics.add(messages.anchor(place))
    else if (property.kind === 'alias') diagnostics.add(messages.alias(place))
    else if (property.kind === 'tag') diagnostics.add(messages.tag(place, word))
    else if (property.kind === 'directive') diagnostics.add(messages.directive(place))
    else {
      diagnostics.add(messages.severalDocuments(place))
      end = property.start
    }
  }
  return end
}
