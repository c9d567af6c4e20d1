/** How the forwards of modules call functions of the op table: by name, with defaults filled in. */
import type { Arg, ArgTypes, Values } from '../../ops/args.ts'
import type { Builder } from '../../ops/builder.ts'
import { type Dim, printShape } from '../../ops/dim.ts'
import { OpError } from '../../ops/error.ts'
import { applyRow, type FunctionRow, type ReturnKind, type Returns } from '../../ops/function.ts'

/** Arguments as a row sees them: those that are required, and what differs from the defaults. */
type Call<A extends readonly Arg[], V> = {
  readonly [X in A[number] as X['required'] extends true ? X['name'] : never]: ArgTypes<V>[X['kind']]
} & {
  readonly [X in A[number] as X['required'] extends true ? never : X['name']]?: ArgTypes<V>[X['kind']]
}

/** The function's result on this builder. Throws OpError. */
export function call<V, A extends readonly Arg[], R extends ReturnKind>(
  b: Builder<V>,
  row: FunctionRow<string, A, R>,
  args: Call<A, V>,
): Returns<V>[R] {
  const given = args as Readonly<Record<string, unknown>>
  const values = row.args.map(a => [a.name, given[a.name] === undefined ? a.default : given[a.name]])
  return applyRow(b, row, Object.fromEntries(values) as Values<A, V>)
}

/** Throws unless axis `dim` of the input, counted from the end where negative, has the size that the class was made for. */
export function expectSize<V>(b: Builder<V>, input: V, dim: number, size: Dim, what: string): void {
  const { shape } = b.aval(input)
  const found = shape.at(dim)
  if (found !== undefined && b.assumeEqual(found, size)) return
  throw new OpError(
    'shape/mismatch',
    `expects ${size} ${what}; the input ${printShape(shape)} has ${found ?? 'none'}`,
  )
}

/** Throws unless the input has one of these numbers of axes. */
export function expectRank<V>(b: Builder<V>, input: V, ranks: readonly number[]): void {
  const { shape } = b.aval(input)
  if (ranks.includes(shape.length)) return
  throw new OpError(
    'shape/rank',
    `takes an input of ${ranks.join(' or ')} axes; ${printShape(shape)} has ${shape.length}`,
  )
}
