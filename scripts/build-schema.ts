/** Writes the JSON Schemas of specs and training configurations, which editors use, and the former's validator as code. Tests prove them current. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { schemaText } from '../compiler/schema/spec-schema.ts'
import { configSchemaText } from '../compiler/train/config-schema.ts'
import { formCode } from './form-code.ts'

const target = fileURLToPath(new URL('../compiler/schema/model-spec.schema.json', import.meta.url))
writeFileSync(target, schemaText())
const code = fileURLToPath(new URL('../compiler/schema/standalone/form.js', import.meta.url))
writeFileSync(code, formCode())
const config = fileURLToPath(new URL('../compiler/schema/train-config.schema.json', import.meta.url))
writeFileSync(config, configSchemaText())
