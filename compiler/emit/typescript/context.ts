import type { Node } from '../../parse/python/ast.ts'
import type { Observations } from '../observations.ts'
import type { Code } from './code.ts'
import type { Surroundings } from './names.ts'
import type { ClassNamer } from './types.ts'

/** What the translation of a body knows. */
export interface Context {
  readonly around: Surroundings
  readonly seen: Observations
  readonly locals: ReadonlySet<string>
  readonly className: ClassNamer
  /** Local lists that hold several kinds of things. */
  readonly mixed: ReadonlySet<string>
  /** Locals that are None for a while. */
  readonly nullable: ReadonlySet<string>
  /** Where tensors that are made out of nothing are put; null for the default device. */
  readonly device: Code | null
  /** Locals that hold several kinds of things in turn, in loops or branches. */
  readonly varying: ReadonlySet<string>
  /** Locals that hold lists, or tuples of several lengths. */
  readonly growing: ReadonlySet<string>
  /** In-place calls whose variable gets its new value by the statement that they stand in. */
  readonly rebound: ReadonlySet<Node>
  /** Mentions of what may be None, where TypeScript knows that it is not. */
  readonly narrowed: ReadonlySet<Node>
}

export const withLocals = (cx: Context, names: Iterable<string>): Context => ({
  ...cx,
  locals: new Set([...cx.locals, ...names]),
})
