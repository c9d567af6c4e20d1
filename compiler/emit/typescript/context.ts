import type { Node } from '../../parse/python/ast.ts'
import type { Observations } from '../observations.ts'
import type { Code } from './code.ts'
import type { HeldFunction } from './held-functions.ts'
import type { LocalKinds } from './local-kinds.ts'
import type { Surroundings } from './names.ts'
import type { ClassNamer } from './types.ts'

/** What the translation of a body knows. */
export interface Context extends LocalKinds {
  readonly around: Surroundings
  readonly seen: Observations
  readonly locals: ReadonlySet<string>
  readonly className: ClassNamer
  /** The functions that locals may stand for. */
  readonly held: ReadonlyMap<string, readonly HeldFunction[]>
  /** Where tensors that are made out of nothing are put; null for the default device. */
  readonly device: Code | null
  /** In-place calls whose variable gets its new value by the statement that they stand in. */
  readonly rebound: ReadonlySet<Node>
  /** Mentions of what may be None, where TypeScript knows that it is not. */
  readonly narrowed: ReadonlySet<Node>
}

/** A context in which no local stands yet. */
export const contextIn = (around: Surroundings, seen: Observations, className: ClassNamer): Context => ({
  around,
  seen,
  locals: new Set(),
  className,
  mixed: new Set(),
  nullable: new Set(),
  varying: new Set(),
  growing: new Set(),
  held: new Map(),
  device: null,
  rebound: new Set(),
  narrowed: new Set(),
})

export const withLocals = (cx: Context, names: Iterable<string>): Context => ({
  ...cx,
  locals: new Set([...cx.locals, ...names]),
})
