/**
 * How a row of the function table looks in TypeScript: its name in camelCase, arguments in torch's order, and those that have
 * defaults also in one trailing object under torch's names. `max_pool2d(input, kernel_size, stride=None, padding=0, ..)` is
 * `maxPool2d(x, 3, { padding: 1 })` or `maxPool2d(x, 3, 2, { padding: 1 })`.
 */
import type { Device } from '../devices/device.ts'
import type { DeviceName } from '../devices/registry.ts'
import type { Arg, Given } from '../ops/args.ts'
import type { FunctionRow, Returns } from '../ops/function.ts'
import type { Tensor } from './tensor.ts'

/** `max_pool2d` as `maxPool2d`. */
export type CamelCase<S extends string> = S extends `_${infer Rest}`
  ? `_${CamelCase<Rest>}`
  : S extends `${infer Start}_`
    ? `${CamelCase<Start>}_`
    : S extends `${infer Head}_${infer Tail}`
      ? `${Head}${CapitalisedCamel<Tail>}`
      : S
type CapitalisedCamel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Capitalize<Head>}${CapitalisedCamel<Tail>}`
  : Capitalize<S>

/** `max_pool2d` as `maxPool2d`; leading underscores stay. */
export function camelCase(name: string): string {
  return name.replace(/(?<=[^_])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** The values of an argument as TypeScript callers write them; enumerated strings literally. */
type GivenTo<A extends Arg> = Given<A['kind'], Tensor>

/** The types of the required arguments, in order. */
type RequiredList<A extends readonly Arg[]> = A extends readonly [
  infer First extends Arg,
  ...infer Rest extends readonly Arg[],
]
  ? First['required'] extends true
    ? [GivenTo<First>, ...RequiredList<Rest>]
    : RequiredList<Rest>
  : []

/** The optional arguments by name. Rows that take no tensor also take the device to make one on. */
type OptionalFields<A extends readonly Arg[]> = {
  readonly [X in A[number] as X['required'] extends true ? never : X['name']]?: GivenTo<X> | undefined
} & { readonly device?: DeviceName | Device | undefined }

/** The arguments with defaults, in order. */
type OptionalList<A extends readonly Arg[]> = A extends readonly [
  infer First extends Arg,
  ...infer Rest extends readonly Arg[],
]
  ? First['required'] extends true
    ? OptionalList<Rest>
    : [First, ...OptionalList<Rest>]
  : []

/** Some of the optional arguments by position, then the object for others. */
type Tail<O extends readonly Arg[], Fields> =
  | [options?: Fields]
  | (O extends readonly [infer First extends Arg, ...infer Rest extends readonly Arg[]]
      ? [GivenTo<First>, ...Tail<Rest, Fields>]
      : never)

/** Everything that a call takes. */
type CallArgs<A extends readonly Arg[]> = [...RequiredList<A>, ...Tail<OptionalList<A>, OptionalFields<A>>]

/** Everything but the receiver, which is the first argument. */
type MethodArgs<A extends readonly Arg[]> = A extends readonly [Arg, ...infer Rest extends readonly Arg[]]
  ? CallArgs<Rest>
  : never

/** The function of a row. */
export type RowFunction<R> =
  R extends FunctionRow<string, infer A, infer K> ? EachCall<CallArgs<A>, Returns<Tensor>[K]> : never

/** One signature for each way to call: a union of argument lists in one signature would hide the overloads after it. */
type EachCall<C, Result> = C extends readonly unknown[] ? (...args: C) => Result : never

/** The method of a row. */
export type RowMethod<R> =
  R extends FunctionRow<string, infer A, infer K> ? EachCall<MethodArgs<A>, Returns<Tensor>[K]> : never

/** Names that are known literally: a plain `string` would stand for every name. */
type Literal<N extends string> = string extends N ? never : N

/** What callers call a row: its Python name, else its own, and its aliases. */
type Names<R> =
  R extends FunctionRow<infer N, readonly Arg[], infer _K, infer P, infer _M, infer L>
    ? CamelCase<Literal<[P] extends [never] ? N : P> | ([L] extends [never] ? never : Literal<L[number]>)>
    : never

/** Whether a row is a method: true, 'only', or never. */
type MethodFlag<R> = R extends FunctionRow<string, readonly Arg[], infer _K, infer _P, infer M> ? M : never

/** Names of the rows that are functions. */
type FunctionNames<R> = R extends unknown ? ('only' extends MethodFlag<R> ? never : Names<R>) : never

/** Names of the rows that are methods. */
type MethodNames<R> = R extends unknown ? ([MethodFlag<R>] extends [never] ? never : Names<R>) : never

/** The rows among R that a name calls, with their flag: several are overloads. */
type FunctionsNamed<R, N> = R extends unknown ? (N extends FunctionNames<R> ? R : never) : never
type MethodsNamed<R, N> = R extends unknown ? (N extends MethodNames<R> ? R : never) : never

/** A union of functions as overloads of one. */
type Overloads<F> = (F extends unknown ? (f: F) => void : never) extends (f: infer I) => void ? I : never

/** The functions of a table, by their names in TypeScript. Rows that are methods only are absent. */
export type Functions<T> = {
  readonly [N in FunctionNames<T[keyof T]>]: Overloads<RowFunction<FunctionsNamed<T[keyof T], N>>>
}

/** The methods of a table, by their names in TypeScript. */
export type Methods<T> = {
  [N in MethodNames<T[keyof T]>]: Overloads<RowMethod<MethodsNamed<T[keyof T], N>>>
}
