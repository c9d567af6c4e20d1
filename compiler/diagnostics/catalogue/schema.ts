/** Messages about the form of a spec: fields and arguments that are unknown, missing or of the wrong kind. */
import type { Diagnostic, Place } from '../diagnostic.ts'
import { errorsOf } from '../make.ts'

const error = errorsOf('schema')

const listed = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')} ...` : names.join(', ')

/** `owner` as in "a definition" or "Conv2d". */
export const unknownField = (
  place: Place,
  name: string,
  owner: string,
  known: readonly string[],
  suggestion: string | null,
): Diagnostic =>
  error(place, 'unknown-field', `${owner} has no field '${name}'`, {
    hint: suggestion === null ? `fields are ${listed(known)}` : `did you mean '${suggestion}'?`,
  })

export const unknownArgument = (
  place: Place,
  name: string,
  type: string,
  known: readonly string[],
  suggestion: string | null,
): Diagnostic =>
  error(place, 'unknown-argument', `${type} has no argument '${name}'`, {
    hint:
      suggestion !== null
        ? `did you mean '${suggestion}'?`
        : known.length === 0
          ? `${type} has no arguments`
          : `arguments are ${listed(known)}`,
  })

export const missingField = (place: Place, name: string, owner: string): Diagnostic =>
  error(place, 'missing-field', `${owner} needs the field '${name}'`, { hint: `add '${name}: ...'` })

export const missingArgument = (place: Place, names: readonly string[], type: string): Diagnostic =>
  error(
    place,
    'missing-argument',
    `${type} needs the argument${names.length > 1 ? 's' : ''} ${names.map(name => `'${name}'`).join(', ')}`,
    { hint: `add ${names.map(name => `${name}: ...`).join(', ')}` },
  )

export const wrongKind = (place: Place, what: string, expected: string, found: string): Diagnostic =>
  error(place, 'wrong-kind', `${what} must be ${expected}, not ${found}`)

export const noValue = (place: Place, name: string, expected: string): Diagnostic =>
  error(place, 'no-value', `'${name}' has no value`, { hint: `it is ${expected}` })

export const notOneOf = (
  place: Place,
  value: string,
  known: readonly string[],
  suggestion: string | null,
): Diagnostic =>
  error(place, 'enum', `'${value}' is not one of ${listed(known)}`, {
    hint: suggestion === null ? undefined : `did you mean '${suggestion}'?`,
  })

export const switchWord = (place: Place, word: string, meant: string): Diagnostic =>
  error(place, 'wrong-kind', `'${word}' is a text in YAML 1.2, not true or false`, { hint: `write ${meant}` })

export const outOfRange = (place: Place, what: string, bound: string): Diagnostic =>
  error(place, 'range', `${what} must be ${bound}`)

export const tooFew = (place: Place, what: string, least: number): Diagnostic =>
  error(place, 'too-few', `${what} needs at least ${least} item${least === 1 ? '' : 's'}`)

export const version = (place: Place): Diagnostic =>
  error(place, 'version', 'this compiler reads version 1 of the language', { hint: 'write holdfast: 1' })
