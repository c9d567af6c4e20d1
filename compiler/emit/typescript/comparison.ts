/** Comparisons and conditions as TypeScript, by Python's truth. */
import { operators } from '../../../runtime/ops/functions/index.ts'
import type { BoolOp, CompareOperator, Expression, Node } from '../../parse/python/ast.ts'
import { members as alternatives, type ObservedType } from '../observed-type.ts'
import { type Code, code, ident, joined } from './code.ts'
import type { Context } from './context.ts'
import {
  at,
  expression,
  LEVEL,
  operand,
  type Printed,
  primary,
  receiver,
  sees,
  tensorOperation,
} from './expression.ts'
import { meaningOf, thisMember } from './names.ts'

export function comparison(node: Expression & { kind: 'Compare' }, cx: Context): Printed {
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
    return primary(tensorOperation(operators[op], left, right, cx))
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

/** A local or member that may be absent, compared with null: the field itself, not its value. */
export function nullable(node: Expression, cx: Context): Code {
  const own = node.kind === 'Name' && meaningOf(node.id, cx.locals, cx.around) === 'member' ? node.id : null
  const onSelf =
    node.kind === 'Attribute' && node.value.kind === 'Name' && node.value.id === 'self' ? node.attr : null
  const name = own ?? (onSelf !== null && cx.around.members.has(onSelf) ? onSelf : null)
  if (name !== null) return thisMember(name)
  return node.kind === 'Name' && cx.locals.has(node.id)
    ? ident(node.id)
    : operand(node, LEVEL.compare + 1, cx)
}

/** An expression as a condition, by Python's truth. */
export function condition(node: Expression, cx: Context, level: number = LEVEL.conditional): Code {
  if (node.kind === 'Compare' || node.kind === 'Bool') return operand(node, level, cx)
  if (node.kind === 'BoolOp') {
    const { text, level: own } = conditions(node, cx)
    return own < level ? code`(${text})` : text
  }
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

export function negated(node: Expression, cx: Context): Code {
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

/** `and` and `or` of conditions. */
function conditions(node: BoolOp, cx: Context): Printed {
  const level = node.op === 'and' ? LEVEL.and : LEVEL.or
  return at(
    level,
    joined(
      node.values.map(v => condition(v, cx, level)),
      node.op === 'and' ? code` && ` : code` || `,
    ),
  )
}

/** `a or b` as a value: Python gives one of its operands. Of booleans that is what JavaScript's operators give. */
export function boolOp(node: BoolOp, cx: Context): Printed {
  const isBoolean = (e: Expression): boolean => {
    const type = cx.seen.typeOf(e)
    return e.kind === 'Compare' || type === null || alternatives(type).every(t => t.kind === 'boolean')
  }
  if (node.values.every(isBoolean)) return conditions(node, cx)
  const last = node.values.at(-1)!
  let result = operand(last, LEVEL.conditional, cx)
  for (const value of node.values.slice(0, -1).reverse()) {
    const test = condition(value, cx, LEVEL.or)
    const own = operand(value, LEVEL.or, cx)
    result = node.op === 'or' ? code`${test} ? ${own} : ${result}` : code`${test} ? ${result} : ${own}`
  }
  return at(LEVEL.conditional, result)
}
