/** Functions that are held as values: `act = F.gelu if use_gelu else F.relu`, and which of them a variable may stand for. */
import type { Block, Expression, Node } from '../../parse/python/ast.ts'
import { children } from '../../parse/python/visit.ts'
import type { Observations } from '../observations.ts'
import { members, type ObservedType } from '../observed-type.ts'

export type HeldFunction = ObservedType & { readonly kind: 'op' | 'function' }

/** The functions that an expression may be, those that only other params choose among them. */
export function heldFunctions(node: Expression, seen: Observations): readonly HeldFunction[] {
  switch (node.kind) {
    case 'IfExp':
      return [...heldFunctions(node.body, seen), ...heldFunctions(node.orelse, seen)]
    case 'BoolOp':
      return node.values.flatMap(v => heldFunctions(v, seen))
    case 'Subscript': {
      const owner = seen.typeOf(node.value)
      return functionsOf(
        owner?.kind === 'dict' ? owner.values : owner?.kind === 'array' ? owner.items : seen.typeOf(node),
      )
    }
    default:
      return functionsOf(seen.typeOf(node))
  }
}

const functionsOf = (type: ObservedType | null): readonly HeldFunction[] =>
  type === null ? [] : members(type).flatMap(t => (t.kind === 'op' || t.kind === 'function' ? [t] : []))

/** What the variables of a body are given, as far as that is functions. */
export function heldIn(body: Block, seen: Observations): ReadonlyMap<string, readonly HeldFunction[]> {
  const held = new Map<string, HeldFunction[]>()
  const pending: Node[] = [body]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'Assign') {
      for (const target of node.targets) {
        if (target.kind !== 'Name') continue
        held.set(target.id, [...(held.get(target.id) ?? []), ...heldFunctions(node.value, seen)])
      }
    }
    pending.push(...children(node))
  }
  return held
}
