/** `Variable(x)`, which code for PyTorch before 0.4 is full of, and which is x today. */
import type { Expression } from './ast.ts'

/** The argument of `Variable(x)`; null for any other expression. `isFree` tells whether a name is none of the author's. */
export function variableOf(node: Expression, isFree: (name: string) => boolean): Expression | null {
  if (node.kind !== 'Call') return null
  const match = /^((?:torch\.)?autograd\.)?Variable$/.exec(pathOf(node.func) ?? '')
  const [value, ...others] = node.args
  if (match === null || value === undefined || value.kind === 'Starred' || others.length > 0) return null
  return isFree(match[0].split('.')[0]!) ? value : null
}

/** `torch.autograd` as text; null where it is no path of names. */
function pathOf(node: Expression): string | null {
  if (node.kind === 'Name') return node.id
  if (node.kind !== 'Attribute') return null
  const rest = pathOf(node.value)
  return rest === null ? null : `${rest}.${node.attr}`
}
