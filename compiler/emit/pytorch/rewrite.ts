/**
 * The author's code with every name said in full: `relu(conv1(x))` becomes `F.relu(self.conv1(x))`. Trees in, trees out;
 * what a name means follows compiler/eval/names.ts.
 */
import { isDType } from '../../../runtime/ops/dtype.ts'
import { pythonFunctions, SUBMODULES } from '../../../runtime/ops/functions/index.ts'
import { BUILTINS, MATH_FUNCTIONS } from '../../eval/builtins.ts'
import type { Member, ModuleInstance } from '../../ir/module.ts'
import type {
  Attribute,
  Block,
  Call,
  Expression,
  JoinedStr,
  Keyword,
  ListComp,
  Node,
  Statement,
  Subscript,
  Target,
} from '../../parse/python/ast.ts'
import { extendedBy } from '../../parse/python/extend.ts'
import { asComparison, className, isinstanceCall } from '../../parse/python/introspection.ts'
import { variableOf } from '../../parse/python/older-call.ts'
import { boundNames } from '../../parse/python/visit.ts'
import type { SpecFile } from '../../spec/spec.ts'
import type { Observations } from '../observations.ts'
import { members } from '../observed-type.ts'
import { renamedMember } from '../possible-name.ts'
import type { Comments } from './comments.ts'
import { PytorchExportError } from './export-error.ts'
import { type MemberKind, member, type Names } from './names.ts'
import * as py from './syntax.ts'
import { ambiguous, creating, torchName } from './torch-names.ts'

/** What a piece of code sees beside Python and PyTorch. */
export interface Surroundings {
  readonly file: SpecFile
  readonly names: Names
  readonly observations: Observations
  readonly comments: Comments
  /** Helper functions that the code came to need, by name. */
  readonly needed: Set<string>
  functionName(name: string): string
  /** A class that isinstance asks for. */
  className(name: string): Expression
  /** A free name that is a member, method, param or let here; null where it is none. */
  free(name: string): Expression | null
  /** `self.name`, where there is a `self`. */
  own(name: string): Expression | null
  /** The attribute that holds a param of another module's definition. */
  optionOf(module: ModuleInstance, name: string): string | null
  /** Where new tensors are put; null for the default device. */
  readonly device: Expression | null
}

type Bound = ReadonlyMap<string, string>

const NAMESPACES: ReadonlySet<string> = new Set(['torch', 'F', 'nn', 'math', 'functional'])
const PYTHON_TYPES: Readonly<Record<string, string>> = {
  bool: 'torch.bool',
  int: 'torch.int64',
  float: 'torch.float32',
}

export class Rewriter {
  readonly #around: Surroundings
  readonly #bound: Bound

  /** `bound` maps local names of the author's to those in the output. */
  constructor(around: Surroundings, bound: Bound = new Map()) {
    this.#around = around
    this.#bound = bound
  }

  /** The same with more local names. */
  with(names: Iterable<string>): Rewriter {
    const bound = new Map(this.#bound)
    for (const name of names) bound.set(name, this.#around.names.local(name))
    return new Rewriter(this.#around, bound)
  }

  /** The same with a local name that is called otherwise in the output. */
  renaming(name: string, output: string): Rewriter {
    return new Rewriter(this.#around, new Map([...this.#bound, [name, output]]))
  }

  block(node: Block): Block {
    return { ...node, body: this.statements(node.body) }
  }

  statements(nodes: readonly Statement[]): Statement[] {
    return nodes.flatMap(node => [
      ...this.#around.comments.before(node, this.#around.file.source),
      this.#statement(node),
    ])
  }

  #statement(node: Statement): Statement {
    switch (node.kind) {
      case 'Assign':
        return { ...node, targets: node.targets.map(t => this.target(t)), value: this.expression(node.value) }
      case 'AugAssign':
        return {
          ...node,
          target: this.target(node.target) as typeof node.target,
          value: this.expression(node.value),
        }
      case 'Return':
      case 'Raise':
        return node.value === undefined ? node : { ...node, value: this.expression(node.value) }
      case 'Expr':
        return { ...node, value: this.expression(node.value) }
      case 'If':
        return {
          ...node,
          branches: node.branches.map(b => ({ test: this.expression(b.test), body: this.block(b.body) })),
          ...(node.orelse === undefined ? {} : { orelse: this.block(node.orelse) }),
        }
      case 'For':
        return {
          ...node,
          target: this.target(node.target),
          iter: this.expression(node.iter),
          body: this.block(node.body),
        }
      case 'Assert':
        return {
          ...node,
          test: this.expression(node.test),
          ...(node.message === undefined ? {} : { message: this.expression(node.message) }),
        }
      case 'Delete':
        return { ...node, names: node.names.map(n => ({ ...n, id: this.#bound.get(n.id) ?? n.id })) }
      default:
        return node
    }
  }

  target(node: Target): Target {
    switch (node.kind) {
      case 'Name':
        return { ...node, id: this.#bound.get(node.id) ?? node.id }
      case 'Tuple':
      case 'List':
        return { ...node, elements: node.elements.map(e => this.target(e as Target)) }
      case 'Starred':
        return { ...node, value: this.target(node.value as Target) }
      default:
        return this.expression(node) as Target
    }
  }

  expression(node: Expression): Expression {
    switch (node.kind) {
      case 'Name':
        return this.#name(node.id)
      case 'JoinedStr':
        return this.#joined(node)
      case 'Tuple':
      case 'List':
        return { ...node, elements: node.elements.map(e => this.expression(e)) }
      case 'Dict':
        return {
          ...node,
          entries: node.entries.map(e => ({ key: this.expression(e.key), value: this.expression(e.value) })),
        }
      case 'Unary':
        return { ...node, operand: this.expression(node.operand) }
      case 'Binary':
        return { ...node, left: this.expression(node.left), right: this.expression(node.right) }
      case 'BoolOp':
        return { ...node, values: node.values.map(v => this.expression(v)) }
      case 'Compare':
        return {
          ...node,
          left: this.expression(node.left),
          comparators: node.comparators.map(c => this.expression(c)),
        }
      case 'IfExp':
        return {
          ...node,
          test: this.expression(node.test),
          body: this.expression(node.body),
          orelse: this.expression(node.orelse),
        }
      case 'Attribute':
        return this.#attribute(node)
      case 'Subscript':
        return this.#subscript(node)
      case 'Slice':
        return {
          ...node,
          ...(node.lower === undefined ? {} : { lower: this.expression(node.lower) }),
          ...(node.upper === undefined ? {} : { upper: this.expression(node.upper) }),
          ...(node.step === undefined ? {} : { step: this.expression(node.step) }),
        }
      case 'Starred':
        return { ...node, value: this.expression(node.value) }
      case 'Call':
        return this.#call(node)
      case 'ListComp':
        return this.#comprehension(node)
      default:
        return node
    }
  }

  #joined(node: JoinedStr): JoinedStr {
    return {
      ...node,
      parts: node.parts.map(part =>
        typeof part === 'string'
          ? part
          : {
              ...part,
              value: this.expression(part.value),
              ...(part.spec === undefined ? {} : { spec: this.#joined(part.spec) }),
            },
      ),
    }
  }

  #comprehension(node: ListComp): Expression {
    let inner: Rewriter = this
    const generators = node.generators.map(g => {
      const iter = inner.expression(g.iter)
      inner = inner.with(boundNames(g.target))
      return py.generator(
        inner.target(g.target),
        iter,
        g.ifs.map(test => inner.expression(test)),
      )
    })
    const element = inner.expression(node.element)
    // What takes a generator here takes a list in PyTorch; some of it nothing else.
    const { lazy: _, ...listed } = node
    return { ...listed, element, generators, ...(node.key && { key: inner.expression(node.key) }) }
  }

  #name(id: string): Expression {
    const local = this.#bound.get(id)
    if (local !== undefined) return py.name(local)
    if (id === 'self') return py.name(id)
    const free = this.#around.free(id)
    if (free !== null) return free
    if (this.#around.file.functions.has(id)) return py.name(this.#around.functionName(id))
    if (BUILTINS.has(id)) return py.name(id === 'OrderedDict' ? 'dict' : id)
    if (NAMESPACES.has(id)) return py.name(id === 'functional' ? 'F' : id)
    if (pythonFunctions.has(id)) return this.#function(id, null)
    if (isDType(id)) return py.path(`torch.${id}`)
    if (MATH_FUNCTIONS.has(id)) return py.path(`math.${id}`)
    if (id === 'device') return this.#device()
    return py.name(this.#around.names.local(id))
  }

  /** What scripts call `device`: that of the tensors at hand. */
  #device(): Expression {
    return this.#around.device ?? py.attribute(py.call(py.path('torch.empty'), [py.int(0)]), 'device')
  }

  #function(id: string, namespace: 'torch' | 'F' | null): Expression {
    if (id !== 'stochastic_depth') return py.path(torchName(id, namespace))
    this.#around.needed.add(id)
    return py.name(id)
  }

  /** Whether a name means Python's or PyTorch's thing, nothing of the author's. */
  #isFromOutside(id: string): boolean {
    return !this.#bound.has(id) && this.#around.free(id) === null && !this.#around.file.functions.has(id)
  }

  /** `torch`, `F`, `nn` or `math` where an expression is one; `torch.special` and the like count as themselves. */
  #namespace(node: Expression): string | null {
    if (node.kind === 'Name') {
      if (!NAMESPACES.has(node.id) || !this.#isFromOutside(node.id)) return null
      return node.id === 'functional' ? 'F' : node.id
    }
    if (node.kind !== 'Attribute') return null
    const outer = this.#namespace(node.value)
    if (node.attr === 'functional' && (outer === 'nn' || outer === 'torch')) return 'F'
    if (node.attr === 'nn' && outer === 'torch') return 'nn'
    return outer === 'torch' && SUBMODULES.has(node.attr) ? `torch.${node.attr}` : null
  }

  #attribute(node: Attribute): Expression {
    const namespace = this.#namespace(node.value)
    if (namespace !== null) return this.#inNamespace(namespace, node.attr)
    if (node.value.kind === 'Name' && node.value.id === 'self' && !this.#bound.has('self')) {
      const own = this.#around.own(node.attr)
      if (own === null && node.attr === 'device') return this.#device()
      return own ?? py.attribute(py.name('self'), node.attr)
    }
    const value = this.expression(node.value)
    const found = new Map<string, Expression>()
    for (const module of this.#modulesOf(node.value)) {
      const one = this.#ofModule(module, node.attr, value)
      found.set(JSON.stringify(one), one)
    }
    if (found.size > 1) {
      throw new PytorchExportError(
        `'.${node.attr}' has another key in each of the modules that stand here`,
        'give the members the same key, or the same name as their key',
        { source: this.#around.file.source, range: node.attrRange },
      )
    }
    return [...found.values()][0] ?? py.attribute(value, node.attr)
  }

  #inNamespace(namespace: string, attr: string): Expression {
    if (namespace === 'torch' || namespace === 'F') {
      const dtypes = ['float', 'half', 'double', 'long', 'int', 'short', 'bool']
      if (namespace === 'torch' && (isDType(attr) || dtypes.includes(attr))) return py.path(`torch.${attr}`)
      if (namespace === 'torch' && attr === 'functional') return py.name('F')
      if (pythonFunctions.has(attr)) return this.#function(attr, namespace)
    }
    if (namespace === 'nn' && attr === 'functional') return py.name('F')
    if (namespace === 'nn' && pythonFunctions.has(attr)) return this.#function(attr, null)
    return py.path(`${namespace}.${attr}`)
  }

  /** The modules that an expression was seen to be, one of each class. */
  #modulesOf(node: Node): readonly ModuleInstance[] {
    const type = this.#around.observations.typeOf(node)
    return type === null ? [] : members(type).flatMap(t => (t.kind === 'module' ? [t.module] : []))
  }

  #ofModule(module: ModuleInstance, attr: string, value: Expression): Expression {
    const found = module.members.get(attr)
    if (module.kind === 'ModuleDict' && (attr === 'items' || attr === 'keys')) {
      for (const [name, { key }] of module.members) {
        if (name === key) continue
        throw new PytorchExportError(
          `.${attr}() gives the name '${name}' here, and its key '${key}' in PyTorch`,
          'take the key as the name',
          module.place,
        )
      }
    }
    if (found !== undefined) return member(value, found.key, kindOf(found))
    const isMethod = module.definition?.methods.has(attr) === true
    const option = isMethod ? null : this.#around.optionOf(module, attr)
    return py.attribute(value, option ?? attr)
  }

  #subscript(node: Subscript): Expression {
    const value = this.expression(node.value)
    const index = this.expression(node.index)
    for (const module of this.#modulesOf(node.value)) {
      const keys = [...module.members.values()].map(m => m.key)
      if (module.kind === 'ModuleDict' && node.index.kind === 'Str') {
        return py.subscript(value, py.string(module.members.get(node.index.value)?.key ?? node.index.value))
      }
      // PyTorch finds an item of a ModuleList by its key.
      if (module.kind === 'ModuleList' && keys.some((key, i) => key !== String(i)))
        return py.subscript(py.call(py.name('list'), [value]), index)
      // A slice is of the class itself, which PyTorch calls with the modules: our constructors take params.
      if (module.definition !== null && node.index.kind === 'Slice') {
        if (module.kind === 'Sequential')
          return py.subscript(py.call(py.path('nn.Sequential'), [py.starred(value)]), index)
        if (module.kind === 'ModuleList')
          return py.subscript(py.call(py.path('nn.ModuleList'), [value]), index)
      }
    }
    return { ...node, value, index }
  }

  /** A model moves its tensors as a whole: `.cuda()` within it has no meaning. */
  #isTensor(node: Expression): boolean {
    const { observations } = this.#around
    return observations.typeOf(node) === null || observations.isAlways(node, 'tensor')
  }

  #call(node: Call): Expression {
    const { func } = node
    const variable = variableOf(node, name => this.#isFromOutside(name))
    if (variable !== null) return this.expression(variable)
    if (
      func.kind === 'Attribute' &&
      (func.attr === 'cuda' || func.attr === 'cpu') &&
      this.#isTensor(func.value)
    )
      return this.expression(func.value)
    const same = asComparison(node)
    if (same !== null) return this.expression(same)
    const asked = isinstanceCall(node)
    if (asked !== null) {
      const classes = asked.classes.map(c => this.#around.className(className(c)!))
      return py.call(func, [
        this.expression(asked.value),
        classes.length === 1 ? classes[0]! : py.tuple(classes),
      ])
    }
    if (func.kind === 'Name' && this.#isFromOutside(func.id)) {
      if (func.id === 'getattr') return this.#getattr(node)
      if (ambiguous.has(func.id)) return this.#ambiguous(func.id, node)
      if (this.#isMath(func.id, node)) return this.#apply(py.path(`math.${func.id}`), node)
    }
    const drawn = this.#functionCalled(func)
    if (drawn === 'normal' || drawn === 'uniform') return this.#drawn(drawn, node)
    const keywords: Keyword[] = []
    const { device } = this.#around
    if (
      drawn !== null &&
      creating.has(drawn) &&
      device !== null &&
      !node.keywords.some(k => k.name === 'device')
    )
      keywords.push(py.keyword('device', device))
    return this.#apply(this.expression(func), node, keywords)
  }

  #apply(func: Expression, node: Call, more: readonly Keyword[] = []): Call {
    const isOurs = this.#takesOurNames(node.func)
    const isCast =
      node.func.kind === 'Attribute' && ['to', 'type', 'view'].includes(node.func.attr) && !isOurs
    const keywords = node.keywords.map(k => ({
      ...k,
      name: isOurs ? this.#around.names.local(k.name) : k.name,
      value: k.name === 'dtype' && !isOurs ? this.#dtype(k.value) : this.expression(k.value),
    }))
    const extended = extendedBy(node)
    const args =
      extended === null
        ? node.args.map(a => (isCast ? this.#dtype(a) : this.expression(a)))
        : [{ ...(this.expression(extended) as ListComp), lazy: true as const }]
    return { ...node, func, args, keywords: [...keywords, ...more] }
  }

  /** Python's `float` as a dtype is double precision in PyTorch, and single here. */
  #dtype(node: Expression): Expression {
    const type = node.kind === 'Name' && this.#isFromOutside(node.id) ? PYTHON_TYPES[node.id] : undefined
    return type === undefined ? this.expression(node) : py.path(type)
  }

  /** Whether a call goes to a module, method or function of the spec's, whose inputs may be called otherwise in the output. */
  #takesOurNames(func: Expression): boolean {
    if (func.kind === 'Name') return !this.#isFromOutside(func.id)
    if (func.kind !== 'Attribute') return true
    if (this.#namespace(func.value) !== null) return false
    const isSelf = func.value.kind === 'Name' && func.value.id === 'self'
    return isSelf || this.#around.observations.isSometimes(func.value, 'module')
  }

  /** The function of the op table that is called by its own name, or in a namespace. */
  #functionCalled(func: Expression): string | null {
    if (func.kind === 'Name') return this.#isFromOutside(func.id) && !BUILTINS.has(func.id) ? func.id : null
    if (func.kind !== 'Attribute') return null
    const namespace = this.#namespace(func.value)
    return namespace === 'torch' || namespace === 'F' ? func.attr : null
  }

  /** `sqrt(d)` of a number, which torch.sqrt does not take. */
  #isMath(id: string, node: Call): boolean {
    return !BUILTINS.has(id) && MATH_FUNCTIONS.has(id) && this.#around.observations.isAlways(node, 'number')
  }

  #ambiguous(id: string, node: Call): Expression {
    const [first] = node.args
    const { observations } = this.#around
    const seen = first === undefined ? null : observations.typeOf(first)
    if (first === undefined || first.kind === 'Starred') return this.#apply(py.name(id), node)
    if (seen === null && !isPlain(first)) {
      this.#around.needed.add(`${id}_of`)
      return this.#apply(py.name(`${id}_of`), node)
    }
    if (seen === null || !observations.isSometimes(first, 'tensor')) return this.#apply(py.name(id), node)
    if (observations.isAlways(first, 'tensor')) return this.#apply(py.path(`torch.${id}`), node)
    this.#around.needed.add(`${id}_of`)
    return this.#apply(py.name(`${id}_of`), node)
  }

  /** `normal(n, m, std=0.02)`: our words for what torch.nn.init does to a new tensor. */
  #drawn(id: 'normal' | 'uniform', node: Call): Expression {
    const renamed: Readonly<Record<string, string>> = { low: 'a', high: 'b', mean: 'mean', std: 'std' }
    const isSize = (k: Keyword) => k.name === 'size'
    const bounds = node.keywords.filter(k => Object.hasOwn(renamed, k.name))
    const others = node.keywords.filter(k => !Object.hasOwn(renamed, k.name) && !isSize(k))
    const size = [...node.args, ...node.keywords.filter(isSize).map(k => k.value)]
    const { device } = this.#around
    const empty = py.call(
      py.path('torch.empty'),
      size.map(s => this.expression(s)),
      [
        ...others.map(k =>
          py.keyword(k.name, k.name === 'dtype' ? this.#dtype(k.value) : this.expression(k.value)),
        ),
        ...(device === null || others.some(k => k.name === 'device') ? [] : [py.keyword('device', device)]),
      ],
    )
    return py.call(
      py.path(`nn.init.${id}_`),
      [empty],
      bounds.map(k => py.keyword(renamed[k.name]!, this.expression(k.value))),
    )
  }

  #getattr(node: Call): Expression {
    const [owner, named] = node.args
    if (owner === undefined || named === undefined) return this.#apply(py.name('getattr'), node)
    if (named.kind === 'Str' && node.args.length === 2) {
      const range = { range: node.range, attrRange: named.range }
      return this.#attribute({ kind: 'Attribute', value: owner, attr: named.value, ...range })
    }
    for (const module of this.#modulesOf(owner)) {
      const renamed = renamedMember(module, named)
      if (renamed === null) continue
      throw new PytorchExportError(
        `getattr finds '${renamed.name}' by its name, and PyTorch has it under its key '${renamed.key}'`,
        'take the key as the name, or write the attribute out',
        { source: this.#around.file.source, range: node.range },
      )
    }
    return this.#apply(py.name('getattr'), node)
  }
}

const kindOf = (found: Member): MemberKind =>
  found.kind === 'tensor' ? (found.tensor?.kind ?? 'parameter') : 'module'

/** Whether an expression that was never evaluated is a number or a list by its form. */
const isPlain = (node: Expression): boolean =>
  ['Int', 'Float', 'List', 'Tuple', 'ListComp', 'Dict'].includes(node.kind)
