/** A lock: the keys of a model in every generation, per preset. `lock-text.ts` is its form in a file. */
import type { LockedTensor } from '../../runtime/keys/contract.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import type { Source } from '../parse/source.ts'

/** A tensor of a locked generation, with its shape as the params decide it. */
export interface LockEntry extends LockedTensor {
  /** For every dim how params give it (`2*width`), null where they do not or it is not known. */
  readonly dims: readonly (string | null)[]
}

/** A member of the family in one generation. */
export interface LockedMember {
  readonly params: ReadonlyMap<string, string>
  /** What `renamed_from:` stood for on the way here: prefixes of keys, each after those before it. */
  readonly renamed: readonly (readonly [from: string, to: string])[]
  /** In the order of state_dict; parameters among them in that of optimizers. */
  readonly tensors: readonly LockEntry[]
  /** Keys that ended on the way here, with the reason. */
  readonly dropped: ReadonlyMap<string, string>
}

export interface LockedGeneration {
  readonly generation: number
  readonly members: ReadonlyMap<string, LockedMember>
}

export interface Lock {
  readonly model: string
  /** Ascending from 1, without gaps. */
  readonly generations: readonly LockedGeneration[]
}

/** A lock out of a file. */
export interface PlacedLock extends Lock {
  readonly source: Source
  readonly place: Place
}

export const lastOf = (lock: Lock): LockedGeneration => lock.generations.at(-1)!

/** `specs/resnet.yaml` has `specs/resnet.keys.lock` beside it. */
export const lockPath = (specPath: string): string => specPath.replace(/\.ya?ml$/, '.keys.lock')
