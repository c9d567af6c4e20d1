/** The arguments of a call. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Call, Expression, Keyword } from './ast.ts'
import { comprehension, startsComprehension } from './atom.ts'
import { type Cursor, isOperatorOrKeyword } from './cursor.ts'
import type { Inner } from './expression.ts'

/** From '(' to ')'. `**kwargs` is reported and left out. */
export function callArguments(cursor: Cursor, inner: Inner): Pick<Call, 'args' | 'keywords'> {
  const open = cursor.next()
  const args: Expression[] = []
  const keywords: Keyword[] = []
  while (!cursor.take(')')) {
    const first = cursor.token
    if (cursor.take('**')) {
      inner.expression(cursor)
      cursor.report(messages.keywordUnpacking(cursor.place(cursor.rangeFrom(first))))
    } else if (cursor.isKind('name') && isOperatorOrKeyword(cursor.peek(1), '=')) {
      keywords.push(keyword(cursor, inner, keywords))
    } else {
      const value = cursor.is('*') ? star(cursor, inner) : inner.namedExpression(cursor)
      if (startsComprehension(cursor)) {
        const element = comprehension(cursor, inner, open, value, ')')
        return { args: [...args, element], keywords }
      }
      if (keywords.length > 0 && value.kind !== 'Starred')
        cursor.reportSyntax(messages.badArgumentOrder(cursor.place(value.range)))
      args.push(value)
    }
    if (cursor.is('=')) {
      cursor.reportSyntax(messages.comparisonMeant(cursor.place(cursor.rangeOf(cursor.token))))
      cursor.next()
      inner.expression(cursor)
    }
    if (!cursor.take(',') && !cursor.is(')')) cursor.stop("',' or ')'")
  }
  return { args, keywords }
}

function star(cursor: Cursor, inner: Inner): Expression {
  const first = cursor.next()
  const value = inner.expression(cursor)
  return { kind: 'Starred', range: cursor.rangeFrom(first), value }
}

function keyword(cursor: Cursor, inner: Inner, earlier: readonly Keyword[]): Keyword {
  const first = cursor.next()
  cursor.next()
  const name = first.text.normalize('NFKC')
  const value = inner.expression(cursor)
  if (earlier.some(other => other.name === name))
    cursor.report(messages.repeatedKeyword(cursor.place(cursor.rangeOf(first)), name))
  return { kind: 'Keyword', range: cursor.rangeFrom(first), name, nameRange: cursor.rangeOf(first), value }
}
