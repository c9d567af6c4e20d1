/**
 * Steps as they meet one state: every key spelled out, every size known. What patterns leave open is decided here, so that exact
 * steps turn round exactly.
 */
import type { ArrayType } from './arrays.ts'

interface Move {
  /** From key to key, all at once. */
  readonly kind: 'move'
  readonly moves: readonly (readonly [from: string, to: string])[]
}

interface Split {
  readonly kind: 'split'
  readonly from: string
  readonly to: readonly string[]
  readonly dim: number
  readonly sizes: readonly number[]
}

interface Concat {
  readonly kind: 'concat'
  readonly from: readonly string[]
  readonly to: string
  readonly dim: number
  readonly sizes: readonly number[]
}

interface Transpose {
  readonly kind: 'transpose'
  readonly key: string
  readonly dims: readonly [number, number]
}

interface Reshape {
  readonly kind: 'reshape'
  readonly key: string
  readonly from: readonly number[]
  readonly to: readonly number[]
}

interface Slice {
  readonly kind: 'slice' | 'pad'
  readonly key: string
  readonly dim: number
  readonly start: number
  readonly stop: number
  readonly size: number
  readonly fill: number
}

interface PermuteHeads {
  readonly kind: 'permute_heads'
  readonly key: string
  readonly dim: number
  readonly heads: number
  readonly to: 'interleaved' | 'halves'
}

interface Add {
  readonly kind: 'add'
  readonly key: string
  readonly type: ArrayType
  readonly init: number | 'default'
}

interface Drop {
  readonly kind: 'drop'
  readonly key: string
  readonly type: ArrayType
  readonly init: number | 'default'
  readonly reason: string
}

interface Tie {
  readonly kind: 'tie' | 'untie'
  /** The name that comes to stand for `to` (tie), or stops to (untie). */
  readonly key: string
  readonly to: string
  /** The key itself comes into being (tie) or ends (untie) with it. */
  readonly whole: boolean
}

/** `index` is that of the declared step, for messages. */
export type ExactStep = { readonly index: number } & (
  | Move
  | Split
  | Concat
  | Transpose
  | Reshape
  | Slice
  | PermuteHeads
  | Add
  | Drop
  | Tie
)

/** The steps that undo these. What a drop or a slice lost comes back as its `init` or `fill`. */
export const invertExact = (steps: readonly ExactStep[]): ExactStep[] => steps.toReversed().map(inverse)

function inverse(step: ExactStep): ExactStep {
  switch (step.kind) {
    case 'move':
      return { ...step, moves: step.moves.map(([from, to]) => [to, from] as const) }
    case 'split':
      return { ...step, kind: 'concat', from: step.to, to: step.from }
    case 'concat':
      return { ...step, kind: 'split', from: step.to, to: step.from }
    case 'transpose':
      return step
    case 'reshape':
      return { ...step, from: step.to, to: step.from }
    case 'slice':
      return { ...step, kind: 'pad' }
    case 'pad':
      return { ...step, kind: 'slice' }
    case 'permute_heads':
      return { ...step, to: step.to === 'halves' ? 'interleaved' : 'halves' }
    case 'add':
      return { ...step, kind: 'drop', reason: 'it was added later' }
    case 'drop': {
      const { reason: _, ...rest } = step
      return { ...rest, kind: 'add' }
    }
    case 'tie':
      return { ...step, kind: 'untie' }
    case 'untie':
      return { ...step, kind: 'tie' }
  }
}
