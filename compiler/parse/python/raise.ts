/** What a `raise` says, and whether a branch does nothing else. */
import type { Block, Raise } from './ast.ts'
import { printExpression } from './print-expression.ts'

/** The text of the error, with expressions in it as they are written; without a text, what is raised. */
export function raiseMessage({ value }: Raise): string {
  if (value === undefined) return 'an error'
  const [text] = value.kind === 'Call' ? value.args : []
  if (text?.kind === 'Str') return text.value
  if (text?.kind === 'JoinedStr')
    return text.parts.map(p => (typeof p === 'string' ? p : `{${printExpression(p.value)}}`)).join('')
  return value.kind === 'Error' ? 'an error' : printExpression(value)
}

/** A branch that ends in an error and changes nothing before. */
export const isRefusal = (block: Block): boolean =>
  block.body.at(-1)?.kind === 'Raise' &&
  block.body.every(
    s => s.kind === 'Raise' || s.kind === 'Pass' || (s.kind === 'Expr' && s.value.kind === 'Str'),
  )
