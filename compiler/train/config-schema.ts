/** The JSON Schema (2020-12) of training configurations, for editors and other programs: made of the table that the reader uses. */
import type { OptionKind } from './choices.ts'
import { CONFIG, choiceFields, type Field, type FieldTable } from './config-table.ts'

type JsonSchema = Readonly<Record<string, unknown>>

/** The file's text. A test proves the checked-in file current: `npm run build:schema` writes it. */
export function configSchemaText(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'a training run of Holdfast',
    description: 'What holdfast train takes.',
    ...closed(CONFIG),
  }
  return `${JSON.stringify(schema, null, 1)}\n`
}

function closed(table: FieldTable): JsonSchema {
  const fields = Object.entries(table)
  return {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(([name, field]) => [name, { description: field.doc, ...fieldSchema(field) }]),
    ),
    required: fields.flatMap(([name, field]) => (field.required ? [name] : [])),
    additionalProperties: false,
  }
}

const TEXT: JsonSchema = { type: 'string' }
const TEXTS: JsonSchema = { type: ['string', 'array'], items: TEXT, minItems: 1 }

function fieldSchema(field: Field): JsonSchema {
  switch (field.kind) {
    case 'text':
      return TEXT
    case 'texts':
      return TEXTS
    case 'flag':
      return { type: 'boolean' }
    case 'integer':
    case 'number': {
      const { kind, min, max } = field
      return {
        type: kind,
        ...(min === undefined ? {} : { minimum: min }),
        ...(max === undefined ? {} : { maximum: max }),
      }
    }
    case 'word':
      return { enum: field.words }
    case 'words':
      return { type: 'array', items: { enum: field.words } }
    case 'size':
      return { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 2, maxItems: 2 }
    case 'mapping':
      return closed(field.fields)
    case 'named':
      return { type: 'object', additionalProperties: field.of === 'texts' ? TEXTS : true }
    case 'files':
      return { type: ['string', 'object'], additionalProperties: TEXT }
    case 'option':
      return optionSchema(field.option)
    case 'choice':
      return choiceSchema(field)
  }
}

/** Null is for options that are not set. */
function optionSchema(option: OptionKind): JsonSchema {
  if (typeof option !== 'string') return { enum: [...option, null] }
  if (option === 'flag') return { type: ['boolean', 'null'] }
  if (option === 'numbers') return { type: ['number', 'array', 'null'], items: { type: 'number' } }
  return { type: [option, 'null'] }
}

/** A name alone, or a closed mapping by its type: as a chain of conditions, for which editors have good messages. */
function choiceSchema(field: Extract<Field, { kind: 'choice' }>): JsonSchema {
  const names = Object.keys(field.choices)
  return {
    type: ['string', 'object'],
    if: { type: 'string' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { enum: names },
    else: {
      properties: { type: { enum: names } },
      required: ['type'],
      allOf: names.map(name => ({
        if: { properties: { type: { const: name } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: closed(choiceFields(field, name)),
      })),
    },
  }
}
