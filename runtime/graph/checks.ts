/**
 * Indices out of range. Kernels keep every index inside its dim, so that no memory outside is touched; beside them, a plan
 * computes for each `take`, `gather` and `scatter` the greatest index that is outside, if there is one, and the plan's runner
 * throws. Indices that are in range whatever is computed (positions counted by `iota`) need no check.
 */
import type { Expr } from '../kernels/ir.ts'
import { loopVar } from '../kernels/ir.ts'
import { OpError } from '../ops/error.ts'
import { type Attrs, type Aval, concreteShapes, infer, type Primitive } from '../ops/primitives.ts'
import { ElementReader, ruleOf } from './lower/element-reader.ts'
import { asIndex, provablyInside } from './lower/view.ts'
import type { Operation } from './node.ts'
import { elementCount, type Graph, GraphBuilder, type Value } from './value.ts'

/** A scalar int64 output of the plan: the offending index, or `NONE`. */
export interface Check {
  readonly op: 'take' | 'gather' | 'scatter'
  readonly dim: number
  readonly shape: readonly number[]
}

const NONE = -(2n ** 63n)

/** The graph with an output for each check, after its own. */
export function withChecks(graph: Graph): { graph: Graph; checks: readonly Check[] } {
  const builder = new GraphBuilder()
  const copies = new Map<Value, Value>()
  const checks: Check[] = []
  const found: Value[] = []
  for (const value of graph.values) {
    const inputs = value.inputs.map(x => copies.get(x)!)
    const copy =
      value.operation === null
        ? builder.input(value.shape, value.dtype)
        : builder.operation(value.shape, value.dtype, value.operation, inputs)
    copies.set(value, copy)
    const { operation } = copy
    if (operation?.op !== 'take' && operation?.op !== 'gather' && operation?.op !== 'scatter') continue
    const { dim } = operation.attrs
    const shape = copy.inputs[0]!.shape
    const index = copy.inputs[1]!
    if (elementCount(index.shape) === 0 || alwaysInside(index, shape[dim]!)) continue
    checks.push({ op: operation.op, dim, shape })
    found.push(greatestOutside(builder, index, shape[dim]!))
  }
  return { graph: builder.finish([...graph.outputs.map(v => copies.get(v)!), ...found]), checks }
}

/** The error of a check whose output is `found`; null if all indices were in range. */
export function checkError({ op, dim, shape }: Check, found: bigint, device: string): OpError | null {
  if (found === NONE) return null
  return new OpError(
    'shape/range',
    `${op}: index ${found} is out of range for dim ${dim} of size ${shape[dim]} (of shape [${shape.join(', ')}], on ${device})`,
    { op, ...(found < 0n ? { hint: 'indices count from 0; negative ones are not allowed here' } : {}) },
  )
}

function alwaysInside(index: Value, size: number): boolean {
  if (!isExpression(index, new Set())) return false
  const at: Expr[] = index.shape.map((extent, d) => loopVar(`i${d}`, extent))
  return provablyInside(asIndex(new ElementReader(new Map()).read(index, at)), size)
}

/** True if a value is computed from nothing that is in memory. */
function isExpression(value: Value, seen: Set<Value>): boolean {
  if (seen.has(value)) return true
  seen.add(value)
  // Beyond this size, looking closer would cost more than the check.
  if (value.operation === null || seen.size > 40) return false
  const { kind } = ruleOf(value)
  return (kind === 'map' || kind === 'view') && value.inputs.every(x => isExpression(x, seen))
}

/** max over all indices of (index if it is outside of 0 .. size - 1, else NONE). */
function greatestOutside(builder: GraphBuilder, index: Value, size: number): Value {
  const emit = <P extends Primitive>(op: P, inputs: readonly Value[], attrs: Attrs[P]): Value => {
    const { shape, dtype }: Aval = infer[op](concreteShapes, inputs, attrs)
    // The pair is consistent by the signature; a union over all primitives cannot follow it.
    return builder.operation(shape as readonly number[], dtype, { op, attrs } as unknown as Operation, inputs)
  }
  const wide = index.dtype === 'int64' ? index : emit('cast', [index], { dtype: 'int64' })
  const constant = (value: bigint) => emit('full', [], { shape: index.shape, dtype: 'int64', value })
  const outside = emit(
    'or',
    [emit('lt', [wide, constant(0n)], {}), emit('ge', [wide, constant(BigInt(size))], {})],
    {},
  )
  // The least int64 stands for "none", so that index itself is reported as its neighbour.
  const distinct = emit('maximum', [wide, constant(NONE + 1n)], {})
  const marked = emit('where', [outside, distinct, constant(NONE)], {})
  return emit('reduce_max', [marked], { dims: index.shape.map((_, d) => d) })
}
