/** Types of params, inputs and outputs: `int`, `list[int]`, `float32[N, 1, _, _]`. */
import type { Expression, TypeExpr, Wildcard } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { expression } from './expression.ts'
import { limited } from './simple-statement.ts'

/** A name, with arguments in square brackets or without. */
export function typeExpression(cursor: Cursor): TypeExpr {
  return cursor.nested(() => {
    const first = cursor.isKind('name') || cursor.is('None') ? cursor.next() : cursor.stop('a type')
    const name = first.text.normalize('NFKC')
    const bracketed = cursor.take('[')
    const args = bracketed ? argumentsOf(cursor, name) : []
    return {
      kind: 'TypeExpr',
      range: cursor.rangeFrom(first),
      name,
      nameRange: cursor.rangeOf(first),
      args,
      bracketed,
    }
  })
}

/** Up to the closing bracket, which is taken. */
function argumentsOf(cursor: Cursor, name: string): readonly (Expression | TypeExpr | Wildcard)[] {
  const args: (Expression | TypeExpr | Wildcard)[] = []
  while (!cursor.take(']')) {
    args.push(
      name === 'tuple' || (name === 'list' && args.length === 0) ? typeExpression(cursor) : dim(cursor),
    )
    if (!cursor.take(',') && !cursor.is(']')) cursor.stop("',' or ']'")
  }
  return args
}

function dim(cursor: Cursor): Expression | Wildcard {
  const found = limited(cursor, expression(cursor))
  return found.kind === 'Name' && found.id === '_' ? { kind: 'Wildcard', range: found.range } : found
}
