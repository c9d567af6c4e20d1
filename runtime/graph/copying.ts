/** Copies of graphs, in which something is another way. */
import { type Graph, GraphBuilder, type Value } from './value.ts'

/**
 * A builder, the copies in it, and what copies a value into it along with what it is computed from.
 * @param enter makes the copy of an input; inputs must stay in their order
 */
export function copying(
  graph: Graph,
  enter = (builder: GraphBuilder, { shape, dtype }: Value): Value => builder.input(shape, dtype),
): {
  builder: GraphBuilder
  copies: Map<Value, Value>
  copyOf: (value: Value) => Value
} {
  const builder = new GraphBuilder()
  const copies = new Map<Value, Value>()
  for (const input of graph.inputs) copies.set(input, enter(builder, input))
  const copyOf = (value: Value): Value => {
    const known = copies.get(value)
    if (known !== undefined) return known
    const { shape, dtype, operation, inputs } = value
    const copy = builder.operation(shape, dtype, operation!, inputs.map(copyOf))
    copies.set(value, copy)
    return copy
  }
  return { builder, copies, copyOf }
}

/** The graph with these inputs, of int64, given as int32. */
export function withNarrowInputs(graph: Graph, narrow: ReadonlySet<Value>): Graph {
  const { builder, copyOf } = copying(graph, (made, input) => {
    const { shape, dtype } = input
    if (!narrow.has(input)) return made.input(shape, dtype)
    return made.emit('cast', [made.input(shape, 'int32')], { dtype })
  })
  for (const value of graph.values) copyOf(value)
  return builder.finish(graph.outputs.map(copyOf))
}
