/** What is wrong with data, or with how it is asked for. */
export type DataErrorCode =
  /** An option, or a combination of options, that makes no sense. */
  | 'data/option'
  /** An index, a key or a sample that does not exist or does not fit the others. */
  | 'data/sample'
  /** A file that is not what it should be. */
  | 'data/malformed'
  /** A file that is in order, but of a kind that is not read. */
  | 'data/unsupported'
  /** More than the limit allows. */
  | 'data/limit'
  /** A worker that threw, or ended. */
  | 'data/worker'

export interface DataErrorFacts {
  /** The byte of the file where it was noticed. */
  readonly offset?: number
  /** The line of a text file, from 1. */
  readonly line?: number
  /** The column of that line, from 1. */
  readonly column?: number
  readonly hint?: string
}

export class DataError extends Error {
  override readonly name = 'DataError'
  readonly code: DataErrorCode
  readonly offset: number | null
  readonly line: number | null
  readonly column: number | null
  readonly hint: string | null

  constructor(code: DataErrorCode, message: string, facts: DataErrorFacts = {}) {
    super(message + placeOf(facts))
    this.code = code
    this.offset = facts.offset ?? null
    this.line = facts.line ?? null
    this.column = facts.column ?? null
    this.hint = facts.hint ?? null
  }
}

function placeOf({ offset, line, column }: DataErrorFacts): string {
  if (line !== undefined) return ` (line ${line}${column === undefined ? '' : `, column ${column}`})`
  return offset === undefined ? '' : ` (at byte ${offset})`
}
