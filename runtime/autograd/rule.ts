/**
 * Gradient rules: for each primitive, what the gradients of its inputs are, written over primitives, so that gradients have
 * gradients. The rules are those of PyTorch's derivatives.yaml, at points without a derivative too.
 */
import type { Builder } from '../ops/builder.ts'
import type { DType } from '../ops/dtype.ts'
import type { Vocabulary } from '../ops/functions/vocabulary.ts'
import type { Attrs, Primitive } from '../ops/primitives.ts'
import type { Saves } from '../tensor/history.ts'

/** Where a rule is applied: sizes are numbers. */
export interface Application<V> {
  readonly b: Builder<V>
  readonly v: Vocabulary<V>
  readonly inputs: readonly { readonly shape: readonly number[]; readonly dtype: DType }[]
  /** An input, where the rule saves them. */
  x(i?: number): V
  /** The result, where the rule saves it. */
  y(): V
  /** Whether the gradient of an input is asked for. */
  wants(i: number): boolean
}

/** The gradients of the inputs, from that of the result; null for inputs that have none or whose gradient is not asked for. */
export interface Differentiable<P extends Primitive> {
  readonly saves: Saves
  gradient<V>(at: Application<V>, grad: V, attrs: Attrs[P]): readonly (V | null)[]
}

/** Primitives that end every path of gradients: their results are integers, bools, or depend on no input. */
export interface NotDifferentiable {
  readonly saves: 'never'
}

export type GradientRule<P extends Primitive> = Differentiable<P> | NotDifferentiable

/** The rules of some primitives. */
export type RulesOf<P extends Primitive> = { readonly [Q in P]: GradientRule<Q> }

export const notDifferentiable: NotDifferentiable = { saves: 'never' }
