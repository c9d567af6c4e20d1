/**
 * What functions and modules are written against: something that makes values out of primitives. The runtime's builder makes
 * lazy tensors; the compiler's infers shapes; the tests' evaluates plainly.
 */
import type { Attrs, Aval, Primitive, ShapeContext } from './primitives.ts'

/** The gradients of the inputs from that of the result; null for inputs that have none. */
export type Gradient<V> = (grad: V, inputs: readonly V[], result: V) => readonly (V | null)[]

export interface Builder<V> extends ShapeContext {
  /** True where values have no elements: rows that cannot expand without sizes as numbers are asked for `infer`. */
  readonly infersOnly?: boolean
  /** Shape and dtype of a value. */
  aval(value: V): Aval
  /** One primitive. Throws OpError where its rule refuses the inputs. */
  emit<P extends Primitive>(op: P, inputs: readonly V[], attrs: Attrs[P]): V
  /** True where `v` is one of this builder's values, not a number, list or null. */
  isValue(v: unknown): v is V
  /** Uniform numbers in [0, 1) from the generator. Builders that only infer give any value of the shape. */
  uniform(shape: Aval['shape'], dtype: Aval['dtype']): V
  /** Ones with probability p, else zeros: dropout's masks. Where absent they are made from uniform numbers. */
  bernoulli?(shape: Aval['shape'], dtype: Aval['dtype'], p: number): V
  /** The value without its history: no gradient flows through it. Builders that differentiate nothing have none. */
  detach?(value: V): V
  /**
   * What `forward` gives, with this gradient instead of that of its primitives: for functions whose gradient PyTorch defines
   * otherwise at single points, or where it is much simpler. Builders that differentiate nothing have none.
   */
  withGradient?(inputs: readonly V[], forward: (...inputs: V[]) => V, gradient: Gradient<V>): V
  /** Numbers of the standard normal distribution from the generator. Where absent they are made from uniform ones. */
  normal?(shape: Aval['shape'], dtype: Aval['dtype']): V
  /** A function's arguments, cast as a region of mixed precision says. Builders that know no such regions have none. */
  castArguments?<A extends object>(row: string, args: A): A
}
