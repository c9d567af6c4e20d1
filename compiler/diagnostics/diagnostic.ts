/** What every phase of the compiler reports: never thrown, always collected. */
import type { Range, Source } from '../parse/source.ts'

export type Severity = 'error' | 'warning' | 'note'

export interface Diagnostic {
  /** Stable id, `phase/what`, e.g. `shape/mismatch`. One function of the catalogue makes each. */
  readonly code: string
  readonly severity: Severity
  readonly source: Source
  readonly range: Range
  /** One sentence, no full stop at the end. Shown after the location. */
  readonly message: string
  /** Shown under the caret frame beside the carets, where it says more than the message. */
  readonly label?: string
  /** What to do about it. */
  readonly hint?: string
}

/** Where a diagnostic points: the first two arguments of every function of the catalogue. */
export interface Place {
  readonly source: Source
  readonly range: Range
}

/** Collects diagnostics of all phases; sorts them by file and position when asked. */
export class Diagnostics {
  readonly #found: Diagnostic[] = []

  add(diagnostic: Diagnostic): void {
    this.#found.push(diagnostic)
  }

  get hasErrors(): boolean {
    return this.#found.some(d => d.severity === 'error')
  }

  /** In order of file path (first reported first), then position; exact repetitions removed. */
  sorted(): readonly Diagnostic[] {
    const files = [...new Set(this.#found.map(d => d.source.path))]
    const seen = new Set<string>()
    return this.#found
      .filter(d => {
        const key = `${d.code}\0${d.source.path}\0${d.range.start}\0${d.range.end}\0${d.message}`
        if (seen.has(key)) return false
        seen.add(key)
        return true
      })
      .sort(
        (a, b) =>
          files.indexOf(a.source.path) - files.indexOf(b.source.path) ||
          a.range.start - b.range.start ||
          a.range.end - b.range.end,
      )
  }
}
