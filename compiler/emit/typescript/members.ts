/** Names and attributes of the forward language as TypeScript: members, options, dtypes, what tensors know of themselves. */
import { isDType } from '../../../runtime/ops/dtype.ts'
import { nameIn, pythonFunctions, SUBMODULES } from '../../../runtime/ops/functions/index.ts'
import { BUILTINS } from '../../eval/builtins.ts'
import type { ModuleInstance } from '../../ir/module.ts'
import type { Expression } from '../../parse/python/ast.ts'
import { members as alternatives, type ObservedType } from '../observed-type.ts'
import { type Code, code, ident, num, property, str } from './code.ts'
import type { Context } from './context.ts'
import { receiver, sees } from './expression.ts'
import { camel, fieldName, meaningOf, thisMember } from './names.ts'
import { observedType } from './types.ts'

export function nameCode(node: Expression & { kind: 'Name' }, cx: Context): Code {
  const { id } = node
  switch (meaningOf(id, cx.locals, cx.around)) {
    case 'local': {
      // TypeScript may not follow Python's flow to where None has gone.
      const type = cx.seen.typeOf(node)
      if (sees(type, 'null')) return ident(id)
      if (type === null)
        return cx.nullable.has(id) && !cx.narrowed.has(node) ? code`${ident(id)}!` : ident(id)
      if (cx.varying.has(id) && type.kind !== 'union')
        return code`(${ident(id)} as ${observedType(type, cx.className)})`
      return cx.nullable.has(id) && !cx.narrowed.has(node) ? code`${ident(id)}!` : ident(id)
    }
    case 'option':
      return ident(id)
    case 'self':
      return code`this`
    case 'member':
      return ownMember(node, id, cx)
    case 'method':
      return methodValue(id)
    case 'function':
      return ident(id)
    default:
      if (id === 'training') return code`this.training`
      if (sees(cx.seen.typeOf(node), 'module')) return patternMember(id, cx.seen.typeOf(node), cx)
      if (isDType(id)) return str(id)
      if (id === 'float') return str('float64')
      if (id === 'int') return str('int64')
      if (pythonFunctions.has(id) && !BUILTINS.has(id)) return code`F.${property(camel(id))}`
      return ident(id)
  }
}

/** A member whose name was made by a pattern has no field: it is found by its name. */
export const patternMember = (name: string, type: ObservedType | null, cx: Context): Code =>
  code`(this.getSubmodule(${str(name)}) as ${observedType(type, cx.className)})`

/** A member of this class; one that other params leave out, and evaluation never saw absent here, is said to be there. */
function ownMember(
  node: Expression,
  name: string,
  cx: Context,
  type: ObservedType | null = cx.seen.typeOf(node),
): Code {
  const value = ownValue(name, type, cx)
  const isModule = type !== null && alternatives(type).every(t => t.kind === 'module')
  const all = cx.around.memberTypes.get(name)
  // Of several classes, evaluation knows which ones stand here.
  if (
    isModule &&
    all !== undefined &&
    alternatives(all).filter(t => t.kind === 'module').length > alternatives(type).length
  )
    return code`(${value} as ${observedType(type, cx.className)})`
  const isThere = isModule || type === null
  return isThere && cx.around.optionalModules.has(name) && !cx.narrowed.has(node) ? code`${value}!` : value
}

/** The value of an optional tensor of this class where None would be refused; null for all other expressions. */
export function presentTensor(node: Expression, cx: Context): Code | null {
  const name = ownName(node, cx)
  if (name === null || !cx.around.optionalCells.has(name)) return null
  return code`${thisMember(name)}!.value`
}

/** `NAME` of the member that an expression is: `self.NAME`, or the bare name. */
function ownName(node: Expression, cx: Context): string | null {
  if (node.kind === 'Name') return meaningOf(node.id, cx.locals, cx.around) === 'member' ? node.id : null
  const isOwn =
    node.kind === 'Attribute' &&
    node.value.kind === 'Name' &&
    node.value.id === 'self' &&
    !cx.locals.has('self') &&
    cx.around.members.has(node.attr)
  return isOwn ? node.attr : null
}

function ownValue(name: string, type: ObservedType | null, cx: Context): Code {
  const field = thisMember(name)
  if (cx.around.cells.has(name)) return code`${field}.value`
  if (!cx.around.optionalCells.has(name)) return memberValue(field, type)
  return sees(type, 'tensor') && sees(type, 'null') ? code`(${field}?.value ?? null)` : code`${field}!.value`
}

/** Tensors of modules are cells; absent ones are null. */
export function memberValue(field: Code, type: ObservedType | null): Code {
  if (!sees(type, 'tensor')) return field
  return sees(type, 'null') ? code`(${field}?.value ?? null)` : code`${field}!.value`
}

const NAMESPACES: ReadonlySet<string> = new Set(['torch', 'F', 'nn', 'math', 'functional'])

/** Whether functions of torch or Python stand below it. */
export function isNamespace(node: Expression, cx: Context): boolean {
  const root = dotted(node)?.split('.')[0]
  return root !== undefined && NAMESPACES.has(root) && meaningOf(root, cx.locals, cx.around) === 'other'
}

/** The function of the op table that `torch.x`, `F.x` or `torch.linalg.x` names. */
export function functionName(path: string): string {
  const [name = '', submodule = ''] = path.split('.').reverse()
  return SUBMODULES.has(submodule) ? nameIn(submodule, name) : name
}

/** A method that is named and not called. */
const methodValue = (name: string): Code => code`${thisMember(name)}.bind(this)`

export function attributeCode(
  node: Expression & { kind: 'Attribute' },
  cx: Context,
  type: ObservedType | null = cx.seen.typeOf(node),
): Code {
  const { value, attr } = node
  const owner = cx.seen.typeOf(value)
  if (value.kind === 'Name' && value.id === 'self' && !cx.locals.has('self')) {
    if (cx.around.members.has(attr)) return ownMember(node, attr, cx, type)
    if (attr === 'training') return code`this.training`
    if (cx.around.methods.has(attr)) return methodValue(attr)
    // A local may have the name of an option.
    if (cx.around.options.has(attr))
      return cx.locals.has(attr) ? code`this.options.${property(attr)}` : ident(attr)
    if (sees(type, 'module')) return patternMember(attr, type, cx)
    return thisMember(attr)
  }
  if (owner !== null && alternatives(owner).some(t => t.kind === 'module')) {
    const of = alternatives(owner).find(t => t.kind === 'module')!
    const base = receiver(value, cx)
    if (attr === 'training') return code`${base}.training`
    // `block.forward(x)` is `block(x)`.
    if (attr === 'forward' && sees(type, 'module') && of.kind === 'module' && !of.module.members.has(attr))
      return base
    if (of.kind === 'module' && isContainer(of.module) && of.module.members.has(attr)) {
      return code`(${base}.getSubmodule(${str(attr)}) as ${observedType(type, cx.className)})`
    }
    const isArgument = of.kind === 'module' && of.module.row !== null && !of.module.members.has(attr)
    if (isArgument) return code`${base}.args.${property(attr)}`
    const isParam = of.kind === 'module' && of.module.definition !== null && !of.module.members.has(attr)
    if (isParam && type !== null && type.kind !== 'other') return code`${base}.options.${property(attr)}`
    return memberValue(code`${base}.${fieldName(attr)}`, type)
  }
  if (owner?.kind === 'tuple' && owner.fields?.length === 2 && owner.fields.includes(attr))
    return code`${receiver(value, cx)}[${num(owner.fields.indexOf(attr))}]`
  if (sees(owner, 'tensor') || sees(type, 'tensor')) return tensorAttribute(node, cx)
  const path = dotted(node)
  if (path !== null) {
    const last = path.split('.').at(-1)!
    if (isDType(last)) return str(last)
    const short: Readonly<Record<string, string>> = {
      float: 'float32',
      half: 'float16',
      double: 'float64',
      long: 'int64',
      int: 'int32',
    }
    if (path.startsWith('torch.') && short[last] !== undefined) return str(short[last])
    if (last === 'pi') return code`Math.PI`
    if (last === 'e') return code`Math.E`
    if (last === 'inf') return num(Number.POSITIVE_INFINITY)
    if (last === 'nan') return num(Number.NaN)
    // A function of torch that is named and not called.
    const name = functionName(path)
    if (isNamespace(value, cx) && !path.startsWith('math.') && pythonFunctions.has(name))
      return code`F.${property(camel(name))}`
  }
  return code`${receiver(value, cx)}.${property(attr)}`
}

function tensorAttribute(node: Expression & { kind: 'Attribute' }, cx: Context): Code {
  const base = receiver(node.value, cx)
  switch (node.attr) {
    case 'shape':
      return code`${base}.shape`
    case 'ndim':
      return code`${base}.shape.length`
    case 'dtype':
      return code`${base}.dtype`
    case 'device':
      return code`${base}.device`
    case 'data':
      return base
    case 'is_cuda':
    case 'requires_grad':
      return code`false`
    default: {
      const row = cx.seen.rowOf(node)
      return row === null
        ? code`${base}.${property(node.attr)}`
        : code`${base}.${property(camel(row.python ?? row.name))}()`
    }
  }
}

/** `torch.nn.functional` as text; null where it is no path of names. */
export function dotted(node: Expression): string | null {
  if (node.kind === 'Name') return node.id
  if (node.kind !== 'Attribute') return null
  const rest = dotted(node.value)
  return rest === null ? null : `${rest}.${node.attr}`
}

export const isContainer = (m: ModuleInstance): boolean =>
  m.kind === 'Sequential' || m.kind === 'ModuleList' || m.kind === 'ModuleDict'
