/**
 * What a container is called with, as entries below `modules:`: modules in order, lists and comprehensions of them, and pairs of
 * names and modules, as `Sequential(OrderedDict([...]))` and `ModuleDict({...})` take them.
 */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { Call, Comprehension, Expression, ListComp } from '../parse/python/ast.ts'
import type { Range, Source } from '../parse/source.ts'
import { field, type SpecNode, type SpecPair } from './spec-node.ts'

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
  const listed = only === null ? null : listItems(only)
  const all = (listed ?? call.args).flatMap(e => items(e, context))
  return { kind: 'sequence', range: call.range, flow: true, items: all }
}

/** The items of a list, of several with `+` between them, or of a comprehension; null for anything else. */
function listItems(expr: Expression): readonly Expression[] | null {
  if (expr.kind === 'List' || expr.kind === 'Tuple') return expr.elements
  if (expr.kind === 'ListComp' && expr.key === undefined)
    return [{ kind: 'Starred', range: expr.range, value: expr }]
  if (expr.kind !== 'Binary' || expr.op !== '+') return null
  const [left, right] = [listItems(expr.left), listItems(expr.right)]
  return left === null || right === null ? null : [...left, ...right]
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
  if (expr.kind === 'Starred') {
    const { value } = expr
    if (value.kind === 'ListComp' && value.key === undefined) return [repeated(value, context)]
    const listed = listItems(value)
    if (listed !== null) return listed.flatMap(e => items(e, context))
  }
  return [context.module(expr) ?? { kind: 'broken', range: expr.range }]
}

/** `[Linear(d, d) for _ in range(n)]` as an entry with `for`; of several loops, the outer ones are groups. */
function repeated(list: ListComp, context: ContainerFormContext): SpecNode {
  const { range } = list
  const element = context.module(list.element)
  const [last, ...outer] = list.generators.toReversed()
  if (element === null || element.kind === 'broken') return { kind: 'broken', range }
  const loop = (generator: Comprehension): SpecPair => ({
    key: { text: 'for', range: generator.range, scalar: null },
    value: {
      kind: 'expression',
      range: generator.range,
      expr: { ...list, generators: [generator] },
      text: context.source.text.slice(generator.range.start, generator.range.end),
    },
  })
  const group = (generator: Comprehension, item: SpecNode): SpecNode => {
    const modules: SpecPair = {
      key: { text: 'modules', range, scalar: null },
      value: { kind: 'sequence', range, flow: true, items: [item] },
    }
    return { kind: 'mapping', range, flow: true, entries: [loop(generator), modules] }
  }
  const isPlain = element.kind === 'mapping' && field(element, 'when') === undefined
  const inner: SpecNode = isPlain
    ? { ...element, entries: [...element.entries, loop(last!)] }
    : group(last!, element)
  return outer.reduce((node, generator) => group(generator, node), inner)
}
