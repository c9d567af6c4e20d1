/** One class of the file: constructor, methods and forward. */
import type {
  Block,
  Expression,
  FunctionDef,
  Header,
  Node,
  Param,
  Statement,
} from '../../parse/python/ast.ts'
import { printBlock, printHeader } from '../../parse/python/print.ts'
import { wrap } from '../../parse/python/print-wrap.ts'
import { assignedNames, children } from '../../parse/python/visit.ts'
import type { Definition, InputDecl } from '../../spec/spec.ts'
import { firstTensor } from '../first-tensor.ts'
import { bodyNames, namesCalled, namesIn } from '../free-names.ts'
import { members, type ObservedType } from '../observed-type.ts'
import type { ClassScope, Output } from './class-scope.ts'
import { type Code, docstring, printed } from './code.ts'
import { asList, Entries } from './entries.ts'
import { deferredDefaults, signature } from './options.ts'
import * as py from './syntax.ts'
import type { ClassView } from './template.ts'
import { tensorCode, tieStatements } from './tensors.ts'

const INDENT = '    '
const WIDTH = 100
const range = { start: 0, end: 0 }

/** Forward and methods. They come before the constructor, which stores what they read. */
export function bodyFunctions(scope: ClassScope, output: Output): Code[] {
  const { definition } = scope.cls.plan
  if (definition === null) return []
  const methods = [...definition.methods.values()].map(def =>
    methodCode(def, scope.method(def.header.name), scope, output),
  )
  if (definition.forward === null) return methods
  return [...methods, forwardCode(definition, definition.forward, scope, output)]
}

export function classView(scope: ClassScope, functions: readonly Code[], output: Output): ClassView {
  const { plan, name } = scope.cls
  const { kind } = plan.body
  const built = kind === 'definition' ? construct(scope, output) : contain(scope, output)
  const all = [...built, ...functions]
  const lines = docLines(scope)
  return {
    name: printed(name),
    base: printed(kind === 'definition' ? 'nn.Module' : `nn.${kind}`),
    docstring: lines.length === 0 ? [] : [docstring(lines, INDENT)],
    functions: all,
    pass: all.length === 0 && lines.length === 0 ? [printed('pass')] : [],
  }
}

function docLines({ cls }: ClassScope): string[] {
  const { doc, options } = cls.plan
  const lines = doc === null ? [] : doc.trim().split('\n').flatMap(fill)
  const described = options.filter(o => o.decl !== null && o.decl.doc !== null && !o.captured)
  if (described.length === 0) return lines
  if (lines.length > 0) lines.push('')
  lines.push('Args:')
  for (const { name, decl } of described)
    lines.push(`    ${name}: ${decl!.doc!.trim().split('\n').join(' ')}`)
  return lines
}

/** A line of text as lines that fit, cut at spaces. */
function fill(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH - 10) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const superCall = (args: readonly Expression[]): Statement =>
  py.statement(py.call(py.attribute(py.call(py.name('super'), []), '__init__'), args))

function construct(scope: ClassScope, output: Output): Code[] {
  const { plan } = scope.cls
  const entries = new Entries(scope, output)
  const tensors = tensorCode(scope, output)
  const modules = entries.statements(plan.body.modules, scope.init())
  const ties = tieStatements(plan.body.ties, scope)
  const body = [superCall([]), ...values(scope, output), ...tensors.statements, ...modules, ...ties]
  if (body.length === 1 && plan.options.length === 0) return []
  const makers = tensors.makers.map(def =>
    printed(`${INDENT}@staticmethod\n${functionText(def, INDENT, output)}`),
  )
  return [constructorCode(scope, body, output), ...makers]
}

/** A class that is a container itself. */
function contain(scope: ClassScope, output: Output): Code[] {
  const { body } = scope.cls.plan
  const entries = new Entries(scope, output)
  const items = entries.items(body, scope.init())
  const { locals, stored } = splitValues(scope, output)
  if (body.kind === 'ModuleList' && entries.isKeyed(body)) {
    output.needed.add('with_modules')
    const fill = py.statement(py.call(py.name('with_modules'), [py.name('self'), asList(items)]))
    return [constructorCode(scope, [superCall([]), ...locals, ...stored, fill], output)]
  }
  const init = superCall(entries.arguments(body.kind, body, items))
  return [constructorCode(scope, [...locals, init, ...stored], output)]
}

function constructorCode(scope: ClassScope, body: readonly Statement[], output: Output): Code {
  const params = [py.param('self'), ...signature(scope, output)]
  const header: Header = { kind: 'Header', range, name: '__init__', nameRange: range, params }
  return printed(functionText({ kind: 'FunctionDef', range, header, body: py.block(body) }, INDENT, output))
}

/** Defaults, lets, and options that forwards read, in the order of declaration. */
function values(scope: ClassScope, output: Output): Statement[] {
  const { locals, stored } = splitValues(scope, output)
  return [...locals, ...stored]
}

function splitValues(scope: ClassScope, output: Output): { locals: Statement[]; stored: Statement[] } {
  const { options, lets, body } = scope.cls.plan
  const local = (name: string) => py.name(output.plan.names.local(name))
  const self = (name: string) => py.attribute(py.name('self'), scope.attributeOf(name))
  // Lets that the constructor itself needs are variables of it; the others are attributes only.
  const inside = bodyNames(body, d =>
    output.plan.classOf(d).plan.options.flatMap(o => (o.captured ? [o.name] : [])),
  )
  for (const { name, value } of [...lets].reverse()) {
    if (inside.has(name.name) || scope.stored.has(name.name))
      for (const n of namesIn(value.expr)) inside.add(n)
  }
  const locals = deferredDefaults(scope, output)
  const stored = options
    .filter(o => scope.stored.has(o.name))
    .map(o => py.assign(self(o.name), local(o.name)))
  for (const { name, value } of lets) {
    const expression = scope.init().expression(value.expr)
    const isStored = scope.stored.has(name.name)
    if (inside.has(name.name)) {
      locals.push(py.assign(local(name.name), expression))
      if (isStored) stored.push(py.assign(self(name.name), local(name.name)))
    } else if (isStored) stored.push(py.assign(self(name.name), expression))
  }
  return { locals, stored }
}

function methodCode(def: FunctionDef, name: string, scope: ClassScope, output: Output): Code {
  const { names } = output.plan
  const own = def.header.params.filter(p => p.name !== 'self')
  const inputs = own.map(p => p.name)
  const rewriter = scope
    .body(deviceOf(def.body, inputs, output))
    .with([...inputs, ...assignedNames(def.body)])
  const outside = scope.body(null)
  const params = own.map(p => ({
    ...py.param(names.local(p.name), null, p.default === undefined ? null : outside.expression(p.default)),
    keywordOnly: p.keywordOnly,
  }))
  const header: Header = {
    kind: 'Header',
    range,
    name,
    nameRange: range,
    params: [py.param('self'), ...params],
  }
  const body = rewriter.block(def.body)
  return printed(functionText({ kind: 'FunctionDef', range, header, body }, INDENT, output))
}

/** A function of the file's, with a name that is unique in the output. */
export function fileFunction(def: FunctionDef, name: string, scope: ClassScope, output: Output): Code {
  const { names } = output.plan
  const inputs = def.header.params.map(p => p.name)
  const rewriter = scope
    .pure(deviceOf(def.body, inputs, output))
    .with([...inputs, ...assignedNames(def.body)])
  const outside = scope.pure(null)
  const params = def.header.params.map(p => ({
    ...py.param(names.local(p.name), null, p.default === undefined ? null : outside.expression(p.default)),
    keywordOnly: p.keywordOnly,
  }))
  const header: Header = { kind: 'Header', range, name, nameRange: range, params }
  const body = rewriter.block(def.body)
  return printed(functionText({ kind: 'FunctionDef', range, header, body }, '', output))
}

function forwardCode(definition: Definition, forward: Block, scope: ClassScope, output: Output): Code {
  const { names } = output.plan
  const inputs = definition.inputs.map(i => i.name.name)
  const rewriter = scope.body(deviceOf(forward, inputs, output)).with([...inputs, ...assignedNames(forward)])
  const params = definition.inputs.map(i =>
    py.param(
      names.local(i.name.name),
      inputAnnotation(i, forward, output),
      i.default !== null ? rewriter.expression(i.default.expr) : i.optional ? py.none : null,
    ),
  )
  const returns = returnAnnotation(forward, output)
  const header: Header = {
    kind: 'Header',
    range,
    name: 'forward',
    nameRange: range,
    params: [py.param('self'), ...params],
    ...(returns === null ? {} : { returns }),
  }
  const body = rewriter.block(forward)
  const doc = scope.cls.plan.isRoot ? portLines(definition) : []
  return printed(functionText({ kind: 'FunctionDef', range, header, body }, INDENT, output, doc))
}

/** What the model takes and gives, as its spec says it. */
function portLines(definition: Definition): string[] {
  const port = (p: { name: { name: string; place: { source: { text: string } } }; type: Node | null }) =>
    p.type === null
      ? p.name.name
      : `${p.name.name}: ${p.name.place.source.text.slice(p.type.range.start, p.type.range.end)}`
  const inputs = definition.inputs.map(i => `    ${port(i)}${i.optional ? ', or None' : ''}`)
  const outputs = (definition.outputs ?? []).map(o => `    ${port(o)}`)
  return outputs.length === 0 ? ['Inputs:', ...inputs] : ['Inputs:', ...inputs, 'Outputs:', ...outputs]
}

/** The device of the first input that is a tensor. */
function deviceOf(block: Block, inputs: readonly string[], { model, plan }: Output): Expression | null {
  const input = firstTensor(block, inputs, model.observations)
  return input === null ? null : py.attribute(py.name(plan.names.local(input)), 'device')
}

const tensorType = py.path('torch.Tensor')

function inputAnnotation(input: InputDecl, forward: Block, output: Output): Expression | null {
  const declared = input.type?.kind === 'TypeExpr' ? input.type : null
  const maybe = (e: Expression) => (input.optional ? py.either(e, py.none) : e)
  if (declared?.name === 'list') return maybe(py.subscript(py.name('list'), tensorType))
  if (declared !== null) return maybe(tensorType)
  const { observations } = output.model
  const seen = namesCalled(forward, input.name.name)
    .map(n => observations.typeOf(n))
    .filter(t => t !== null)
    .flatMap(members)
  if (seen.length === 0 || !seen.every(t => t.kind === 'tensor' || t.kind === 'null')) return null
  const isMaybe = input.optional || seen.some(t => t.kind === 'null')
  return isMaybe ? py.either(tensorType, py.none) : tensorType
}

function returnAnnotation(forward: Block, output: Output): Expression | null {
  const types = returnsOf(forward).map(value => output.model.observations.typeOf(value))
  const seen = types.map(t => (t === null ? null : annotationOf(t)))
  const texts = new Set(seen.map(e => JSON.stringify(e)))
  return texts.size === 1 ? (seen[0] ?? null) : null
}

function returnsOf(node: Node): Expression[] {
  if (node.kind === 'Return') return node.value === undefined ? [] : [node.value]
  return children(node).flatMap(returnsOf)
}

function annotationOf(type: ObservedType): Expression | null {
  if (type.kind === 'tensor') return tensorType
  if (type.kind === 'array') {
    const item = type.items === null ? null : annotationOf(type.items)
    return item === null ? py.name('list') : py.subscript(py.name('list'), item)
  }
  if (type.kind !== 'tuple') return null
  const items = type.items.map(annotationOf)
  return items.every(i => i !== null) ? py.subscript(py.name('tuple'), py.tuple(items as Expression[])) : null
}

/** A function with its comments, its signature broken where it is long. Without the last line break. */
function functionText(def: FunctionDef, indent: string, output: Output, doc: readonly string[] = []): string {
  const inner = indent + INDENT
  const said = doc.length === 0 ? '' : `${inner}${docstring(doc, inner)}\n`
  const text = `${headerText(def.header, indent)}${said}${printBlock(def.body, inner)}`
  return output.comments.restore(text.trimEnd())
}

function headerText(header: Header, indent: string): string {
  const flat = printHeader(header, indent)
  if (flat.length <= WIDTH + 1) return flat
  const texts = header.params.map(p => parameterText(p, indent + INDENT))
  const first = header.params.findIndex(p => p.keywordOnly)
  if (first >= 0) texts.splice(first, 0, '*')
  const { params: _, ...rest } = header
  const empty = printHeader({ ...rest, params: [] }, indent)
  const at = empty.indexOf('(') + 1
  const lines = texts.map(t => `${indent}${INDENT}${t},\n`).join('')
  return `${empty.slice(0, at)}\n${lines}${indent}${empty.slice(at)}`
}

/** One parameter, its default broken where it is long. */
function parameterText(node: Param, indent: string): string {
  const { default: value, ...rest } = node
  const bare = { ...rest, keywordOnly: false }
  const text = (p: Param) =>
    printHeader({ kind: 'Header', range, name: 'f', nameRange: range, params: [p] }).slice(
      'def f('.length,
      -'):\n'.length,
    )
  const flat = text({ ...bare, ...(value === undefined ? {} : { default: value }) })
  if (value === undefined || indent.length + flat.length < WIDTH) return flat
  const start = `${text(bare)}${node.annotation === undefined ? '=' : ' = '}`
  return start + wrap(value, indent, indent.length + start.length)
}
