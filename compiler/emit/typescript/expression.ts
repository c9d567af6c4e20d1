/** Expressions of the forward language as TypeScript, by the kinds of values that evaluation saw. */
import { operators } from '../../../runtime/ops/functions/index.ts'
import type { BinaryOperator, Call, Expression, Node } from '../../parse/python/ast.ts'
import { inPlaceMember, inPlaceName } from '../../parse/python/in-place-name.ts'
import { asComparison } from '../../parse/python/introspection.ts'
import { variableOf } from '../../parse/python/older-call.ts'
import { asFormatted } from '../../parse/python/string-format.ts'
import { members as alternatives, type ObservedType } from '../observed-type.ts'
import { callCode } from './call.ts'
import { type Code, code, joined, num, property, str, templateText } from './code.ts'
import { boolOp, comparison, condition, negated } from './comparison.ts'
import { comprehension } from './comprehension.ts'
import type { Context } from './context.ts'
import { attributeCode, nameCode, presentTensor } from './members.ts'
import { camel, thisMember } from './names.ts'
import { sliceCode, subscriptCode } from './subscript.ts'

/** How tightly the printed text binds; operands are put in parentheses below their operator's level. */
export const LEVEL = {
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

export const primary = (text: Code): Printed => ({ text, level: LEVEL.primary })

export const at = (level: number, text: Code): Printed => ({ text, level })

export const expression = (node: Expression, cx: Context): Code => print(node, cx).text

/** The text, in parentheses where it binds less tightly than asked for. */
export function operand(node: Expression, level: number, cx: Context): Code {
  const printed = print(node, cx)
  return printed.level < level ? code`(${printed.text})` : printed.text
}

/** For what a method or property is taken of. */
export const receiver = (node: Expression, cx: Context): Code => {
  const present = presentTensor(node, cx)
  if (present !== null) return present
  const text = operand(node, LEVEL.primary, cx)
  return node.kind === 'Int' || node.kind === 'Float' ? code`(${text})` : text
}

export function print(node: Expression, cx: Context): Printed {
  const same = asFormatted(node) ?? asComparison(node) ?? variableOf(node, name => !cx.locals.has(name))
  if (same !== null) return print(same, cx)
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
    case 'BoolOp':
      return boolOp(node, cx)
    case 'Compare':
      return comparison(node, cx)
    case 'IfExp': {
      const test = condition(node.test, cx, LEVEL.or)
      // What types decide (`isinstance(x, Tensor)`) is no choice.
      if (test === 'true' || test === 'false') return print(test === 'true' ? node.body : node.orelse, cx)
      return at(
        LEVEL.conditional,
        code`${test} ? ${operand(node.body, LEVEL.or, cx)} : ${operand(node.orelse, LEVEL.conditional, cx)}`,
      )
    }
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

export const element = (node: Expression, cx: Context): Code =>
  node.kind === 'Starred' ? code`...${receiver(node.value, cx)}` : expression(node, cx)

/** The buffer that an in-place method changes, `this.ema` of `self.ema.mul_(d)`; null where it changes none. */
export function changedCell(node: Expression, cx: Context): Code | null {
  if (cx.seen.rowOf(node) === null) return null
  const local = inPlaceName(node)
  const name = inPlaceMember(node) ?? (local !== null && !cx.locals.has(local) ? local : null)
  return name !== null && cx.around.members.has(name) ? thisMember(name) : null
}

export const sees = (type: ObservedType | null, kind: ObservedType['kind']): boolean =>
  type !== null && alternatives(type).some(t => t.kind === kind)

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

/** A number as an argument: where a float may be integral and the dtype follows it, beside an integer tensor, it says that it is one. */
export function exactScalar(node: Expression, beside: ObservedType | null, cx: Context): Code {
  const toInteger = beside !== null && alternatives(beside).some(t => t.kind === 'tensor' && !t.float)
  return toInteger ? floatScalar(node, cx) : presentExpression(node, cx)
}

/** An expression where None would be refused. */
export const presentExpression = (node: Expression, cx: Context): Code =>
  presentTensor(node, cx) ?? expression(node, cx)

/** A number that decides a dtype: JavaScript does not tell 2.0 from 2. */
export function floatScalar(node: Expression, cx: Context): Code {
  const printed = expression(node, cx)
  const type = cx.seen.typeOf(node)
  const isFloat = node.kind === 'Float' || (type?.kind === 'number' && type.float)
  const value = Number(printed)
  const isIntegral = Number.isNaN(value) || Number.isInteger(value)
  return isFloat && isIntegral ? code`py.float(${printed})` : printed
}

/** An operator of which one side is a tensor: its method, or the function where the left side may be a number. */
export function tensorOperation(name: string, left: Expression, right: Expression, cx: Context): Code {
  const [a, b] = [cx.seen.typeOf(left), cx.seen.typeOf(right)]
  const method = property(camel(name))
  const isAlways = a === null || alternatives(a).every(t => t.kind === 'tensor' || t.kind === 'null')
  return isAlways
    ? code`${receiver(left, cx)}.${method}(${exactScalar(right, a, cx)})`
    : code`F.${method}(${exactScalar(left, b, cx)}, ${presentExpression(right, cx)})`
}

/** A list or tuple as items of another one. */
const spread = (node: Expression, cx: Context): readonly Code[] =>
  node.kind === 'Tuple' || node.kind === 'List'
    ? node.elements.map(e => element(e, cx))
    : [code`...${receiver(node, cx)}`]

/** An operand of arithmetic: True is 1. */
function numeric(node: Expression, level: number, cx: Context): Code {
  const type = cx.seen.typeOf(node)
  return type?.kind === 'boolean' ? code`Number(${condition(node, cx)})` : operand(node, level, cx)
}

function binary(op: BinaryOperator, left: Expression, right: Expression, node: Node, cx: Context): Printed {
  const [a, b] = [cx.seen.typeOf(left), cx.seen.typeOf(right)]
  if (cx.seen.rowOf(node) !== null || sees(a, 'tensor') || sees(b, 'tensor')) {
    return primary(tensorOperation(operators[op], left, right, cx))
  }
  if (op === '+' && (sees(a, 'array') || sees(a, 'tuple') || sees(b, 'array') || sees(b, 'tuple'))) {
    return primary(code`[${joined([left, right].flatMap(side => spread(side, cx)))}]`)
  }
  if (op === '*' && (sees(a, 'array') || sees(a, 'tuple'))) {
    return primary(code`py.range(${expression(right, cx)}).flatMap(() => ${expression(left, cx)})`)
  }
  switch (op) {
    case '+':
    case '-':
      return at(
        LEVEL.add,
        code`${numeric(left, LEVEL.add, cx)} ${op === '+' ? code`+` : code`-`} ${numeric(right, LEVEL.add + 1, cx)}`,
      )
    case '*':
    case '/':
      return at(
        LEVEL.mul,
        code`${numeric(left, LEVEL.mul, cx)} ${op === '*' ? code`*` : code`/`} ${numeric(right, LEVEL.mul + 1, cx)}`,
      )
    case '//':
      return primary(code`Math.floor(${numeric(left, LEVEL.mul, cx)} / ${numeric(right, LEVEL.mul + 1, cx)})`)
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
