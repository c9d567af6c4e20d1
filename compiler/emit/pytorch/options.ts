/** The signature of a constructor, and what it computes before it builds anything. */

import { isModuleName } from '../../../runtime/nn/table/index.ts'
import type { Expression, Param, Statement, TypeExpr } from '../../parse/python/ast.ts'
import type { ParamDecl, SpecExpr } from '../../spec/spec.ts'
import type { OptionPlan } from '../class-plan.ts'
import { namesIn } from '../free-names.ts'
import type { ClassScope, Output } from './class-scope.ts'
import { definitionNamed, type PlannedClass } from './plan.ts'
import type { Rewriter } from './rewrite.ts'
import * as py from './syntax.ts'

/** Options in the order of the signature: Python wants the required ones first. */
export const signatureOrder = (options: readonly OptionPlan[]): readonly OptionPlan[] => [
  ...options.filter(o => o.default === null),
  ...options.filter(o => o.default !== null),
]

/** A default that needs other options can only be computed inside. */
const isDeferred = (option: OptionPlan, scope: ClassScope): boolean =>
  option.default !== null && [...namesIn(option.default.expr)].some(name => scope.values.includes(name))

export function signature(scope: ClassScope, output: Output): readonly Param[] {
  const { names } = output.plan
  return signatureOrder(scope.cls.plan.options).map(option => {
    const name = names.local(option.name)
    const annotation = annotationOf(option, scope.cls)
    if (option.default === null) return py.param(name, annotation)
    if (isDeferred(option, scope))
      return py.param(name, annotation === null ? null : py.either(annotation, py.none), py.none)
    return py.param(name, annotation, valueFor(option.decl, option.default, scope.init(), scope.cls, output))
  })
}

/** `if x is None: x = ...` for defaults that need other options. */
export function deferredDefaults(scope: ClassScope, output: Output): Statement[] {
  return scope.cls.plan.options.flatMap(option => {
    if (option.default === null || !isDeferred(option, scope)) return []
    const local = py.name(output.plan.names.local(option.name))
    const value = valueFor(option.decl, option.default, scope.init(), scope.cls, output)
    return [py.when(py.isNone(local), [py.assign(local, value)])]
  })
}

/** A value for a param: a module type by its class, the literal of an enum, or an expression. */
export function valueFor(
  decl: ParamDecl | null,
  value: SpecExpr,
  rewriter: Rewriter,
  cls: PlannedClass,
  output: Output,
): Expression {
  const type = decl?.type.kind === 'TypeExpr' ? decl.type.name : null
  if (type === 'module') {
    const named = moduleType(value, cls, output)
    if (named !== null) return named
  }
  if (type === 'str' && value.expr.kind !== 'Str' && decl?.enum !== null) {
    const isLiteral = decl?.enum.some(e => (e.expr.kind === 'Str' ? e.expr.value : e.text) === value.text)
    if (isLiteral) return py.string(value.text)
  }
  if (type === 'float' && value.expr.kind === 'Int') {
    const text = `${value.expr.value}.0`
    return { kind: 'Float', range: value.expr.range, value: value.expr.value, text }
  }
  return rewriter.expression(value.expr)
}

/** `LayerNorm`, or a definition; null for a param that holds one. */
function moduleType(value: SpecExpr, cls: PlannedClass, output: Output): Expression | null {
  const name = value.text.replace(/^(torch\.)?nn\./, '')
  const isOption = [...cls.plan.options.map(o => o.name), ...cls.plan.lets.map(l => l.name.name)].includes(
    name,
  )
  if (isOption) return null
  const definition = definitionNamed(name, cls.file)
  if (definition !== null) return py.name(output.plan.classOf(definition).name)
  if (name === 'StochasticDepth') {
    output.needed.add('StochasticDepth')
    return py.name(name)
  }
  return isModuleName(name) ? py.path(`nn.${name}`) : null
}

function annotationOf(option: OptionPlan, cls: PlannedClass): Expression | null {
  const declared =
    cls.plan.definition === null || option.decl === null
      ? (cls.enclosing.params.find(p => p.name.name === option.name) ?? option.decl)
      : option.decl
  if (declared !== null) return declared.type.kind === 'TypeExpr' ? typeAnnotation(declared.type) : null
  const value = cls.plan.instances[0]?.scope.get(option.name)
  switch (value?.kind) {
    case 'int':
    case 'float':
    case 'bool':
    case 'str':
    case 'list':
    case 'tuple':
      return py.name(value.kind)
    default:
      return null
  }
}

function typeAnnotation(type: TypeExpr): Expression | null {
  switch (type.name) {
    case 'int':
    case 'float':
    case 'bool':
    case 'str':
      return py.name(type.name)
    case 'module':
      return py.subscript(py.name('type'), py.path('nn.Module'))
    case 'dtype':
      return py.path('torch.dtype')
    case 'list':
    case 'tuple': {
      const items = type.args.flatMap(a => (a.kind === 'TypeExpr' ? [typeAnnotation(a)] : []))
      if (items.length === 0 || items.some(i => i === null)) return py.name(type.name)
      const known = items as Expression[]
      return py.subscript(py.name(type.name), known.length === 1 ? known[0]! : py.tuple(known))
    }
    default:
      return null
  }
}
