/** Types of the values that evaluation saw, joined over all places and instances: what TypeScript annotations are made of. */
import { isFloat } from '../../runtime/ops/dtype.ts'
import type { FunctionRow } from '../../runtime/ops/function.ts'
import type { Value } from '../eval/value.ts'
import type { ModuleInstance } from '../ir/module.ts'
import type { FunctionDef } from '../parse/python/ast.ts'

export type ObservedType =
  /** `float`: whether it is a float each time, which JavaScript does not tell where it is integral; `negative`: whether it ever was. */
  | { readonly kind: 'number'; readonly float: boolean; readonly negative: boolean }
  | { readonly kind: 'boolean' | 'string' | 'null' | 'dtype' | 'slice' | 'other' }
  /** `float`: whether its elements are floats. */
  | { readonly kind: 'tensor'; readonly float: boolean }
  | { readonly kind: 'module'; readonly module: ModuleInstance }
  /** A function of torch that is held as a value, with its overloads. */
  | { readonly kind: 'op'; readonly rows: readonly FunctionRow[] }
  /** A `def` of the author's that is held as a value; `isMethod`: one of `methods:`. */
  | { readonly kind: 'function'; readonly def: FunctionDef; readonly isMethod: boolean }
  | { readonly kind: 'array'; readonly items: ObservedType | null }
  /** `fields`: names of the items, of what torch.max and the like return. */
  | { readonly kind: 'tuple'; readonly items: readonly ObservedType[]; readonly fields?: readonly string[] }
  | { readonly kind: 'dict'; readonly values: ObservedType | null }
  | { readonly kind: 'union'; readonly of: readonly ObservedType[] }

export function typeOf(value: Value): ObservedType | null {
  switch (value.kind) {
    case 'int':
    case 'float':
      return {
        kind: 'number',
        float: value.kind === 'float',
        negative: typeof value.value === 'number' && value.value < 0,
      }
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
      if (!items.every(t => t !== null)) return null
      return { kind: 'tuple', items: items as ObservedType[], ...(value.fields && { fields: value.fields }) }
    }
    case 'dict':
      return { kind: 'dict', values: [...value.entries.values()].map(typeOf).reduce(join, null) }
    case 'op':
      return value.receiver === undefined ? { kind: 'op', rows: value.rows } : { kind: 'other' }
    case 'function':
      return { kind: 'function', def: value.def, isMethod: value.owner !== null }
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
    const at = parts.findIndex(p =>
      isListed(p) && isListed(part) ? true : p.kind === part.kind && sameThing(p, part),
    )
    if (at < 0) parts.push(part)
    else parts[at] = merge(parts[at]!, part)
  }
  return parts.length === 1 ? parts[0]! : { kind: 'union', of: parts }
}

/** The alternatives of a union; any other type alone. */
export const members = (t: ObservedType): readonly ObservedType[] => (t.kind === 'union' ? t.of : [t])

const isListed = (t: ObservedType): boolean => t.kind === 'array' || t.kind === 'tuple'

/** Whether two types of one kind are one type: those of modules and functions are each their own. */
function sameThing(a: ObservedType, b: ObservedType): boolean {
  if (a.kind === 'op' && b.kind === 'op') return a.rows[0] === b.rows[0]
  if (a.kind === 'function' && b.kind === 'function') return a.def === b.def
  return a.kind !== 'module' || sameClass(a, b)
}

function sameClass(a: ObservedType, b: ObservedType): boolean {
  if (a.kind !== 'module' || b.kind !== 'module') return false
  const [x, y] = [a.module, b.module]
  if (x.row !== null || y.row !== null) return x.row === y.row
  if (x.definition !== null || y.definition !== null) return x.definition === y.definition
  return x.kind === y.kind && x.place.range.start === y.place.range.start && x.place.source === y.place.source
}

function merge(a: ObservedType, b: ObservedType): ObservedType {
  if (a.kind === 'tensor' && b.kind === 'tensor') return { kind: 'tensor', float: a.float && b.float }
  if (a.kind === 'number' && b.kind === 'number')
    return { kind: 'number', float: a.float && b.float, negative: a.negative || b.negative }
  if (a.kind === 'array' && b.kind === 'array') return { kind: 'array', items: join(a.items, b.items) }
  if (a.kind === 'dict' && b.kind === 'dict') return { kind: 'dict', values: join(a.values, b.values) }
  if (a.kind === 'tuple' && b.kind === 'tuple') {
    if (a.items.length === b.items.length) {
      return { ...a, items: a.items.map((t, i) => join(t, b.items[i]!)!) }
    }
    return { kind: 'array', items: [...a.items, ...b.items].reduce<ObservedType | null>(join, null) }
  }
  // Tuples that grow in a loop, and lists beside tuples.
  if ((a.kind === 'tuple' || a.kind === 'array') && (b.kind === 'tuple' || b.kind === 'array'))
    return { kind: 'array', items: join(itemsOf(a), itemsOf(b)) }
  return a
}

const itemsOf = (t: ObservedType & { kind: 'tuple' | 'array' }): ObservedType | null =>
  t.kind === 'array' ? t.items : t.items.reduce<ObservedType | null>(join, null)
