/** Entries of `modules:` as constructor calls: one expression for what a container holds, statements for members of a class. */
import { isModuleName, modules as table } from '../../../runtime/nn/table/index.ts'
import type { Arg } from '../../../runtime/ops/args.ts'
import type { Expression, Keyword, Statement } from '../../parse/python/ast.ts'
import { printExpression } from '../../parse/python/print-expression.ts'
import { boundNames } from '../../parse/python/visit.ts'
import type {
  ArgDecl,
  ChoiceEntry,
  Definition,
  Entry,
  ForClause,
  ModuleBody,
  ModuleEntry,
  NamePattern,
} from '../../spec/spec.ts'
import { checkCapture } from '../emit-error.ts'
import type { ClassScope, Output } from './class-scope.ts'
import { PytorchExportError } from './export-error.ts'
import { register } from './names.ts'
import { signatureOrder, valueFor } from './options.ts'
import type { Rewriter } from './rewrite.ts'
import * as py from './syntax.ts'

/** Statements longer than this are better read over several lines. */
const LINE = 92

export class Entries {
  readonly #scope: ClassScope
  readonly #output: Output

  constructor(scope: ClassScope, output: Output) {
    this.#scope = scope
    this.#output = output
  }

  // Members of a class

  statements(entries: readonly Entry[], rewriter: Rewriter): Statement[] {
    return entries.flatMap(entry => this.#repeated(entry, rewriter))
  }

  #repeated(entry: Entry, rewriter: Rewriter): Statement[] {
    if (entry.for === null) return this.#one(entry, rewriter)
    const inner = this.#loopNames(entry.for, rewriter)
    const body = this.#one(entry, inner)
    const { iterable, condition, target } = entry.for
    return [
      py.loop(
        inner.target(target),
        rewriter.expression(iterable.expr),
        condition === null ? body : [py.when(inner.expression(condition.expr), body)],
      ),
    ]
  }

  /** Variables of a `for` statement live on after it, so they must not hide an option. */
  #loopNames(clause: ForClause, rewriter: Rewriter): Rewriter {
    const values = new Set(this.#scope.values)
    let inner = rewriter.with(boundNames(clause.target))
    for (const name of boundNames(clause.target)) {
      if (values.has(name)) inner = inner.renaming(name, this.#output.plan.names.fresh(name))
    }
    return inner
  }

  #one(entry: Entry, rewriter: Rewriter): Statement[] {
    const test = entry.when === null ? null : rewriter.expression(entry.when.expr)
    if (entry.kind === 'group') {
      const body = this.statements(entry.entries, rewriter)
      return test === null || body.length === 0 ? body : [py.when(test, body)]
    }
    const cases = this.#cases(entry, test, rewriter)
    const key = this.#key(entry, rewriter)
    const declare = (value: Expression): Statement =>
      key.kind === 'Str'
        ? register(key.value, 'module', value)
        : py.statement(py.call(py.path('self.add_module'), [key, value]))
    const whole = conditional(cases)
    if (cases.length === 1 && cases[0]!.test === null) return [declare(whole)]
    const flat = declare(whole)
    const text = flat.kind === 'Assign' ? flat.value : flat.kind === 'Expr' ? flat.value : whole
    if (key.kind !== 'Str' || printExpression(text).length + key.value.length <= LINE - 16) return [flat]
    return [this.#alternatives(cases, declare)]
  }

  #alternatives(cases: readonly Case[], declare: (value: Expression) => Statement): Statement {
    const last = cases.at(-1)!
    const tested = cases.filter(c => c.test !== null)
    const range = { start: 0, end: 0 }
    return {
      kind: 'If',
      range,
      branches: tested.map(c => ({ test: c.test!, body: py.block([declare(c.value)]) })),
      orelse: py.block([declare(last.test === null ? last.value : py.none)]),
    }
  }

  // Contents of a container

  /** A container with what it holds. */
  container(kind: ModuleBody['kind'], body: ModuleBody, rewriter: Rewriter): Expression {
    const items = this.items(body, rewriter)
    const maker = py.path(`nn.${kind}`)
    if (kind === 'ModuleList' && this.isKeyed(body)) {
      this.#output.needed.add('with_modules')
      return py.call(py.name('with_modules'), [py.call(maker, []), asList(items)])
    }
    return py.call(maker, this.arguments(kind, body, items))
  }

  /** What the constructor of a container takes. */
  arguments(kind: ModuleBody['kind'], body: ModuleBody, items: readonly Expression[]): readonly Expression[] {
    if (items.length === 0) return []
    if (kind === 'Sequential') {
      if (!this.isKeyed(body)) return items
      this.#output.needed.add('OrderedDict')
      return [py.call(py.name('OrderedDict'), [asList(items)])]
    }
    if (kind === 'ModuleDict' && items.every(i => i.kind === 'Tuple')) {
      const entries = items.map(i => ({ key: i.elements[0]!, value: i.elements[1]! }))
      return [{ kind: 'Dict', range: { start: 0, end: 0 }, entries }]
    }
    return [asList(items)]
  }

  /** Whether items of a container have keys of their own. */
  isKeyed(body: ModuleBody): boolean {
    const keyed = (entry: Entry): boolean =>
      entry.kind === 'group'
        ? entry.entries.some(keyed)
        : entry.name !== null ||
          (entry.kind === 'module' ? entry.key !== null : entry.alternatives.some(a => a.key !== null))
    return body.kind === 'ModuleDict' || body.modules.some(keyed)
  }

  /** The items of a container: modules, or pairs of key and module, spread where there are many or perhaps none. */
  items(body: ModuleBody, rewriter: Rewriter): Expression[] {
    const counter = this.isKeyed(body) ? { next: 0, known: true } : null
    return body.modules.map(entry => this.#item(entry, rewriter, counter))
  }

  #item(entry: Entry, rewriter: Rewriter, counter: Counter | null): Expression {
    const isFixed = entry.for === null && entry.when === null && entry.kind === 'module'
    if (counter !== null && !isFixed) counter.known = false
    const clause = entry.for
    const inner = clause === null ? rewriter : rewriter.with(boundNames(clause.target))
    const test = entry.when === null ? null : inner.expression(entry.when.expr)
    const elements =
      entry.kind === 'group'
        ? entry.entries.map(e => this.#item(e, inner, counter))
        : this.#single(entry, inner, counter)
    if (clause === null) {
      if (test === null && elements.length === 1) return elements[0]!
      return py.starred(test === null ? py.list(elements) : py.choose(test, py.list(elements), py.list([])))
    }
    const ifs = [
      ...(clause.condition === null ? [] : [inner.expression(clause.condition.expr)]),
      ...(test === null ? [] : [test]),
    ]
    const outer = py.generator(inner.target(clause.target), rewriter.expression(clause.iterable.expr), ifs)
    const [only] = elements
    if (elements.length === 1 && only !== undefined && only.kind !== 'Starred')
      return py.starred(py.listComp(only, [outer]))
    const item = py.name(this.#output.plan.names.fresh('item').replace(/_$/, ''))
    return py.starred(py.listComp(item, [outer, py.generator(item, py.list(elements))]))
  }

  #single(entry: ModuleEntry | ChoiceEntry, rewriter: Rewriter, counter: Counter | null): Expression[] {
    const cases = this.#cases(entry, null, rewriter)
    const key = counter === null ? null : this.#itemKey(entry, rewriter, counter)
    const whole = cases.map(c => ({ ...c, value: key === null ? c.value : py.tuple([key, c.value]) }))
    if (cases.at(-1)?.test === null) return [conditional(whole)]
    return [
      py.starred(
        conditional(
          whole.map(c => ({ ...c, value: py.list([c.value]) })),
          py.list([]),
        ),
      ),
    ]
  }

  #itemKey(entry: ModuleEntry | ChoiceEntry, rewriter: Rewriter, counter: Counter): Expression {
    const key = this.#key(entry, rewriter, counter)
    counter.next++
    return key
  }

  // Names and values

  /** The key of an entry: pinned, or its name, or its number. */
  #key(entry: ModuleEntry | ChoiceEntry, rewriter: Rewriter, counter: Counter | null = null): Expression {
    const pinned = entry.kind === 'module' ? entry.key : (entry.alternatives[0]?.key ?? null)
    const pattern = pinned ?? entry.name
    if (pattern !== null) return patternText(pattern, rewriter)
    if (counter?.known === true) return py.string(String(counter.next))
    throw new PytorchExportError(
      'an item without a name or key, behind items that may be absent, among items with keys',
      'give every item of the list a name',
      entry.place,
    )
  }

  /** The modules that an entry can be, each with the condition for it; null for what else holds. */
  #cases(entry: ModuleEntry | ChoiceEntry, test: Expression | null, rewriter: Rewriter): Case[] {
    if (entry.kind === 'module') return [{ test, value: this.module(entry, rewriter) }]
    return entry.alternatives.map(alternative => ({
      test: alternative.when === null ? null : rewriter.expression(alternative.when.expr),
      value: this.module(alternative, rewriter),
    }))
  }

  /** The call that makes a module. */
  module(entry: ModuleEntry, rewriter: Rewriter): Expression {
    const made = this.#made(entry, rewriter)
    const { trainable } = entry
    if (trainable === null || (trainable.expr.kind === 'Bool' && trainable.expr.value)) return made
    if (trainable.expr.kind === 'Bool') return py.call(py.attribute(made, 'requires_grad_'), [py.bool(false)])
    this.#output.needed.add('trainable')
    return py.call(py.name('trainable'), [made, rewriter.expression(trainable.expr)])
  }

  #made(entry: ModuleEntry, rewriter: Rewriter): Expression {
    const { type, body, args } = entry
    const { plan } = this.#output
    if (type.kind === 'definition') return this.#definition(type.definition(), entry, rewriter)
    if (type.kind === 'param') {
      const keywords = args.map(a => py.keyword(a.name.name, rewriter.expression(a.value.expr)))
      return py.call(py.name(plan.names.local(type.name)), [], keywords)
    }
    if (body !== null && type.name === 'Module') {
      const cls = plan.pathClass(entry)
      const options = signatureOrder(cls.plan.options)
      return py.call(
        py.name(cls.name),
        options.map(o => rewriter.expression(py.name(o.name))),
      )
    }
    if (body !== null) return this.container(body.kind, body, rewriter)
    if (type.name === 'StochasticDepth') this.#output.needed.add(type.name)
    const maker = type.name === 'StochasticDepth' ? py.name(type.name) : py.path(`nn.${type.name}`)
    const row = isModuleName(type.name) ? table[type.name] : null
    const declared: readonly Arg[] = row?.args ?? []
    const value = (arg: ArgDecl) =>
      rowValue(
        declared.find(d => d.name === arg.name.name),
        arg,
        rewriter,
      )
    return ordered(
      maker,
      declared.map(d => ({ name: d.name, required: d.required })),
      args,
      value,
      name => name,
    )
  }

  #definition(definition: Definition, entry: ModuleEntry, rewriter: Rewriter): Expression {
    const { plan } = this.#output
    const { names } = plan
    const target = plan.classOf(definition)
    const declOf = (arg: ArgDecl) => definition.params.find(p => p.name.name === arg.name.name) ?? null
    const value = (arg: ArgDecl) => valueFor(declOf(arg), arg.value, rewriter, this.#scope.cls, this.#output)
    const order = signatureOrder(target.plan.options.filter(o => !o.captured))
    const made = ordered(
      py.name(target.name),
      order.map(o => ({ name: o.name, required: o.default === null })),
      entry.args,
      value,
      name => names.local(name),
    )
    const captured = target.plan.options.filter(o => o.captured).map(o => o.name)
    if (target.file !== this.#scope.cls.file || captured.length === 0) return made
    const { enclosing, file } = this.#scope.cls
    for (const name of captured) checkCapture('export/pytorch', file, enclosing, name, target.name, entry)
    const more = captured.map(name => py.keyword(names.local(name), rewriter.expression(py.name(name))))
    return { ...made, keywords: [...made.keywords, ...more] }
  }
}

/** Items as one list. */
export function asList(items: readonly Expression[]): Expression {
  const [only] = items
  return items.length === 1 && only?.kind === 'Starred' && only.value.kind === 'ListComp'
    ? only.value
    : py.list(items)
}

interface Case {
  readonly test: Expression | null
  readonly value: Expression
}

/** Numbers of unnamed items, as long as they can be told without evaluation. */
interface Counter {
  next: number
  known: boolean
}

const conditional = (cases: readonly Case[], otherwise: Expression = py.none): Expression =>
  cases.reduceRight((rest, c) => (c.test === null ? c.value : py.choose(c.test, c.value, rest)), otherwise)

function patternText(pattern: NamePattern, rewriter: Rewriter): Expression {
  const { parts } = pattern
  if (parts.every(p => typeof p === 'string')) return py.string(parts.join(''))
  const range = { start: 0, end: 0 }
  return {
    kind: 'JoinedStr',
    range,
    parts: parts
      .filter(p => p !== '')
      .map(p =>
        typeof p === 'string' ? p : { kind: 'FormattedValue', range, value: rewriter.expression(p.expr) },
      ),
  }
}

/** Arguments as a person orders them: the first required ones by position, the others by name. */
function ordered(
  maker: Expression,
  declared: readonly { readonly name: string; readonly required: boolean }[],
  args: readonly ArgDecl[],
  value: (arg: ArgDecl) => Expression,
  keywordName: (name: string) => string,
): Expression & { kind: 'Call' } {
  const given = new Map(args.map(a => [a.name.name, a]))
  const positional: ArgDecl[] = []
  for (const [i, { name, required }] of declared.entries()) {
    const arg = given.get(name)
    if (arg === undefined || !(required || (i === 0 && name !== 'dim'))) break
    positional.push(arg)
    given.delete(name)
  }
  const keywords: Keyword[] = [...given.values()].map(a => py.keyword(keywordName(a.name.name), value(a)))
  return py.call(maker, positional.map(value), keywords) as Expression & { kind: 'Call' }
}

/** An argument of a class of torch.nn: the literal of an enum, lists of numbers as tuples, or an expression. */
function rowValue(declared: Arg | undefined, arg: ArgDecl, rewriter: Rewriter): Expression {
  const { expr, text } = arg.value
  const isLiteral =
    declared?.enum?.includes(text) === true ||
    (declared?.kind === 'padding' && (text === 'same' || text === 'valid'))
  if (isLiteral) return py.string(text)
  const value = rewriter.expression(expr)
  const isSizes = declared !== undefined && /^(ints|dims|padding)/.test(declared.kind)
  return isSizes && value.kind === 'List' ? py.tuple(value.elements) : value
}
