/** Messages about shapes and dtypes: what the rules of the op table refuse, and what declared inputs and outputs ask for. */

import { type Dim, printDim } from '../../../runtime/ops/dim.ts'
import type { OpError } from '../../../runtime/ops/error.ts'
import type { Diagnostic, Place } from '../diagnostic.ts'
import { errorsOf, warningsOf } from '../make.ts'

/** `where` names the module instance, for code that several instances share. */
export const opRefused = (place: Place, name: string, error: OpError, where: string | null): Diagnostic => {
  const [phase, what] = error.code.split('/') as [string, string]
  const message = error.message.startsWith(`${name}:`) ? error.message : `${name}: ${error.message}`
  return errorsOf(phase)(place, what, message, {
    label: where === null ? undefined : `in ${where}`,
    hint: error.hint ?? undefined,
  })
}

export const inputType = (place: Place, name: string): Diagnostic =>
  errorsOf('shape')(place, 'input', `input '${name}' of the model needs a dtype and dims`, {
    hint: `for instance ${name}: float32[N, 3, H, W]; several tensors are several inputs`,
  })

export const outputRank = (place: Place, name: string, declared: string, found: string): Diagnostic =>
  errorsOf('shape')(
    place,
    'output',
    `output '${name}' is declared as ${declared}, but the forward gives ${found}`,
  )

export const outputDType = (place: Place, name: string, declared: string, found: string): Diagnostic =>
  errorsOf('dtype')(
    place,
    'output',
    `output '${name}' is declared as ${declared}, but the forward gives ${found}`,
  )

export const outputCount = (place: Place, declared: number, found: number): Diagnostic =>
  errorsOf('shape')(place, 'outputs', `${declared} outputs are declared, but the forward returns ${found}`)

export const outputKind = (place: Place, name: string, declared: string, found: string): Diagnostic =>
  errorsOf('shape')(
    place,
    'output',
    `output '${name}' is declared as ${declared}, but the forward gives ${found}`,
  )

const notes = (place: Place, what: string, message: string, hint: string): Diagnostic => ({
  ...warningsOf('shape')(place, what, message, { hint }),
  severity: 'note',
})

/** The model runs for some sizes only. */
export const sometimesEqual = (place: Place, a: Dim, b: Dim): Diagnostic =>
  notes(
    place,
    'guard',
    `this needs ${printDim(a)} to be ${printDim(b)}, which holds for some sizes of the inputs only`,
    'it is checked when the model runs; declare the sizes under dims: to have it proved',
  )
