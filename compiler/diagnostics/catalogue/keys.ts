/** Messages about keys over time: presets, migrations, locks, and changes that break checkpoints. The rules are in compiler/keys/rules.ts. */
import type { Diagnostic, Place } from '../diagnostic.ts'
import { errorsOf, warningsOf } from '../make.ts'

const error = errorsOf('keys')
const warning = warningsOf('keys')

const cover = 'cover it by a migration, see docs/keys.md'

// Presets.

export const presetName = (place: Place, name: string): Diagnostic =>
  error(place, 'preset-name', `'${name}' cannot be the name of a preset`, {
    hint: 'letters, digits, dots, dashes and _, a letter first',
  })

export const presetParam = (
  place: Place,
  name: string,
  suggestion: string | null,
  params: readonly string[],
): Diagnostic =>
  error(place, 'preset-param', `the model has no param '${name}'`, {
    hint: suggestion === null ? `params are ${params.join(', ')}` : `did you mean '${suggestion}'?`,
  })

// Migrations and layouts.

export const migrationTwice = (place: Place, to: number): Diagnostic =>
  error(place, 'migration-twice', `there are two migrations to generation ${to}`, { hint: 'make them one' })

export const migrationAhead = (place: Place, to: number, next: number): Diagnostic =>
  error(place, 'migration-ahead', `no migration can lead to generation ${to} yet: the next one is ${next}`, {
    hint: `write to: ${next}`,
  })

export const migrationUnlocked = (place: Place, path: string): Diagnostic =>
  error(
    place,
    'migration-unlocked',
    `nothing is locked that a migration could lead on from: there is no ${path}`,
    {
      hint: 'run: holdfast lock',
    },
  )

export const migrationIdle = (place: Place, last: number): Diagnostic =>
  warning(
    place,
    'migration-idle',
    `nothing has changed since generation ${last}: the migration has nothing to do`,
  )

export const migrationGap = (place: Place, to: number): Diagnostic =>
  error(place, 'migration-gap', `generation ${to} is locked, but no migration leads to it`, {
    hint: 'put it back: without it no older checkpoint loads',
  })

export const layoutGeneration = (place: Place, to: number, last: number): Diagnostic =>
  error(place, 'layout-generation', `the layout leads to generation ${to}, but there is none after ${last}`, {
    hint: `write to: ${last}`,
  })

export const stepKinds = (place: Place): Diagnostic =>
  error(place, 'step', 'an item of steps is one step', { hint: 'give every step a dash of its own' })

export const stepValue = (place: Place, name: string, expected: string, found: string): Diagnostic =>
  error(place, 'step-value', `'${name}' must be ${expected}, not ${found}`)

/** What a step does not find, or cannot do with what it finds. */
export const stepRefused = (place: Place, kind: string, message: string, hint: string | null): Diagnostic =>
  error(place, 'step-refused', `${kind}: ${message}`, { hint: hint ?? undefined })

export const migrationDiffers = (place: Place, to: number, message: string): Diagnostic =>
  error(place, 'migration-differs', `the steps to generation ${to} do not give what is locked: ${message}`, {
    hint: 'a locked generation never changes: put its migration back as it was',
  })

export const notInvertible = (place: Place, to: number, message: string): Diagnostic =>
  error(place, 'not-invertible', `the steps to generation ${to} have no way back: ${message}`)

export const layoutDiffers = (place: Place, name: string, message: string): Diagnostic =>
  error(place, 'layout-differs', `the layout '${name}' does not lead to its generation: ${message}`)

export const layoutOrder = (place: Place, message: string, hint: string | null): Diagnostic =>
  error(place, 'layout-order', message, { hint: hint ?? undefined })

export const noReason = (place: Place): Diagnostic =>
  error(place, 'reason', 'the reason is empty', { hint: 'say why: it is for those who read old checkpoints' })

export const ignoreRule = (place: Place, name: string, suggestion: string | null): Diagnostic =>
  error(place, 'ignore-rule', `there is no rule '${name}'`, {
    hint: suggestion === null ? 'docs/reference/breaking.md lists them' : `did you mean '${suggestion}'?`,
  })

export const ignoreKey = (place: Place, name: string, near: string | null): Diagnostic =>
  error(place, 'ignore-key', `no key on either side of the migration matches '${name}'`, {
    hint: near === null ? undefined : `did you mean '${near}'?`,
  })

export const renamedUnknown = (place: Place, name: string): Diagnostic =>
  warning(place, 'renamed-unknown', `no generation has a key '${name}', or keys below it`, {
    hint: 'renamed_from: names a key as the lock has it; remove it if there is none',
  })

// The lock.

export const lockConflict = (place: Place): Diagnostic =>
  error(place, 'lock-conflict', 'a merge has left its marks in the lock', {
    hint: 'take one side as it is, correct the migrations in the spec, and run: holdfast lock',
  })

export const lockForm = (place: Place, message: string): Diagnostic =>
  error(place, 'lock-form', `the lock cannot be read: ${message}`, {
    hint: 'it is written by holdfast lock only: restore it from version control',
  })

export const lockEdited = (place: Place, generation: number): Diagnostic =>
  error(place, 'lock-edited', `generation ${generation} is not as it was locked: its digest differs`, {
    hint: 'a lock is never edited or merged by hand: restore it from version control',
  })

export const lockUnreadable = (place: Place, path: string, why: string): Diagnostic =>
  error(place, 'lock-unreadable', `cannot read ${path}: ${why}`)

/** Its keys are covered, but not yet locked. */
export const lockBehind = (place: Place, path: string): Diagnostic =>
  warning(place, 'lock-behind', `${path} does not have these keys yet`, { hint: 'run: holdfast lock' })

// Breaking changes, by rule.

export const keyRemoved = (place: Place, keys: string, hint: string | null): Diagnostic =>
  error(place, 'key-removed', `the model lost ${keys}, which the lock has`, { hint: hint ?? cover })

export const keyAdded = (place: Place, keys: string, hint: string | null): Diagnostic =>
  error(place, 'key-added', `the model gained ${keys}, which no checkpoint has`, { hint: hint ?? cover })

export const keyRenamed = (place: Place, from: string, to: string, hint: string): Diagnostic =>
  error(place, 'key-renamed', `the model lost ${from}, and gained ${to} of the same shape`, { hint })

export const shapeChanged = (place: Place, key: string, was: string, is: string): Diagnostic =>
  error(place, 'shape', `'${key}' is ${is}, but ${was} is locked`, { hint: cover })

export const dtypeChanged = (place: Place, key: string, was: string, is: string): Diagnostic =>
  error(place, 'dtype', `'${key}' is ${is}, but ${was} is locked`, {
    hint: `keep ${was}; or, as no step casts, ignore it in a migration, and loading will cast: ${ignoring('dtype', key)}`,
  })

export const kindChanged = (place: Place, key: string, was: string, is: string): Diagnostic =>
  error(place, 'kind', `'${key}' is a ${is}, but locked as a ${was}`, {
    hint: `keep it a ${was}; or, as no step is about it, ignore it in a migration, and it loads as a ${is}: ${ignoring('kind', key)}`,
  })

/** What goes under `ignore:` of a migration. */
const ignoring = (rule: string, key: string): string =>
  `ignore: [{ rule: ${rule}, key: ${key}, reason: WHY }]`

export const persistenceChanged = (place: Place, key: string): Diagnostic =>
  error(place, 'persistence', `'${key}' is locked, but now a buffer that is not saved`, {
    hint: 'keep it persistent, or drop it in a migration',
  })

export const tied = (place: Place, key: string, other: string): Diagnostic =>
  error(place, 'tied', `'${key}' and '${other}' are one tensor now, but locked as two`, {
    hint: `cover it by a migration with tie: { key: ${key}, to: ${other} }`,
  })

export const untied = (place: Place, key: string, other: string): Diagnostic =>
  error(place, 'untied', `'${key}' and '${other}' are locked as one tensor, but are two now`, {
    hint: `cover it by a migration with untie: { key: ${key}, from: ${other} }`,
  })

export const keyReused = (place: Place, key: string, generation: number): Diagnostic =>
  error(place, 'key-reused', `'${key}' was dropped in generation ${generation}: its name stays reserved`, {
    hint: 'give the new tensor another name, or pin another key with key:',
  })

export const defaultChanged = (place: Place, name: string, was: string, is: string): Diagnostic =>
  error(
    place,
    'default-changed',
    `'${name}' is ${is} here, but ${was} in the lock, and keys or shapes depend on it`,
    {
      hint: 'keep the value; other members of the family can be named under presets:',
    },
  )

export const presetRemoved = (place: Place, name: string): Diagnostic =>
  error(place, 'preset-removed', `the preset '${name}' is locked, but gone`, {
    hint: 'put it back; the defaults are the preset default: {}',
  })

export const parameterOrder = (place: Place, key: string, position: number, was: number): Diagnostic =>
  error(
    place,
    'parameter-order',
    `'${key}' is parameter ${position}, but locked as ${was}: the state of optimizers goes by position`,
    { hint: 'keep the order, or acknowledge it by a migration without steps' },
  )

export const lockRemoved = (place: Place, path: string): Diagnostic =>
  error(place, 'lock-removed', `${path} is gone`, {
    hint: 'restore it: it is what old checkpoints are read by',
  })

export const generationChanged = (place: Place, generation: number): Diagnostic =>
  error(place, 'generation-changed', `generation ${generation} is not the one that was published`, {
    hint: 'restore the lock, and make the change a new generation',
  })

export const specRemoved = (place: Place, path: string): Diagnostic =>
  error(place, 'spec-removed', `${path} is gone`)

export const classRenamed = (place: Place, was: string, is: string): Diagnostic =>
  error(place, 'class-renamed', `the class was ${was}, and is ${is} now`)

export const paramRemoved = (place: Place, name: string): Diagnostic =>
  error(place, 'param-removed', `there was a param '${name}'`)

export const paramRequired = (place: Place, name: string): Diagnostic =>
  error(place, 'param-required', `'${name}' has no default, and was not needed before`)

export const paramRetyped = (place: Place, name: string, was: string, is: string): Diagnostic =>
  error(place, 'param-type', `'${name}' was ${was}, and is ${is} now`)

export const inputsChanged = (place: Place, was: string, is: string): Diagnostic =>
  error(place, 'inputs', `the inputs were ${was}, and are ${is} now`)

export const outputsChanged = (place: Place, was: string, is: string): Diagnostic =>
  error(place, 'outputs', `the outputs were ${was}, and are ${is} now`)
