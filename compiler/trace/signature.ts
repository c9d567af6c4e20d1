/** Declared inputs and outputs with their dims evaluated: params as numbers, other names as symbolic sizes. */

import { type Dim, dimVariable, isSym } from '../../runtime/ops/dim.ts'
import { type DType, isDType } from '../../runtime/ops/dtype.ts'
import { dimType, tensorType } from '../diagnostics/catalogue/elaborate.ts'
import { evaluate } from '../eval/expression.ts'
import type { Machine } from '../eval/machine.ts'
import { expressionFrame, Scope } from '../eval/scope.ts'
import { describeKind, int } from '../eval/value.ts'
import type { Expression, Node, TypeExpr } from '../parse/python/ast.ts'
import { children } from '../parse/python/visit.ts'
import type { Definition, DimDecl, SpecExpr } from '../spec/spec.ts'

/** A tensor type; a null dim is `_`, to be inferred. `list` where the value is a list of such tensors. */
export interface TensorType {
  readonly dtype: DType
  readonly dims: readonly (Dim | null)[]
}

export type PortType =
  | { readonly kind: 'tensor'; readonly tensor: TensorType }
  | { readonly kind: 'list'; readonly tensor: TensorType; readonly length: number | null }
  /** Declared as `tensor`, or not at all: anything. */
  | { readonly kind: 'any' }

/** Sizes by name for the declared inputs of a definition: a scope with one symbolic size per name that is no param. */
export function dimScope(definition: Definition, scope: Scope, machine: Machine): Scope {
  const inner = new Scope(scope.file, scope)
  const declared = new Map(definition.dims.map(d => [d.name.name, d]))
  const names = new Set<string>()
  for (const input of definition.inputs) if (input.type !== null) freeNames(input.type, names)
  for (const name of names) {
    if (scope.get(name) !== undefined || scope.file.functions.has(name)) continue
    const limits = boundsOf(declared.get(name), scope, machine)
    const fixed = limits.min !== undefined && limits.min === limits.max
    inner.set(name, int(fixed ? limits.min! : dimVariable(name, limits)))
  }
  return inner
}

function boundsOf(
  decl: DimDecl | undefined,
  scope: Scope,
  machine: Machine,
): { min?: number; max?: number; multipleOf?: number } {
  const number = (e: SpecExpr | null): number | undefined => {
    if (e === null) return undefined
    const v = evaluate(e.expr, expressionFrame(scope), machine)
    if (v.kind === 'int' && !isSym(v.value)) return v.value
    if (v.kind !== 'error') machine.report(dimType(e.place, describeKind(v)))
    return undefined
  }
  const [min, max, multipleOf] = [
    number(decl?.min ?? null),
    number(decl?.max ?? null),
    number(decl?.multipleOf ?? null),
  ]
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(multipleOf === undefined || multipleOf < 1 ? {} : { multipleOf }),
  }
}

/** Names that stand for sizes: plain names in dims, not functions that are called. */
function freeNames(node: Node, names: Set<string>): void {
  if (node.kind === 'Name') names.add(node.id)
  else if (node.kind === 'Call') for (const arg of node.args) freeNames(arg, names)
  else for (const child of children(node)) freeNames(child, names)
}

/** The type of a port. New names among the dims of outputs are `_`. */
export function portType(type: TypeExpr, scope: Scope, machine: Machine): PortType {
  const place = { source: scope.file.source, range: type.range }
  if (type.name === 'tensor' || type.name === 'Tensor') return { kind: 'any' }
  if (type.name === 'list') {
    const [item, length] = type.args
    if (item?.kind === 'TypeExpr') {
      const inner = portType(item, scope, machine)
      if (inner.kind === 'list') return { kind: 'any' }
      if (inner.kind === 'any') return { kind: 'any' }
      return {
        kind: 'list',
        tensor: inner.tensor,
        length: length === undefined ? null : lengthOf(length, scope, machine),
      }
    }
  }
  if (!isDType(type.name)) {
    machine.report(tensorType(place, type.name))
    return { kind: 'any' }
  }
  const dims = type.args.map(a => (a.kind === 'TypeExpr' ? null : dimOf(a, scope, machine)))
  return type.bracketed || dims.length > 0
    ? { kind: 'tensor', tensor: { dtype: type.name, dims } }
    : { kind: 'tensor', tensor: { dtype: type.name, dims: [] } }
}

function lengthOf(
  node: Expression | TypeExpr | { kind: 'Wildcard' },
  scope: Scope,
  machine: Machine,
): number | null {
  if (node.kind === 'Wildcard' || node.kind === 'TypeExpr') return null
  const dim = dimOf(node, scope, machine)
  return typeof dim === 'number' ? dim : null
}

function dimOf(node: Expression | { kind: 'Wildcard' }, scope: Scope, machine: Machine): Dim | null {
  if (node.kind === 'Wildcard') return null
  if (
    node.kind === 'Name' &&
    (node.id === '_' || (scope.get(node.id) === undefined && !scope.file.functions.has(node.id)))
  )
    return null
  const value = evaluate(node, expressionFrame(scope), machine)
  if (value.kind === 'int') return value.value
  if (value.kind !== 'error')
    machine.report(dimType({ source: scope.file.source, range: node.range }, describeKind(value)))
  return null
}
