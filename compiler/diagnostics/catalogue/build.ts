/** Messages about specs that are in order by themselves, but not in the folder that is built. */
import type { Diagnostic, Place } from '../diagnostic.ts'
import { errorsOf } from '../make.ts'

const build = errorsOf('build')

export const importNotBuilt = (place: Place, imported: string): Diagnostic =>
  build(place, 'import', `${imported} is imported, but no class is generated from it`, {
    hint: 'it must be below the folder of the specs, and have a model of its own',
  })

/** The generated class could not say what the spec says. */
export const notExpressible = (
  place: Place,
  error: { readonly message: string; readonly hint: string },
): Diagnostic => build(place, 'not-expressible', error.message, { hint: error.hint })
