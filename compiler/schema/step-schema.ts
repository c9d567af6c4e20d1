/** The JSON Schema of a migration's steps: a mapping of one kind to its fields. */
import type { JsonSchema } from './argument-schema.ts'
import { type StepFieldForm, stepForms } from './step-form.ts'

export const stepSchema = (): JsonSchema => ({
  title: 'a step',
  description: 'One change of keys or tensors, as rename: { from: a, to: b }.',
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(stepForms).map(([kind, { doc, fields }]) => [kind, stepOf(kind, doc, fields)]),
  ),
  additionalProperties: false,
})

const stepOf = (kind: string, doc: string, fields: Readonly<Record<string, StepFieldForm>>): JsonSchema => ({
  title: `a mapping of the fields of '${kind}'`,
  description: doc,
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(fields).map(([name, form]) => [name, { ...fieldSchema(form), description: form.doc }]),
  ),
  required: Object.entries(fields)
    .filter(([, form]) => form.default === undefined)
    .map(([name]) => name),
  additionalProperties: false,
})

const key: JsonSchema = { title: 'a key or a pattern', type: ['string', 'integer'] }
const int: JsonSchema = { title: 'an int or an expression', type: ['integer', 'string'] }

function fieldSchema({ kind }: StepFieldForm): JsonSchema {
  if (typeof kind === 'object')
    return {
      title: `one of ${kind.oneOf.join(', ')}`,
      anyOf: [{ enum: [...kind.oneOf] }, { type: 'string' }],
    }
  switch (kind) {
    case 'key':
      return key
    case 'keys':
      return { title: 'a list of keys or patterns', type: 'array', items: key, minItems: 2 }
    case 'int':
      return int
    case 'ints':
      return { title: 'a list of ints', type: ['array', 'null'], items: int }
    case 'number':
      return { title: 'a number', type: ['number', 'string'] }
    case 'init':
      return { title: "a number, or 'default'", type: ['number', 'string'] }
    case 'text':
      return { title: 'a text', type: 'string' }
  }
}
