/** `y.extend(m(y[-1]) for m in ms)`: the list grows while the generator runs, which may read it. */
import type { Expression, ListComp } from './ast.ts'

/** The generator; null for anything else. */
export function extendedBy(node: Expression): ListComp | null {
  if (node.kind !== 'Call' || node.func.kind !== 'Attribute' || node.func.attr !== 'extend') return null
  const [only] = node.args
  return node.args.length === 1 && only?.kind === 'ListComp' && only.lazy === true ? only : null
}
