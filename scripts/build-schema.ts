/** Writes the JSON Schema of the spec language, which editors use. A test proves that the file is current. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { schemaText } from '../compiler/schema/spec-schema.ts'

const target = fileURLToPath(new URL('../compiler/schema/model-spec.schema.json', import.meta.url))
writeFileSync(target, schemaText())
