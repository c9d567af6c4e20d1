/** Makes diagnostics of one phase for its file of the catalogue. */
import type { Diagnostic, Place, Severity } from './diagnostic.ts'

export interface Facts {
  readonly label?: string | undefined
  readonly hint?: string | undefined
}

export type Make = (place: Place, what: string, message: string, facts?: Facts) => Diagnostic

/** A diagnostic of a full code, `phase/what`. */
export const makeDiagnostic = (
  severity: Severity,
  place: Place,
  code: string,
  message: string,
  facts: Facts = {},
): Diagnostic => ({
  code,
  severity,
  source: place.source,
  range: place.range,
  message,
  ...(facts.label === undefined ? {} : { label: facts.label }),
  ...(facts.hint === undefined ? {} : { hint: facts.hint }),
})

const maker =
  (severity: Severity) =>
  (phase: string): Make =>
  (place, what, message, facts) =>
    makeDiagnostic(severity, place, `${phase}/${what}`, message, facts)

export const errorsOf: (phase: string) => Make = maker('error')
export const warningsOf: (phase: string) => Make = maker('warning')
