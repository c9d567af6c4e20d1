/**
 * THE op table's upper half is made of these rows: PyTorch's functions, with PyTorch's names, arguments and meaning, written
 * over the primitives. A row serves the spec language, the TypeScript API, the reference pages and the oracle tests.
 */
import type { Arg, Values } from './args.ts'
import type { Builder } from './builder.ts'

/** Shapes of results. A `pair` with `fields` is PyTorch's named tuple. */
export interface Returns<V> {
  tensor: V
  tensors: readonly V[]
  pair: readonly [V, V]
  triple: readonly [V, V, V]
  /** LSTM: output, (h, c). */
  lstm: readonly [V, readonly [V, V]]
  /** Multi-head attention: output, weights or null. */
  attention: readonly [V, V | null]
}

export type ReturnKind = keyof Returns<unknown>

export interface FunctionRow<
  N extends string = string,
  A extends readonly Arg[] = readonly Arg[],
  R extends ReturnKind = ReturnKind,
  P extends string = string,
  M extends true | 'only' = true | 'only',
  L extends readonly string[] = readonly string[],
> {
  /** Unique. PyTorch's name, or with a suffix where PyTorch overloads it: `max`, `max_dim`. */
  readonly name: N
  /** What authors call it, where that is not `name`: rows that share it are overloads, tried in table order. */
  readonly python?: P
  /** Further names: `concat` for `cat`, `clip` for `clamp`. */
  readonly aliases?: L
  /** Also a method of tensors, with the first argument as the receiver; 'only' if torch has no function of that name. */
  readonly method?: M
  readonly args: A
  readonly returns: R
  /** Names of a pair's parts: `values`, `indices`. */
  readonly fields?: readonly string[]
  /** One line for the reference page. */
  readonly doc: string
  /** Throws OpError on bad arguments. */
  expand<V>(b: Builder<V>, args: Values<A, V>): Returns<V>[R]
  /**
   * What builders that only infer call instead of `expand`, where that needs sizes as numbers (a recurrent net, unrolled over
   * time): results of the right shapes and dtypes, whose elements mean nothing.
   */
  infer?<V>(b: Builder<V>, args: Values<A, V>): Returns<V>[R]
}

/** Names and method flag stay literal: the TypeScript API derives from them. What a row lacks is `never`. */
type Define<R extends ReturnKind> = <
  const N extends string,
  const A extends readonly Arg[],
  const P extends string = never,
  const M extends true | 'only' = never,
  const L extends readonly string[] = never,
>(
  row: FunctionRow<N, A, R, P, M, L>,
) => FunctionRow<N, A, R, P, M, L>

/** A row, with its argument types inferred: an overload per kind of result, so that `expand` is checked against it. */
export const defineFunction = (<R extends FunctionRow>(row: R): R => row) as Define<'tensor'> &
  Define<'tensors'> &
  Define<'pair'> &
  Define<'triple'> &
  Define<'lstm'> &
  Define<'attention'>

/** A row applied to bound arguments: its `infer` where the builder has no elements, else its `expand`. */
export function applyRow<A extends readonly Arg[], R extends ReturnKind, V>(
  b: Builder<V>,
  row: FunctionRow<string, A, R>,
  args: Values<A, V>,
): Returns<V>[R] {
  const given = b.castArguments?.(row.name, args) ?? args
  return b.infersOnly === true && row.infer !== undefined ? row.infer(b, given) : row.expand(b, given)
}
