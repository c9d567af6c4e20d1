/** The validator of a spec's form as code, for `standalone/form.js`: browsers with a strict policy cannot compile a schema. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { genericSchema } from '../compiler/schema/spec-schema.ts'

/** How Ajv reads our schemas. */
const ajvOptions = {
  allErrors: true,
  verbose: true,
  strict: true,
  strictTypes: false,
  allowUnionTypes: true,
  validateFormats: false,
} as const

/** An ES module without imports. */
export function formCode(): string {
  const ajv = new Ajv2020({ ...ajvOptions, code: { source: true, esm: true } })
  const code = standalone.default(ajv, ajv.compile(genericSchema()))
  const head = '// Made by npm run build:schema from compiler/schema/spec-schema.ts; do not edit.\n'
  return `${head}${code.trimEnd()}\n`
}
