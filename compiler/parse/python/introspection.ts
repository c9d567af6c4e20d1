/** Questions about what a value is: `isinstance(x, (int, nn.Linear))`, and `hasattr(self, "skip")`. */
import type { Call, Compare, Expression } from './ast.ts'

/** The value and the classes, by name and without the prefixes of torch and typing; null for anything else. */
export function isinstanceCall(
  node: Expression,
): { readonly value: Expression; readonly classes: readonly Expression[] } | null {
  if (node.kind !== 'Call' || node.func.kind !== 'Name' || node.func.id !== 'isinstance') return null
  const [value, classes, more] = node.args
  if (value === undefined || classes === undefined || more !== undefined) return null
  return { value, classes: alternatives(classes) }
}

/** `(A, B)` and `A | B`. */
function alternatives(node: Expression): readonly Expression[] {
  if (node.kind === 'Tuple') return node.elements.flatMap(alternatives)
  if (node.kind === 'Binary' && node.op === '|')
    return [...alternatives(node.left), ...alternatives(node.right)]
  return [node]
}

/** The last segment of `torch.nn.Linear` and of `Linear`; null where it is no path of names. */
export function className(node: Expression): string | null {
  if (node.kind === 'Name') return node.id
  return node.kind === 'Attribute' && className(node.value) !== null ? node.attr : null
}

const comparisons = new WeakMap<Call, Compare>()

/** `hasattr(a, "b")` as `getattr(a, "b", None) is not None`: what is left out by `when:` is not there. null for anything else. */
export function asComparison(node: Expression): Compare | null {
  if (node.kind !== 'Call' || node.func.kind !== 'Name' || node.func.id !== 'hasattr') return null
  if (node.args.length !== 2 || node.keywords.length > 0) return null
  // One tree for each call, since what is seen of it is kept by its nodes.
  let found = comparisons.get(node)
  if (found === undefined) {
    const { range } = node
    const none: Expression = { kind: 'None', range }
    const left: Call = { ...node, func: { ...node.func, id: 'getattr' }, args: [...node.args, none] }
    found = { kind: 'Compare', range, left, ops: ['is not'], comparators: [none] }
    comparisons.set(node, found)
  }
  return found
}
