/**
 * A row of the module table: one class of torch.nn, as data. The compiler's schema, keys and inference and the runtime's
 * modules read the same rows.
 */
import type { Arg, Values } from '../../ops/args.ts'
import type { Builder } from '../../ops/builder.ts'
import type { DType } from '../../ops/dtype.ts'
import type { ReturnKind, Returns } from '../../ops/function.ts'

/** How PyTorch initialises a tensor; drawn in order of declaration from one generator. */
export type Init =
  | { readonly kind: 'constant'; readonly value: number | boolean }
  /** Uniform in [low, high). */
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** `zeroRow`: this row is set to zero afterwards (Embedding's padding_idx). */
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number; readonly zeroRow?: number }

/** One tensor of a module's own state, in PyTorch's order of registration. */
export interface StateDecl {
  readonly name: string
  readonly kind: 'parameter' | 'buffer'
  /** Buffers that are not persistent are no part of the state_dict. */
  readonly persistent: boolean
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly init: Init
}

export interface Forward<V, R extends ReturnKind> {
  readonly out: Returns<V>[R]
  /** New values of buffers, by name: running statistics in training. */
  readonly updates?: Readonly<Record<string, V>>
}

export interface ModuleRow<
  N extends string = string,
  A extends readonly Arg[] = readonly Arg[],
  I extends readonly Arg[] = readonly Arg[],
  R extends ReturnKind = ReturnKind,
> {
  /** The name in torch.nn. */
  readonly name: N
  /** Constructor arguments. */
  readonly args: A
  /** Arguments of forward, all tensors or lists of tensors; by default one, `input`. */
  readonly inputs: I
  readonly returns: R
  readonly doc: string
  /** `_metadata` version that PyTorch writes for the class in state_dict; 2 for batch norms. */
  readonly version: number
  /** Throws OpError where arguments do not fit each other. */
  state(args: Values<A, never>): readonly StateDecl[]
  /** `state` has the tensors of `state(args)` by name; those that are absent there are absent here. */
  forward<V>(
    b: Builder<V>,
    state: Readonly<Record<string, V>>,
    inputs: Values<I, V>,
    args: Values<A, never>,
    training: boolean,
  ): Forward<V, R>
}

type Define<R extends ReturnKind> = <
  const N extends string,
  const A extends readonly Arg[],
  const I extends readonly Arg[],
>(
  row: ModuleRow<N, A, I, R>,
) => ModuleRow<N, A, I, R>

/** A row, with its argument types inferred: an overload per kind of result, so that `forward` is checked against it. */
export const defineModule = (<R extends ModuleRow>(row: R): R => row) as Define<'tensor'> &
  Define<'pair'> &
  Define<'lstm'> &
  Define<'attention'>
