/**
 * Which classes a spec becomes, in an order in which each stands after those it uses: definitions, and mere paths of names
 * (`type: Module`), which are classes too. Shared by the targets that print classes.
 */
import type { ModuleInstance } from '../ir/module.ts'
import { assignedNames } from '../parse/python/visit.ts'
import type {
  Definition,
  Entry,
  LetDecl,
  ModuleBody,
  ModuleEntry,
  ParamDecl,
  SpecExpr,
  SpecFile,
} from '../spec/spec.ts'
import { bodyNames, namesIn, selfAttributes } from './free-names.ts'

/** An option of a class: a param of its own, or a name that it takes from where it stands. */
export interface OptionPlan {
  readonly name: string
  /** Declaration, for type, doc and bounds; null for lets and loop variables. */
  readonly decl: ParamDecl | null
  /** What stands for a missing option; null for required ones. */
  readonly default: SpecExpr | null
  readonly captured: boolean
}

export interface ClassPlan {
  /** Unique in the output file. */
  readonly name: string
  /** null for a mere path. */
  readonly definition: Definition | null
  readonly body: ModuleBody
  readonly doc: string | null
  readonly options: readonly OptionPlan[]
  /** Values computed from options, in order. */
  readonly lets: readonly LetDecl[]
  /** All instances in the elaborated model and its variants, for the types of what was never evaluated. */
  readonly instances: readonly ModuleInstance[]
  readonly isRoot: boolean
  /** The definition that it is, or whose part it is. */
  readonly enclosing: Definition
}

export interface FilePlan {
  readonly file: SpecFile
  /** In order of use: children first, the root last. */
  readonly classes: readonly ClassPlan[]
  /** The class of a definition of this file. */
  classOf(definition: Definition): ClassPlan
  /** The class of an entry of type Module with a body written in place. */
  pathClass(entry: ModuleEntry): ClassPlan
}

/** `variants` are other elaborations of the model, for the types of what `root` does not have. */
export function planClasses(
  file: SpecFile,
  root: ModuleInstance,
  variants: readonly ModuleInstance[] = [],
): FilePlan {
  const planner = new Planner(file, [root, ...variants])
  return planner.plan()
}

class Planner {
  readonly #file: SpecFile
  readonly #instances: readonly ModuleInstance[]
  readonly #classes: ClassPlan[] = []
  readonly #byDefinition = new Map<Definition, ClassPlan>()
  readonly #byEntry = new Map<ModuleEntry, ClassPlan>()
  readonly #names = new Set<string>()
  readonly #needs = new Map<Definition, ReadonlySet<string>>()

  constructor(file: SpecFile, roots: readonly ModuleInstance[]) {
    this.#file = file
    this.#instances = roots.flatMap(root => [...allModules(root)])
    // Names of definitions are the author's; those of paths give way.
    this.#names.add(file.root.name.name)
    for (const name of file.definitions.keys()) this.#names.add(name)
  }

  plan(): FilePlan {
    for (const definition of this.#file.definitions.values()) this.#definition(definition)
    this.#definition(this.#file.root)
    return {
      file: this.#file,
      classes: this.#classes,
      classOf: definition => this.#byDefinition.get(definition)!,
      pathClass: entry => this.#byEntry.get(entry)!,
    }
  }

  #definition(definition: Definition): void {
    if (this.#byDefinition.has(definition) || definition.file() !== this.#file) return
    const isRoot = definition === this.#file.root
    this.#body(definition.body, definition.name.name, definition)
    const own = new Set([
      ...definition.params.map(p => p.name.name),
      ...definition.lets.map(l => l.name.name),
    ])
    const captured = isRoot ? [] : [...this.#needsOf(definition)].filter(name => !own.has(name))
    const plan: ClassPlan = {
      name: definition.name.name,
      definition,
      body: definition.body,
      doc: definition.doc,
      options: [
        ...definition.params.map(decl => ({
          name: decl.name.name,
          decl,
          default: decl.default,
          captured: false,
        })),
        ...this.#capturedOptions(captured),
      ],
      lets: definition.lets,
      instances: this.#instances.filter(m => m.definition === definition),
      isRoot,
      enclosing: definition,
    }
    this.#byDefinition.set(definition, plan)
    this.#classes.push(plan)
  }

  /** File params and lets as options whose defaults are the file's, so that importers need not give them. */
  #capturedOptions(names: readonly string[]): OptionPlan[] {
    const { params, lets } = this.#file.root
    const wanted = new Set(names)
    // A captured let is computed from other names of the file: they come along.
    for (const l of [...lets].reverse()) {
      if (wanted.has(l.name.name)) for (const n of namesIn(l.value.expr)) wanted.add(n)
    }
    return [
      ...params
        .filter(p => wanted.has(p.name.name))
        .map(decl => ({ name: decl.name.name, decl, default: decl.default, captured: true })),
      ...lets
        .filter(l => wanted.has(l.name.name))
        .map(l => ({ name: l.name.name, decl: null, default: l.value, captured: true })),
    ]
  }

  /** Names of the file's root params and lets that a definition uses, itself or below. */
  #needsOf(definition: Definition): ReadonlySet<string> {
    const known = this.#needs.get(definition)
    if (known !== undefined) return known
    this.#needs.set(definition, new Set())
    const used = new Set<string>()
    if (definition.file() === this.#file) {
      const own = new Set([
        ...definition.params.map(p => p.name.name),
        ...definition.lets.map(l => l.name.name),
      ])
      for (const p of definition.params)
        if (p.default !== null) for (const n of namesIn(p.default.expr)) used.add(n)
      for (const l of definition.lets) for (const n of namesIn(l.value.expr)) used.add(n)
      for (const n of bodyNames(definition.body, d => this.#needsOf(d))) used.add(n)
      for (const n of this.#codeNames(definition)) used.add(n)
      for (const n of own) used.delete(n)
    }
    const { params, lets } = this.#file.root
    const outer = new Set([...params.map(p => p.name.name), ...lets.map(l => l.name.name)])
    const needed = new Set([...used].filter(n => outer.has(n)))
    this.#needs.set(definition, needed)
    return needed
  }

  /** Free names of a definition's forward and methods. */
  #codeNames(definition: Definition): Set<string> {
    const names = new Set<string>()
    const inputs = new Set(definition.inputs.map(i => i.name.name))
    const members = memberNames(definition.body)
    const blocks = [...definition.methods.values()].map(m => ({
      block: m.body,
      bound: new Set(m.header.params.map(p => p.name)),
    }))
    if (definition.forward !== null) blocks.push({ block: definition.forward, bound: inputs })
    for (const { block, bound } of blocks) {
      const locals = assignedNames(block)
      for (const n of namesIn(block)) if (!locals.has(n) && !bound.has(n) && !members.has(n)) names.add(n)
      for (const n of selfAttributes(block)) if (!members.has(n) && !definition.methods.has(n)) names.add(n)
    }
    return names
  }

  /** Definitions that a body uses, and the classes of paths written in it. */
  #body(body: ModuleBody, owner: string, enclosing: Definition): void {
    for (const entry of body.modules) this.#entry(entry, owner, enclosing)
  }

  #entry(entry: Entry, owner: string, enclosing: Definition): void {
    if (entry.kind === 'group') for (const e of entry.entries) this.#entry(e, owner, enclosing)
    else if (entry.kind === 'choice') for (const e of entry.alternatives) this.#entry(e, owner, enclosing)
    else {
      if (entry.type.kind === 'definition') this.#definition(entry.type.definition())
      if (entry.body === null) return
      const name = `${owner}${pascal(entry)}`
      this.#body(entry.body, name, enclosing)
      if (entry.type.name === 'Module') this.#path(entry, entry.body, name, enclosing)
    }
  }

  #path(entry: ModuleEntry, body: ModuleBody, wanted: string, enclosing: Definition): void {
    let name = wanted
    for (let i = 2; this.#names.has(name); i++) name = `${wanted}${i}`
    this.#names.add(name)
    const instances = this.#instances.filter(
      m =>
        m.kind === 'path' &&
        m.place.source === entry.place.source &&
        m.place.range.start === entry.place.range.start,
    )
    const used = bodyNames(body, d => this.#needsOf(d))
    const scope = instances[0]?.scope
    const captured = [...used].filter(n => scope === undefined || scope.get(n) !== undefined)
    const plan: ClassPlan = {
      name,
      definition: null,
      body,
      doc: entry.doc,
      options: captured.map(n => ({
        name: n,
        decl: this.#file.root.params.find(p => p.name.name === n) ?? null,
        default: null,
        captured: true,
      })),
      lets: [],
      instances,
      isRoot: false,
      enclosing,
    }
    this.#byEntry.set(entry, plan)
    this.#classes.push(plan)
  }
}

/** Names of members as far as they are plain. */
export function memberNames(body: ModuleBody): Set<string> {
  const names = new Set<string>()
  for (const decl of [...body.parameters, ...body.buffers]) names.add(decl.name.name)
  const visit = (entry: Entry): void => {
    if (entry.kind === 'group') for (const e of entry.entries) visit(e)
    else if (entry.name !== null) names.add(plainName(entry) ?? '')
  }
  for (const entry of body.modules) visit(entry)
  names.delete('')
  return names
}

/** The name of an entry without expressions in it; null for items of lists and for patterns. */
export function plainName(entry: Entry): string | null {
  const parts = entry.name?.parts ?? []
  return parts.length > 0 && parts.every(p => typeof p === 'string') ? parts.join('') : null
}

const pascal = (entry: Entry): string =>
  (plainName(entry) ?? 'Item')
    .split('_')
    .map(w => w.charAt(0).toUpperCase() + w.slice(1))
    .join('')

function allModules(root: ModuleInstance): ModuleInstance[] {
  const found = [root]
  for (const member of root.members.values()) {
    if (member.kind === 'module' && member.module !== null) found.push(...allModules(member.module))
  }
  return found
}
