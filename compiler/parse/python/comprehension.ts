/** `for target in iter if condition`, the clauses of a comprehension, and the targets of loops. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Comprehension, Expression, Target } from './ast.ts'
import type { Cursor } from './cursor.ts'
import type { Inner } from './expression.ts'
import { asTarget } from './target.ts'

/** One or more clauses. */
export function comprehensionClauses(cursor: Cursor, inner: Inner): readonly Comprehension[] {
  const clauses: Comprehension[] = []
  while (cursor.is('for') || cursor.is('async')) {
    const first = cursor.token
    if (cursor.take('async'))
      cursor.report(messages.asynchronous(cursor.place(cursor.rangeOf(first)), 'async'))
    cursor.expect('for')
    const target = loopTarget(cursor, inner)
    cursor.expect('in')
    const iter = cursor.nested(() => inner.disjunction(cursor))
    const ifs: Expression[] = []
    while (cursor.take('if')) ifs.push(cursor.nested(() => inner.disjunction(cursor)))
    clauses.push({ kind: 'Comprehension', range: cursor.rangeFrom(first), target, iter, ifs })
  }
  return clauses
}

/** What stands between `for` and `in`. */
export function loopTarget(cursor: Cursor, inner: Inner): Target {
  const first = cursor.token
  const element = () => {
    const start = cursor.token
    if (!cursor.take('*')) return inner.binary(cursor, 1)
    const value = inner.binary(cursor, 1)
    return { kind: 'Starred', range: cursor.rangeFrom(start), value } as const
  }
  const elements: Expression[] = [element()]
  if (!cursor.is(',')) return asTarget(cursor, elements[0]!)
  while (cursor.take(',') && !cursor.is('in')) elements.push(element())
  return asTarget(cursor, { kind: 'Tuple', range: cursor.rangeFrom(first), elements })
}
