/** Expressions out of YAML values: strings are parsed as Python, other scalars and lists are literals. */
import * as python from '../diagnostics/catalogue/python.ts'
import * as spec from '../diagnostics/catalogue/spec.ts'
import * as yaml from '../diagnostics/catalogue/yaml.ts'
import { type Diagnostic, Diagnostics, type Place } from '../diagnostics/diagnostic.ts'
import type { Block, ErrorNode, Expression, ListComp } from '../parse/python/ast.ts'
import { parseExpression, parseForward } from '../parse/python/parse.ts'
import type { EmbeddedText, Range, Source } from '../parse/source.ts'
import type { YamlScalar } from '../parse/yaml/node.ts'
import type { SpecNode } from '../schema/spec-node.ts'
import type { ForClause, SpecExpr } from './spec.ts'

/** What stands for an expression that was reported. */
export const errorNode = (range: Range): ErrorNode => ({ kind: 'Error', range, children: [], binds: [] })

export const errorExpression = (source: Source, range: Range): SpecExpr => ({
  expr: errorNode(range),
  text: source.text.slice(range.start, range.end),
  place: { source, range },
})

/** A block of which nothing is known. */
export const errorBlock = (range: Range): Block => ({ kind: 'Block', range, body: [errorNode(range)] })

/** The value of a node as an expression. Mappings have none: the schema has reported them. */
export function readExpression(node: SpecNode, source: Source, diagnostics: Diagnostics): SpecExpr {
  const place: Place = { source, range: node.range }
  switch (node.kind) {
    case 'expression':
      return { expr: node.expr, text: node.text, place }
    case 'scalar':
      return { expr: scalarExpression(node, source, diagnostics), text: node.text.text, place }
    case 'sequence': {
      const elements = node.items.map(item => readExpression(item, source, diagnostics).expr)
      const text = source.text.slice(node.range.start, node.range.end)
      return { expr: { kind: 'List', range: node.range, elements }, text, place }
    }
    case 'word':
    case 'mapping':
    case 'broken':
      return errorExpression(source, node.range)
  }
}

/** A text that is to be taken literally, as a string. */
export const literalString = (node: SpecNode, value: string, source: Source): SpecExpr => ({
  expr: { kind: 'Str', range: node.range, value },
  text: JSON.stringify(value),
  place: { source, range: node.range },
})

function scalarExpression(node: YamlScalar, source: Source, diagnostics: Diagnostics): Expression {
  const { range } = node
  switch (node.type) {
    case 'null':
      return { kind: 'None', range }
    case 'bool':
      return { kind: 'Bool', range, value: node.value === true }
    case 'int':
    case 'float':
      return number(node, source, diagnostics)
    case 'string':
      return parseGuarded(node, diagnostics, errorNode(range), parseExpression)
  }
}

function number(node: YamlScalar, source: Source, diagnostics: Diagnostics): Expression {
  const { range } = node
  const value = Number(node.value)
  if (node.type === 'int' && !Number.isSafeInteger(value)) {
    diagnostics.add(python.integerTooLarge({ source, range }))
    return errorNode(range)
  }
  const size = Math.abs(value)
  // Python has no literals for these.
  if (!Number.isFinite(value)) {
    const call: Expression = {
      kind: 'Call',
      range,
      func: { kind: 'Name', range, id: 'float' },
      args: [{ kind: 'Str', range, value: Number.isNaN(value) ? 'nan' : 'inf' }],
      keywords: [],
    }
    return value < 0 ? { kind: 'Unary', range, op: '-', operand: call } : call
  }
  const written = node.text.text.replace(/^[-+]/, '')
  // YAML reads 010 as ten; Python has no such literal.
  const text = /^0\d/.test(written) && node.type === 'int' ? String(size) : written
  const literal: Expression =
    node.type === 'int'
      ? { kind: 'Int', range, value: size, text }
      : { kind: 'Float', range, value: size, text }
  return node.text.text.startsWith('-') ? { kind: 'Unary', range, op: '-', operand: literal } : literal
}

/**
 * Parses a scalar's text. Where it makes no sense and YAML is to blame, the one report says so: a comment that cut it, or
 * lines that were joined.
 */
export function parseGuarded<T>(
  node: YamlScalar,
  diagnostics: Diagnostics,
  broken: T,
  parse: (text: EmbeddedText, diagnostics: Diagnostics) => T,
): T {
  const { source } = node.text
  const found = new Diagnostics()
  const parsed = parse(node.text, found)
  if (found.hasErrors && node.beforeComment) {
    const comment = source.text.indexOf('#', node.range.end)
    diagnostics.add(yaml.commentCuts({ source, range: { start: node.range.start, end: comment + 1 } }))
    return broken
  }
  for (const diagnostic of found.sorted()) diagnostics.add(diagnostic)
  return parsed
}

/** Whether a scalar spans lines that YAML joins. */
export function isFolded(node: YamlScalar): boolean {
  if (node.style === 'literal') return false
  return node.text.source.text.slice(node.range.start, node.range.end).includes('\n')
}

/** Code with statements: a forward, a function, an init with `return`. */
export function readCode<T>(
  node: YamlScalar,
  diagnostics: Diagnostics,
  broken: T,
  parse: (text: EmbeddedText, diagnostics: Diagnostics) => T,
): T {
  if (isFolded(node)) {
    diagnostics.add(yaml.foldedCode(firstLine({ source: node.text.source, range: node.range })))
    return broken
  }
  return parseGuarded(node, diagnostics, broken, parse)
}

/** The part of a place that stands in its first line. */
export function firstLine(place: Place): Place {
  const { start, end } = place.range
  const lineBreak = place.source.text.indexOf('\n', start)
  if (lineBreak === -1 || lineBreak >= end) return place
  const trimmed = place.source.text.slice(start, lineBreak).trimEnd().length
  return { source: place.source, range: { start, end: start + Math.max(1, trimmed) } }
}

/** An expression, or statements that end in `return`. */
export function readInit(node: SpecNode, source: Source, diagnostics: Diagnostics): SpecExpr | Block {
  if (node.kind !== 'scalar' || node.type !== 'string') return readExpression(node, source, diagnostics)
  const text = node.text.text.trim()
  const isBlock =
    /^return\b/.test(text) || /[\n;]\s*return\b/.test(text) || (isFolded(node) && /\sreturn\s/.test(text))
  if (isBlock) return readCode(node, diagnostics, errorBlock(node.range), parseForward)
  return readExpression(node, source, diagnostics)
}

/** `i, s in enumerate(strides) if s > 1`; null after a report. */
export function readForClause(node: SpecNode, source: Source, diagnostics: Diagnostics): ForClause | null {
  const place: Place = { source, range: node.range }
  if (node.kind === 'expression' && node.expr.kind === 'ListComp')
    return clauseOf(node.expr, place, source, diagnostics)
  if (node.kind !== 'scalar' || node.type !== 'string') return null
  const text = node.text.text.replace(/^for\s/, match => ' '.repeat(match.length))
  const before = '[0 for '
  const wrapped: EmbeddedText = {
    source,
    text: `${before}${text}\n]`,
    toFile: offset => node.text.toFile(Math.min(Math.max(offset - before.length, 0), text.length)),
  }
  const found = parseGuarded(node, diagnostics, errorNode(node.range), (_, report) => {
    const inner = new Diagnostics()
    const parsed = parseExpression(wrapped, inner)
    for (const diagnostic of inner.sorted()) report.add(withinFor(diagnostic, node.range))
    return parsed
  })
  return found.kind === 'ListComp' ? clauseOf(found, place, source, diagnostics) : null
}

/** The one loop of a comprehension. */
function clauseOf(
  { generators }: ListComp,
  place: Place,
  source: Source,
  diagnostics: Diagnostics,
): ForClause | null {
  const clause = generators[0]
  if (clause === undefined || generators.length > 1 || clause.ifs.length > 1) {
    const second = generators[1] ?? clause?.ifs[1]
    diagnostics.add(spec.forClause({ source, range: second?.range ?? place.range }))
    return null
  }
  const expression = (expr: Expression): SpecExpr => ({
    expr,
    text: source.text.slice(expr.range.start, expr.range.end),
    place: { source, range: expr.range },
  })
  const condition = clause.ifs[0]
  return {
    target: clause.target,
    iterable: expression(clause.iter),
    condition: condition === undefined ? null : expression(condition),
    place,
  }
}

/** Errors about the bracket that only we see fall on the clause. */
const withinFor = (diagnostic: Diagnostic, range: Range): Diagnostic =>
  diagnostic.range.start < range.start || diagnostic.range.end > range.end
    ? { ...diagnostic, range }
    : diagnostic
