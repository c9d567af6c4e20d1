/** Construction of modules: the entries of a spec as `new nn.Conv2d({ ... })`, with their `for` and `when`. */

import { modules as table } from '../../../runtime/nn/table/index.ts'
import type { ModuleRow } from '../../../runtime/nn/table/row.ts'
import type {
  ArgDecl,
  Definition,
  Entry,
  ForClause,
  ModuleBody,
  ModuleEntry,
  NamePattern,
  SpecExpr,
} from '../../spec/spec.ts'
import type { ClassPlan, FilePlan } from '../class-plan.ts'
import { checkCapture } from '../emit-error.ts'
import { type Code, code, ident, joined, property, str, templateText } from './code.ts'
import { condition } from './comparison.ts'
import { targetCode, targetNames, tupleItems } from './comprehension.ts'
import { type Context, withLocals } from './context.ts'
import { expression } from './expression.ts'

/** What construction needs beside the names in scope. */
export interface Construction {
  readonly plan: FilePlan
  /** Options of the class that constructs: what can be passed on. */
  readonly available: ReadonlySet<string>
  /** The definition that the class is, or whose part it is. */
  readonly enclosing: Definition
  /** The class of a definition, imported where it is another file's. */
  definitionClass(entry: ModuleEntry): Code
}

/** The value of an argument; one that has an enum takes its literal first. */
function argumentCode(arg: ArgDecl, row: ModuleRow | null, plan: ClassPlan | null, cx: Context): Code {
  const declared = row?.args.find(a => a.name === arg.name.name)
  const { text, expr } = arg.value
  if (declared?.enum?.includes(text) === true) return str(text)
  if (declared?.kind === 'padding' && (text === 'same' || text === 'valid')) return str(text)
  const param = plan?.options.find(o => o.name === arg.name.name)?.decl
  if (
    param?.enum?.some(e => (e.expr.kind === 'Str' ? e.expr.value : e.text) === text) === true &&
    expr.kind === 'Name'
  )
    return str(text)
  if (
    param?.type.kind === 'TypeExpr' &&
    param.type.name === 'module' &&
    expr.kind === 'Name' &&
    !cx.around.options.has(expr.id)
  ) {
    return code`nn.${property(expr.id)}`
  }
  return expression(expr, cx)
}

const pair = (name: string, value: Code): Code =>
  property(name) === value ? value : code`${property(name)}: ${value}`

/** One module, for params for which it is there. */
export function moduleCode(entry: ModuleEntry, cx: Context, at: Construction): Code {
  const made = construct(entry, cx, at)
  if (entry.trainable === null) return made
  if (entry.trainable.expr.kind === 'Bool')
    return entry.trainable.expr.value ? made : code`${made}.requiresGrad_(false)`
  return code`${made}.requiresGrad_(${condition(entry.trainable.expr, cx)})`
}

function construct(entry: ModuleEntry, cx: Context, at: Construction): Code {
  const { type } = entry
  if (type.kind === 'definition') {
    const definition = type.definition()
    const plan = definition.file() === at.plan.file ? at.plan.classOf(definition) : null
    const own = entry.args.map(a => pair(a.name.name, argumentCode(a, null, plan, cx)))
    const given = new Set(entry.args.map(a => a.name.name))
    const captured = (plan?.options ?? []).filter(
      o => o.captured && !given.has(o.name) && at.available.has(o.name),
    )
    for (const o of captured)
      checkCapture('build/not-expressible', at.plan.file, at.enclosing, o.name, definition.name.name, entry)
    return newCode(at.definitionClass(entry), [...own, ...captured.map(o => ident(o.name))])
  }
  if (type.kind === 'param') {
    const args = entry.args.map(a => pair(a.name.name, argumentCode(a, null, null, cx)))
    const given = args.length === 0 ? code`` : code`, { ${joined(args)} }`
    return code`nn.moduleOf(${ident(type.name)}${given})`
  }
  const row = (table as unknown as Readonly<Record<string, ModuleRow>>)[type.name]
  if (entry.body === null && row !== undefined && Object.hasOwn(table, type.name)) {
    const made = newCode(
      code`nn.${property(type.name)}`,
      entry.args.map(a => pair(a.name.name, argumentCode(a, row, null, cx))),
    )
    // With return_indices the class of torch.nn gives a pair: callers say so where they take it apart.
    const isPair = row.returnsFor !== undefined && entry.args.some(a => a.name.name === 'return_indices')
    return isPair ? code`(${made} as unknown as nn.${property(type.name)})` : made
  }
  const body = entry.body ?? {
    parameters: [],
    buffers: [],
    modules: [],
    ties: [],
    kind: 'definition' as const,
  }
  if (type.name === 'Module') {
    const plan = at.plan.pathClass(entry)
    const loopNames = plan.options
      .filter(o => at.available.has(o.name) || cx.locals.has(o.name))
      .map(o => ident(o.name))
    return newCode(ident(plan.name, new Set()), loopNames)
  }
  const classes = type.name === 'ModuleDict' ? itemClasses(body.modules, at) : []
  // TypeScript finds no common class for pairs of names and modules.
  const of = classes.length > 1 ? code`<${joined(classes, code` | `)}>` : code``
  return code`new nn.${property(type.name)}${of}(${containerArguments(type.name, body, cx, at)})`
}

/** The class of a member as its entry says it. */
export function declaredClass(entry: Exclude<Entry, { kind: 'group' }>, at: Construction): Code {
  if (entry.kind === 'choice') {
    return joined([...new Set(entry.alternatives.map(a => declaredClass(a, at)))], code` | `)
  }
  if (entry.type.kind === 'definition') return at.definitionClass(entry)
  if (entry.type.kind !== 'builtin' || entry.type.name === 'Module') return code`Module`
  const name = code`nn.${property(entry.type.name)}`
  const isKeyed = entry.type.name === 'ModuleList' || entry.type.name === 'ModuleDict'
  const items = isKeyed && entry.body !== null ? itemClasses(entry.body.modules, at) : []
  return items.length === 0 ? name : code`${name}<${joined(items, code` | `)}>`
}

/** The classes of the items of a container; none where an option or a path is among them. */
function itemClasses(entries: readonly Entry[], at: Construction): readonly Code[] {
  const classes = new Set<Code>()
  const visit = (entry: Entry): boolean => {
    if (entry.kind === 'group') return entry.entries.every(visit)
    if (entry.kind === 'choice') return entry.alternatives.every(visit)
    classes.add(declaredClass(entry, at))
    return entry.type.kind !== 'param' && entry.type.name !== 'Module'
  }
  return entries.every(visit) ? [...classes] : []
}

const newCode = (name: Code, args: readonly Code[]): Code =>
  args.length === 0 ? code`new ${name}()` : code`new ${name}({ ${joined(args)} })`

/** What the constructor of a torch.nn container takes for these members. */
export function containerArguments(kind: string, body: ModuleBody, cx: Context, at: Construction): Code {
  const items = body.modules.map(e => itemCode(e, cx, at))
  const named = body.modules.some(e => hasName(e))
  if (kind === 'ModuleList') return items.length === 0 ? code`` : code`[${joined(items)}]`
  if (kind === 'ModuleDict') return code`[${joined(items)}]`
  return named ? code`new Map<string, Module>([${joined(items)}])` : joined(items)
}

const hasName = (entry: Entry): boolean =>
  entry.kind === 'group' ? entry.entries.some(hasName) : entry.name !== null

/** An item of a list of modules, spread where it is none or several; with its name as a pair where it has one. */
function itemCode(entry: Entry, cx: Context, at: Construction): Code {
  const parts = itemsOf(entry, cx, at)
  return parts.spread ? code`...${parts.text}` : parts.text
}

interface Items {
  readonly text: Code
  /** The text is a list of items, not one item. */
  readonly spread: boolean
}

function itemsOf(entry: Entry, cx: Context, at: Construction): Items {
  if (entry.for === null) return whenItems(entry, cx, at)
  const { bound, source, parameter } = loop(entry.for, cx)
  const inner = whenItems(entry, bound, at)
  return {
    text: code`${source}.${inner.spread ? code`flatMap` : code`map`}(${parameter} => ${inner.text})`,
    spread: true,
  }
}

export function loop(clause: ForClause, cx: Context): { bound: Context; source: Code; parameter: Code } {
  const bound = withLocals(cx, targetNames(clause.target))
  const target = targetCode(clause.target)
  const parameter = target === '_' ? code`()` : /^[\w$]+$/.test(target) ? target : code`(${target})`
  const all = tupleItems(clause.target, clause.iterable.expr, cx)
  const source =
    clause.condition === null
      ? all
      : code`${all}.filter(${parameter} => ${condition(clause.condition.expr, bound)})`
  return { bound, source, parameter }
}

function whenItems(entry: Entry, cx: Context, at: Construction): Items {
  const some = (inner: Items): Items => {
    if (entry.when === null || entry.kind === 'choice') return inner
    const listed = inner.spread ? inner.text : code`[${inner.text}]`
    return { text: code`(${condition(entry.when.expr, cx, 2)} ? ${listed} : [])`, spread: true }
  }
  const named = (item: Code): Code => {
    if (entry.name === null) return item
    const pair = code`[${patternCode(entry.name, cx)}, ${item}]`
    // A loop's callback is not told what its pairs are for: without this they would be arrays of either.
    return entry.name.parts.every(p => typeof p === 'string') ? pair : code`${pair} as const`
  }
  if (entry.kind === 'group') {
    const items = entry.entries.map(e => itemCode(e, cx, at))
    return some({ text: code`[${joined(items)}]`, spread: true })
  }
  if (entry.kind === 'module') return some({ text: named(moduleCode(entry, cx, at)), spread: false })
  const choice = choiceCode(entry.alternatives, cx, at, item => code`[${named(item)}]`, code`[]`)
  return { text: code`(${choice})`, spread: true }
}

/** Of alternatives the first whose `when` holds. */
export function choiceCode(
  alternatives: readonly ModuleEntry[],
  cx: Context,
  at: Construction,
  wrap: (item: Code) => Code,
  none: Code,
): Code {
  const [first, ...rest] = alternatives
  if (first === undefined) return none
  const item = wrap(moduleCode(first, cx, at))
  if (first.when === null) return item
  return code`${condition(first.when.expr, cx, 2)} ? ${item} : ${choiceCode(rest, cx, at, wrap, none)}`
}

/** A name with expressions in it as a template string. */
export function patternCode(pattern: NamePattern, cx: Context): Code {
  if (pattern.parts.every(p => typeof p === 'string')) return str(pattern.parts.join(''))
  const parts = pattern.parts.map((p: string | SpecExpr) =>
    typeof p === 'string' ? templateText(p) : code`\${${expression(p.expr, cx)}}`,
  )
  return code`\`${joined(parts, code``)}\``
}
