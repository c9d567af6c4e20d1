/** `torch._assert(condition, message)`, which torchvision and timm write for the statement `assert condition, message`. */
import type { Assert, Statement } from './ast.ts'

/** The assert statement that an expression statement stands for; null for any other. */
export function torchAssert(statement: Statement): Assert | null {
  if (statement.kind !== 'Expr' || statement.value.kind !== 'Call') return null
  const { func, args, keywords } = statement.value
  const isAssert =
    func.kind === 'Attribute' &&
    func.attr === '_assert' &&
    func.value.kind === 'Name' &&
    func.value.id === 'torch'
  const [test, message] = args
  if (!isAssert || test === undefined || args.length > 2 || keywords.length > 0) return null
  if (args.some(a => a.kind === 'Starred')) return null
  return { kind: 'Assert', range: statement.range, test, ...(message === undefined ? {} : { message }) }
}
