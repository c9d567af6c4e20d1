/** Params and lets of a definition, as a scope. */

import { isModuleName } from '../../runtime/nn/table/index.ts'
import { paramMissing, paramUnknown } from '../diagnostics/catalogue/elaborate.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import { evaluate } from '../eval/expression.ts'
import type { Machine } from '../eval/machine.ts'
import { expressionFrame, Scope } from '../eval/scope.ts'
import { ERROR, str, type Value } from '../eval/value.ts'
import type { Definition, ParamDecl, SpecExpr } from '../spec/spec.ts'
import { conformParam } from './conform.ts'

/** A value for a param with the place to blame. */
export interface GivenParam {
  readonly name: string
  readonly place: Place
  /** An expression of the author's in a scope, or a value from outside (an option of the command line). */
  readonly value: Value | { readonly expr: SpecExpr; readonly scope: Scope }
}

/**
 * The scope of a definition's body: its params by what is given, else by default, then its lets in order.
 * `place` is blamed for missing params.
 */
export function bindParams(
  definition: Definition,
  given: readonly GivenParam[],
  parent: Scope | null,
  place: Place,
  machine: Machine,
): Scope {
  const scope = new Scope(definition.file(), parent)
  const owner = definition.name.name
  for (const g of given) {
    if (definition.params.some(p => p.name.name === g.name)) continue
    machine.report(
      paramUnknown(
        g.place,
        owner,
        g.name,
        didYouMean(
          g.name,
          definition.params.map(p => p.name.name),
        ),
      ),
    )
  }
  for (const decl of definition.params) {
    const name = decl.name.name
    const found = given.find(g => g.name === name)
    if (found !== undefined) {
      const value =
        'expr' in found.value
          ? paramExpression(decl, found.value.expr, found.value.scope, machine)
          : found.value
      scope.set(name, conformParam(decl, value, found.place, scope, machine))
    } else if (decl.default !== null) {
      const value = paramExpression(decl, decl.default, scope, machine)
      scope.set(name, conformParam(decl, value, decl.default.place, scope, machine))
    } else {
      machine.report(paramMissing(place, owner, name))
      scope.set(name, ERROR)
    }
  }
  for (const { name, value } of definition.lets) {
    scope.set(name.name, evaluate(value.expr, expressionFrame(scope), machine))
  }
  return scope
}

/** Params with an enum take its literal first; params of type module take the name of a module type. */
function paramExpression(decl: ParamDecl, value: SpecExpr, scope: Scope, machine: Machine): Value {
  if (decl.enum !== null && value.expr.kind !== 'Str') {
    const literal = decl.enum.find(e => (e.expr.kind === 'Str' ? e.expr.value : e.text) === value.text)
    if (literal !== undefined && typeName(decl) === 'str') return str(value.text)
  }
  if (typeName(decl) === 'module') {
    const type = moduleType(value, scope)
    if (type !== undefined) return type
  }
  return evaluate(value.expr, expressionFrame(scope), machine)
}

const typeName = (decl: ParamDecl): string | null => (decl.type.kind === 'TypeExpr' ? decl.type.name : null)

/** `LayerNorm`, `nn.LayerNorm`, a definition of the file, or a param of the enclosing definition. */
function moduleType(value: SpecExpr, scope: Scope): Value | undefined {
  const name = value.text.replace(/^(torch\.)?nn\./, '')
  const held = scope.get(name)
  if (held !== undefined) return held
  const definition = scope.file.definitions.get(name)
  if (definition !== undefined) return { kind: 'type', name, definition }
  return isModuleName(name) ? { kind: 'type', name, definition: null } : undefined
}
