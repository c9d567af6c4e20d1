/** `params:`, `let:`, `dims:`, `inputs:` and `outputs:` of a definition. */
import { DTYPES } from '../../runtime/ops/dtype.ts'
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { ErrorNode, Expression, Header, TypedName, TypeExpr } from '../parse/python/ast.ts'
import { parseTypedName } from '../parse/python/parse.ts'
import type { Range, Source } from '../parse/source.ts'
import { entryFields } from '../schema/fields.ts'
import {
  asMapping,
  asSequence,
  asText,
  fieldValue,
  type SpecMapping,
  type SpecNode,
} from '../schema/spec-node.ts'
import { errorExpression, errorNode, literalString, parseGuarded, readExpression } from './expression.ts'
import { checkName, type Named } from './names.ts'
import type { DimDecl, Ident, InputDecl, LetDecl, OutputDecl, ParamDecl, SpecExpr } from './spec.ts'

export interface DeclarationContext {
  readonly source: Source
  readonly diagnostics: Diagnostics
}

interface NamedNode {
  readonly name: Ident
  readonly value: SpecNode
}

/** The names of a mapping with their values. */
function declared(node: SpecNode | undefined, named: Named, context: DeclarationContext): NamedNode[] {
  return (asMapping(node)?.entries ?? []).map(pair => {
    const place: Place = { source: context.source, range: pair.key.range }
    checkName(pair.key.text, named, place, context.diagnostics)
    return { name: { name: pair.key.text, place }, value: pair.value }
  })
}

export function readParams(node: SpecNode | undefined, context: DeclarationContext): ParamDecl[] {
  return declared(node, 'param', context).map(({ name, value }) => {
    if (entryFields.has(name.name)) context.diagnostics.add(messages.fieldParam(name.place, name.name))
    return readParam(name, value, context)
  })
}

function readParam(name: Ident, value: SpecNode, context: DeclarationContext): ParamDecl {
  const mapping = asMapping(value)
  if (mapping === null) {
    const { type, default: initial } = readTyped(value, context)
    return {
      name,
      type: checkParamType(type, context),
      default: initial === undefined ? silentDefault(type, context) : expressionOf(initial, context.source),
      min: null,
      max: null,
      enum: null,
      doc: null,
    }
  }
  const typeNode = fieldValue(mapping, 'type')
  const type = typeNode === undefined ? errorNode(name.place.range) : readTyped(typeNode, context).type
  const isString = type.kind === 'TypeExpr' && type.name === 'str'
  const choices =
    asSequence(fieldValue(mapping, 'enum'))?.items.map(item => readChoice(item, isString, context)) ?? null
  const words = choices?.flatMap(choice => (choice.expr.kind === 'Str' ? [choice.expr.value] : [])) ?? []
  return {
    name,
    type: checkParamType(type, context),
    default: readDefault(mapping, words, context),
    min: optional(mapping, 'min', context),
    max: optional(mapping, 'max', context),
    enum: choices,
    doc: asText(fieldValue(mapping, 'doc')),
  }
}

/** The values of a string's enum are literal, whatever they look like. */
function readChoice(
  item: SpecNode,
  isString: boolean,
  { source, diagnostics }: DeclarationContext,
): SpecExpr {
  if (isString && item.kind === 'scalar') return literalString(item, item.text.text, source)
  return readExpression(item, source, diagnostics)
}

function readDefault(
  mapping: SpecMapping,
  words: readonly string[],
  context: DeclarationContext,
): SpecExpr | null {
  const node = fieldValue(mapping, 'default')
  if (node === undefined) return null
  if (node.kind === 'scalar' && words.includes(node.text.text))
    return literalString(node, node.text.text, context.source)
  return readExpression(node, context.source, context.diagnostics)
}

function optional(mapping: SpecMapping, name: string, context: DeclarationContext): SpecExpr | null {
  const node = fieldValue(mapping, name)
  return node === undefined ? null : readExpression(node, context.source, context.diagnostics)
}

/** A param that could not be read does not seem to lack its default as well. */
const silentDefault = (type: TypeExpr | ErrorNode, { source }: DeclarationContext): SpecExpr | null =>
  type.kind === 'Error' ? errorExpression(source, type.range) : null

const expressionOf = (expr: Expression, source: Source): SpecExpr => ({
  expr,
  text: source.text.slice(expr.range.start, expr.range.end),
  place: { source, range: expr.range },
})

/** `int = 1`; an Error where it is broken or no text, which the schema has reported. */
function readTyped(node: SpecNode, context: DeclarationContext): TypedName {
  const broken: TypedName = { kind: 'TypedName', range: node.range, type: errorNode(node.range) }
  if (node.kind !== 'scalar' || node.type !== 'string') return broken
  return parseGuarded(node, context.diagnostics, broken, parseTypedName)
}

const paramTypes = ['int', 'float', 'bool', 'str', 'module', 'dtype', 'list', 'tuple'] as const

function checkParamType(type: TypeExpr | ErrorNode, context: DeclarationContext): TypeExpr | ErrorNode {
  if (type.kind === 'Error') return type
  const wrong = misnamed(type, name => paramTypes.some(known => known === name))
  if (wrong === null) return type
  const place = { source: context.source, range: wrong.nameRange }
  context.diagnostics.add(messages.paramType(place, wrong.name, paramTypeMeant(wrong.name)))
  return errorNode(type.range)
}

const otherNames: Readonly<Record<string, string>> = {
  integer: 'int',
  number: 'float',
  double: 'float',
  boolean: 'bool',
  string: 'str',
  text: 'str',
  array: 'list',
  nn: 'module',
}

const paramTypeMeant = (name: string): string | null =>
  (Object.hasOwn(otherNames, name.toLowerCase()) ? otherNames[name.toLowerCase()] : undefined) ??
  didYouMean(name, paramTypes)

/** The first type in a type expression whose name is not one of those allowed. */
function misnamed(type: TypeExpr, allowed: (name: string) => boolean): TypeExpr | null {
  if (!allowed(type.name)) return type
  for (const argument of type.args) {
    if (argument.kind !== 'TypeExpr') continue
    const found = misnamed(argument, allowed)
    if (found !== null) return found
  }
  return null
}

const tensorTypes: readonly string[] = ['tensor', 'list', 'tuple', ...DTYPES]

function checkTensorType(type: TypeExpr | ErrorNode, context: DeclarationContext): TypeExpr | ErrorNode {
  if (type.kind === 'Error') return type
  const wrong = misnamed(type, name => tensorTypes.includes(name))
  if (wrong === null) return type
  const place = { source: context.source, range: wrong.nameRange }
  const other = Object.hasOwn(otherDtypes, wrong.name.toLowerCase())
    ? otherDtypes[wrong.name.toLowerCase()]
    : undefined
  context.diagnostics.add(messages.inputType(place, wrong.name, other ?? didYouMean(wrong.name, tensorTypes)))
  return errorNode(type.range)
}

/** Names of dtypes elsewhere; `torch.long` is a dtype's other name, which a declaration does not use. */
const otherDtypes: Readonly<Record<string, string>> = {
  float: 'float32',
  f32: 'float32',
  double: 'float64',
  f64: 'float64',
  half: 'float16',
  f16: 'float16',
  long: 'int64',
  i64: 'int64',
  int: 'int64',
  short: 'int16',
  byte: 'uint8',
  boolean: 'bool',
}

export function readLets(node: SpecNode | undefined, context: DeclarationContext): LetDecl[] {
  return declared(node, 'let', context).map(({ name, value }) => ({
    name,
    value: readExpression(value, context.source, context.diagnostics),
  }))
}

export function readDims(node: SpecNode | undefined, context: DeclarationContext): DimDecl[] {
  return declared(node, 'dim', context).flatMap(({ name, value }) => {
    const mapping = asMapping(value)
    if (mapping === null) return []
    const [multipleOf, min, max] = ['multiple_of', 'min', 'max'].map(key => optional(mapping, key, context))
    return [{ name, multipleOf: multipleOf!, min: min!, max: max! }]
  })
}

/** A mapping of names to types, or a list of names. null where none are declared. */
export function readInputs(node: SpecNode | undefined, context: DeclarationContext): InputDecl[] | null {
  if (node === undefined) return null
  const list = asSequence(node)
  const inputs =
    list === null
      ? declared(node, 'input', context).map(({ name, value }) => readInput(name, value, context))
      : list.items.flatMap(item => readListedInput(item, context))
  const first = inputs.findIndex(input => input.optional)
  for (const input of first === -1 ? [] : inputs.slice(first))
    if (!input.optional) context.diagnostics.add(messages.optionalOrder(input.name.place, input.name.name))
  const seen = new Set<string>()
  for (const { name } of inputs) {
    if (seen.has(name.name))
      context.diagnostics.add(messages.clash(name.place, 'the input', name.name, 'another one'))
    seen.add(name.name)
  }
  return inputs
}

function readInput(name: Ident, value: SpecNode, context: DeclarationContext): InputDecl {
  const mapping = asMapping(value)
  const typeNode = mapping === null ? value : fieldValue(mapping, 'type')
  const typed = typeNode === undefined ? null : readTyped(typeNode, context)
  if (typed?.default !== undefined && typed.default.kind !== 'None')
    context.diagnostics.add(messages.inputDefault({ source: context.source, range: typed.default.range }))
  const isNone = mapping === null ? undefined : fieldValue(mapping, 'default')
  const initial = isNone === undefined ? null : readExpression(isNone, context.source, context.diagnostics)
  if (initial !== null && initial.expr.kind !== 'None')
    context.diagnostics.add(messages.inputDefault(initial.place))
  return {
    name,
    type: typed === null ? null : checkTensorType(typed.type, context),
    optional: typed?.default?.kind === 'None' || initial?.expr.kind === 'None',
    default: null,
    doc: mapping === null ? null : asText(fieldValue(mapping, 'doc')),
  }
}

/** `x`, `mask = None`, or a mapping of one name as in `- x: float32[N]`. */
function readListedInput(item: SpecNode, context: DeclarationContext): InputDecl[] {
  const mapping = asMapping(item)
  if (mapping !== null)
    return declared(mapping, 'input', context).map(({ name, value }) => readInput(name, value, context))
  if (item.kind !== 'scalar') return []
  const text = item.text.text
  const match = /^(.*?)(\s*=\s*None)?$/s.exec(text)
  const written = match?.[1] ?? text
  const start = item.text.toFile(0)
  const range: Range = match?.[2] === undefined ? item.range : { start, end: start + written.length }
  const place: Place = { source: context.source, range }
  checkName(written, 'input', place, context.diagnostics)
  const optional = match?.[2] !== undefined
  return [{ name: { name: written, place }, type: null, optional, default: null, doc: null }]
}

/** The inputs of a forward that was pasted with its `def` line. */
export function headerInputs(header: Header, source: Source): InputDecl[] {
  return header.params
    .filter((param, i) => !(i === 0 && param.name === 'self'))
    .map(param => ({
      name: { name: param.name, place: { source, range: param.nameRange } },
      type: null,
      optional: param.default?.kind === 'None',
      default:
        param.default === undefined || param.default.kind === 'None'
          ? null
          : expressionOf(param.default, source),
      doc: null,
    }))
}

export function readOutputs(node: SpecNode | undefined, context: DeclarationContext): OutputDecl[] | null {
  if (asMapping(node) === null) return null
  return declared(node, 'output', context).map(({ name, value }) => {
    const mapping = asMapping(value)
    const typeNode = mapping === null ? value : fieldValue(mapping, 'type')
    const typed = typeNode === undefined ? null : readTyped(typeNode, context)
    if (typed?.default !== undefined)
      context.diagnostics.add(messages.outputDefault({ source: context.source, range: typed.default.range }))
    return {
      name,
      type: checkTensorType(typed?.type ?? errorNode(value.range), context),
      doc: mapping === null ? null : asText(fieldValue(mapping, 'doc')),
    }
  })
}
