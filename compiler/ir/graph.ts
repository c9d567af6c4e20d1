/**
 * The graph IR: what a forward does for one set of params, one mode and one choice of optional inputs, with symbolic sizes.
 * Like torch.fx, it has nodes for inputs, state, functions and modules; control flow is gone.
 */

import type { FloatScalar } from '../../runtime/ops/args.ts'
import type { Dim } from '../../runtime/ops/dim.ts'
import type { FunctionRow } from '../../runtime/ops/function.ts'
import type { Aval } from '../../runtime/ops/primitives.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import type { ModuleInstance, TensorInstance } from './module.ts'

/** A tensor in a graph: shape and dtype are known, elements are not. Produced by exactly one node. */
export class GraphValue {
  readonly aval: Aval
  constructor(aval: Aval) {
    this.aval = aval
  }
}

/** An argument of a function or module node: tensors, plain data and symbolic sizes, nested in lists. */
export type GraphArg =
  | GraphValue
  | Dim
  | bigint
  | boolean
  | string
  | null
  | FloatScalar
  | readonly GraphArg[]
  | { readonly [name: string]: GraphArg }

/** What a node gives: one tensor, or nested tuples of them. */
export type GraphResult = GraphValue | null | readonly GraphResult[]

export type GraphNode =
  | { readonly kind: 'input'; readonly name: string; readonly result: GraphValue }
  | { readonly kind: 'state'; readonly tensor: TensorInstance; readonly result: GraphValue }
  | {
      readonly kind: 'function'
      readonly row: FunctionRow
      readonly args: Readonly<Record<string, GraphArg>>
      readonly result: GraphResult
      readonly place: Place
    }
  | {
      readonly kind: 'module'
      readonly module: ModuleInstance
      readonly args: Readonly<Record<string, GraphArg>>
      readonly result: GraphResult
      readonly place: Place
    }
  /** A new value of a mutable buffer, stored after the forward. */
  | {
      readonly kind: 'write'
      readonly tensor: TensorInstance
      readonly value: GraphValue
      readonly place: Place
    }

/** Two sizes that a rule needs equal and that are so for some sizes of the inputs only. */
export interface Guard {
  readonly a: Dim
  readonly b: Dim
  readonly place: Place
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly outputs: readonly { readonly name: string; readonly value: GraphResult }[]
  readonly guards: readonly Guard[]
}
