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
}

export const withLocals = (cx: Context, names: Iterable<string>): Context => ({
  ...cx,
  locals: new Set([...cx.locals, ...names]),
})
