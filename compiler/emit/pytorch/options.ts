/** The signature of a constructor, and what it computes before it builds anything. */

import { isModuleName } from '../../../runtime/nn/table/index.ts'
import { Diagnostics } from '../../diagnostics/diagnostic.ts'
import { bindParams } from '../../elaborate/params.ts'
import { Machine } from '../../eval/machine.ts'
import { printValue, type Value } from '../../eval/value.ts'
import type { Expression, Param, Statement, TypeExpr } from '../../parse/python/ast.ts'
import type { ParamDecl, SpecExpr } from '../../spec/spec.ts'
import { GraphBuilder } from '../../trace/graph-builder.ts'
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
  const given = scope.cls.plan.isRoot ? givenValues(output) : new Map<string, Expression>()
  const { options } = scope.cls.plan
  const order = [...signatureOrder(options).filter(o => !isGiven(o)), ...options.filter(isGiven)]
  function isGiven(option: OptionPlan): boolean {
    return option.default === null && given.has(option.name)
  }
  return order.map(option => {
    const name = names.local(option.name)
    const annotation = annotationOf(option, scope.cls)
    const value = given.get(option.name)
    if (value !== undefined) return py.param(name, annotation, value)
    if (option.default === null) return py.param(name, annotation)
    if (isDeferred(option, scope))
      return py.param(name, annotation === null ? null : py.either(annotation, py.none), py.none)
    return py.param(name, annotation, valueFor(option.decl, option.default, scope.init(), scope.cls, output))
  })
}

/** Params of the model that it was compiled for with other values than their defaults: these are the defaults then. */
function givenValues(output: Output): Map<string, Expression> {
  const { root, file } = output.model
  const machine = new Machine(new Diagnostics(), new GraphBuilder(), { training: false, observer: null })
  const usual = bindParams(file.root, [], null, file.root.name.place, machine)
  const given = new Map<string, Expression>()
  for (const { name } of file.root.params) {
    const value = root.scope.get(name.name)
    const other = usual.get(name.name)
    if (value === undefined || (other !== undefined && printValue(value) === printValue(other))) continue
    const literal = literalOf(value, output)
    if (literal !== null) given.set(name.name, literal)
  }
  return given
}

/** A value as the code that gives it; null for what no param can be. */
function literalOf(value: Value, output: Output): Expression | null {
  const range = { start: 0, end: 0 }
  switch (value.kind) {
    case 'int':
      return typeof value.value === 'number' ? py.number(value.value, String(value.value)) : null
    case 'float':
      return Number.isFinite(value.value)
        ? py.number(value.value, printValue(value))
        : py.call(py.name('float'), [py.string(printValue(value))])
    case 'bool':
      return py.bool(value.value)
    case 'str':
      return py.string(value.value)
    case 'dtype':
      return py.path(`torch.${value.value}`)
    case 'type':
      return value.definition === null
        ? py.path(`nn.${value.name}`)
        : py.name(output.plan.classOf(value.definition).name)
    case 'list':
    case 'tuple': {
      const items = [...(value.items as readonly Value[])].map(item => literalOf(item, output))
      if (items.some(item => item === null)) return null
      const elements = items as Expression[]
      return { kind: value.kind === 'list' ? 'List' : 'Tuple', range, elements }
    }
    default:
      return null
  }
}

/** `if x is None: x = ...` for defaults that need other options. */
export function deferredDefaults(scope: ClassScope, output: Output): Statement[] {
  const given = scope.cls.plan.isRoot ? givenValues(output) : new Map<string, Expression>()
  return scope.cls.plan.options.flatMap(option => {
    if (given.has(option.name) || option.default === null || !isDeferred(option, scope)) return []
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
