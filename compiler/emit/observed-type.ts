/** Types of the values that evaluation saw, joined over all places and instances: what TypeScript annotations are made of. */
import { isFloat } from '../../runtime/ops/dtype.ts'
import type { Value } from '../eval/value.ts'
import type { ModuleInstance } from '../ir/module.ts'

export type ObservedType =
  | { readonly kind: 'number' | 'boolean' | 'string' | 'null' | 'dtype' | 'slice' | 'other' }
  /** `float`: whether its elements are floats. */
  | { readonly kind: 'tensor'; readonly float: boolean }
  | { readonly kind: 'module'; readonly module: ModuleInstance }
  | { readonly kind: 'array'; readonly items: ObservedType | null }
  | { readonly kind: 'tuple'; readonly items: readonly ObservedType[] }
  | { readonly kind: 'dict'; readonly values: ObservedType | null }
  | { readonly kind: 'union'; readonly of: readonly ObservedType[] }

export function typeOf(value: Value): ObservedType | null {
  switch (value.kind) {
    case 'int':
    case 'float':
      return { kind: 'number' }
    case 'bool':
    case 'condition':
      return { kind: 'boolean' }
    case 'str':
      return { kind: 'string' }
    case 'none':
      return { kind: 'null' }
    case 'dtype':
      return { kind: 'dtype' }
    case 'slice':
      return { kind: 'slice' }
    case 'tensor':
      return { kind: 'tensor', float: isFloat(value.value.aval.dtype) }
    case 'module':
    case 'self':
      return { kind: 'module', module: value.module }
    case 'list': {
      const items: readonly Value[] = value.items
      return { kind: 'array', items: items.map(typeOf).reduce(join, null) }
    }
    case 'tuple': {
      const items = value.items.map(typeOf)
      return items.every(t => t !== null) ? { kind: 'tuple', items: items as ObservedType[] } : null
    }
    case 'dict':
      return { kind: 'dict', values: [...value.entries.values()].map(typeOf).reduce(join, null) }
    case 'error':
      return null
    default:
      return { kind: 'other' }
  }
}

/** The type of values that have one type or the other; null is that of no value at all. */
export function join(a: ObservedType | null, b: ObservedType | null): ObservedType | null {
  if (a === null) return b
  if (b === null) return a
  const parts: ObservedType[] = []
  for (const part of [...members(a), ...members(b)]) {
    const at = parts.findIndex(p => p.kind === part.kind && (p.kind !== 'module' || sameClass(p, part)))
    if (at < 0) parts.push(part)
    else parts[at] = merge(parts[at]!, part)
  }
  return parts.length === 1 ? parts[0]! : { kind: 'union', of: parts }
}

/** The alternatives of a union; any other type alone. */
export const members = (t: ObservedType): readonly ObservedType[] => (t.kind === 'union' ? t.of : [t])

function sameClass(a: ObservedType, b: ObservedType): boolean {
  if (a.kind !== 'module' || b.kind !== 'module') return false
  const [x, y] = [a.module, b.module]
  if (x.row !== null || y.row !== null) return x.row === y.row
  if (x.definition !== null || y.definition !== null) return x.definition === y.definition
  return x.kind === y.kind && x.place.range.start === y.place.range.start && x.place.source === y.place.source
}

function merge(a: ObservedType, b: ObservedType): ObservedType {
  if (a.kind === 'tensor' && b.kind === 'tensor') return { kind: 'tensor', float: a.float && b.float }
  if (a.kind === 'array' && b.kind === 'array') return { kind: 'array', items: join(a.items, b.items) }
  if (a.kind === 'dict' && b.kind === 'dict') return { kind: 'dict', values: join(a.values, b.values) }
  if (a.kind === 'tuple' && b.kind === 'tuple') {
    if (a.items.length === b.items.length) {
      return { kind: 'tuple', items: a.items.map((t, i) => join(t, b.items[i]!)!) }
    }
    return { kind: 'array', items: [...a.items, ...b.items].reduce<ObservedType | null>(join, null) }
  }
  return a
}
