/** Expressions of the forward language as TypeScript, by the kinds of values that evaluation saw. */

import { isDType } from '../../../runtime/ops/dtype.ts'
import { operators } from '../../../runtime/ops/functions/index.ts'
import type { ModuleInstance } from '../../ir/module.ts'
import type {
  BinaryOperator,
  Call,
  CompareOperator,
  Comprehension,
  Expression,
  ListComp,
  Node,
} from '../../parse/python/ast.ts'
import type { Observations } from '../observations.ts'
import { members as alternatives, type ObservedType } from '../observed-type.ts'
import { callCode } from './call.ts'
import { type Code, code, ident, joined, num, property, str, templateText } from './code.ts'
import { fieldName, meaningOf, type Surroundings, thisMember } from './names.ts'
import { type ClassNamer, childTypes, observedType } from './types.ts'

/** What the translation of a body knows. */
export interface Context {
  readonly around: Surroundings
  readonly seen: Observations
  readonly locals: ReadonlySet<string>
  readonly className: ClassNamer
}

export const withLocals = (cx: Context, names: Iterable<string>): Context => ({
  ...cx,
  locals: new Set([...cx.locals, ...names]),
})

/** How tightly the printed text binds; operands are put in parentheses below their operator's level. */
const LEVEL = {
  conditional: 1,
  or: 2,
  and: 3,
  compare: 5,
  add: 8,
  mul: 9,
  power: 10,
  unary: 11,
  primary: 12,
} as const

export interface Printed {
  readonly text: Code
  readonly level: number
}

const primary = (text: Code): Printed => ({ text, level: LEVEL.primary })
const at = (level: number, text: Code): Printed => ({ text, level })

export const expression = (node: Expression, cx: Context): Code => print(node, cx).text

/** The text, in parentheses where it binds less tightly than asked for. */
export function operand(node: Expression, level: number, cx: Context): Code {
  const printed = print(node, cx)
  return printed.level < level ? code`(${printed.text})` : printed.text
}

/** For what a method or property is taken of. */
export const receiver = (node: Expression, cx: Context): Code => {
  const text = operand(node, LEVEL.primary, cx)
  return node.kind === 'Int' || node.kind === 'Float' ? code`(${text})` : text
}

function print(node: Expression, cx: Context): Printed {
  switch (node.kind) {
    case 'Name':
      return primary(nameCode(node, cx))
    case 'Int':
      return primary(num(node.value))
    case 'Float':
      return primary(num(node.value))
    case 'Str':
      return primary(str(node.value))
    case 'Bool':
      return primary(node.value ? code`true` : code`false`)
    case 'None':
      return primary(code`null`)
    case 'Ellipsis':
      return primary(code`'ellipsis'`)
    case 'JoinedStr': {
      const parts = node.parts.map(p =>
        typeof p === 'string' ? templateText(p) : code`\${${expression(p.value, cx)}}`,
      )
      return primary(code`\`${joined(parts, code``)}\``)
    }
    case 'Tuple':
    case 'List':
      return primary(code`[${joined(node.elements.map(e => element(e, cx)))}]`)
    case 'Dict':
      return primary(
        code`{ ${joined(node.entries.map(({ key, value }) => code`${key.kind === 'Str' ? property(key.value) : code`[${expression(key, cx)}]`}: ${expression(value, cx)}`))} }`,
      )
    case 'Unary':
      return unary(node, cx)
    case 'Binary':
      return binary(node.op, node.left, node.right, node, cx)
    case 'BoolOp': {
      const level = node.op === 'and' ? LEVEL.and : LEVEL.or
      const sign = node.op === 'and' ? code` && ` : code` || `
      return at(
        level,
        joined(
          node.values.map(v => condition(v, cx, level)),
          sign,
        ),
      )
    }
    case 'Compare':
      return comparison(node, cx)
    case 'IfExp':
      return at(
        LEVEL.conditional,
        code`${condition(node.test, cx, LEVEL.or)} ? ${operand(node.body, LEVEL.or, cx)} : ${operand(node.orelse, LEVEL.conditional, cx)}`,
      )
    case 'Attribute':
      return primary(attributeCode(node, cx))
    case 'Subscript':
      return primary(subscriptCode(node, cx))
    case 'Slice':
      return primary(sliceCode(node, cx))
    case 'Call':
      return callPrinted(node, cx)
    case 'ListComp':
      return primary(comprehension(node, cx))
    case 'Starred':
      return primary(code`...${receiver(node.value, cx)}`)
    case 'Error':
      return primary(code`undefined`)
  }
}

/** Calls of module functions print as they are; a few built-ins print as operators. */
function callPrinted(node: Call, cx: Context): Printed {
  const text = callCode(node, cx)
  return /^[\w.]+$|[)\]]$|^this\b/.test(text) && !/^(-|!)/.test(text) ? primary(text) : at(LEVEL.unary, text)
}

const element = (node: Expression, cx: Context): Code =>
  node.kind === 'Starred' ? code`...${receiver(node.value, cx)}` : expression(node, cx)

const sees = (type: ObservedType | null, kind: ObservedType['kind']): boolean =>
  type !== null && alternatives(type).some(t => t.kind === kind)

function nameCode(node: Expression & { kind: 'Name' }, cx: Context): Code {
  const { id } = node
  switch (meaningOf(id, cx.locals, cx.around)) {
    case 'local':
    case 'option':
      return ident(id)
    case 'self':
      return code`this`
    case 'member':
      return ownValue(id, cx.seen.typeOf(node), cx)
    case 'method':
      return thisMember(id)
    case 'function':
      return ident(id)
    default:
      if (id === 'training') return code`this.training`
      if (sees(cx.seen.typeOf(node), 'module')) return patternMember(id, cx.seen.typeOf(node), cx)
      if (isDType(id)) return str(id)
      if (id === 'float') return str('float32')
      if (id === 'int') return str('int64')
      return ident(id)
  }
}

/** A member whose name was made by a pattern has no field: it is found by its name. */
const patternMember = (name: string, type: ObservedType | null, cx: Context): Code =>
  code`(this.getSubmodule(${str(name)}) as ${observedType(type, cx.className)})`

const ownValue = (name: string, type: ObservedType | null, cx: Context): Code =>
  cx.around.cells.has(name) ? code`${thisMember(name)}.value` : memberValue(thisMember(name), type)

/** Tensors of modules are cells; absent ones are null. */
function memberValue(field: Code, type: ObservedType | null): Code {
  if (!sees(type, 'tensor')) return field
  return sees(type, 'null') ? code`(${field}?.value ?? null)` : code`${field}!.value`
}

function attributeCode(node: Expression & { kind: 'Attribute' }, cx: Context): Code {
  const { value, attr } = node
  const owner = cx.seen.typeOf(value)
  const type = cx.seen.typeOf(node)
  if (value.kind === 'Name' && value.id === 'self' && !cx.locals.has('self')) {
    if (cx.around.members.has(attr)) return ownValue(attr, type, cx)
    if (attr === 'training') return code`this.training`
    if (cx.around.options.has(attr)) return ident(attr)
    if (sees(type, 'module')) return patternMember(attr, type, cx)
    return thisMember(attr)
  }
  if (owner !== null && alternatives(owner).some(t => t.kind === 'module')) {
    const of = alternatives(owner).find(t => t.kind === 'module')!
    const base = receiver(value, cx)
    if (attr === 'training') return code`${base}.training`
    if (of.kind === 'module' && isContainer(of.module) && of.module.members.has(attr)) {
      return code`(${base}.getSubmodule(${str(attr)}) as ${observedType(type, cx.className)})`
    }
    const isArgument = of.kind === 'module' && of.module.row !== null && !of.module.members.has(attr)
    if (isArgument) return code`${base}.args.${property(attr)}`
    const isParam = of.kind === 'module' && of.module.definition !== null && !of.module.members.has(attr)
    if (isParam && type !== null && type.kind !== 'other') return code`${base}.options.${property(attr)}`
    return memberValue(code`${base}.${fieldName(attr)}`, type)
  }
  if (sees(owner, 'tensor') || sees(type, 'tensor')) return tensorAttribute(node, cx)
  const path = dotted(node)
  if (path !== null) {
    const last = path.split('.').at(-1)!
    if (isDType(last)) return str(last)
    const short: Readonly<Record<string, string>> = {
      float: 'float32',
      half: 'float16',
      double: 'float64',
      long: 'int64',
      int: 'int32',
    }
    if (path.startsWith('torch.') && short[last] !== undefined) return str(short[last])
    if (last === 'pi') return code`Math.PI`
    if (last === 'e') return code`Math.E`
    if (last === 'inf') return num(Number.POSITIVE_INFINITY)
    if (last === 'nan') return num(Number.NaN)
  }
  return code`${receiver(value, cx)}.${property(attr)}`
}

function tensorAttribute(node: Expression & { kind: 'Attribute' }, cx: Context): Code {
  const base = receiver(node.value, cx)
  switch (node.attr) {
    case 'shape':
      return code`${base}.shape`
    case 'ndim':
      return code`${base}.shape.length`
    case 'dtype':
      return code`${base}.dtype`
    case 'device':
      return code`${base}.device`
    case 'data':
      return base
    default: {
      const row = cx.seen.rowOf(node)
      return row === null
        ? code`${base}.${property(node.attr)}`
        : code`${base}.${property(camel(row.python ?? row.name))}()`
    }
  }
}

/** `torch.nn.functional` as text; null where it is no path of names. */
export function dotted(node: Expression): string | null {
  if (node.kind === 'Name') return node.id
  if (node.kind !== 'Attribute') return null
  const rest = dotted(node.value)
  return rest === null ? null : `${rest}.${node.attr}`
}

/** As the runtime names its functions: `max_pool2d` as `maxPool2d`. */
export const camel = (name: string): string =>
  name.replace(/(?<=[^_])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

function subscriptCode(node: Expression & { kind: 'Subscript' }, cx: Context): Code {
  const { value, index } = node
  if (cx.seen.rowOf(node) !== null || sees(cx.seen.typeOf(value), 'tensor')) {
    return code`${receiver(value, cx)}.getitem(${indexItems(index, cx)})`
  }
  const owner = cx.seen.typeOf(value)
  if (index.kind === 'Slice') return listSlice(value, index, cx)
  const base = receiver(value, cx)
  if (sees(owner, 'module')) {
    if (alternatives(owner!).some(t => t.kind === 'module' && t.module.kind === 'ModuleDict')) {
      return code`${base}.get(${expression(index, cx)})`
    }
    const item = code`${base}.at(${expression(index, cx)})`
    const of = alternatives(owner!).find(t => t.kind === 'module')!
    const untyped = of.kind === 'module' && isSequential(of.module)
    return untyped ? code`(${item} as ${observedType(cx.seen.typeOf(node), cx.className)})` : item
  }
  if (sees(owner, 'dict')) return code`${base}[${expression(index, cx)}]!`
  if (index.kind === 'Unary' || index.kind === 'Binary') return code`${base}.at(${expression(index, cx)})!`
  return code`${base}[${expression(index, cx)}]!`
}

function listSlice(value: Expression, slice: Expression & { kind: 'Slice' }, cx: Context): Code {
  const base = receiver(value, cx)
  const bound = (e: Expression | undefined): Code => (e === undefined ? code`null` : expression(e, cx))
  if (slice.step === undefined) {
    if (slice.upper === undefined)
      return code`${base}.slice(${slice.lower === undefined ? code`` : expression(slice.lower, cx)})`
    return code`${base}.slice(${slice.lower === undefined ? code`0` : expression(slice.lower, cx)}, ${expression(slice.upper, cx)})`
  }
  return code`py.slice(${base}, ${bound(slice.lower)}, ${bound(slice.upper)}, ${expression(slice.step, cx)})`
}

/** What stands between the brackets of a tensor, as a list of index items. */
export function indexItems(index: Expression, cx: Context): Code {
  const items = index.kind === 'Tuple' ? index.elements : [index]
  return code`[${joined(items.map(i => (i.kind === 'None' ? code`'newaxis'` : element(i, cx))))}]`
}

function sliceCode(node: Expression & { kind: 'Slice' }, cx: Context): Code {
  const bound = (e: Expression | undefined): Code => (e === undefined ? code`null` : expression(e, cx))
  const parts = [
    bound(node.lower),
    bound(node.upper),
    ...(node.step === undefined ? [] : [expression(node.step, cx)]),
  ]
  while (parts.length > 0 && parts.at(-1) === 'null') parts.pop()
  return code`py.sliceOf(${joined(parts)})`
}

function unary(node: Expression & { kind: 'Unary' }, cx: Context): Printed {
  if (node.op === 'not') return at(LEVEL.unary, negated(node.operand, cx))
  if (cx.seen.rowOf(node) !== null || sees(cx.seen.typeOf(node.operand), 'tensor')) {
    const name = node.op === '-' ? 'neg' : node.op === '~' ? 'bitwiseNot' : null
    return primary(
      name === null ? receiver(node.operand, cx) : code`${receiver(node.operand, cx)}.${property(name)}()`,
    )
  }
  return at(
    LEVEL.unary,
    code`${node.op === '-' ? code`-` : node.op === '~' ? code`~` : code`+`}${operand(node.operand, LEVEL.unary, cx)}`,
  )
}

/** A float that may be integral, beside an integer tensor. */
export function exactScalar(node: Expression, beside: ObservedType | null, cx: Context): Code {
  const integral = node.kind === 'Float' && Number.isInteger(node.value)
  const toInteger = beside !== null && alternatives(beside).some(t => t.kind === 'tensor' && !t.float)
  return integral && toInteger ? code`py.float(${expression(node, cx)})` : expression(node, cx)
}

function binary(op: BinaryOperator, left: Expression, right: Expression, node: Node, cx: Context): Printed {
  const [a, b] = [cx.seen.typeOf(left), cx.seen.typeOf(right)]
  if (cx.seen.rowOf(node) !== null || sees(a, 'tensor') || sees(b, 'tensor')) {
    const name = property(camel(operators[op]))
    if (sees(a, 'tensor') || a === null)
      return primary(code`${receiver(left, cx)}.${name}(${exactScalar(right, a, cx)})`)
    return primary(code`F.${name}(${exactScalar(left, b, cx)}, ${expression(right, cx)})`)
  }
  if (op === '+' && (sees(a, 'array') || sees(a, 'tuple') || sees(b, 'array') || sees(b, 'tuple'))) {
    return primary(code`[...${receiver(left, cx)}, ...${receiver(right, cx)}]`)
  }
  if (op === '*' && (sees(a, 'array') || sees(a, 'tuple'))) {
    return primary(code`py.range(${expression(right, cx)}).flatMap(() => ${expression(left, cx)})`)
  }
  switch (op) {
    case '+':
    case '-':
      return at(
        LEVEL.add,
        code`${operand(left, LEVEL.add, cx)} ${op === '+' ? code`+` : code`-`} ${operand(right, LEVEL.add + 1, cx)}`,
      )
    case '*':
    case '/':
      return at(
        LEVEL.mul,
        code`${operand(left, LEVEL.mul, cx)} ${op === '*' ? code`*` : code`/`} ${operand(right, LEVEL.mul + 1, cx)}`,
      )
    case '//':
      return primary(code`Math.floor(${operand(left, LEVEL.mul, cx)} / ${operand(right, LEVEL.mul + 1, cx)})`)
    case '%':
      return primary(code`py.mod(${expression(left, cx)}, ${expression(right, cx)})`)
    case '**':
      return at(LEVEL.power, code`${operand(left, LEVEL.primary, cx)} ** ${operand(right, LEVEL.power, cx)}`)
    case '@':
      return primary(code`${receiver(left, cx)}.matmul(${expression(right, cx)})`)
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>': {
      const sign = { '&': code`&`, '|': code`|`, '^': code`^`, '<<': code`<<`, '>>': code`>>` }[op]
      return at(
        LEVEL.conditional,
        code`${operand(left, LEVEL.primary, cx)} ${sign} ${operand(right, LEVEL.primary, cx)}`,
      )
    }
  }
}

function comparison(node: Expression & { kind: 'Compare' }, cx: Context): Printed {
  const parts = node.ops.map((op, i) =>
    compareOne(op, i === 0 ? node.left : node.comparators[i - 1]!, node.comparators[i]!, node, cx),
  )
  return parts.length === 1
    ? parts[0]!
    : at(
        LEVEL.and,
        joined(
          parts.map(p => p.text),
          code` && `,
        ),
      )
}

function compareOne(
  op: CompareOperator,
  left: Expression,
  right: Expression,
  node: Node,
  cx: Context,
): Printed {
  const [a, b] = [cx.seen.typeOf(left), cx.seen.typeOf(right)]
  const isNone = left.kind === 'None' || right.kind === 'None'
  if (op === 'is' || op === 'is not' || isNone) {
    const sign = op === 'is' || op === '==' ? code`===` : code`!==`
    return at(LEVEL.compare, code`${nullable(left, cx)} ${sign} ${nullable(right, cx)}`)
  }
  if (op === 'in' || op === 'not in') {
    const list = operand(right, LEVEL.primary, cx)
    const test = sees(b, 'dict')
      ? code`Object.hasOwn(${list}, ${expression(left, cx)})`
      : code`${list}.includes(${expression(left, cx)})`
    return op === 'in' ? primary(test) : at(LEVEL.unary, code`!${test}`)
  }
  if (cx.seen.rowOf(node) !== null || sees(a, 'tensor') || sees(b, 'tensor')) {
    const name = property(camel(operators[op]))
    if (sees(a, 'tensor') || a === null)
      return primary(code`${receiver(left, cx)}.${name}(${exactScalar(right, a, cx)})`)
    return primary(code`F.${name}(${exactScalar(left, b, cx)}, ${expression(right, cx)})`)
  }
  const listed = [a, b].some(t => sees(t, 'array') || sees(t, 'tuple'))
  if (listed && (op === '==' || op === '!=')) {
    const test = code`py.equal(${expression(left, cx)}, ${expression(right, cx)})`
    return op === '==' ? primary(test) : at(LEVEL.unary, code`!${test}`)
  }
  const sign = {
    '<': code`<`,
    '<=': code`<=`,
    '>': code`>`,
    '>=': code`>=`,
    '==': code`===`,
    '!=': code`!==`,
  }[op]
  return at(
    LEVEL.compare,
    code`${operand(left, LEVEL.compare + 1, cx)} ${sign} ${operand(right, LEVEL.compare + 1, cx)}`,
  )
}

/** A member that may be absent, compared with null: the field itself, not its value. */
function nullable(node: Expression, cx: Context): Code {
  const own = node.kind === 'Name' && meaningOf(node.id, cx.locals, cx.around) === 'member' ? node.id : null
  const onSelf =
    node.kind === 'Attribute' && node.value.kind === 'Name' && node.value.id === 'self' ? node.attr : null
  const name = own ?? (onSelf !== null && cx.around.members.has(onSelf) ? onSelf : null)
  return name === null ? operand(node, LEVEL.compare + 1, cx) : thisMember(name)
}

/** An expression as a condition, by Python's truth. */
export function condition(node: Expression, cx: Context, level: number = LEVEL.conditional): Code {
  if (node.kind === 'Compare' || node.kind === 'BoolOp' || node.kind === 'Bool')
    return operand(node, level, cx)
  if (node.kind === 'Unary' && node.op === 'not') return negated(node.operand, cx)
  const type = cx.seen.typeOf(node)
  const kinds = new Set(type === null ? [] : alternatives(type).map(t => t.kind))
  const only = (...allowed: ObservedType['kind'][]): boolean =>
    kinds.size > 0 && [...kinds].every(k => allowed.includes(k))
  if (only('boolean')) return operand(node, level, cx)
  if (only('module', 'tensor', 'null') || kinds.size === 0) {
    return kinds.size === 0 && !isMember(node, cx)
      ? code`py.truth(${expression(node, cx)})`
      : code`${nullable(node, cx)} !== null`
  }
  if (only('number')) return code`${operand(node, LEVEL.compare + 1, cx)} !== 0`
  if (only('array', 'tuple')) return code`${receiver(node, cx)}.length > 0`
  return code`py.truth(${expression(node, cx)})`
}

const isMember = (node: Expression, cx: Context): boolean =>
  (node.kind === 'Name' && meaningOf(node.id, cx.locals, cx.around) === 'member') ||
  (node.kind === 'Attribute' && node.value.kind === 'Name' && node.value.id === 'self')

function negated(node: Expression, cx: Context): Code {
  const text = condition(node, cx, LEVEL.unary)
  const swapped =
    text.endsWith(' !== null') && !text.includes('&&')
      ? (text.replace(/ !== null$/, ' === null') as Code)
      : null
  return (
    swapped ??
    code`!${/^[\w.]+$|^py\.truth\(.*\)$/.test(text) || text.startsWith('(') ? text : code`(${text})`}`
  )
}

function comprehension(node: ListComp, cx: Context): Code {
  const build = (generators: readonly Comprehension[], inner: Context): Code => {
    const [first, ...rest] = generators
    const bound = withLocals(inner, targetNames(first!.target))
    let source = tupleItems(first!, inner)
    const parameter = targetCode(first!.target)
    for (const test of first!.ifs)
      source = code`${source}.filter(${arrow(parameter)} => ${condition(test, bound)})`
    const body = rest.length === 0 ? expression(node.element, bound) : build(rest, bound)
    const wrapped = body.startsWith('{') ? code`(${body})` : body
    return code`${source}.${rest.length === 0 ? code`map` : code`flatMap`}(${arrow(parameter)} => ${wrapped})`
  }
  return build(node.generators, cx)
}

/** Lists of lists of numbers, with as many of them as the target takes apart. */
function tupleItems(generator: Comprehension, cx: Context): Code {
  const source = iterable(generator.iter, cx)
  const { target } = generator
  const type = cx.seen.typeOf(generator.iter)
  if ((target.kind !== 'Tuple' && target.kind !== 'List') || type?.kind !== 'array') return source
  const listed =
    type.items?.kind === 'array' ||
    (type.items?.kind === 'tuple' && type.items.items.every(t => t.kind === 'number'))
  if (!listed) return source
  const items = target.elements.map(t => observedType(cx.seen.typeOf(t), cx.className))
  return code`(${source} as [${joined(items)}][])`
}

const arrow = (parameter: Code): Code => (/^[\w$]+$/.test(parameter) ? parameter : code`(${parameter})`)

export function targetNames(target: Node): string[] {
  if (target.kind === 'Name') return [target.id]
  if (target.kind === 'Tuple' || target.kind === 'List') return target.elements.flatMap(targetNames)
  return target.kind === 'Starred' ? targetNames(target.value) : []
}

/** A target of names only, as a binding pattern. */
export function targetCode(target: Node): Code {
  if (target.kind === 'Name') return ident(target.id)
  if (target.kind === 'Starred') return code`...${targetCode(target.value)}`
  if (target.kind === 'Tuple' || target.kind === 'List')
    return code`[${joined(target.elements.map(targetCode))}]`
  return code`_`
}

const isContainer = (m: ModuleInstance): boolean =>
  m.kind === 'Sequential' || m.kind === 'ModuleList' || m.kind === 'ModuleDict'
const isSequential = (m: ModuleInstance): boolean => m.kind === 'Sequential'

/** What a loop or comprehension goes over, as an array. */
export function iterable(node: Expression, cx: Context): Code {
  const type = cx.seen.typeOf(node)
  if (sees(type, 'tensor')) return code`${receiver(node, cx)}.unbind()`
  const module = type === null ? undefined : alternatives(type).find(t => t.kind === 'module')
  if (module?.kind === 'module') {
    const all = code`[...${receiver(node, cx)}]`
    // A Sequential does not know the classes of its modules.
    return isSequential(module.module)
      ? code`(${all} as (${childTypes(module.module, cx.className)})[])`
      : all
  }
  if (sees(type, 'dict')) return code`Object.keys(${expression(node, cx)})`
  return receiver(node, cx)
}
