/** The arguments of a module entry, checked against its type. */
import { isModuleName, modules } from '../../runtime/nn/table/index.ts'
import type { Arg, ArgKind } from '../../runtime/ops/args.ts'
import * as schemaMessages from '../diagnostics/catalogue/schema.ts'
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { Expression } from '../parse/python/ast.ts'
import { isIntegral, kindTitle, literals } from '../schema/argument-schema.ts'
import { unnamed } from '../schema/call-form.ts'
import { paramArgument } from '../schema/param-schema.ts'
import type { SpecNode, SpecPair } from '../schema/spec-node.ts'
import { checkArguments } from '../schema/validate.ts'
import type { BodyContext } from './body-context.ts'
import { errorExpression, errorNode, literalString, readExpression } from './expression.ts'
import type { ArgDecl, Ident, SpecExpr, TypeRef } from './spec.ts'
import { type FileTypes, paramsOf } from './type-scope.ts'

/** Reads the pairs of an entry that are no fields. Faulty and missing ones are there as Error nodes. */
export function readArguments(
  type: TypeRef,
  pairs: readonly SpecPair[],
  place: Place,
  context: BodyContext,
): readonly ArgDecl[] {
  const { source, diagnostics } = context
  const positional = pairs.find(pair => pair.key.text === unnamed)
  if (positional !== undefined) {
    const at = { source, range: positional.key.range }
    if (type.kind === 'param') diagnostics.add(messages.positionalUnknown(at, type.name))
    return []
  }
  const shape = argumentsOf(type, context.types)
  if (shape === null) return pairs.map(pair => argument(pair, pair.key.text, undefined, context))
  const { faulty, misspelled } = checkArguments(type.name, shape, pairs, place, diagnostics)
  const byName = new Map(shape.map(item => [item.name, item]))
  const read = pairs.flatMap(pair => {
    const known = byName.get(misspelled.get(pair.key.text) ?? pair.key.text)
    if (known === undefined) return []
    if (faulty.has(pair.key.text)) return [silent(known.name, { source, range: pair.value.range })]
    return [argument(pair, known.name, known, context)]
  })
  const given = new Set(read.map(item => item.name.name))
  const missing = shape.filter(item => item.required && !given.has(item.name))
  return [...read, ...missing.map(item => silent(item.name, place))]
}

/** The arguments of a type, where they are known before anything is evaluated. */
function argumentsOf(type: TypeRef, types: FileTypes): readonly Arg[] | null {
  if (type.kind === 'builtin') return isModuleName(type.name) ? modules[type.name].args : []
  if (type.kind === 'definition') return paramsOf(type.name, types)?.map(paramArgument) ?? []
  return null
}

const silent = (name: string, place: Place): ArgDecl => ({
  name: { name, place },
  value: errorExpression(place.source, place.range),
})

function argument(pair: SpecPair, as: string, shape: Arg | undefined, context: BodyContext): ArgDecl {
  const name: Ident = { name: as, place: { source: context.source, range: pair.key.range } }
  return { name, value: argumentValue(pair.value, shape, context) }
}

/** Literals of an enum come first; every other string is an expression. */
function argumentValue(node: SpecNode, shape: Arg | undefined, context: BodyContext): SpecExpr {
  const { source, diagnostics } = context
  const words = shape === undefined ? [] : literals(shape)
  const text = plainWord(node)
  if (text !== null && words.includes(text)) return literalString(node, text, source)
  const value = readExpression(node, source, diagnostics)
  if (shape === undefined) return value
  const problem = literalProblem(value, shape, words, context)
  if (problem === null) return value
  diagnostics.add(problem)
  return { ...value, expr: errorNode(node.range) }
}

/** `bilinear` of `mode: bilinear` or `mode=bilinear`, as PyTorch prints it. */
function plainWord(node: SpecNode): string | null {
  if (node.kind === 'scalar' && node.type !== 'null') return node.text.text
  return node.kind === 'expression' && node.expr.kind === 'Name' ? node.expr.id : null
}

const switches: Readonly<Record<string, string>> = {
  yes: 'true',
  on: 'true',
  y: 'true',
  no: 'false',
  off: 'false',
  n: 'false',
}

/** What is wrong with a value that shows so without being evaluated. */
function literalProblem(value: SpecExpr, shape: Arg, words: readonly string[], context: BodyContext) {
  const { expr, place } = value
  const unknown = expr.kind === 'Name' && !context.isVisible(expr.id) ? expr.id : null
  if (words.length > 0 && shape.kind !== 'padding') {
    const word = expr.kind === 'Str' ? expr.value : unknown
    if (word !== null && !words.includes(word))
      return schemaMessages.notOneOf(place, word, words, didYouMean(word, words))
  }
  if (shape.kind === 'padding' && unknown !== null) {
    const near = didYouMean(unknown, words)
    if (near !== null) return schemaMessages.notOneOf(place, unknown, words, near)
  }
  if (shape.kind.startsWith('bool') && unknown !== null) {
    const meant = Object.hasOwn(switches, unknown.toLowerCase()) ? switches[unknown.toLowerCase()] : undefined
    if (meant !== undefined) return schemaMessages.switchWord(place, unknown, meant)
  }
  if (expr.kind === 'Str' && !takesText.has(shape.kind))
    return schemaMessages.wrongKind(place, `'${shape.name}'`, kindTitle(shape.kind), 'a string')
  if (isIntegral(shape.kind) && hasFloat(expr))
    return schemaMessages.wrongKind(place, `'${shape.name}'`, kindTitle(shape.kind), 'a float')
  return null
}

const takesText: ReadonlySet<ArgKind> = new Set([
  'string',
  'string?',
  'dtype',
  'dtype?',
  'padding',
  'tensor',
  'index',
  'operand?',
])

/** A float literal, also in a list; not one that is a part of an expression. */
function hasFloat(expr: Expression): boolean {
  if (expr.kind === 'Float') return true
  if (expr.kind === 'Unary' && expr.op !== 'not') return hasFloat(expr.operand)
  return (expr.kind === 'List' || expr.kind === 'Tuple') && expr.elements.some(hasFloat)
}
