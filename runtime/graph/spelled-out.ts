/**
 * Attention as the products and the softmax that it consists of, for devices on which many invocations work side by side: a
 * query with all its keys would be the work of one of them.
 */
import type { Builder } from '../ops/builder.ts'
import { attendWithWeights } from '../ops/functions/attention.ts'
import { concreteShapes, infer } from '../ops/primitives.ts'
import type { Operation } from './node.ts'
import { type Graph, GraphBuilder, type Value } from './value.ts'

/** The graph with attention spelled out; the same graph if it has none. */
export function spelledOut(graph: Graph): Graph {
  if (!graph.values.some(value => value.operation?.op === 'attention')) return graph
  const builder = new GraphBuilder()
  const copies = new Map<Value, Value>()
  for (const value of graph.values) {
    const inputs = value.inputs.map(x => copies.get(x)!)
    copies.set(value, copyOf(value, inputs, builder))
  }
  return builder.finish(graph.outputs.map(v => copies.get(v)!))
}

function copyOf({ shape, dtype, operation }: Value, inputs: readonly Value[], builder: GraphBuilder): Value {
  if (operation === null) return builder.input(shape, dtype)
  if (operation.op !== 'attention') return builder.operation(shape, dtype, operation, inputs)
  const [q, k, v, mask] = inputs
  const options = { mask: mask ?? null, dropout: 0, ...operation.attrs }
  return attendWithWeights(valuesOf(builder), q!, k!, v!, options).out
}

/** A builder of the graph's values. */
function valuesOf(builder: GraphBuilder): Builder<Value> {
  return {
    ...concreteShapes,
    aval: value => value,
    isValue: (v): v is Value => typeof v === 'object' && v !== null && 'operation' in v,
    emit(op, inputs, attrs) {
      const { shape, dtype } = infer[op](concreteShapes, inputs, attrs)
      // The pair is consistent by the signature; a union over all primitives cannot follow it.
      const operation = { op, attrs } as unknown as Operation
      return builder.operation(shape as readonly number[], dtype, operation, inputs)
    },
    uniform() {
      throw new TypeError('attention is spelled out without dropout: nothing of it is random')
    },
  }
}
