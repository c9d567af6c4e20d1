/**
 * Arguments of functions and modules as data: one list per row of the tables, in PyTorch's order and with PyTorch's names and
 * defaults. The TypeScript signatures, the binding of Python calls, the JSON Schema and the reference pages derive from it.
 */
import type { Dim, Sym } from './dim.ts'
import type { DType } from './dtype.ts'

/** A Python float that may have an integral value: `x + 1.0` makes an integer tensor float, `x + 1` does not. */
export class FloatScalar {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** Marks a number as a Python float, where its value alone would read as an int. */
export const float = (value: number): FloatScalar => new FloatScalar(value)

/** A Python number. A plain JavaScript number with an integral value counts as an int. */
export type Scalar = number | bigint | boolean | FloatScalar

/** A number argument: in the compiler also a symbolic size, as in `x / x.shape[-1]` or `arange(t, t + n)`. */
export type SizeOrScalar = Scalar | Sym

/** A number, or lists of them; in the compiler also sizes, as in `tensor(x.shape)`. */
export type NestedScalar = SizeOrScalar | readonly NestedScalar[]

/** Python's `start:stop:step`; null stands for what is left out. The step is not zero. */
export interface Slice {
  readonly start: Dim | null
  readonly stop: Dim | null
  readonly step: number
}

/** One item between the brackets of `x[...]`: an int, a slice, None, `...` or a tensor of integers. */
export type IndexItem<V> = Dim | Slice | 'newaxis' | 'ellipsis' | V

/**
 * Values that an argument takes.
 * `ints` and `dims` take one value for all of `size` entries, as PyTorch does; `dims` and `dim` may be symbolic in the compiler.
 * `operand` is a tensor or a number; `padding` is ints or 'same' or 'valid'; `index` is what stands between the brackets of `x[...]`.
 */
export interface ArgTypes<V> {
  tensor: V
  'tensor?': V | null
  tensors: readonly V[]
  operand: V | SizeOrScalar
  'operand?': V | SizeOrScalar | null
  dim: Dim
  'dim?': Dim | null
  dims: readonly Dim[]
  int: number
  'int?': number | null
  ints: readonly number[]
  'ints?': readonly number[] | null
  /** Entries may be left open: adaptive_avg_pool2d(x, (None, 1)). */
  'dims?': readonly (Dim | null)[] | null
  float: number
  'float?': number | null
  /** Scale factors per dimension (one number may stand for `size` of them), weights of classes. */
  'floats?': readonly number[] | null
  /** Numbers, nested as a tensor's shape is: tensor([[1, 2], [3, 4]]). */
  numbers: readonly NestedScalar[]
  bool: boolean
  'bool?': boolean | null
  scalar: SizeOrScalar
  'scalar?': SizeOrScalar | null
  dtype: DType
  'dtype?': DType | null
  string: string
  'string?': string | null
  padding: readonly number[] | 'same' | 'valid'
  index: readonly IndexItem<V>[]
}

export type ArgKind = keyof ArgTypes<unknown>

export interface Arg<
  Name extends string = string,
  Kind extends ArgKind = ArgKind,
  Required extends boolean = boolean,
> {
  readonly name: Name
  readonly kind: Kind
  readonly required: Required
  /** What stands for a missing argument; undefined exactly for required ones. */
  readonly default: ArgTypes<never>[Kind] | undefined
  /** `ints`: how many there are (a single int is repeated); unset means any number. */
  readonly size?: number
  /** `string`: the values it can have. The spec language takes them literally. */
  readonly enum?: readonly string[]
  /** `x.view(2, 3)`: further positional arguments are gathered into this list. */
  readonly variadic?: true
  /** Accepted and without effect here, like `inplace`. */
  readonly ignored?: true
  /** `bool`: the value that this overload serves, where another one returns something else (`return_indices=True`). */
  readonly only?: boolean
  /** Inclusive bounds on a number or on each entry of a list. */
  readonly min?: number
  readonly max?: number
}

interface ArgFacts {
  readonly size?: number
  readonly enum?: readonly string[]
  readonly variadic?: true
  readonly ignored?: true
  readonly only?: boolean
  readonly min?: number
  readonly max?: number
}

/** A required argument. */
export function required<const N extends string, K extends ArgKind>(
  name: N,
  kind: K,
  facts: ArgFacts = {},
): Arg<N, K, true> {
  return { name, kind, required: true, default: undefined, ...facts }
}

/** An argument with a default. */
export function optional<const N extends string, K extends ArgKind>(
  name: N,
  kind: K,
  value: ArgTypes<never>[K],
  facts: ArgFacts = {},
): Arg<N, K, false> {
  return { name, kind, required: false, default: value, ...facts }
}

/** All values of an argument list by name, defaults filled in. */
export type Values<A extends readonly Arg[], V> = {
  readonly [X in A[number] as X['name']]: ArgTypes<V>[X['kind']]
}

/** What a caller must give: required arguments by name, the others optional. */
export type Options<A extends readonly Arg[], V> = {
  readonly [X in A[number] as X['required'] extends true ? X['name'] : never]: Given<X['kind'], V>
} & {
  readonly [X in A[number] as X['required'] extends true ? never : X['name']]?: Given<X['kind'], V>
}

/** What callers may write for a kind: one int stands for a list of equal ints. */
export type Given<K extends ArgKind, V> = K extends
  | 'ints'
  | 'ints?'
  | 'dims'
  | 'dims?'
  | 'floats?'
  | 'padding'
  ? ArgTypes<V>[K] | number
  : ArgTypes<V>[K]
