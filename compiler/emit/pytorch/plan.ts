/** What one Python file holds: the classes and functions that a model uses, its own and imported ones, each with its name. */

import type { Model } from '../../compile.ts'
import type { Expression, FunctionDef, Node } from '../../parse/python/ast.ts'
import { children } from '../../parse/python/visit.ts'
import type { Definition, Entry, ModuleEntry, SpecExpr, SpecFile } from '../../spec/spec.ts'
import { type ClassPlan, type FilePlan, planClasses } from '../class-plan.ts'
import { Names } from './names.ts'

/** A class to be written. */
export interface PlannedClass {
  readonly plan: ClassPlan
  readonly file: SpecFile
  readonly name: string
  /** The definition in whose scope it stands: its own, or that of the path's surroundings. */
  readonly enclosing: Definition
}

export interface PlannedFunction {
  readonly def: FunctionDef
  readonly file: SpecFile
  readonly name: string
}

export interface OutputPlan {
  readonly names: Names
  /** Those that are used come before their users; the model is the last. */
  readonly classes: readonly PlannedClass[]
  readonly functions: readonly PlannedFunction[]
  classOf(definition: Definition): PlannedClass
  pathClass(entry: ModuleEntry): PlannedClass
  functionName(file: SpecFile, name: string): string
}

export function planOutput(model: Model): OutputPlan {
  return new Planner(model).plan()
}

/** A module type as `type:` and values of type `module` name it; null where it is no definition. */
export function definitionNamed(name: string, file: SpecFile): Definition | null {
  const dot = name.indexOf('.')
  if (dot < 0) return file.definitions.get(name) ?? null
  return file.imports.get(name.slice(0, dot))?.definitions.get(name.slice(dot + 1)) ?? null
}

class Planner {
  readonly #model: Model
  readonly #plans = new Map<SpecFile, FilePlan>()
  readonly #found: { plan: ClassPlan; enclosing: Definition; entry: ModuleEntry | null }[] = []
  readonly #seen = new Set<Definition>()
  /** Names of functions that are called, by file. */
  readonly #called = new Map<SpecFile, Set<string>>()

  constructor(model: Model) {
    this.#model = model
  }

  plan(): OutputPlan {
    const { file } = this.#model
    this.#definition(file.root)
    const files = [...new Set(this.#found.map(f => f.enclosing.file()))]
    const names = new Names(files)
    const functions: PlannedFunction[] = []
    const classes: PlannedClass[] = []
    // The model's own names stay; those of imports give way.
    for (const owner of [file, ...files.filter(f => f !== file)]) {
      const prefix = owner === file ? '' : pascal(aliasOf(owner, file))
      for (const found of this.#found.filter(f => f.enclosing.file() === owner)) {
        const name = names.global(found.plan.name, `${prefix}${found.plan.name}`)
        classes.push({ plan: found.plan, file: owner, name, enclosing: found.enclosing })
      }
    }
    for (const owner of files) {
      const lets = new Set(
        [...owner.definitions.values(), owner.root].flatMap(d => d.lets.map(l => l.name.name)),
      )
      for (const [name, def] of owner.functions) {
        if (this.#called.get(owner)?.has(name) !== true) continue
        const alias = owner === file ? name : `${aliasOf(owner, file)}_${name}`
        const wanted = lets.has(name) ? `${name}_` : name
        functions.push({
          def,
          file: owner,
          name: names.global(wanted, lets.has(alias) ? `${alias}_` : alias),
        })
      }
    }
    const order = this.#found.map(f => classes.find(c => c.plan === f.plan)!)
    const byEntry = new Map(this.#found.flatMap((f, i) => (f.entry === null ? [] : [[f.entry, order[i]!]])))
    const byDefinition = new Map(
      order.flatMap(c => (c.plan.definition === null ? [] : [[c.plan.definition, c] as const])),
    )
    return {
      names,
      classes: order,
      functions,
      classOf: definition => byDefinition.get(definition)!,
      pathClass: entry => byEntry.get(entry)!,
      functionName: (owner, name) =>
        functions.find(f => f.file === owner && f.def.header.name === name)?.name ?? name,
    }
  }

  #planOf(file: SpecFile): FilePlan {
    let plan = this.#plans.get(file)
    if (plan === undefined) {
      plan = planClasses(file, this.#model.root)
      this.#plans.set(file, plan)
    }
    return plan
  }

  #definition(definition: Definition): void {
    if (this.#seen.has(definition)) return
    this.#seen.add(definition)
    const file = definition.file()
    for (const param of definition.params) this.#value(param.default, file)
    for (const { value } of definition.lets) this.#value(value, file)
    const { body } = definition
    for (const decl of [...body.parameters, ...body.buffers]) {
      this.#calls('body' in decl.init ? decl.init : decl.init.expr, file)
      for (const e of [decl.when, decl.trainable, decl.persistent]) this.#value(e, file)
    }
    if (definition.forward !== null) this.#calls(definition.forward, file)
    for (const method of definition.methods.values()) this.#calls(method, file)
    for (const tie of body.ties) this.#value(tie.when, file)
    for (const entry of body.modules) this.#entry(entry, definition)
    this.#found.push({ plan: this.#planOf(file).classOf(definition), enclosing: definition, entry: null })
  }

  #entry(entry: Entry, owner: Definition): void {
    const file = owner.file()
    this.#value(entry.when, file)
    this.#value(entry.for?.iterable ?? null, file)
    this.#value(entry.for?.condition ?? null, file)
    for (const part of entry.name?.parts ?? []) if (typeof part !== 'string') this.#value(part, file)
    if (entry.kind === 'group') for (const e of entry.entries) this.#entry(e, owner)
    else if (entry.kind === 'choice') for (const e of entry.alternatives) this.#entry(e, owner)
    else this.#module(entry, owner)
  }

  #module(entry: ModuleEntry, owner: Definition): void {
    const file = owner.file()
    for (const arg of entry.args) this.#value(arg.value, file)
    this.#value(entry.trainable, file)
    if (entry.type.kind === 'definition') this.#definition(entry.type.definition())
    if (entry.body === null) return
    for (const decl of [...entry.body.parameters, ...entry.body.buffers]) {
      this.#calls('body' in decl.init ? decl.init : decl.init.expr, file)
    }
    for (const e of entry.body.modules) this.#entry(e, owner)
    if (entry.type.name === 'Module')
      this.#found.push({ plan: this.#planOf(file).pathClass(entry), enclosing: owner, entry })
  }

  /** An expression of the spec: it may call functions, and name a module type. */
  #value(value: SpecExpr | null, file: SpecFile): void {
    if (value === null) return
    this.#calls(value.expr, file)
    const named = definitionNamed(value.text, file)
    if (named !== null) this.#definition(named)
  }

  #calls(root: Expression | Node, file: SpecFile): void {
    if (root.kind === 'Name') {
      const def = file.functions.get(root.id)
      const called = this.#called.get(file) ?? new Set<string>()
      this.#called.set(file, called)
      if (def === undefined || called.has(root.id)) return
      called.add(root.id)
      this.#calls(def, file)
    }
    for (const child of children(root)) this.#calls(child, file)
  }
}

/** The name under which a file was imported, wherever that was. */
function aliasOf(file: SpecFile, from: SpecFile): string {
  for (const [alias, imported] of from.imports) if (imported === file) return alias
  for (const imported of from.imports.values()) {
    const alias = aliasOf(file, imported)
    if (alias !== '') return alias
  }
  return ''
}

const pascal = (name: string): string =>
  name
    .split('_')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
