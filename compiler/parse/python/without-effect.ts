/** Calls that change how PyTorch keeps a module in memory, and nothing that it computes: `self.lstm.flatten_parameters()`. */
import type { Statement } from './ast.ts'

export const isWithoutEffect = ({ kind, ...statement }: Statement): boolean =>
  kind === 'Expr' &&
  'value' in statement &&
  statement.value?.kind === 'Call' &&
  statement.value.func.kind === 'Attribute' &&
  statement.value.func.attr === 'flatten_parameters'
