/** Whether a value fits the declared type of a param, and the value as that type (an int as a float). */

import { isSym } from '../../runtime/ops/dim.ts'
import { paramRange, paramType, unknownType } from '../diagnostics/catalogue/elaborate.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import { evaluate } from '../eval/expression.ts'
import type { Machine } from '../eval/machine.ts'
import { expressionFrame, type Scope } from '../eval/scope.ts'
import { describeKind, ERROR, floating, list, NONE, printValue, tuple, type Value } from '../eval/value.ts'
import type { ErrorNode, TypeExpr } from '../parse/python/ast.ts'
import type { ParamDecl, SpecExpr } from '../spec/spec.ts'

/** ERROR after a report. */
export function conformParam(
  decl: ParamDecl,
  value: Value,
  place: Place,
  scope: Scope,
  machine: Machine,
): Value {
  if (value.kind === 'error') return ERROR
  // `size: int = None` may be None.
  if (value.kind === 'none' && decl.default?.expr.kind === 'None') return NONE
  const fitted = conform(value, decl.type, machine)
  if (fitted === 'unknown-type')
    return machine.report(
      unknownType(
        { source: decl.name.place.source, range: decl.type.range },
        decl.type.kind === 'Error' ? '' : decl.type.name,
      ),
    )
  if (fitted === undefined) {
    return machine.report(paramType(place, decl.name.name, printType(decl.type), found(value)))
  }
  return inRange(decl, fitted, place, scope, machine) ? fitted : ERROR
}

const found = (value: Value): string =>
  ['int', 'float', 'bool', 'str', 'list', 'tuple'].includes(value.kind)
    ? printValue(value)
    : describeKind(value)

function inRange(decl: ParamDecl, value: Value, place: Place, scope: Scope, machine: Machine): boolean {
  const bound = (e: SpecExpr | null): number | undefined => {
    if (e === null) return undefined
    const v = evaluate(e.expr, expressionFrame(scope), machine)
    return (v.kind === 'int' || v.kind === 'float') && !isSym(v.value) ? v.value : undefined
  }
  const [min, max] = [bound(decl.min), bound(decl.max)]
  const items: readonly Value[] = value.kind === 'list' || value.kind === 'tuple' ? value.items : [value]
  for (const item of items) {
    if (item.kind !== 'int' && item.kind !== 'float') continue
    const n = item.value as number
    if (min !== undefined && n < min) {
      machine.report(paramRange(place, decl.name.name, printValue(value), `at least ${min}`))
      return false
    }
    if (max !== undefined && n > max) {
      machine.report(paramRange(place, decl.name.name, printValue(value), `at most ${max}`))
      return false
    }
  }
  if (decl.enum !== null) {
    const allowed = decl.enum.map(e => enumValue(e))
    if (!allowed.includes(value.kind === 'str' ? value.value : printValue(value))) {
      machine.report(paramRange(place, decl.name.name, printValue(value), `one of ${allowed.join(', ')}`))
      return false
    }
  }
  return true
}

/** Entries of an enum are literals: a bare word is a string. */
const enumValue = (e: SpecExpr): string => (e.expr.kind === 'Str' ? e.expr.value : e.text)

/** undefined where the value does not fit. */
function conform(
  value: Value,
  type: TypeExpr | ErrorNode,
  machine: Machine,
): Value | undefined | 'unknown-type' {
  if (type.kind === 'Error') return value
  switch (type.name) {
    case 'int':
      return value.kind === 'int' && !isSym(value.value) ? value : undefined
    case 'float':
      if (value.kind === 'int' && !isSym(value.value)) return floating(value.value)
      return value.kind === 'float' ? value : undefined
    case 'bool':
      return value.kind === 'bool' ? value : undefined
    case 'str':
      return value.kind === 'str' ? value : undefined
    case 'module':
      return value.kind === 'type' ? value : undefined
    case 'dtype':
      return value.kind === 'dtype' ? value : undefined
    case 'list':
    case 'tuple': {
      if (value.kind !== 'list' && value.kind !== 'tuple') return undefined
      const types = type.args.filter(a => a.kind === 'TypeExpr')
      const items: Value[] = []
      const given: readonly Value[] = value.items
      for (const [i, item] of given.entries()) {
        const itemType = type.name === 'list' ? types[0] : (types[i] ?? types.at(-1))
        const fitted = itemType === undefined ? item : conform(item, itemType, machine)
        if (fitted === undefined || fitted === 'unknown-type') return fitted
        items.push(fitted)
      }
      return type.name === 'list' ? list(items) : tuple(items)
    }
    default:
      return 'unknown-type'
  }
}

/** `list[int]` as it is written. */
export function printType(type: TypeExpr | ErrorNode): string {
  if (type.kind === 'Error') return 'of its type'
  const names: Readonly<Record<string, string>> = {
    int: 'an int',
    float: 'a float',
    bool: 'a bool',
    str: 'a string',
    module: 'a module type',
    dtype: 'a dtype',
  }
  const bare = names[type.name]
  if (bare !== undefined) return bare
  const inner = type.args.map(a => (a.kind === 'TypeExpr' ? typeText(a) : '_')).join(', ')
  return `a ${type.name}${inner === '' ? '' : `[${inner}]`}`
}

const typeText = (type: TypeExpr): string => {
  const inner = type.args.map(a => (a.kind === 'TypeExpr' ? typeText(a) : '_')).join(', ')
  return inner === '' ? type.name : `${type.name}[${inner}]`
}
