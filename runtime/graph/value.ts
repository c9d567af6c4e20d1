/**
 * The graph that scheduling works on: what is left of the lazy nodes when devices, memory and identity are taken away. Equal
 * computations give equal graphs, so plans made from them can be kept. Immutable.
 */
import type { DType } from '../ops/dtype.ts'
import { type Attrs, type Aval, concreteShapes, infer, type Primitive } from '../ops/primitives.ts'
import type { Operation } from './node.ts'

export interface Value {
  /** Position in topological order. */
  readonly id: number
  readonly shape: readonly number[]
  readonly dtype: DType
  /** Null for an input: memory that is given. */
  readonly operation: Operation | null
  readonly inputs: readonly Value[]
}

export interface Graph {
  /** Given memory, in the order in which a plan takes it. */
  readonly inputs: readonly Value[]
  /** All values, operands before their users. */
  readonly values: readonly Value[]
  readonly outputs: readonly Value[]
}

/** Number of elements. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1)
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!
  return strides
}

/** Makes a graph, value by value. */
export class GraphBuilder {
  readonly #values: Value[] = []
  readonly #inputs: Value[] = []

  input(shape: readonly number[], dtype: DType): Value {
    const value = this.#add(shape, dtype, null, [])
    this.#inputs.push(value)
    return value
  }

  operation(shape: readonly number[], dtype: DType, operation: Operation, inputs: readonly Value[]): Value {
    return this.#add(shape, dtype, operation, inputs)
  }

  /** A primitive of values; shape and dtype are what it gives. */
  emit<P extends Primitive>(op: P, inputs: readonly Value[], attrs: Attrs[P]): Value {
    const { shape, dtype }: Aval = infer[op](concreteShapes, inputs, attrs)
    // The pair is consistent by the signature; a union over all primitives cannot follow it.
    return this.operation(shape as readonly number[], dtype, { op, attrs } as unknown as Operation, inputs)
  }

  finish(outputs: readonly Value[]): Graph {
    return { inputs: this.#inputs, values: this.#values, outputs }
  }

  #add(shape: readonly number[], dtype: DType, operation: Operation | null, inputs: readonly Value[]): Value {
    const value: Value = { id: this.#values.length, shape, dtype, operation, inputs }
    this.#values.push(value)
    return value
  }
}
