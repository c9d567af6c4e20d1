/** TypeScript types for declared and observed types. */

import type { ModuleInstance } from '../../ir/module.ts'
import type { Block, ErrorNode, Node, Param, TypeExpr } from '../../parse/python/ast.ts'
import { children } from '../../parse/python/visit.ts'
import type { ParamDecl } from '../../spec/spec.ts'
import { namesCalled } from '../free-names.ts'
import type { Observations } from '../observations.ts'
import { join, members, type ObservedType } from '../observed-type.ts'
import { type Code, code, joined, num, str } from './code.ts'
import { targetNames } from './comprehension.ts'

/** What names a class in the output file: a definition's, a path's, or one of torch.nn. */
export type ClassNamer = (module: ModuleInstance) => Code

/** The type of an option that a param declares. */
export function paramType(decl: ParamDecl): Code {
  if (decl.enum !== null && decl.type.kind === 'TypeExpr' && decl.type.name === 'str') {
    return joined(
      decl.enum.map(e => str(e.expr.kind === 'Str' ? e.expr.value : e.text)),
      code` | `,
    )
  }
  return declaredType(decl.type)
}

function declaredType(type: TypeExpr | ErrorNode): Code {
  if (type.kind === 'Error') return code`unknown`
  switch (type.name) {
    case 'int':
    case 'float':
      return code`number`
    case 'bool':
      return code`boolean`
    case 'str':
      return code`string`
    case 'dtype':
      return code`DType`
    case 'module':
      return code`ModuleType`
    case 'list': {
      const item = type.args[0]
      const inner = item?.kind === 'TypeExpr' ? declaredType(item) : code`number`
      return code`readonly ${isSimple(inner) ? inner : code`(${inner})`}[]`
    }
    case 'tuple':
      // As sizes of a tensor: what is computed from them is a list of numbers too.
      if (type.args.every(a => a.kind === 'TypeExpr' && (a.name === 'int' || a.name === 'float')))
        return code`readonly number[]`
      return code`readonly [${joined(type.args.map(a => (a.kind === 'TypeExpr' ? declaredType(a) : code`number`)))}]`
    default:
      return code`number`
  }
}

const isSimple = (type: Code): boolean => /^[\w.<>]+$/.test(type)

/** The type of values that evaluation saw; `fixed` where lists of numbers and texts, as options have them, are only read. */
export function observedType(type: ObservedType | null, className: ClassNamer, fixed = false): Code {
  if (type === null) return code`never`
  switch (type.kind) {
    case 'number':
      return code`number`
    case 'boolean':
      return code`boolean`
    case 'string':
      return code`string`
    case 'null':
      return code`null`
    case 'dtype':
      return code`DType`
    case 'slice':
    case 'other':
      return code`unknown`
    // What takes a function takes others too: a call says what it gives to the one that stands there.
    case 'op':
    case 'function':
      return code`((...args: never[]) => unknown)`
    case 'tensor':
      return code`Tensor`
    case 'module':
      return className(type.module)
    case 'dict':
      return code`Record<string, ${observedType(type.values, className, fixed)}>`
    case 'array': {
      const inner = observedType(type.items, className, fixed)
      const isOption = type.items === null || members(type.items).every(t => OPTIONS.has(t.kind))
      return code`${fixed && isOption ? code`readonly ` : code``}${isSimple(inner) ? inner : code`(${inner})`}[]`
    }
    case 'tuple': {
      if (type.items.length === 0) return code`readonly []`
      // Sizes of a tensor and the like: tuples of numbers are lists of numbers.
      if (type.items.every(t => t.kind === 'number')) return code`readonly number[]`
      return code`readonly [${joined(type.items.map(t => observedType(t, className, fixed)))}]`
    }
    case 'union': {
      const parts = [...new Set(members(type).map(t => observedType(t, className, fixed)))]
      // `Tensor | null`: what may be absent is said last.
      return joined([...parts.filter(p => p !== 'null'), ...parts.filter(p => p === 'null')], code` | `)
    }
  }
}

/** What lists of options hold. */
const OPTIONS: ReadonlySet<string> = new Set([
  'number',
  'boolean',
  'string',
  'null',
  'dtype',
  'array',
  'tuple',
  'union',
])

/** The type of a function's param: what callers give, and what the body puts in its place; a tensor where nothing was ever given. */
export function paramTypeOf(param: Param, body: Block, seen: Observations): ObservedType {
  const inBody = namesCalled(body, param.name).map(n => seen.typeOf(n))
  const type = [seen.typeOf(param), ...inBody].reduce(join, null)
  return type === null || type.kind === 'null' ? join({ kind: 'tensor', float: true }, type)! : type
}

/** The type of a parameter as it is written: lists of options are not to be changed, unless the body does. */
export const writtenParamType = (
  name: string,
  type: ObservedType,
  body: Block,
  className: ClassNamer,
): Code => observedType(type, className, !changesList(body, name, type))

const CHANGES: ReadonlySet<string> = new Set(['append', 'extend', 'insert', 'pop', 'reverse'])

/** Whether a body changes the list that a param holds, or gives a list of names (sizes never are) to what may have changed it. */
function changesList(node: Node, name: string, type: ObservedType): boolean {
  const isParam = (e: Node): boolean => e.kind === 'Name' && e.id === name
  const isItem = (e: Node): boolean => e.kind === 'Subscript' && isParam(e.value)
  if (node.kind === 'Call' && node.func.kind === 'Attribute' && CHANGES.has(node.func.attr))
    if (isParam(node.func.value)) return true
  if (node.kind === 'AugAssign' && (isParam(node.target) || isItem(node.target))) return true
  if (node.kind === 'Assign') {
    if (node.targets.some(isItem)) return true
    if (holdsStrings(type) && node.targets.flatMap(t => targetNames(t)).includes(name)) return true
  }
  return children(node).some(child => changesList(child, name, type))
}

const holdsStrings = (type: ObservedType): boolean =>
  members(type).some(
    t => t.kind === 'array' && t.items !== null && members(t.items).some(item => item.kind === 'string'),
  )

/** The classes of the children of a container. */
export function childTypes(module: ModuleInstance, className: ClassNamer): Code {
  const names = [...module.members.values()].flatMap(m =>
    m.kind === 'module' && m.module !== null ? [className(m.module)] : [],
  )
  return names.length === 0 ? code`Module` : joined([...new Set(names)], code` | `)
}

/** A tensor of known dtype and shape, for the values of a state_dict. */
export const typedTensor = (dtype: string, shape: readonly number[]): Code =>
  code`TypedTensor<${str(dtype)}, [${joined(shape.map(num))}]>`
