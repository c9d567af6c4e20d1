/**
 * Attention as the products and the softmax that it consists of, for devices on which many invocations work side by side, but
 * that have no room for its kernel by workgroups: a query with all its keys would be the work of one invocation.
 */
import type { Limits } from '../kernels/ir.ts'
import { attentionTile } from '../kernels/templates/rules.ts'
import type { Builder } from '../ops/builder.ts'
import { attendWithWeights } from '../ops/functions/attention.ts'
import { concreteShapes } from '../ops/primitives.ts'
import { attentionShape } from './lower/attention.ts'
import { type Graph, GraphBuilder, type Value } from './value.ts'

/** The graph with attention spelled out where the device has no kernel for it; the same graph if that is nowhere. */
export function spelledOut(graph: Graph, limits: Limits): Graph {
  if (!graph.values.some(value => isSpelledOut(value, limits))) return graph
  const builder = new GraphBuilder()
  const copies = new Map<Value, Value>()
  for (const value of graph.values) {
    const inputs = value.inputs.map(x => copies.get(x)!)
    copies.set(value, copyOf(value, inputs, builder, limits))
  }
  return builder.finish(graph.outputs.map(v => copies.get(v)!))
}

function isSpelledOut(value: Value, limits: Limits): boolean {
  return value.operation?.op === 'attention' && attentionTile(attentionShape(value), limits) === null
}

function copyOf(value: Value, inputs: readonly Value[], builder: GraphBuilder, limits: Limits): Value {
  const { shape, dtype, operation } = value
  if (operation === null) return builder.input(shape, dtype)
  if (operation.op !== 'attention' || !isSpelledOut(value, limits))
    return builder.operation(shape, dtype, operation, inputs)
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
    emit: (op, inputs, attrs) => builder.emit(op, inputs, attrs),
    uniform() {
      throw new TypeError('attention is spelled out without dropout: nothing of it is random')
    },
  }
}
