/** One class of the output: options, fields, constructor, methods and forward, as a ts-morph structure. */
import { type ClassDeclarationStructure, type OptionalKind, Scope, StructureKind } from 'ts-morph'
import type { Member, ModuleInstance } from '../../ir/module.ts'
import type { Block, Expression } from '../../parse/python/ast.ts'
import { assignedNames } from '../../parse/python/visit.ts'
import type { Definition, Entry, InputDecl, ModuleEntry, OutputDecl, TensorDecl } from '../../spec/spec.ts'
import { type ClassPlan, memberNames, plainName } from '../class-plan.ts'
import { firstTensor } from '../first-tensor.ts'
import { attributesIn, namesCalled, namesIn, selfAttributes } from '../free-names.ts'
import type { Observations } from '../observations.ts'
import { join, members, type ObservedType, typeOf } from '../observed-type.ts'
import { type Code, code, comment, ident, joined, property, str } from './code.ts'
import { condition } from './comparison.ts'
import { type Context, contextIn } from './context.ts'
import { expression } from './expression.ts'
import { layOut } from './layout.ts'
import { isContainer } from './members.ts'
import {
  type Construction,
  choiceCode,
  containerArguments,
  declaredClass,
  loop,
  moduleCode,
  patternCode,
} from './modules.ts'
import { fieldName, NO_MEMBERS, type Surroundings, thisMember } from './names.ts'
import { observedOptionType } from './option-types.ts'
import { optionValue } from './option-value.ts'
import { type EmittedPreset, presetMethod, stateParameter } from './presets.ts'
import { bodyLines, plainReturn, type ReturnStyle } from './statement.ts'
import { type ClassNamer, observedType, paramTypeOf, writtenParamType } from './types.ts'

export interface ClassContext extends Construction {
  readonly seen: Observations
  readonly className: ClassNamer
  readonly functions: ReadonlySet<string>
  /** The type of the class's state_dict; null for parts of the model. */
  readonly stateType: Code | null
  /** Of the model; empty for parts of it. */
  readonly presets: readonly EmittedPreset[]
  /** The model has locked keys. */
  readonly hasContracts: boolean
  /** The module with the text of the spec; null for parts of the model. */
  readonly sourcePath: string | null
}

/** The class and the interface of its options (null where it takes none). */
export function classStructure(plan: ClassPlan, cx: ClassContext): OptionalKind<ClassDeclarationStructure> {
  const name = ident(plan.name, new Set())
  const container = plan.body.kind === 'definition' ? null : plan.body.kind
  const isGeneric = cx.presets.length > 0 && container === null
  const state = isGeneric ? code`State` : cx.stateType
  const base =
    container === null
      ? code`Module${state === null ? code`` : code`<${state}>`}`
      : code`nn.${property(container)}`
  const kept = keptOptions(plan, cx)
  const fields = container === null ? memberFields(plan, cx) : []
  return {
    kind: StructureKind.Class,
    name,
    isExported: true,
    ...(isGeneric ? { typeParameters: [stateParameter()] } : {}),
    extends: base,
    docs: docsOf(plan),
    properties: [
      ...fields,
      ...(kept.length === 0
        ? []
        : [{ name: 'options', isReadonly: true, type: optionsType(plan, kept, cx) as string }]),
    ],
    ctors: constructors(plan, kept, container, cx),
    getAccessors: cx.hasContracts ? [contractsAccessor()] : [],
    methods: [
      ...(cx.presets.length === 0
        ? []
        : [presetMethod(plan, cx.presets, constructionContext(plan, cx), isGeneric)]),
      ...(state !== null && container !== null ? [stateDictMethod(state)] : []),
      ...methods(plan, kept, cx),
      ...(plan.definition?.forward == null
        ? pathForward(plan, container)
        : [forwardMethod(plan, plan.definition.forward, kept, cx)]),
    ],
  }
}

/** What loading goes by. */
const contractsAccessor = () => ({
  name: 'keyContracts',
  returnType: 'readonly KeyContract[]',
  hasOverrideKeyword: true,
  statements: ['return contracts'],
})

const docsOf = (plan: ClassPlan): { description: string }[] => {
  const ports = (plan.definition?.inputs ?? [])
    .filter(i => i.type?.kind === 'TypeExpr' && i.type.bracketed)
    .map(i => `@param ${i.name.name} ${i.type === null ? '' : sourceText(i.type.range, plan)}`)
  const text = [
    plan.doc ?? '',
    ...(ports.length > 0 ? ['', 'Inputs of forward:', ...ports.map(p => p.replace('@param ', '- '))] : []),
  ]
    .join('\n')
    .trim()
  return text === '' ? [] : [{ description: comment(`\n${text}`) }]
}

const sourceText = (range: { start: number; end: number }, plan: ClassPlan): string =>
  plan.definition === null ? '' : plan.definition.file().source.text.slice(range.start, range.end)

/** Options that code outside of the constructor uses: the class's own bodies, and others that read `block.stride`. */
function keptOptions(plan: ClassPlan, cx: ClassContext): readonly string[] {
  const { definition } = plan
  if (definition === null) return []
  const used = new Set<string>()
  for (const block of bodiesOf(definition)) {
    for (const n of namesIn(block)) used.add(n)
    for (const n of selfAttributes(block)) used.add(n)
  }
  for (const other of cx.plan.classes) {
    for (const block of other.definition === null ? [] : bodiesOf(other.definition)) {
      for (const { value, attr } of attributesIn(block)) {
        const type = cx.seen.typeOf(value)
        const isThis =
          type !== null && members(type).some(t => t.kind === 'module' && t.module.definition === definition)
        if (isThis) used.add(attr)
      }
    }
  }
  return [...plan.options.map(o => o.name), ...plan.lets.map(l => l.name.name)].filter(n => used.has(n))
}

const bodiesOf = (definition: Definition): readonly Block[] => [
  ...[...definition.methods.values()].map(m => m.body),
  ...(definition.forward === null ? [] : [definition.forward]),
]

function optionsType(plan: ClassPlan, kept: readonly string[], cx: ClassContext): Code {
  const entries = kept.map(n => code`readonly ${property(n)}: ${observedOptionType(plan, n, cx.className)}`)
  return code`{ ${joined(entries, code`; `)} }`
}

/** Types of members over all instances. */
function memberType(plan: ClassPlan, name: string): ObservedType | null {
  return plan.instances
    .map(i => i.members.get(name))
    .map(typeOfMember)
    .reduce(join, null)
}

function typeOfMember(member: Member | undefined): ObservedType | null {
  if (member === undefined || member.kind === 'failed') return null
  if (member.kind === 'module') {
    return member.module === null ? { kind: 'null' } : typeOf({ kind: 'module', module: member.module })
  }
  return member.tensor === null ? { kind: 'null' } : { kind: 'tensor', float: true }
}

function memberFields(
  plan: ClassPlan,
  cx: ClassContext,
): { name: string; isReadonly: boolean; type: string }[] {
  const fields: { name: string; isReadonly: boolean; type: string }[] = []
  for (const decl of [...plan.body.parameters, ...plan.body.buffers]) {
    fields.push({
      name: fieldName(decl.name.name),
      isReadonly: true,
      type: decl.when === null ? 'Cell' : 'Cell | null',
    })
  }
  const visit = (entry: Entry): void => {
    if (entry.kind === 'group') {
      for (const e of entry.entries) visit(e)
      return
    }
    const name = plainName(entry)
    if (name === null) return
    const type = memberType(plan, name)
    const optional = isOptional(entry)
    const seen =
      type === null || type.kind === 'null' ? declaredClass(entry, cx) : observedType(type, cx.className)
    // Other params may take an alternative that evaluation never saw.
    const others =
      entry.kind === 'choice'
        ? entry.alternatives.filter(a => a.body === null).map(a => declaredClass(a, cx))
        : []
    const text = joined([...new Set([...seen.split(' | '), ...others])] as Code[], code` | `)
    const nullable = optional && !text.includes('null') ? code`${text} | null` : text
    fields.push({ name: fieldName(name), isReadonly: true, type: nullable })
  }
  for (const entry of plan.body.modules) visit(entry)
  return fields
}

/** Where constructor code stands: options are constants, members are not looked up by bare names. */
function constructionContext(plan: ClassPlan, cx: ClassContext): Context {
  const options = new Set([...plan.options.map(o => o.name), ...plan.lets.map(l => l.name.name)])
  const around = { ...NO_MEMBERS, options, functions: cx.functions, definition: plan.definition }
  return contextIn(around, cx.seen, cx.className)
}

function constructors(plan: ClassPlan, kept: readonly string[], container: string | null, cx: ClassContext) {
  const inner = constructionContext(plan, cx)
  const at: ClassContext = { ...cx, available: inner.around.options }
  const lines: string[] = []
  for (const { decl } of plan.options) {
    if (decl === null || (decl.min === null && decl.max === null)) continue
    const limits = [
      ...(decl.min === null ? [] : [code`min: ${expression(decl.min.expr, inner)}`]),
      ...(decl.max === null ? [] : [code`max: ${expression(decl.max.expr, inner)}`]),
    ]
    lines.push(code`py.checkRange(${str(decl.name.name)}, ${ident(decl.name.name)}, { ${joined(limits)} })`)
  }
  const lets = plan.lets.map(l => code`const ${ident(l.name.name)} = ${expression(l.value.expr, inner)}`)
  if (container !== null) {
    lines.unshift(...lets)
    lines.push(code`super(${containerArguments(container, plan.body, inner, at)})`)
  } else {
    lines.unshift(code`super()`, ...lets)
    if (kept.length > 0) lines.push(code`this.options = { ${joined(kept.map(shorthand))} }`)
    for (const decl of plan.body.parameters) lines.push(...tensorLines(decl, 'parameter', inner))
    for (const decl of plan.body.buffers) lines.push(...tensorLines(decl, 'buffer', inner))
    for (const entry of plan.body.modules) lines.push(...entryLines(entry, inner, at))
    for (const tie of plan.body.ties) lines.push(...tieLines(plan, tie, inner, cx.className))
  }
  if (cx.sourcePath !== null) lines.push(originLine(plan, cx.sourcePath))
  if (plan.options.length === 0 && container === null && lines.length === 1) return []
  return [
    {
      parameters: plan.options.length === 0 ? [] : [optionsParameter(plan, inner)],
      statements: lines.flatMap(l => layOut(l, 0)),
    },
  ]
}

/** `this.madeFrom(async () => (await import('./net.source.js')).source, { depth })`. */
function originLine({ options }: ClassPlan, sourcePath: string): Code {
  const source = code`async () => (await import(${str(sourcePath)})).source`
  if (options.length === 0) return code`this.madeFrom(${source})`
  return code`this.madeFrom(${source}, { ${joined(options.map(o => shorthand(o.name)))} })`
}

/** An option as a property of its name. */
const shorthand = (name: string): Code =>
  property(name) === ident(name) ? ident(name) : code`${property(name)}: ${ident(name)}`

/** `{ stride = 1, layers = [2, 2] }: BlockOptions = {}`. */
function optionsParameter(plan: ClassPlan, cx: Context) {
  const fields = plan.options.map(o => {
    const name = shorthand(o.name)
    return o.default === null ? name : code`${name} = ${optionValue(o.decl, o.default, cx)}`
  })
  const allOptional = plan.options.every(o => o.default !== null)
  return {
    name: layOut(code`{ ${joined(fields)} }`, 0).join('\n'),
    type: `${plan.name}Options`,
    ...(allOptional ? { initializer: '{}' } : {}),
  }
}

function tensorLines(decl: TensorDecl, kind: 'parameter' | 'buffer', cx: Context): string[] {
  const name = decl.name.name
  const lines: string[] = []
  let value: Code
  if ('body' in decl.init) {
    lines.push(
      'const initial = () => {',
      ...bodyLines(decl.init, [], cx, plainReturn).map(l => `  ${l}`),
      '}',
    )
    value = code`initial()`
  } else value = expression(decl.init.expr, cx)
  const trained = decl.trainable === null ? code`true` : condition(decl.trainable.expr, cx)
  const cell =
    kind === 'parameter' ? code`new Cell(${value}, { requiresGrad: ${trained} })` : code`new Cell(${value})`
  const flags =
    decl.persistent === null ? code`` : code`, { persistent: ${condition(decl.persistent.expr, cx)} }`
  const register = kind === 'parameter' ? code`registerParameter` : code`registerBuffer`
  const made = decl.when === null ? cell : code`${condition(decl.when.expr, cx, 2)} ? ${cell} : null`
  lines.push(code`${thisMember(name)} = this.${register}(${str(decl.key?.name ?? name)}, ${made}${flags})`)
  return lines.length > 1 ? ['{', ...lines.map(l => `  ${l.replaceAll('\n', '\n  ')}`), '}'] : lines
}

function entryLines(entry: Entry, cx: Context, at: ClassContext): string[] {
  if (entry.for !== null) {
    const { bound, source } = loop(entry.for, cx)
    const target = loopTarget(entry.for.target)
    return [
      code`for (const ${target} of ${source}) {`,
      ...registration(entry, bound, at).map(l => `  ${l}`),
      '}',
    ]
  }
  return registration(entry, cx, at)
}

const loopTarget = (target: Expression): Code => {
  if (target.kind === 'Name') return ident(target.id)
  return target.kind === 'Tuple' || target.kind === 'List'
    ? code`[${joined(target.elements.map(loopTarget))}]`
    : code`_`
}

function registration(entry: Entry, cx: Context, at: ClassContext): string[] {
  if (entry.kind === 'group') {
    const lines = entry.entries.flatMap(e => entryLines(e, cx, at))
    return entry.when === null
      ? lines
      : [code`if (${condition(entry.when.expr, cx)}) {`, ...lines.map(l => `  ${l}`), '}']
  }
  if (entry.name === null) return []
  const plain = plainName(entry)
  const name = patternCode(entry.name, cx)
  const key = keyCode(entry, name, cx)
  const made =
    entry.kind === 'choice'
      ? choiceCode(entry.alternatives, cx, at, item => item, code`null`)
      : entry.when === null
        ? moduleCode(entry, cx, at)
        : code`${condition(entry.when.expr, cx, 2)} ? ${moduleCode(entry, cx, at)} : null`
  const register = code`this.registerModule(${name}, ${made}${key})`
  return [plain === null ? register : code`${thisMember(plain)} = ${register}`]
}

/** The segment of the key, where it is not the name; alternatives may have one each. */
function keyCode(entry: Exclude<Entry, { kind: 'group' }>, name: Code, cx: Context): Code {
  const alternatives = entry.kind === 'choice' ? entry.alternatives : [entry]
  const keys = alternatives.map(a => (a.key === null ? name : patternCode(a.key, cx)))
  if (keys.every(k => k === name)) return code``
  const chosen = new Set(keys).size === 1 ? keys[0]! : firstKey(alternatives, keys, cx)
  return code`, { key: ${chosen} }`
}

function firstKey(alternatives: readonly ModuleEntry[], keys: readonly Code[], cx: Context): Code {
  const [first, ...rest] = alternatives
  const [key, ...others] = keys
  if (first!.when === null || rest.length === 0) return key!
  return code`${condition(first!.when.expr, cx, 2)} ? ${key!} : ${firstKey(rest, others, cx)}`
}

function tieLines(
  plan: ClassPlan,
  tie: ClassPlan['body']['ties'][number],
  cx: Context,
  className: ClassNamer,
): string[] {
  const [first, ...others] = tie.names
  if (first === undefined) return []
  const source = memberAt(plan, first.name.split('.'), className)
  const lines = others.map(o => {
    const segments = o.name.split('.')
    const key = plan.instances.map(i => keyAt(i, segments)).find(k => k !== null) ?? segments.at(-1)!
    const owner = memberAt(plan, segments.slice(0, -1), className)
    // A line that begins with a parenthesis would go on with the one before it.
    return code`${owner.startsWith('(') ? code`;` : code``}${owner}.shareTensor(${str(key)}, ${source})`
  })
  return tie.when === null
    ? lines
    : [code`if (${condition(tie.when.expr, cx)}) {`, ...lines.map(l => `  ${l}`), '}']
}

/** What stands at a path of names: fields, and the items of containers by their names. */
function memberAt(plan: ClassPlan, path: readonly string[], className: ClassNamer): Code {
  let owners: readonly ModuleInstance[] = plan.instances
  let text = code`this`
  for (const name of path) {
    const found = owners.flatMap(o => {
      const member = o.members.get(name)
      return member?.kind === 'module' && member.module !== null ? [member.module] : []
    })
    const [first] = found
    const isItem = first !== undefined && owners.some(isContainer)
    text = isItem
      ? code`(${text}.getSubmodule(${str(name)}) as ${className(first)})`
      : code`${text}.${fieldName(name)}`
    owners = found
  }
  return text
}

/** The key segment of what stands at a path of names; null where it is absent. */
function keyAt(module: ModuleInstance, [name, ...rest]: readonly string[]): string | null {
  const found = name === undefined ? undefined : module.members.get(name)
  if (found === undefined || found.kind === 'failed') return null
  if (rest.length === 0) return found.key
  return found.kind === 'module' && found.module !== null ? keyAt(found.module, rest) : null
}

/** The surroundings of forward and methods: members by name, options as constants taken out first. */
function bodyContext(plan: ClassPlan, kept: readonly string[], cx: ClassContext): Context {
  const around: Surroundings = {
    members: memberNames(plan.body),
    cells: new Set(
      [...plan.body.parameters, ...plan.body.buffers].filter(d => d.when === null).map(d => d.name.name),
    ),
    optionalCells: new Set(
      [...plan.body.parameters, ...plan.body.buffers].filter(d => d.when !== null).map(d => d.name.name),
    ),
    optionalModules: new Set(plan.body.modules.flatMap(optionalNames)),
    memberTypes: new Map(
      [...memberNames(plan.body)].flatMap(name => {
        const type = memberType(plan, name)
        return type === null ? [] : [[name, type] as const]
      }),
    ),
    options: new Set(kept),
    methods: new Set(plan.definition?.methods.keys() ?? []),
    functions: cx.functions,
    definition: plan.definition,
  }
  return contextIn(around, cx.seen, cx.className)
}

/** Names of members that some params leave out. */
function optionalNames(entry: Entry): string[] {
  if (entry.kind === 'group') return entry.entries.flatMap(optionalNames)
  const name = plainName(entry)
  return name !== null && isOptional(entry) ? [name] : []
}

const isOptional = (entry: Exclude<Entry, { kind: 'group' }>): boolean =>
  entry.when !== null || (entry.kind === 'choice' && entry.alternatives.every(a => a.when !== null))

/** A method's body makes tensors beside its first tensor; beside the module's own where it is given none. */
function madeIn(block: Block, names: readonly string[], cx: Context): Context {
  const input = firstTensor(block, names, cx.seen)
  return { ...cx, device: input === null ? code`nn.deviceOf(this)` : code`${ident(input)}.device` }
}

/** `const { heads } = this.options`, for the options that a body uses. */
function optionLines(
  block: Block,
  params: readonly string[],
  kept: readonly string[],
  plan: ClassPlan,
): string[] {
  const locals = assignedNames(block)
  const members = memberNames(plan.body)
  const named = namesIn(block)
  const viaSelf = selfAttributes(block)
  const isFree = (n: string): boolean => !locals.has(n) && !params.includes(n) && !members.has(n)
  const used = kept.filter(n => isFree(n) && (named.has(n) || viaSelf.has(n)))
  if (used.length === 0) return []
  return [code`const { ${joined(used.map(shorthand))} } = this.options`]
}

function forwardMethod(plan: ClassPlan, forward: Block, kept: readonly string[], cx: ClassContext) {
  const definition = plan.definition!
  const names = definition.inputs.map(i => i.name.name)
  const context = madeIn(forward, names, bodyContext(plan, kept, cx))
  const outputs = plan.isRoot ? definition.outputs : null
  const isNamed = outputs !== null && outputs.length > 1
  const returns: ReturnStyle = isNamed ? namedReturn(outputs.map(o => o.name.name)) : plainReturn
  const params = definition.inputs.map(i => ({ name: i.name.name, type: inputType(i, plan, cx) }))
  const lines = [...optionLines(forward, names, kept, plan), ...bodyLines(forward, params, context, returns)]
  const returnType = forwardType(outputs, cx.seen.typeOf(forward), cx)
  return {
    name: 'forward',
    hasOverrideKeyword: true,
    parameters: definition.inputs.map((input, i) => ({
      name: ident(input.name.name),
      type: writtenParamType(input.name.name, params[i]!.type, forward, cx.className) as string,
      ...(input.default !== null
        ? { initializer: expression(input.default.expr, context) as string }
        : input.optional
          ? { initializer: 'null' }
          : {}),
    })),
    ...(returnType === null ? {} : { returnType: returnType as string }),
    statements: lines.flatMap(l => layOut(l, 0)),
  }
}

/** `outputs` are those that the model declares. null where nothing calls the forward, so that no result was seen: TypeScript infers it. */
function forwardType(
  outputs: readonly OutputDecl[] | null,
  seen: ObservedType | null,
  cx: ClassContext,
): Code | null {
  if (outputs === null) return seen === null ? null : observedType(seen, cx.className)
  const list = code`readonly Tensor[]`
  if (outputs.length < 2) return outputs.some(isList) ? list : code`Tensor`
  const fields = outputs.map((o, i) => {
    const type = isList(o) ? list : isAbsent(o, i, seen) ? code`Tensor | null` : code`Tensor`
    return code`readonly ${property(o.name.name)}: ${type}`
  })
  return code`{ ${joined(fields, code`; `)} }`
}

/** What an input takes, and what the forward puts in its place: a tensor where nothing else was ever seen. */
function inputType(input: InputDecl, plan: ClassPlan, cx: ClassContext): ObservedType {
  const inBody = namesCalled(plan.definition!.forward!, input.name.name).map(n => cx.seen.typeOf(n))
  const seen = [plan.isRoot ? null : cx.seen.typeOf(input), ...inBody].reduce(join, null)
  const type: ObservedType = seen === null || seen.kind === 'null' ? { kind: 'tensor', float: true } : seen
  return input.optional ? join(type, { kind: 'null' })! : type
}

/** Whether an output that is declared as a mere `tensor` is None in some mode, such as that of a head for training. */
const isAbsent = (o: OutputDecl, place: number, returned: ObservedType | null): boolean =>
  o.type.kind === 'TypeExpr' &&
  o.type.name === 'tensor' &&
  returned !== null &&
  members(returned).some(t => {
    const value = t.kind === 'tuple' ? t.items[place] : t.kind === 'dict' ? t.values : undefined
    return value != null && members(value).some(v => v.kind === 'null')
  })

const isList = (o: { type: { kind: string; name?: string } }): boolean =>
  o.type.kind === 'TypeExpr' && o.type.name === 'list'

/** A tuple of outputs as an object by their declared names. */
function namedReturn(names: readonly string[]): ReturnStyle {
  return (value, cx) => {
    const fields = names.map(n => ident(n))
    const object = (values: readonly Code[]): Code =>
      code`return { ${joined(names.map((n, i) => (property(n) === values[i] ? values[i] : code`${property(n)}: ${values[i]!}`)))} }`
    if (
      value?.kind === 'Tuple' &&
      value.elements.length === names.length &&
      value.elements.every(e => e.kind !== 'Starred')
    ) {
      return [object(value.elements.map(e => expression(e, cx)))]
    }
    if (value === undefined) return [code`return null`]
    if (cx.seen.isAlways(value, 'dict')) {
      if (value.kind === 'Dict') return [code`return ${expression(value, cx)}`]
      const dict = ident('outputs_')
      return [
        code`const ${dict} = ${expression(value, cx)}`,
        object(names.map(n => code`${dict}[${str(n)}]!`)),
      ]
    }
    const tuple = fields.map((_, i) => ident(`out${i}`))
    return [code`const [${joined(tuple)}] = ${expression(value, cx)}`, object(tuple)]
  }
}

function methods(plan: ClassPlan, kept: readonly string[], cx: ClassContext) {
  const context = bodyContext(plan, kept, cx)
  return [...(plan.definition?.methods.values() ?? [])].map(def => {
    const params = def.header.params.filter(p => p.name !== 'self')
    const names = params.map(p => p.name)
    const typed = params.map(p => ({ name: p.name, type: paramTypeOf(p, def.body, cx.seen) }))
    const lines = [
      ...optionLines(def.body, names, kept, plan),
      ...bodyLines(def.body, typed, madeIn(def.body, names, context), plainReturn),
    ]
    return {
      name: fieldName(def.header.name),
      scope: Scope.Public,
      parameters: params.map((p, i) => ({
        name: ident(p.name),
        type: writtenParamType(p.name, typed[i]!.type, def.body, cx.className) as string,
        ...(p.default === undefined ? {} : { initializer: expression(p.default, context) as string }),
      })),
      // Where nothing is known of what it gives, TypeScript infers it.
      ...(cx.seen.typeOf(def.body) === null
        ? {}
        : { returnType: observedType(cx.seen.typeOf(def.body), cx.className) as string }),
      statements: lines.flatMap(l => layOut(l, 0)),
    }
  })
}

/** A mere path computes nothing; its owner calls its members. */
function pathForward(plan: ClassPlan, container: string | null) {
  if (container !== null) return []
  return [
    {
      name: 'forward',
      hasOverrideKeyword: true,
      returnType: 'never',
      statements: [code`throw new TypeError(${str(`${plan.name} has no forward: call its members`)})`],
    },
  ]
}

const stateDictMethod = (state: Code) => ({
  name: 'stateDict',
  hasOverrideKeyword: true,
  returnType: code`StateDict<${state}>` as string,
  statements: [code`return super.stateDict() as StateDict<${state}>`],
})
