/** From lazy nodes to the graph below them, and the key that equal graphs share. */
import type { Node, Operation } from './node.ts'
import { type Graph, GraphBuilder, type Value } from './value.ts'

/** The lazy part below some nodes: what must be computed, in an order that respects operands, and what is there already. */
export interface Trace {
  /** Nodes with memory, in order of first use. */
  readonly leaves: readonly Node[]
  /** Nodes without, operands first. */
  readonly pending: readonly Node[]
  /** Structure, attributes (constants too), shapes and dtypes: equal for equal computations. */
  readonly signature: string
}

/** Walks the nodes below `roots`, none of which has memory. */
export function trace(roots: readonly Node[]): Trace {
  const leaves: Node[] = []
  const pending: Node[] = []
  const names = new Map<Node, string>()
  const lines: string[] = []
  for (const node of operandsFirst(roots)) {
    if (node.operation === null) {
      names.set(node, `i${leaves.length}`)
      lines.push(`${node.dtype}[${node.shape.join()}]`)
      leaves.push(node)
    } else {
      names.set(node, `${pending.length}`)
      pending.push(node)
      // Shape and dtype of the result follow from those of the operands.
      lines.push(`${operationKey(node.operation)}(${node.inputs.map(n => names.get(n)!).join()})`)
    }
  }
  lines.push(roots.map(r => names.get(r)!).join())
  return { leaves, pending, signature: lines.join(';') }
}

/** Post-order without recursion: lazy chains may be long. */
function* operandsFirst(roots: readonly Node[]): Generator<Node> {
  const done = new Set<Node>()
  const stack: { node: Node; next: number }[] = []
  for (const root of roots) {
    if (!done.has(root)) stack.push({ node: root, next: 0 })
    while (stack.length > 0) {
      const top = stack.at(-1)!
      const input = top.node.inputs[top.next++]
      if (input === undefined) {
        stack.pop()
        if (!done.has(top.node)) {
          done.add(top.node)
          yield top.node
        }
      } else if (!done.has(input)) {
        stack.push({ node: input, next: 0 })
      }
    }
  }
}

/** Primitive and attributes as text. */
export function operationKey({ op, attrs }: Operation): string {
  const text = JSON.stringify(attrs, exactly)
  return text === '{}' ? op : op + text
}

/** JSON loses bigints, -0, NaN and infinities, which attributes may hold. */
function exactly(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return Object.is(value, -0) ? '-0' : `${value}`
  return value
}

/** The graph of a trace. */
export function graphOf({ leaves, pending }: Trace, roots: readonly Node[]): Graph {
  const builder = new GraphBuilder()
  const values = new Map<Node, Value>()
  for (const leaf of leaves) values.set(leaf, builder.input(leaf.shape, leaf.dtype))
  for (const node of pending) {
    const inputs = node.inputs.map(n => values.get(n)!)
    values.set(node, builder.operation(node.shape, node.dtype, node.operation!, inputs))
  }
  return builder.finish(roots.map(r => values.get(r)!))
}
