/**
 * `isinstance(x, (int, nn.Linear))` as TypeScript: `true` or `false` where the type of x says it already, so that no code is printed
 * for what x cannot be. Lists and tuples are arrays both; they are told apart by what evaluation saw.
 */
import { kindsOf } from '../../eval/instance-of.ts'
import type { Expression } from '../../parse/python/ast.ts'
import { className } from '../../parse/python/introspection.ts'
import type { Definition } from '../../spec/spec.ts'
import { members as alternatives, type ObservedType } from '../observed-type.ts'
import { type Code, code, ident, joined, property } from './code.ts'
import type { Context } from './context.ts'
import { expression } from './expression.ts'

export function instanceCode(value: Expression, classes: readonly Expression[], cx: Context): Code {
  const names = classes.map(c => className(c)!)
  const type = cx.seen.typeOf(value)
  const seen = type === null ? [] : alternatives(type)
  const own = (name: string): Definition | undefined => cx.around.definition?.file().definitions.get(name)
  const fitting = seen.filter(t => names.some(name => isOf(t, name, own(name))))
  if (seen.length > 0 && fitting.length === seen.length) return code`true`
  if (seen.length > 0 && fitting.length === 0) return code`false`
  const asked = expression(value, cx)
  const hasFloats = seen.some(t => t.kind === 'number' && t.float) && !names.includes('float')
  const tests = names.flatMap(name => {
    const definition = own(name)
    if (definition !== undefined) return [code`${asked} instanceof ${ident(name, new Set())}`]
    const kinds = kindsOf(name)
    return kinds === null
      ? [code`${asked} instanceof nn.${property(name)}`]
      : kinds.flatMap(kind => (seen.length > 0 && isIdle(kind, seen) ? [] : testOf(kind, asked, hasFloats)))
  })
  const [first, ...others] = new Set(tests)
  return others.length === 0 ? first! : code`(${joined([first!, ...others], code` || `)})`
}

/** Whether all values of a type are of a class. */
function isOf(type: ObservedType, name: string, definition: Definition | undefined): boolean {
  if (type.kind === 'module') {
    const { module } = type
    if (definition !== undefined) return module.definition === definition
    return name === 'Module' || (module.row === null ? module.kind === name : module.row.name === name)
  }
  const kinds = definition === undefined ? (kindsOf(name) ?? []) : []
  switch (type.kind) {
    case 'number':
      return type.float ? kinds.includes('float') : kinds.includes('int')
    case 'boolean':
      return kinds.includes('bool')
    case 'string':
      return kinds.includes('str')
    case 'array':
      return kinds.includes('list')
    default:
      return kinds.some(kind => kind === type.kind)
  }
}

/** Python's ints are bools too: no test is needed for what is none. */
const isIdle = (kind: string, seen: readonly ObservedType[]): boolean =>
  kind === 'bool' && seen.every(t => t.kind !== 'boolean')

function testOf(kind: string, value: Code, hasFloats: boolean): readonly Code[] {
  switch (kind) {
    case 'int':
      return [hasFloats ? code`Number.isInteger(${value})` : code`typeof ${value} === 'number'`]
    case 'float':
      return [code`typeof ${value} === 'number'`]
    case 'bool':
      return [code`typeof ${value} === 'boolean'`]
    case 'str':
      return [code`typeof ${value} === 'string'`]
    case 'list':
    case 'tuple':
      return [code`Array.isArray(${value})`]
    case 'dict':
      return [code`py.isDict(${value})`]
    case 'tensor':
      return [code`${value} instanceof Tensor`]
    case 'module':
      return [code`${value} instanceof Module`]
    default:
      return []
  }
}
