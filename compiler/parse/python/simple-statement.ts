/** Statements of one line. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Diagnostic, Place } from '../../diagnostics/diagnostic.ts'
import type { BinaryOperator, ErrorNode, Expression, Name, Statement, Target } from './ast.ts'
import { yielded } from './atom.ts'
import type { Cursor } from './cursor.ts'
import { expression, expressionList, inner, startsExpression } from './expression.ts'
import { asTarget } from './target.ts'
import type { Token } from './token.ts'
import { isDeeperThan } from './visit.ts'

/** Height of an expression from which later phases, which recurse, could run out of stack. */
const maxHeight = 500

/** Statements separated by ';' up to the end of the line, which is taken. */
export function simpleStatements(cursor: Cursor): readonly Statement[] {
  const statements: Statement[] = []
  do {
    if (cursor.isKind('newline')) break
    statements.push(simpleStatement(cursor))
  } while (cursor.take(';'))
  if (!cursor.isKind('newline') && !cursor.isKind('end'))
    cursor.stop('the end of the statement', equalsHint(cursor))
  cursor.next()
  return statements
}

/** What to say where an expression is followed by a single '='. */
export function equalsHint(cursor: Cursor): string | undefined {
  return cursor.is('=') ? "write '==' to compare" : undefined
}

/** The expression, or an error node where it is too high for what recurses over it later. */
export function limited<T extends Expression>(cursor: Cursor, node: T): T | ErrorNode {
  return isDeeperThan(node, maxHeight) ? cursor.refuse(messages.tooDeep, node.range) : node
}

const value = (cursor: Cursor): Expression =>
  cursor.is('yield') ? yielded(cursor, inner) : limited(cursor, expressionList(cursor))

function simpleStatement(cursor: Cursor): Statement {
  const first = cursor.token
  const simple = first.kind === 'keyword' ? keywordStatements[first.text] : undefined
  if (simple !== undefined) return simple(cursor, cursor.next())
  if (first.text === 'print' && first.kind === 'name' && isPrintArgument(cursor.peek(1))) {
    cursor.skipLine(true)
    return cursor.refuse(messages.printStatement, cursor.rangeFrom(first))
  }
  return expressionStatement(cursor)
}

/** What follows `print` where it is the statement of Python 2. */
function isPrintArgument(token: Token): boolean {
  return token.kind === 'name' || token.kind === 'string' || token.kind === 'int' || token.kind === 'float'
}

const keywordStatements: Readonly<Record<string, (cursor: Cursor, keyword: Token) => Statement>> = {
  pass: (cursor, keyword) => ({ kind: 'Pass', range: cursor.rangeOf(keyword) }),
  break: (cursor, keyword) => ({ kind: 'Break', range: cursor.rangeOf(keyword) }),
  continue: (cursor, keyword) => ({ kind: 'Continue', range: cursor.rangeOf(keyword) }),
  return: (cursor, keyword) => {
    if (!startsExpression(cursor.token)) return { kind: 'Return', range: cursor.rangeOf(keyword) }
    const result = value(cursor)
    return { kind: 'Return', range: cursor.rangeFrom(keyword), value: result }
  },
  assert: (cursor, keyword) => {
    const test = limited(cursor, expression(cursor))
    const message = cursor.take(',') ? limited(cursor, expression(cursor)) : undefined
    const range = cursor.rangeFrom(keyword)
    return { kind: 'Assert', range, test, ...(message === undefined ? {} : { message }) }
  },
  del: deletion,
  raise: (cursor, keyword) => {
    if (!startsExpression(cursor.token)) return { kind: 'Raise', range: cursor.rangeOf(keyword) }
    const error = limited(cursor, expression(cursor))
    if (cursor.take('from')) limited(cursor, expression(cursor))
    return { kind: 'Raise', range: cursor.rangeFrom(keyword), value: error }
  },
  import: (cursor, keyword) => skipped(cursor, keyword, messages.importing, importedNames),
  from: (cursor, keyword) => skipped(cursor, keyword, messages.importing, importedNames),
  global: (cursor, keyword) => skipped(cursor, keyword, place => messages.scopeDeclaration(place, 'global')),
  nonlocal: (cursor, keyword) =>
    skipped(cursor, keyword, place => messages.scopeDeclaration(place, 'nonlocal')),
}

/** A refused statement, of which nothing is parsed. */
function skipped(
  cursor: Cursor,
  keyword: Token,
  message: (place: Place) => Diagnostic,
  names: (tokens: readonly Token[]) => readonly string[] = () => [],
): ErrorNode {
  const tokens = cursor.skipLine(true)
  return cursor.refuse(message, cursor.rangeOf(keyword), {
    range: cursor.rangeFrom(keyword),
    binds: names(tokens),
  })
}

/** Names that the rest of an import statement may bind: the new name of a renamed one, the last part of a dotted one. */
function importedNames(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token, i) => {
    const after = tokens[i + 1]?.text
    return token.kind === 'name' && after !== 'as' && after !== '.' && after !== 'import' ? [token.text] : []
  })
}

function deletion(cursor: Cursor, keyword: Token): Statement {
  const list = expressionList(cursor)
  const range = cursor.rangeFrom(keyword)
  const items = list.kind === 'Tuple' ? list.elements : [list]
  const names = items.filter((item): item is Name => item.kind === 'Name')
  const other = items.find(item => item.kind !== 'Name')
  if (other === undefined) return { kind: 'Delete', range, names }
  return cursor.refuse(messages.deleteTarget, other.range, { range, children: items })
}

const augmented = /^(?:[-+*/%@&|^]|\/\/|\*\*|<<|>>)=$/

/** An assignment of any form, or an expression. */
function expressionStatement(cursor: Cursor): Statement {
  const first = cursor.token
  const left = cursor.is('yield') ? yielded(cursor, inner) : expressionList(cursor)
  const { token } = cursor
  if (cursor.is(':')) return annotated(cursor, first, left)
  if (token.kind === 'op' && augmented.test(token.text)) return augmentedAssignment(cursor, first, left)
  if (!cursor.is('=')) {
    const whole = left.kind === 'Starred' ? cursor.fault(messages.misplacedStar, left.range) : left
    return { kind: 'Expr', range: cursor.rangeFrom(first), value: limited(cursor, whole) }
  }
  const targets: Target[] = []
  let last: Expression = left
  while (cursor.take('=')) {
    targets.push(asTarget(cursor, limited(cursor, last)))
    last = value(cursor)
  }
  return { kind: 'Assign', range: cursor.rangeFrom(first), targets, value: last }
}

/** `target: annotation = value`. The annotation is parsed for the errors in it. */
function annotated(cursor: Cursor, first: Token, left: Expression): Statement {
  const target = asTarget(cursor, limited(cursor, left))
  if (target.kind === 'Tuple' || target.kind === 'List') cursor.stop("'='")
  cursor.next()
  limited(cursor, expression(cursor))
  if (!cursor.take('='))
    return cursor.refuse(messages.bareAnnotation, cursor.rangeFrom(first), {
      binds: target.kind === 'Name' ? [target.id] : [],
    })
  const assigned = value(cursor)
  return { kind: 'Assign', range: cursor.rangeFrom(first), targets: [target], value: assigned }
}

function augmentedAssignment(cursor: Cursor, first: Token, left: Expression): Statement {
  const target = asTarget(cursor, limited(cursor, left))
  const op = cursor.next().text.slice(0, -1) as BinaryOperator
  const operand = value(cursor)
  const range = cursor.rangeFrom(first)
  if (target.kind !== 'Tuple' && target.kind !== 'List' && target.kind !== 'Starred')
    return { kind: 'AugAssign', range, target, op, value: operand }
  cursor.report(
    messages.badTarget(cursor.place(target.range), "a list of names before an operator like '+='"),
  )
  return { kind: 'Error', range, children: [target, operand], binds: [] }
}
