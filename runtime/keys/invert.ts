/**
 * The steps that lead back, from the steps alone: for layouts, whose other end is no generation. Between generations,
 * `undoSteps` is exact; here patterns stay patterns, and only applying both ways proves that they are each other's inverse.
 */
import type { Step } from './step.ts'

/** The inverse steps, last first. What a `drop` ended has no shape any more: it stays away, and an `add` is dropped. */
export const invertSteps = (steps: readonly Step[]): Step[] => steps.toReversed().flatMap(inverse)

function inverse(step: Step): Step[] {
  switch (step.kind) {
    case 'rename':
      return [{ ...step, from: step.to, to: step.from }]
    case 'split':
      return [{ ...step, kind: 'concat', from: step.to, to: step.from }]
    case 'concat':
      return [{ ...step, kind: 'split', from: step.to, to: step.from }]
    case 'transpose':
      return [step]
    case 'reshape':
      return [{ ...step, from: step.to, to: step.from }]
    case 'slice':
      return [{ ...step, kind: 'pad' }]
    case 'pad':
      return [{ ...step, kind: 'slice' }]
    case 'permute_heads':
      return [{ ...step, to: step.to === 'halves' ? 'interleaved' : 'halves' }]
    case 'add':
      return [{ kind: 'drop', key: step.key, reason: 'the layout does not have it', init: step.init }]
    case 'drop':
      return []
    case 'tie':
      return [{ kind: 'untie', key: step.key, from: step.to }]
    case 'untie':
      return [{ kind: 'tie', key: step.key, to: step.from }]
  }
}
