/** What is thrown where a state_dict does not fit a module. */
import type { MismatchReport } from '../keys/explain-mismatch.ts'

export interface SizeMismatch {
  readonly key: string
  /** Shape in the state_dict. */
  readonly given: readonly number[]
  /** Shape in the module. */
  readonly expected: readonly number[]
}

export class StateDictError extends Error {
  override readonly name = 'StateDictError'
  readonly code = 'state/mismatch'
  readonly missingKeys: readonly string[]
  readonly unexpectedKeys: readonly string[]
  readonly sizeMismatches: readonly SizeMismatch[]
  readonly hint: string | null
  /** The likely cause, what may have been meant, and a migration or layout to paste into the spec. */
  readonly report: MismatchReport

  /** `message` is PyTorch's own text. */
  constructor(
    message: string,
    facts: {
      readonly missingKeys: readonly string[]
      readonly unexpectedKeys: readonly string[]
      readonly sizeMismatches: readonly SizeMismatch[]
      readonly report: MismatchReport
    },
  ) {
    super(message)
    this.missingKeys = facts.missingKeys
    this.unexpectedKeys = facts.unexpectedKeys
    this.sizeMismatches = facts.sizeMismatches
    this.report = facts.report
    this.hint = hintText(facts.report)
  }
}

const MOST_PAIRS = 5

function hintText({ explanation, pairs, yaml }: MismatchReport): string {
  const meant = pairs
    .slice(1, MOST_PAIRS)
    .map(([given, expected]) => `  '${given}' is probably '${expected}'`)
  if (pairs.length > MOST_PAIRS) meant.push(`  and ${pairs.length - MOST_PAIRS} more`)
  const paste = yaml === null ? [] : ['in the spec, to look at and correct:', yaml.trimEnd()]
  return [explanation, ...meant, ...paste].join('\n')
}
