/** `getattr(owner, name)` as TypeScript: members by names that are computed, attributes by those that are written out. */
import type { ModuleInstance } from '../../ir/module.ts'
import type { Call, Expression } from '../../parse/python/ast.ts'
import { EmitError } from '../emit-error.ts'
import { members as alternatives, type ObservedType } from '../observed-type.ts'
import { canBe, renamedMember } from '../possible-name.ts'
import { type Code, code, joined, str } from './code.ts'
import type { Context } from './context.ts'
import { expression, receiver, sees } from './expression.ts'
import { attributeCode } from './members.ts'
import { fieldName } from './names.ts'
import { observedType } from './types.ts'

export const isGetattr = (node: Expression, cx: Context): node is Call =>
  node.kind === 'Call' &&
  node.func.kind === 'Name' &&
  node.func.id === 'getattr' &&
  !cx.locals.has('getattr') &&
  node.args.length >= 2

export function getattrCode(node: Call, cx: Context): Code {
  const [target, name, fallback] = node.args as [Expression, Expression, Expression?]
  const type = cx.seen.typeOf(node)
  const modules = ownersOf(target, cx)
  if (name.kind === 'Str' && (fallback === undefined || modules.every(m => m.members.has(name.value)))) {
    const range = { range: node.range, attrRange: name.range }
    return attributeCode({ kind: 'Attribute', value: target, attr: name.value, ...range }, cx, type)
  }
  for (const module of modules) {
    const renamed = renamedMember(module, name)
    if (renamed !== null)
      throw refused(node, cx, `'${renamed.name}' has the key '${renamed.key}', and is found by its key`)
  }
  const owner = receiver(target, cx)
  const asked = expression(name, cx)
  const kinds = type === null ? [] : alternatives(type).map(t => t.kind)
  const mayLack = fallback !== undefined || sees(type, 'null')
  const missing = fallback === undefined ? code`null` : expression(fallback, cx)
  if (kinds.includes('tensor')) {
    const kept = tensorPlaces(modules, name)
    if (kept.length !== 1 || kinds.includes('module'))
      throw refused(node, cx, 'it may be a parameter, a buffer or a module')
    const found = kept[0] === 'parameter' ? code`ownParameters.get(${asked})` : code`ownBuffers.get(${asked})`
    const value = kept[0] === 'parameter' ? code`value` : code`cell.value`
    return mayLack ? code`(${owner}.${found}?.${value} ?? ${missing})` : code`${owner}.${found}!.${value}`
  }
  if (kinds.includes('function')) {
    const names = methodNames(modules, name).map(n => str(fieldName(n)))
    return code`${owner}[${asked} as ${joined(names, code` | `)}].bind(${owner})`
  }
  if (kinds.every(kind => kind === 'module' || kind === 'null')) {
    const wanted = observedType(type, cx.className)
    if (!mayLack) return code`(${owner}.getSubmodule(${asked}) as ${wanted})`
    const there = kinds.includes('module') ? wanted : code`Module | null`
    return code`((${owner}.ownChildren.get(${asked}) ?? ${missing}) as ${there})`
  }
  throw refused(node, cx, 'it is no module, parameter, buffer or method')
}

/** `getattr(self, f"forward_{mode}")(x)`: null where no method is called so. */
export function calledMethods(
  func: Expression,
  cx: Context,
): { callee: Code; names: readonly string[] } | null {
  if (!isGetattr(func, cx) || !sees(cx.seen.typeOf(func), 'function')) return null
  const [target, name] = func.args as [Expression, Expression]
  const names = methodNames(ownersOf(target, cx), name)
  const fields = names.map(n => str(fieldName(n)))
  return {
    callee: code`${receiver(target, cx)}[${expression(name, cx)} as ${joined(fields, code` | `)}]`,
    names,
  }
}

/** The modules that an expression was seen to be, one of each class. */
function ownersOf(target: Expression, cx: Context): readonly ModuleInstance[] {
  const type: ObservedType | null = cx.seen.typeOf(target)
  return type === null ? [] : alternatives(type).flatMap(t => (t.kind === 'module' ? [t.module] : []))
}

/** Whether the tensors of such names are parameters or buffers. */
function tensorPlaces(modules: readonly ModuleInstance[], name: Expression): readonly string[] {
  const kinds = new Set<string>()
  for (const module of modules) {
    for (const [id, member] of module.members)
      if (member.kind === 'tensor' && member.tensor !== null && canBe(name, id)) kinds.add(member.tensor.kind)
  }
  return [...kinds]
}

const methodNames = (modules: readonly ModuleInstance[], name: Expression): readonly string[] => [
  ...new Set(modules.flatMap(m => [...(m.definition?.methods.keys() ?? [])].filter(n => canBe(name, n)))),
]

const refused = (node: Call, cx: Context, why: string): EmitError =>
  new EmitError(
    'build/not-expressible',
    `getattr with a name that is computed: ${why}`,
    'write the attribute out, or give the members names that tell them apart',
    cx.around.definition === null ? null : { source: cx.around.definition.file().source, range: node.range },
  )
