/** What the code of one class sees: members by key, options and lets as attributes, and which of these must be stored. */
import type { Model } from '../../compile.ts'
import { kindsOf } from '../../eval/instance-of.ts'
import type { Member, ModuleInstance } from '../../ir/module.ts'
import type { Expression } from '../../parse/python/ast.ts'
import type { Entry, ModuleBody, SpecFile } from '../../spec/spec.ts'
import { plainName } from '../class-plan.ts'
import type { Comments } from './comments.ts'
import { isAttribute, type MemberKind, member } from './names.ts'
import type { OutputPlan, PlannedClass } from './plan.ts'
import { Rewriter, type Surroundings } from './rewrite.ts'
import * as py from './syntax.ts'

/** What the classes of one file share. */
export interface Output {
  readonly model: Model
  readonly plan: OutputPlan
  readonly comments: Comments
  /** Helpers and imports that the code came to need. */
  readonly needed: Set<string>
  readonly scopes: ReadonlyMap<PlannedClass, ClassScope>
}

interface Slot {
  readonly key: string
  readonly kind: MemberKind
}

export class ClassScope {
  readonly cls: PlannedClass
  readonly #output: Output
  readonly #members: ReadonlyMap<string, Slot>
  readonly #attributes = new Map<string, string>()
  /** Options and lets that some code reads from the instance. */
  readonly stored = new Set<string>()

  constructor(cls: PlannedClass, output: Output) {
    this.cls = cls
    this.#output = output
    this.#members = slotsOf(cls)
  }

  /** Names of options and lets: what the class is given or computes from it. */
  get values(): readonly string[] {
    const { options, lets } = this.cls.plan
    return [...options.map(o => o.name), ...lets.map(l => l.name.name)]
  }

  /** The attribute of a method. */
  method(name: string): string {
    const keys = new Set([...this.#members.values()].map(slot => slot.key))
    return isAttribute(name) && !keys.has(name) ? name : this.#output.plan.names.fresh(name)
  }

  /** The attribute that an option or let is stored in; asking for it makes it be stored. */
  option(name: string): string {
    this.stored.add(name)
    return this.attributeOf(name)
  }

  attributeOf(name: string): string {
    const known = this.#attributes.get(name)
    if (known !== undefined) return known
    const others = new Set([...this.#members.values()].map(slot => slot.key))
    for (const method of this.cls.plan.definition?.methods.keys() ?? []) others.add(this.method(method))
    const isFree = isAttribute(name) && !others.has(name)
    const attribute = isFree ? name : this.#output.plan.names.fresh(name)
    this.#attributes.set(name, attribute)
    return attribute
  }

  /** `self.name` for what a name means in a forward or method; null where it is nothing of the class's. */
  own(name: string): Expression | null {
    const self = py.name('self')
    const slot = this.#members.get(name)
    if (slot !== undefined) return member(self, slot.key, slot.kind)
    if (this.values.includes(name)) return py.attribute(self, this.option(name))
    if (name === 'training') return py.attribute(self, name)
    if (this.cls.plan.definition?.methods.has(name) === true) return py.attribute(self, this.method(name))
    return null
  }

  /** The path of a tie in this class, each segment by its key. */
  place(path: string): Expression {
    let at: Expression = py.name('self')
    let module: ModuleInstance | null = this.cls.plan.instances[0] ?? null
    for (const segment of path.split('.')) {
      const found: Member | undefined = module?.members.get(segment)
      const inContainer = module !== null && module.kind !== 'definition' && module.kind !== 'path'
      const key = found?.key ?? segment
      if (inContainer && module?.kind === 'ModuleDict') at = py.subscript(at, py.string(key))
      else if (inContainer && /^\d+$/.test(key)) at = py.subscript(at, py.int(Number(key)))
      else at = member(at, key, found?.kind === 'tensor' ? (found.tensor?.kind ?? 'parameter') : 'module')
      module = found?.kind === 'module' ? found.module : null
    }
    return at
  }

  /** For forwards and methods; `device` is where tensors that they make are put. */
  body(device: Expression | null): Rewriter {
    const own = (name: string) => this.own(name)
    return new Rewriter({ ...this.#shared(), free: own, own, device })
  }

  /** For the constructor, where options and lets are locals. */
  init(): Rewriter {
    const nothing = () => null
    return new Rewriter({ ...this.#shared(), free: nothing, own: nothing, device: null }).with(this.values)
  }

  /** For functions of the file, which see no module. */
  pure(device: Expression | null): Rewriter {
    const nothing = () => null
    return new Rewriter({ ...this.#shared(), free: nothing, own: nothing, device })
  }

  #shared(): Omit<Surroundings, 'free' | 'own' | 'device'> {
    const { model, plan, comments, needed, scopes } = this.#output
    const { file } = this.cls
    return {
      file,
      names: plan.names,
      observations: model.observations,
      comments,
      needed,
      className: name => classNamed(name, file, plan),
      functionName: name => plan.functionName(file, name),
      optionOf: (module, name) => {
        if (module.definition === null) return null
        const scope = scopes.get(plan.classOf(module.definition))
        return scope?.values.includes(name) === true ? scope.option(name) : null
      },
    }
  }
}

/** Python's types, classes of torch, or that of a definition; an empty tuple where the model has no such module. */
function classNamed(name: string, file: SpecFile, plan: OutputPlan): Expression {
  const definition = file.definitions.get(name)
  if (definition !== undefined) {
    const known = plan.classes.find(c => c.plan.definition === definition)
    return known === undefined ? py.tuple([]) : py.name(known.name)
  }
  if (name === 'Number') return py.tuple([py.name('int'), py.name('float')])
  if (name === 'Sequence' || name === 'Iterable') return py.tuple([py.name('list'), py.name('tuple')])
  if (name === 'OrderedDict' || name === 'Mapping') return py.name('dict')
  if (name === 'Tensor' || name === 'Size') return py.path(`torch.${name}`)
  return kindsOf(name) === null || name === 'Module' || name === 'Parameter'
    ? py.path(`nn.${name}`)
    : py.name(name)
}

/** Members by name with their keys, as far as the spec or its elaboration shows them. */
function slotsOf({ plan }: PlannedClass): Map<string, Slot> {
  const slots = new Map<string, Slot>()
  const add = (name: string, slot: Slot): void => {
    if (!slots.has(name)) slots.set(name, slot)
  }
  for (const instance of plan.instances) {
    for (const [name, found] of instance.members) {
      if (found.kind === 'module' && found.module !== null) add(name, { key: found.key, kind: 'module' })
      else if (found.kind === 'tensor' && found.tensor !== null)
        add(name, { key: found.key, kind: found.tensor.kind })
    }
  }
  addDeclared(plan.body, add)
  return slots
}

function addDeclared(body: ModuleBody, add: (name: string, slot: Slot) => void): void {
  for (const decl of body.parameters)
    add(decl.name.name, { key: decl.key?.name ?? decl.name.name, kind: 'parameter' })
  for (const decl of body.buffers)
    add(decl.name.name, { key: decl.key?.name ?? decl.name.name, kind: 'buffer' })
  const visit = (entry: Entry): void => {
    if (entry.kind === 'group') for (const e of entry.entries) visit(e)
    const name = plainName(entry)
    if (name === null || entry.kind === 'group') return
    const keyed = entry.kind === 'module' ? entry : entry.alternatives.find(a => a.key !== null)
    const fixed =
      keyed?.key?.parts.every(p => typeof p === 'string') === true ? keyed.key.parts.join('') : name
    add(name, { key: fixed, kind: 'module' })
  }
  for (const entry of body.modules) visit(entry)
}
