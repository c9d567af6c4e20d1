/** Which expressions can be assigned to. */
import * as messages from '../../diagnostics/catalogue/python.ts'
import type { Expression, Target } from './ast.ts'
import type { Cursor } from './cursor.ts'

/** The expression as a target. Reports what is none and puts an error node in its place. */
export function asTarget(cursor: Cursor, expression: Expression): Target {
  if (expression.kind === 'Starred') return cursor.fault(messages.misplacedStar, expression.range)
  return element(cursor, expression)
}

function element(cursor: Cursor, expression: Expression): Target {
  switch (expression.kind) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
    case 'Error':
      return expression
    case 'Starred': {
      const value = element(cursor, expression.value)
      return value.kind === 'Starred'
        ? cursor.fault(messages.misplacedStar, expression.range)
        : { ...expression, value }
    }
    case 'Tuple':
    case 'List': {
      const elements = expression.elements.map(item => element(cursor, item))
      const second = elements.filter(item => item.kind === 'Starred')[1]
      if (second !== undefined) cursor.report(messages.severalStars(cursor.place(second.range)))
      return { ...expression, elements }
    }
    default: {
      const range = expression.range
      cursor.reportSyntax(messages.badTarget(cursor.place(range), description(expression)))
      return { kind: 'Error', range, children: [expression], binds: [] }
    }
  }
}

/** What to call the expression in a message. */
function description(expression: Expression): string {
  switch (expression.kind) {
    case 'Call':
      return 'the result of a call'
    case 'Compare':
      return 'a comparison'
    case 'None':
    case 'Bool':
    case 'Ellipsis':
    case 'Int':
    case 'Float':
    case 'Str':
    case 'JoinedStr':
      return 'a constant'
    case 'IfExp':
      return 'a conditional expression'
    case 'Dict':
      return 'a dict'
    case 'ListComp':
      return expression.key === undefined ? 'a list comprehension' : 'a dict comprehension'
    default:
      return 'an expression with operators'
  }
}
