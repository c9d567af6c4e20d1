/** Python's truth values and comparisons, over values that may be symbolic. */

import { type Condition, condition, isSym, printCondition } from '../../runtime/ops/dim.ts'
import { branchOnData, branchOnSize } from '../diagnostics/catalogue/evaluate.ts'
import type { Node } from '../parse/python/ast.ts'
import type { Machine } from './machine.ts'
import type { Frame } from './scope.ts'
import type { Value } from './value.ts'

/** `bool(value)`: a condition where it depends on sizes, undefined after an error. */
export function truth(
  value: Value,
  node: Node,
  frame: Frame,
  machine: Machine,
): boolean | Condition | undefined {
  switch (value.kind) {
    case 'bool':
      return value.value
    case 'condition':
      return value.value
    case 'int':
      return isSym(value.value) ? condition('!=', value.value, 0) : value.value !== 0
    case 'float':
      return value.value !== 0
    case 'str':
      return value.value !== ''
    case 'none':
      return false
    case 'list':
    case 'tuple':
      return value.items.length > 0
    case 'dict':
      return value.entries.size > 0
    case 'module':
      // Containers have a length in PyTorch, so empty ones are false.
      return value.module.kind === 'row' || value.module.kind === 'definition' || value.module.kind === 'path'
        ? true
        : value.module.members.size > 0
    case 'tensor':
      machine.report(branchOnData(machine.place(node, frame)))
      return undefined
    case 'error':
      return undefined
    default:
      return true
  }
}

/** As truth, for places that must decide: a condition on sizes is an error there. */
export function decide(value: Value, node: Node, frame: Frame, machine: Machine): boolean | undefined {
  const known = truth(value, node, frame, machine)
  if (known === undefined || typeof known === 'boolean') return known
  machine.report(branchOnSize(machine.place(node, frame), printCondition(known)))
  return undefined
}

export function negate(known: boolean | Condition): boolean | Condition {
  if (typeof known === 'boolean') return !known
  return known.kind === 'not' ? known.a : { kind: 'not', a: known }
}

export function both(
  kind: 'and' | 'or',
  a: boolean | Condition,
  b: boolean | Condition,
): boolean | Condition {
  if (typeof a === 'boolean') return kind === 'and' ? (a ? b : false) : a ? true : b
  if (typeof b === 'boolean') return both(kind, b, a)
  return { kind, a, b }
}

/** `a == b` of plain data: true, false, or a condition on sizes. Kinds that Python never finds equal are false. */
export function equals(a: Value, b: Value): boolean | Condition {
  if (
    (a.kind === 'int' || a.kind === 'float' || a.kind === 'bool') &&
    (b.kind === 'int' || b.kind === 'float' || b.kind === 'bool')
  ) {
    return condition('==', number(a), number(b))
  }
  if ((a.kind === 'tuple' && b.kind === 'tuple') || (a.kind === 'list' && b.kind === 'list')) {
    if (a.items.length !== b.items.length) return false
    const items: readonly Value[] = a.items
    return items.reduce<boolean | Condition>(
      (all, item, i) => both('and', all, equals(item, b.items[i]!)),
      true,
    )
  }
  if (a.kind === 'dict' && b.kind === 'dict') {
    if (a.entries.size !== b.entries.size) return false
    let all: boolean | Condition = true
    for (const [key, value] of a.entries) {
      const other = b.entries.get(key)
      if (other === undefined) return false
      all = both('and', all, equals(value, other))
    }
    return all
  }
  if (a.kind === 'str' && b.kind === 'str') return a.value === b.value
  if (a.kind === 'dtype' && b.kind === 'dtype') return a.value === b.value
  if (a.kind === 'module' && b.kind === 'module') return a.module === b.module
  return a.kind === b.kind && (a.kind === 'none' || a.kind === 'ellipsis' || a.kind === 'device')
}

const number = (v: Value & { kind: 'int' | 'float' | 'bool' }) =>
  v.kind === 'bool' ? Number(v.value) : v.value
