/** Which variable or member a chain of in-place methods changes. */
import type { Expression } from './ast.ts'

/** `x` of `x.data`, which is the tensor itself here. */
export const withoutData = (node: Expression): Expression =>
  node.kind === 'Attribute' && node.attr === 'data' ? node.value : node

/** `x` of `x.mul_(2).add_(1)`; null for anything else. */
export function inPlaceName(node: Expression): string | null {
  if (node.kind !== 'Call' || node.func.kind !== 'Attribute') return null
  const { attr, value } = node.func
  if (!attr.endsWith('_') || attr.endsWith('__')) return null
  return value.kind === 'Name' ? value.id : inPlaceName(value)
}

/** `ema` of `self.ema.data.mul_(d).add_(x)`; null for anything else. */
export function inPlaceMember(node: Expression): string | null {
  if (node.kind !== 'Call' || node.func.kind !== 'Attribute') return null
  const { attr, value } = node.func
  if (!attr.endsWith('_') || attr.endsWith('__')) return null
  const owner = withoutData(value)
  if (owner.kind !== 'Attribute') return inPlaceMember(owner)
  return owner.value.kind === 'Name' && owner.value.id === 'self' ? owner.attr : null
}
