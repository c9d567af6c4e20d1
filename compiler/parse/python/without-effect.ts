/** Calls that change how PyTorch keeps a module in memory, and nothing that it computes: `self.lstm.flatten_parameters()`. */
import type { Statement } from './ast.ts'

export function isWithoutEffect(statement: Statement): boolean {
  if (statement.kind !== 'Expr' || statement.value.kind !== 'Call') return false
  const { func } = statement.value
  return func.kind === 'Attribute' && func.attr === 'flatten_parameters'
}
