/** Constructors of syntax trees for code that no author wrote. */
import type {
  Assign,
  Attribute,
  Block,
  Call,
  Comprehension,
  Expression,
  ExpressionStatement,
  For,
  If,
  IfExp,
  Keyword,
  List,
  ListComp,
  Name,
  NoneLiteral,
  Param,
  Starred,
  Statement,
  Str,
  Subscript,
  Target,
  Tuple,
} from '../../parse/python/ast.ts'

const range = { start: 0, end: 0 }

export const name = (id: string): Name => ({ kind: 'Name', range, id })
export const none: NoneLiteral = { kind: 'None', range }
export const string = (value: string): Str => ({ kind: 'Str', range, value })
export const bool = (value: boolean): Expression => ({ kind: 'Bool', range, value })
export const int = (value: number): Expression => number(value, String(value))

/** A number by its text; negative ones are Python's minus before a number. */
export function number(value: number, text: string): Expression {
  if (text.startsWith('-')) {
    return { kind: 'Unary', range, op: '-', operand: number(-value, text.slice(1)) }
  }
  return { kind: /^\d+$/.test(text) ? 'Int' : 'Float', range, value, text }
}
export const list = (elements: readonly Expression[]): List => ({ kind: 'List', range, elements })
export const tuple = (elements: readonly Expression[]): Tuple => ({ kind: 'Tuple', range, elements })
export const starred = (value: Expression): Starred => ({ kind: 'Starred', range, value })

export const attribute = (value: Expression, attr: string): Attribute => ({
  kind: 'Attribute',
  range,
  value,
  attr,
  attrRange: range,
})

/** `a.b.c` from its text. */
export function path(dotted: string): Expression {
  const [first = '', ...rest] = dotted.split('.')
  return rest.reduce<Expression>(attribute, name(first))
}

export const subscript = (value: Expression, index: Expression): Subscript => ({
  kind: 'Subscript',
  range,
  value,
  index,
})

export const keyword = (named: string, value: Expression): Keyword => ({
  kind: 'Keyword',
  range,
  name: named,
  nameRange: range,
  value,
})

export const call = (
  func: Expression,
  args: readonly Expression[],
  keywords: readonly Keyword[] = [],
): Call => ({ kind: 'Call', range, func, args, keywords })

export const choose = (test: Expression, body: Expression, orelse: Expression): IfExp => ({
  kind: 'IfExp',
  range,
  test,
  body,
  orelse,
})

export const generator = (
  target: Target,
  iter: Expression,
  ifs: readonly Expression[] = [],
): Comprehension => ({ kind: 'Comprehension', range, target, iter, ifs })

export const listComp = (element: Expression, generators: readonly Comprehension[]): ListComp => ({
  kind: 'ListComp',
  range,
  element,
  generators,
})

export const not = (operand: Expression): Expression => ({ kind: 'Unary', range, op: 'not', operand })

export const isNone = (left: Expression): Expression => ({
  kind: 'Compare',
  range,
  left,
  ops: ['is'],
  comparators: [none],
})

export const either = (left: Expression, right: Expression): Expression => ({
  kind: 'Binary',
  range,
  op: '|',
  left,
  right,
})

export const block = (body: readonly Statement[]): Block => ({ kind: 'Block', range, body })

export const assign = (target: Target, value: Expression): Assign => ({
  kind: 'Assign',
  range,
  targets: [target],
  value,
})

export const statement = (value: Expression): ExpressionStatement => ({ kind: 'Expr', range, value })

export const when = (test: Expression, body: readonly Statement[], orelse?: readonly Statement[]): If => ({
  kind: 'If',
  range,
  branches: [{ test, body: block(body) }],
  ...(orelse === undefined ? {} : { orelse: block(orelse) }),
})

export const loop = (target: Target, iter: Expression, body: readonly Statement[]): For => ({
  kind: 'For',
  range,
  target,
  iter,
  body: block(body),
})

export const param = (
  named: string,
  annotation: Expression | null = null,
  value: Expression | null = null,
): Param => ({
  kind: 'Param',
  range,
  name: named,
  nameRange: range,
  keywordOnly: false,
  ...(annotation === null ? {} : { annotation }),
  ...(value === null ? {} : { default: value }),
})
