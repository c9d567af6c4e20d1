/** Which variable a chain of in-place methods changes. */
import type { Expression } from './ast.ts'

/** `x` of `x.mul_(2).add_(1)`; null for anything else. */
export function inPlaceName(node: Expression): string | null {
  if (node.kind !== 'Call' || node.func.kind !== 'Attribute') return null
  const { attr, value } = node.func
  if (!attr.endsWith('_') || attr.endsWith('__')) return null
  return value.kind === 'Name' ? value.id : inPlaceName(value)
}
