/** A compiled spec as a TypeScript file: its options, the type of its state_dict, functions, and a class per definition. */
import { createHash } from 'node:crypto'
import { IndentationText, Project, QuoteKind, type StatementStructures, StructureKind } from 'ts-morph'
import type { Model } from '../../compile.ts'
import type { ModuleInstance } from '../../ir/module.ts'
import type { FunctionDef } from '../../parse/python/ast.ts'
import type { Definition, ModuleEntry } from '../../spec/spec.ts'
import { type ClassPlan, type FilePlan, planClasses } from '../class-plan.ts'
import { firstTensor } from '../first-tensor.ts'
import { observeUnreached } from '../probe.ts'
import { observeVariants } from '../variants.ts'
import { classStructure } from './class.ts'
import { type Code, code, comment, ident, joined, property, str } from './code.ts'
import { contextIn } from './context.ts'
import { expression } from './expression.ts'
import { layOut } from './layout.ts'
import { NO_MEMBERS } from './names.ts'
import { observedOptionType } from './option-types.ts'
import { type EmittedPreset, presetStates } from './presets.ts'
import { stateFields } from './state-type.ts'
import { bodyLines, plainReturn } from './statement.ts'
import { type ClassNamer, observedType, paramTypeOf, writtenParamType } from './types.ts'

export interface EmitOptions {
  /** Path of the spec, as the header shows it. */
  readonly source: string
  /** Where the runtime is imported from: `holdfast/runtime`. */
  readonly runtime: string
  /** The module specifier of the generated file of an imported spec, by the spec's path. */
  importPath(specPath: string): string
  /** The module specifier of the file with the contracts of its keys, where they are locked. */
  readonly keysPath?: string
  /** The module specifier of the file with the text of the spec; without it files that are saved carry none. */
  readonly sourcePath?: string
  /** The presets of the spec, compiled with the observations of the model. */
  readonly presets?: readonly EmittedPreset[]
}

/** The first line of every generated file, by which it is recognised. */
export const GENERATED_MARK = '// Made by holdfast'

/** The whole text of the file. Deterministic: the same model gives the same bytes. */
export function emitTypescript(model: Model, options: EmitOptions): string {
  const presets = options.presets ?? []
  const others = presets.map(p => p.model.root)
  const reached = [...observeVariants(model.file, model.observations), ...others]
  const variants = [...reached, ...observeUnreached(model.file, model.observations)]
  const plan = planClasses(model.file, model.root, variants)
  const names = new Naming(plan, options)
  const state = code`${ident(model.file.model.name, new Set())}State`
  const functions = new Set(model.file.functions.keys())
  const statements: (StatementStructures | string)[] = []
  statements.push(stateType(state, model))
  if (presets.length > 0) statements.push(presetStates(model.file.model.name, presets))
  for (const cls of plan.classes)
    if (cls.options.length > 0) statements.push(optionsInterface(cls, names.className))
  for (const def of model.file.functions.values())
    statements.push(functionStructure(def, model, functions, names.className))
  for (const cls of plan.classes) {
    const structure = classStructure(cls, {
      plan,
      available: new Set(),
      enclosing: cls.enclosing,
      definitionClass: entry => names.definitionClass(entry),
      seen: model.observations,
      className: names.className,
      functions,
      stateType: cls.isRoot ? state : null,
      presets: cls.isRoot ? presets : [],
      hasContracts: cls.isRoot && options.keysPath !== undefined,
      sourcePath: cls.isRoot ? (options.sourcePath ?? null) : null,
    })
    statements.push({ ...structure, kind: StructureKind.Class })
  }
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Single },
  })
  const body = project.createSourceFile('model.ts', { statements }).getFullText()
  const text = body.replace(/;$/gm, '')
  return `${fileHeader(model, options)}\n${imports(text, names, options)}\n${text.trim()}\n`
}

export function fileHeader(model: Model, options: Pick<EmitOptions, 'source'>): string {
  const digest = createHash('sha256').update(model.file.source.text).digest('hex')
  return [
    `${GENERATED_MARK} from ${comment(options.source).replaceAll('\n', ' ')}; do not edit: change the spec and build again.`,
    `// spec sha256 ${digest}`,
    '/* eslint-disable */',
  ].join('\n')
}

/** Only what the text uses. */
function imports(text: string, names: Naming, options: EmitOptions): string {
  const uses = (name: string): boolean =>
    new RegExp(`(?:^|[^\\w.'$]|\\.\\.\\.)${name}(?![\\w'$])`, 'm').test(text)
  const isAsked = / instanceof Tensor\b/.test(text)
  const values = ['Cell', 'F', 'Module', 'nn', 'py', ...(isAsked ? ['Tensor'] : [])].filter(uses)
  const types = ['DType', 'KeyContract', 'ModuleType', 'StateDict', 'Tensor', 'TypedTensor']
    .filter(name => uses(name) && !values.includes(name))
    .map(n => `type ${n}`)
  const lines = [`import { ${[...values, ...types].join(', ')} } from ${str(options.runtime)}`]
  for (const [path, classes] of [...names.imported].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(`import { ${[...classes].sort().join(', ')} } from ${str(path)}`)
  }
  if (options.keysPath !== undefined) lines.push(`import { contracts } from ${str(options.keysPath)}`)
  return `${lines.join('\n')}\n`
}

/** Class names, with an import for those of other files; names that two files share get a prefix. */
class Naming {
  readonly imported = new Map<string, Set<string>>()
  readonly className: ClassNamer
  readonly #plan: FilePlan
  readonly #options: EmitOptions

  constructor(plan: FilePlan, options: EmitOptions) {
    this.#plan = plan
    this.#options = options
    this.className = module => this.#nameOf(module)
  }

  definitionClass(entry: ModuleEntry): Code {
    return entry.type.kind === 'definition'
      ? this.#definition(entry.type.definition())
      : ident(entry.type.name, new Set())
  }

  #definition(definition: Definition): Code {
    const name = definition.name.name
    const file = definition.file()
    if (file === this.#plan.file) return ident(name, new Set())
    const taken = this.#plan.classes.some(c => c.name === name)
    const alias = taken ? `${file.model.name}${name}` : name
    const path = this.#options.importPath(file.source.path)
    const names = this.imported.get(path) ?? new Set()
    names.add(taken ? `${name} as ${alias}` : name)
    this.imported.set(path, names)
    return ident(alias, new Set())
  }

  #nameOf(module: ModuleInstance): Code {
    if (module.row !== null) return code`nn.${property(module.row.name)}`
    if (module.definition !== null) return this.#definition(module.definition)
    if (module.kind === 'path') {
      const plan = this.#plan.classes.find(c => c.instances.includes(module))
      return plan === undefined ? code`Module` : ident(plan.name, new Set())
    }
    const container = code`nn.${property(module.kind)}`
    if (module.kind !== 'ModuleList' && module.kind !== 'ModuleDict') return container
    const items = [...module.members.values()].flatMap(m =>
      m.kind === 'module' && m.module !== null ? [this.#nameOf(m.module)] : [],
    )
    const distinct = [...new Set(items)]
    return distinct.length === 0 ? container : code`${container}<${joined(distinct, code` | `)}>`
  }
}

function stateType(name: Code, model: Model): string {
  const lines = stateFields(model.state).map(line => `  ${line}`)
  const doc = `/** The state_dict of ${comment(model.file.model.name)} with default options: every key with dtype and shape. */`
  const type = lines.length === 0 ? 'Record<string, Tensor>' : `{\n${lines.join('\n')}\n}`
  return `${doc}\nexport type ${name} = ${type}\n`
}

function optionsInterface(plan: ClassPlan, className: ClassNamer): StatementStructures {
  return {
    kind: StructureKind.Interface,
    name: `${plan.name}Options`,
    isExported: true,
    properties: plan.options.map(o => ({
      name: property(o.name),
      isReadonly: true,
      hasQuestionToken: o.default !== null,
      type: observedOptionType(plan, o.name, className) as string,
      docs: o.decl?.doc == null ? [] : [{ description: comment(`\n${o.decl.doc}`) }],
    })),
  }
}

function functionStructure(
  def: FunctionDef,
  model: Model,
  functions: ReadonlySet<string>,
  className: ClassNamer,
): StatementStructures {
  const names = def.header.params.map(p => p.name)
  const input = firstTensor(def.body, names, model.observations)
  const around = { ...NO_MEMBERS, options: new Set<string>(), functions, definition: model.file.root }
  const device = input === null ? null : code`${ident(input)}.device`
  const cx = { ...contextIn(around, model.observations, className), device }
  const params = def.header.params.map(p => ({
    name: p.name,
    type: paramTypeOf(p, def.body, model.observations),
  }))
  return {
    kind: StructureKind.Function,
    name: ident(def.header.name),
    parameters: def.header.params.map((p, i) => ({
      name: ident(p.name),
      type: writtenParamType(p.name, params[i]!.type, def.body, className) as string,
      ...(p.default === undefined ? {} : { initializer: expression(p.default, cx) as string }),
    })),
    ...(model.observations.typeOf(def.body) === null
      ? {}
      : { returnType: observedType(model.observations.typeOf(def.body), className) as string }),
    statements: bodyLines(def.body, params, cx, plainReturn).flatMap(l => layOut(l, 0)),
  }
}
