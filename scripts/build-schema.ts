/** Writes the JSON Schema of the spec language, which editors use, and its validator as code. A test proves that both are current. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { schemaText } from '../compiler/schema/spec-schema.ts'
import { formCode } from './form-code.ts'

const target = fileURLToPath(new URL('../compiler/schema/model-spec.schema.json', import.meta.url))
writeFileSync(target, schemaText())
const code = fileURLToPath(new URL('../compiler/schema/standalone/form.js', import.meta.url))
writeFileSync(code, formCode())
