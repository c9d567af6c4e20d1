/** Names that `getattr(self, f"conv{i}")` may ask for. */
import type { ModuleInstance } from '../ir/module.ts'
import type { Expression } from '../parse/python/ast.ts'

/** Whether an expression can have this text as its value, as far as its literal parts tell. */
export function canBe(node: Expression, text: string): boolean {
  if (node.kind === 'Str') return node.value === text
  if (node.kind !== 'JoinedStr') return true
  const literal = (part: string) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const pattern = node.parts.map(part => (typeof part === 'string' ? literal(part) : '.*')).join('')
  return new RegExp(`^${pattern}$`, 'su').test(text)
}

/** A member that may be asked for by its name, and has another one as its key; null where there is none. */
export function renamedMember(
  module: ModuleInstance,
  asked: Expression,
): { readonly name: string; readonly key: string } | null {
  for (const [name, { key }] of module.members) if (name !== key && canBe(asked, name)) return { name, key }
  return null
}
