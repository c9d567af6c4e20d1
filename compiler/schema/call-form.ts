/**
 * The call form of module entries, `conv: Conv2d(3, 8, (1, 5), bias=False)`, turned into the mapping form. Runs before the
 * schema, which knows mappings only. Every part keeps its place in the file.
 */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import type { Call, Expression, IfExp } from '../parse/python/ast.ts'
import type { Range, Source } from '../parse/source.ts'
import type { YamlNode, YamlScalar } from '../parse/yaml/node.ts'
import { readExpression } from '../spec/expression.ts'
import { containerModules } from './container-form.ts'
import { containers, entryFields } from './fields.ts'
import type { SpecKey, SpecNode, SpecPair, SpecWord } from './spec-node.ts'

/** Names of a type's arguments in order; null if they are not known here. */
export type ArgumentNames = (type: string) => readonly string[] | null

export interface CallFormContext {
  readonly source: Source
  readonly diagnostics: Diagnostics
  readonly argumentNames: ArgumentNames
}

/** The tree with every entry below `modules:` in mapping form. */
export function normalise(root: YamlNode, context: CallFormContext): SpecNode {
  return bodyNode(root, { ...context, depth: 0, listed: new Set() })
}

interface Context extends CallFormContext {
  readonly depth: number
  /** Names that stand for a module where one must be made; the first is reported, the others are the same mistake. */
  readonly listed: Set<string>
}

const key = (scalar: YamlScalar): SpecKey => ({ text: scalar.text.text, range: scalar.range, scalar })

/** The file, a definition, or an entry: what can have `modules:`. */
function bodyNode(node: YamlNode, context: Context): SpecNode {
  if (node.kind !== 'mapping') return plainNode(node)
  const entries = node.entries.map((pair): SpecPair => {
    const name = pair.key.text.text
    if (name === 'modules') return { key: key(pair.key), value: modulesNode(pair.value, context) }
    if (name === 'definitions' && context.depth === 0)
      return { key: key(pair.key), value: definitionsNode(pair.value, context) }
    return { key: key(pair.key), value: plainNode(pair.value) }
  })
  return { ...node, entries }
}

function definitionsNode(node: YamlNode, context: Context): SpecNode {
  if (node.kind !== 'mapping') return plainNode(node)
  const inner = { ...context, depth: 1 }
  const entries = node.entries.map(pair => ({ key: key(pair.key), value: bodyNode(pair.value, inner) }))
  return { ...node, entries }
}

function modulesNode(node: YamlNode, context: Context): SpecNode {
  if (node.kind === 'sequence') return { ...node, items: node.items.map(item => entryNode(item, context)) }
  if (node.kind !== 'mapping') return plainNode(node)
  return {
    ...node,
    entries: node.entries.map(pair => ({ key: key(pair.key), value: entryNode(pair.value, context) })),
  }
}

function entryNode(node: YamlNode, context: Context): SpecNode {
  if (node.kind === 'scalar' && node.type === 'string') return callEntry(node, context)
  if (node.kind === 'sequence') return { ...node, items: node.items.map(item => entryNode(item, context)) }
  return bodyNode(node, { ...context, depth: context.depth + 1 })
}

function plainNode(node: YamlNode): SpecNode {
  if (node.kind === 'sequence') return { ...node, items: node.items.map(plainNode) }
  if (node.kind !== 'mapping') return node
  return {
    ...node,
    entries: node.entries.map(pair => ({ key: key(pair.key), value: plainNode(pair.value) })),
  }
}

function callEntry(scalar: YamlScalar, context: Context): SpecNode {
  const { source, diagnostics } = context
  const place: Place = { source, range: scalar.range }
  const broken: SpecNode = { kind: 'broken', range: scalar.range }
  const text = scalar.text.text
  const glued = /^type:\s*(\S.*)$/.exec(text)
  if (glued !== null) {
    diagnostics.add(messages.gluedType(place, glued[1]!))
    return broken
  }
  const found = readExpression(scalar, source, diagnostics)
  const expr = found.expr
  if (expr.kind === 'Error') return broken
  const name = dottedName(expr)
  if (name !== null) {
    reportName(name, place, context)
    return broken
  }
  return callNode(expr, context) ?? broken
}

/** `ReLU` alone is a class, not a module; `conv` is a module, but one that stands elsewhere. */
function reportName(name: string, place: Place, { diagnostics, listed }: Context): void {
  const isClass = /^\p{Lu}/u.test(name.split('.').at(-1)!)
  if (isClass) diagnostics.add(messages.callMissing(place, name))
  else if (listed.size === 0) diagnostics.add(messages.moduleListed(place, name))
  if (!isClass) listed.add(name)
}

/** `a.b.c` of names and attributes. */
export function dottedName(expr: Expression): string | null {
  if (expr.kind === 'Name') return expr.id
  if (expr.kind !== 'Attribute') return null
  const rest = dottedName(expr.value)
  return rest === null ? null : `${rest}.${expr.attr}`
}

/** `ReLU() if act else None`: alternatives with their conditions; null after a report. */
function choiceNode(expr: IfExp, context: Context): SpecNode | null {
  const { source } = context
  const alternatives: SpecNode[] = []
  let rest: Expression = expr
  for (; rest.kind === 'IfExp'; rest = rest.orelse) {
    const module = callNode(rest.body, context)
    if (module?.kind !== 'mapping') {
      if (module !== null) context.diagnostics.add(messages.callExpected({ source, range: rest.body.range }))
      return null
    }
    const when: SpecPair = {
      key: { text: 'when', range: rest.test.range, scalar: null },
      value: expressionNode(rest.test, source),
    }
    alternatives.push({ ...module, entries: [...module.entries, when] })
  }
  if (rest.kind !== 'None') {
    const last = callNode(rest, context)
    if (last === null) return null
    alternatives.push(last)
  }
  const [only, ...others] = alternatives
  return others.length === 0
    ? only!
    : { kind: 'sequence', range: expr.range, flow: true, items: alternatives }
}

/** The mapping of a call; null after a report. */
function callNode(expr: Expression, context: Context): SpecNode | null {
  if (expr.kind === 'IfExp') return choiceNode(expr, context)
  const place: Place = { source: context.source, range: expr.range }
  const type = expr.kind === 'Call' ? dottedName(expr.func) : null
  if (expr.kind !== 'Call' || type === null) {
    const name = dottedName(expr)
    if (name !== null) reportName(name, place, context)
    else if (expr.kind !== 'Error') context.diagnostics.add(messages.callExpected(place))
    return null
  }
  const bare = withoutNamespace(type)
  const word: SpecWord = { kind: 'word', range: expr.func.range, text: bare }
  const typePair: SpecPair = { key: { text: 'type', range: expr.func.range, scalar: null }, value: word }
  const entries = containers.has(bare)
    ? containerFields(expr, bare, context)
    : argumentFields(expr, bare, context)
  if (entries === null) return null
  return { kind: 'mapping', range: expr.range, flow: true, entries: [typePair, ...entries] }
}

/** `nn.Linear` and `torch.nn.Linear` are `Linear`. */
export const withoutNamespace = (type: string): string => type.replace(/^(torch\.)?nn\./, '')

/** `Sequential(Conv2d(...), ReLU())`, `ModuleList([...])`. */
function containerFields(call: Call, type: string, context: Context): SpecPair[] | null {
  const { source, diagnostics } = context
  const modules = containerModules(call, type, { source, diagnostics, module: e => callNode(e, context) })
  return modules === null
    ? null
    : [{ key: { text: 'modules', range: call.func.range, scalar: null }, value: modules }]
}

function argumentFields(call: Call, type: string, context: Context): SpecPair[] | null {
  const { source, diagnostics } = context
  const pairs: SpecPair[] = []
  const value = (expr: Expression): SpecNode => expressionNode(expr, source)
  const names = call.args.length === 0 ? [] : context.argumentNames(type)
  if (names === null) {
    // An unknown type is reported where types are resolved; its arguments do not matter then.
    const range = { start: call.args[0]!.range.start, end: call.args.at(-1)!.range.end }
    pairs.push({ key: { text: unnamed, range, scalar: null }, value: { kind: 'broken', range } })
  }
  for (const [i, argument] of call.args.entries()) {
    if (names === null) break
    const name = names[i]
    if (argument.kind === 'Starred') {
      diagnostics.add(messages.starredArgument({ source, range: argument.range }))
      return null
    }
    if (name === undefined) {
      const range: Range = { start: argument.range.start, end: call.args.at(-1)!.range.end }
      diagnostics.add(messages.tooManyArguments({ source, range }, type, names.length, call.args.length))
      break
    }
    pairs.push({ key: { text: name, range: argument.range, scalar: null }, value: value(argument) })
  }
  for (const keyword of call.keywords) {
    const place = { source, range: keyword.nameRange }
    if (entryFields.has(keyword.name)) diagnostics.add(messages.fieldInCall(place, keyword.name))
    else if (pairs.some(pair => pair.key.text === keyword.name))
      diagnostics.add(messages.argumentTwice(place, keyword.name))
    else
      pairs.push({
        key: { text: keyword.name, range: keyword.nameRange, scalar: null },
        value: value(keyword.value),
      })
  }
  return pairs
}

/** The key of positional arguments whose names are not known: it is no name that an author can write. */
export const unnamed = '(positional)'

function expressionNode(expr: Expression, source: Source): SpecNode {
  if (expr.kind === 'Error') return { kind: 'broken', range: expr.range }
  return {
    kind: 'expression',
    range: expr.range,
    expr,
    text: source.text.slice(expr.range.start, expr.range.end),
  }
}
