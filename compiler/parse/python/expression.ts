/** Expressions, by precedence climbing; the levels are those of Python's grammar. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Range } from '../source.ts'
import type { BinaryOperator, CompareOperator, Expression, Slice, Tuple, UnaryOperator } from './ast.ts'
import { atom } from './atom.ts'
import { callArguments } from './call.ts'
import { type Cursor, isOperatorOrKeyword } from './cursor.ts'
import type { Token } from './token.ts'

const binaryLevels: Readonly<Record<string, number>> = {
  '|': 1,
  '^': 2,
  '&': 3,
  '<<': 4,
  '>>': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '//': 6,
  '%': 6,
  '@': 6,
}

const compareOperators: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!='])

/** Expressions separated by commas, or one: what Python takes at statement level. `*x` is allowed among several. */
export function expressionList(cursor: Cursor): Expression {
  const first = cursor.token
  const element = starredOrNamed(cursor)
  if (!cursor.is(',')) {
    if (element.kind === 'Starred') return cursor.fault(messages.misplacedStar, cursor.rangeOf(first))
    return element
  }
  return tupleFrom(cursor, first, element, starredOrNamed)
}

/** The rest of a tuple without brackets, at the comma after its first element. */
export function tupleFrom(
  cursor: Cursor,
  first: Token,
  element: Expression,
  parse: (cursor: Cursor) => Expression,
): Tuple {
  const elements = [element]
  while (cursor.take(',') && startsExpression(cursor.token)) elements.push(parse(cursor))
  return { kind: 'Tuple', range: cursor.rangeFrom(first), elements }
}

const nonStarting: ReadonlySet<string> = new Set(
  `as assert break class continue def del elif else except finally for from global if import in is nonlocal or and
  pass raise return try while with async`.split(/\s+/),
)

const startingOperators: ReadonlySet<string> = new Set(['(', '[', '{', '-', '+', '~', '*', '...'])

/** Whether an element of a list follows, rather than what ends it. */
export function startsExpression(token: Token): boolean {
  switch (token.kind) {
    case 'op':
      return startingOperators.has(token.text)
    case 'keyword':
      return !nonStarting.has(token.text)
    case 'name':
    case 'int':
    case 'float':
    case 'string':
    case 'error':
      return true
    default:
      return false
  }
}

/** `*x`, or an expression that may be an assignment expression (which is refused). */
export function starredOrNamed(cursor: Cursor): Expression {
  const first = cursor.token
  if (!cursor.take('*')) return namedExpression(cursor)
  const value = cursor.nested(() => binary(cursor, 1))
  return { kind: 'Starred', range: cursor.rangeFrom(first), value }
}

/** An expression, or `name := expression`, which is refused. */
export function namedExpression(cursor: Cursor): Expression {
  const first = cursor.token
  const left = expression(cursor)
  if (!cursor.is(':=')) return left
  cursor.next()
  const value = expression(cursor)
  return cursor.refuse(messages.walrus, cursor.rangeFrom(first), {
    children: [value],
    binds: left.kind === 'Name' ? [left.id] : [],
  })
}

/** A single expression: `a if b else c` and everything that binds more tightly. */
export function expression(cursor: Cursor): Expression {
  return cursor.nested(() => {
    const first = cursor.token
    if (cursor.is('lambda')) return lambda(cursor)
    const body = disjunction(cursor)
    if (!cursor.take('if')) return body
    const test = disjunction(cursor)
    cursor.expect('else')
    const orelse = expression(cursor)
    return { kind: 'IfExp', range: cursor.rangeFrom(first), test, body, orelse }
  })
}

/** `lambda params: body`: its params are skipped, its body is parsed for the errors in it. */
function lambda(cursor: Cursor): Expression {
  const first = cursor.next()
  while (!cursor.is(':')) {
    if (cursor.isKind('name') || cursor.is('*') || cursor.is('**') || cursor.is('/') || cursor.is(','))
      cursor.next()
    else if (cursor.take('=')) expression(cursor)
    else cursor.stop("':'")
  }
  cursor.next()
  expression(cursor)
  return cursor.refuse(messages.lambda, cursor.rangeFrom(first))
}

/** `a or b or c`: what stands in a condition of a comprehension. */
export function disjunction(cursor: Cursor): Expression {
  return chain(cursor, 'or', () => chain(cursor, 'and', () => inversion(cursor)))
}

function chain(cursor: Cursor, op: 'and' | 'or', operand: () => Expression): Expression {
  const first = cursor.token
  const left = operand()
  if (!cursor.is(op)) return left
  const values = [left]
  while (cursor.take(op)) values.push(operand())
  return { kind: 'BoolOp', range: cursor.rangeFrom(first), op, values }
}

function inversion(cursor: Cursor): Expression {
  const first = cursor.token
  if (!cursor.take('not')) return comparison(cursor)
  const operand = cursor.nested(() => inversion(cursor))
  return { kind: 'Unary', range: cursor.rangeFrom(first), op: 'not', operand }
}

function comparison(cursor: Cursor): Expression {
  const first = cursor.token
  const left = binary(cursor, 1)
  const ops: CompareOperator[] = []
  const comparators: Expression[] = []
  for (let op = compareOperator(cursor); op !== undefined; op = compareOperator(cursor)) {
    ops.push(op)
    comparators.push(binary(cursor, 1))
  }
  return ops.length === 0 ? left : { kind: 'Compare', range: cursor.rangeFrom(first), left, ops, comparators }
}

function compareOperator(cursor: Cursor): CompareOperator | undefined {
  const { token } = cursor
  if (token.kind === 'op' && compareOperators.has(token.text)) return cursor.next().text as CompareOperator
  if (cursor.take('in')) return 'in'
  if (cursor.take('is')) return cursor.take('not') ? 'is not' : 'is'
  if (cursor.is('not') && isOperatorOrKeyword(cursor.peek(1), 'in')) {
    cursor.next()
    cursor.next()
    return 'not in'
  }
  return undefined
}

/** Binary operators of at least `level`; 1 is everything below comparisons, which is also what a `*` or a target takes. */
export function binary(cursor: Cursor, level: number): Expression {
  const first = cursor.token
  let left = unary(cursor)
  for (;;) {
    const { kind, text } = cursor.token
    const found = kind === 'op' ? binaryLevels[text] : undefined
    if (found === undefined || found < level) return left
    cursor.next()
    const right = binary(cursor, found + 1)
    left = { kind: 'Binary', range: cursor.rangeFrom(first), op: text as BinaryOperator, left, right }
  }
}

function unary(cursor: Cursor): Expression {
  const { kind, text } = cursor.token
  if (kind !== 'op' || !(text === '-' || text === '+' || text === '~')) return power(cursor)
  const first = cursor.next()
  const operand = cursor.nested(() => unary(cursor))
  return { kind: 'Unary', range: cursor.rangeFrom(first), op: text as UnaryOperator, operand }
}

function power(cursor: Cursor): Expression {
  const first = cursor.token
  const left = awaited(cursor)
  if (!cursor.take('**')) return left
  const right = cursor.nested(() => unary(cursor))
  return { kind: 'Binary', range: cursor.rangeFrom(first), op: '**', left, right }
}

function awaited(cursor: Cursor): Expression {
  const first = cursor.token
  if (!cursor.take('await')) return primary(cursor)
  const value = primary(cursor)
  cursor.report(messages.asynchronous(cursor.place(cursor.rangeOf(first)), 'await'))
  return value
}

/** An atom and the attributes, indices and calls after it. */
function primary(cursor: Cursor): Expression {
  const first = cursor.token
  let value = atom(cursor, inner)
  for (;;) {
    if (cursor.take('.')) {
      const name = cursor.expectName('the name of an attribute')
      value = {
        kind: 'Attribute',
        range: cursor.rangeFrom(first),
        value,
        attr: name.text.normalize('NFKC'),
        attrRange: cursor.rangeOf(name),
      }
    } else if (cursor.is('(')) {
      const { args, keywords } = callArguments(cursor, inner)
      value = { kind: 'Call', range: cursor.rangeFrom(first), func: value, args, keywords }
    } else if (cursor.take('[')) {
      const index = indices(cursor)
      cursor.expect(']')
      value = { kind: 'Subscript', range: cursor.rangeFrom(first), value, index }
    } else return value
  }
}

function indices(cursor: Cursor): Expression {
  const first = cursor.token
  const element = index(cursor)
  if (!cursor.is(',')) {
    // `x[*a]` is a tuple of one.
    return element.kind === 'Starred' ? { kind: 'Tuple', range: element.range, elements: [element] } : element
  }
  const elements = [element]
  while (cursor.take(',') && (startsExpression(cursor.token) || cursor.is(':'))) elements.push(index(cursor))
  return { kind: 'Tuple', range: cursor.rangeFrom(first), elements }
}

function index(cursor: Cursor): Expression | Slice {
  const first = cursor.token
  const lower = cursor.is(':') ? undefined : starredOrNamed(cursor)
  if (!cursor.take(':')) return lower ?? cursor.stop('an index')
  const bound = () => (startsExpression(cursor.token) ? expression(cursor) : undefined)
  const upper = bound()
  const step = cursor.take(':') ? bound() : undefined
  const range: Range = cursor.rangeFrom(first)
  return {
    kind: 'Slice',
    range,
    ...(lower === undefined ? {} : { lower }),
    ...(upper === undefined ? {} : { upper }),
    ...(step === undefined ? {} : { step }),
  }
}

/** What atoms and calls contain; handed to them, since expressions contain atoms. */
export const inner = { expression, expressionList, namedExpression, starredOrNamed, disjunction, binary }
export type Inner = typeof inner
