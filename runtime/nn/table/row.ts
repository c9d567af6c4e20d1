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
  /** Given element by element: weights of classes in losses. */
  | { readonly kind: 'values'; readonly values: readonly number[] }

/** One draw or fill of a state tensor. */
export interface InitStep {
  readonly name: string
  readonly init: Init
}

/** A child of a class whose children PyTorch fixes: `out_proj` of MultiheadAttention. Its tensors stand in `state` by dotted name. */
export interface Submodule {
  /** Path below the module. */
  readonly name: string
  /** PyTorch's class name, and the arguments that it is made with. */
  readonly type: string
  readonly args: Readonly<Record<string, unknown>>
}

/** One tensor of a module's own state, in the order of PyTorch's state_dict. */
export interface StateDecl {
  /** Dotted for tensors of fixed submodules: `out_proj.weight`. */
  readonly name: string
  readonly kind: 'parameter' | 'buffer'
  /** Buffers that are not persistent are no part of the state_dict. */
  readonly persistent: boolean
  readonly shape: readonly number[]
  readonly dtype: DType
  /** What the tensor starts from; see also `ModuleRow.initSteps`. */
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
  /** Arguments of forward: tensors, optional tensors (LSTM's `hx` is a list, empty when absent), and a few flags. */
  readonly inputs: I
  readonly returns: R
  /** What forward returns for these arguments, where that depends on them: `return_indices` makes it a pair. */
  returnsFor?(args: Values<A, never>): ReturnKind
  readonly doc: string
  /** `_metadata` version that PyTorch writes for the class in state_dict; 2 for batch norms. */
  readonly version: number
  /** Tensors that the arguments may leave out: instances have such fields too, as null. */
  readonly fields?: readonly string[]
  /** Throws OpError where arguments do not fit each other. */
  state(args: Values<A, never>): readonly StateDecl[]
  /** PyTorch's draws, where their order is not that of `state` or a tensor is drawn more than once. */
  initSteps?(args: Values<A, never>): readonly InitStep[]
  /** Fixed children in order of registration; those without tensors too, since `_metadata` names them. */
  submodules?(args: Values<A, never>): readonly Submodule[]
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
  Define<'attention'> &
  Define<'tensor' | 'pair'>
