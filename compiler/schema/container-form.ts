/**
 * What a container is called with, as entries below `modules:`: modules in order, lists and comprehensions of them, and pairs of
 * names and modules, as `Sequential(OrderedDict([...]))` and `ModuleDict({...})` take them.
 */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { Call, Comprehension, Expression, ListComp } from '../parse/python/ast.ts'
import type { Range, Source } from '../parse/source.ts'
import type { SpecNode, SpecPair } from './spec-node.ts'

export interface ContainerFormContext {
  readonly source: Source
  readonly diagnostics: Diagnostics
  /** The mapping of a module's call; null after a report. */
  module(expr: Expression): SpecNode | null
}

/** `a: Linear(4, 4)` of a name and a module. */
type NamedModule = readonly [name: Expression, module: Expression]

/** The `modules:` of a container's call; null after a report. */
export function containerModules(call: Call, type: string, context: ContainerFormContext): SpecNode | null {
  const { source, diagnostics } = context
  const keyword = call.keywords[0]
  if (keyword !== undefined) {
    diagnostics.add(messages.containerKeyword({ source, range: keyword.nameRange }, type))
    return null
  }
  const only = call.args.length === 1 ? call.args[0]! : null
  const named = only === null ? null : namedModules(only, type)
  if (named !== null) return namedNode(named, call.range, context)
  const listed = only?.kind === 'List' || only?.kind === 'Tuple' ? only.elements : call.args
  return { kind: 'sequence', range: call.range, flow: true, items: listed.flatMap(e => items(e, context)) }
}

/** Pairs of a dict, of `dict(...)` and `OrderedDict(...)`, or of a list for a ModuleDict; null for anything else. */
function namedModules(expr: Expression, type: string): readonly NamedModule[] | null {
  if (expr.kind === 'Dict') return expr.entries.map(({ key, value }) => [key, value])
  if (expr.kind === 'Call') {
    const { func, args, keywords } = expr
    const name = func.kind === 'Name' ? func.id : func.kind === 'Attribute' ? func.attr : null
    if (name !== 'OrderedDict' && name !== 'dict') return null
    const listed = args.length === 0 ? [] : args.length === 1 ? (dictItems(args[0]!) ?? null) : null
    if (listed === null) return null
    const given = keywords.map(
      (k): NamedModule => [{ kind: 'Str', range: k.nameRange, value: k.name }, k.value],
    )
    return [...listed, ...given]
  }
  return type === 'ModuleDict' ? dictItems(expr) : null
}

function dictItems(expr: Expression): readonly NamedModule[] | null {
  if (expr.kind === 'Dict') return expr.entries.map(({ key, value }) => [key, value])
  if (expr.kind !== 'List' && expr.kind !== 'Tuple') return null
  const pairs: NamedModule[] = []
  for (const item of expr.elements) {
    if ((item.kind !== 'List' && item.kind !== 'Tuple') || item.elements.length !== 2) return null
    pairs.push([item.elements[0]!, item.elements[1]!])
  }
  return pairs
}

function namedNode(pairs: readonly NamedModule[], range: Range, context: ContainerFormContext): SpecNode {
  const entries: SpecPair[] = []
  for (const [name, module] of pairs) {
    if (name.kind !== 'Str') {
      context.diagnostics.add(messages.itemName({ source: context.source, range: name.range }))
      continue
    }
    entries.push({
      key: { text: name.value, range: name.range, scalar: null },
      value: context.module(module) ?? { kind: 'broken', range: module.range },
    })
  }
  return { kind: 'mapping', range, flow: true, entries }
}

/** The entries of one argument: a module, or a comprehension or list of them with a star. */
function items(expr: Expression, context: ContainerFormContext): SpecNode[] {
  const inner = expr.kind === 'Starred' ? expr.value : expr
  if (inner.kind === 'ListComp' && inner.key === undefined) return [repeated(inner, context)]
  if (expr.kind === 'Starred' && (inner.kind === 'List' || inner.kind === 'Tuple'))
    return inner.elements.flatMap(e => items(e, context))
  return [context.module(expr) ?? { kind: 'broken', range: expr.range }]
}

/** `[Linear(d, d) for _ in range(n)]` as an entry with `for`; of several loops, the outer ones are groups. */
function repeated(list: ListComp, context: ContainerFormContext): SpecNode {
  const { range } = list
  const element = context.module(list.element)
  const [last, ...outer] = list.generators.toReversed()
  if (element?.kind !== 'mapping') return { kind: 'broken', range }
  const loop = (generator: Comprehension): SpecPair => ({
    key: { text: 'for', range: generator.range, scalar: null },
    value: {
      kind: 'expression',
      range: generator.range,
      expr: { ...list, generators: [generator] },
      text: context.source.text.slice(generator.range.start, generator.range.end),
    },
  })
  let node: SpecNode = { ...element, entries: [...element.entries, loop(last!)] }
  for (const generator of outer) {
    const modules: SpecPair = {
      key: { text: 'modules', range, scalar: null },
      value: { kind: 'sequence', range, flow: true, items: [node] },
    }
    node = { kind: 'mapping', range, flow: true, entries: [loop(generator), modules] }
  }
  return node
}
