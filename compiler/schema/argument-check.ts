/**
 * Checks arguments against the schema that argument-schema.ts writes, with Ajv's errors. Schemas of definitions are only known when a
 * spec is read: compiling them then would take `new Function`, which a strict policy in browsers forbids.
 */
import type { ErrorObject } from 'ajv'
import type { Arg } from '../../runtime/ops/args.ts'
import { argumentsSchema, type JsonSchema } from './argument-schema.ts'

type Report = (path: string, keyword: string, params: ErrorObject['params'], schema: JsonSchema) => void

/** All mistakes of an object of arguments. */
export function argumentErrors(shape: readonly Arg[], json: unknown): ErrorObject[] {
  const errors: ErrorObject[] = []
  const report: Report = (instancePath, keyword, params, parentSchema) =>
    errors.push({ instancePath, schemaPath: `#/${keyword}`, keyword, params, parentSchema })
  const schema = argumentsSchema(shape)
  const given = json as Readonly<Record<string, unknown>>
  const properties = schema.properties as Readonly<Record<string, JsonSchema>>
  for (const name of schema.required as readonly string[])
    if (given[name] === undefined) report('', 'required', { missingProperty: name }, schema)
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(properties, name))
      report('', 'additionalProperties', { additionalProperty: name }, schema)
    else if (given[name] !== undefined)
      checkValue(given[name], properties[name]!, `/${escaped(name)}`, report)
  }
  return errors
}

/** As JSON pointers write it. */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

function checkValue(value: unknown, schema: JsonSchema, path: string, report: Report): void {
  const types = [schema.type].flat() as readonly string[]
  if (!types.some(type => hasType(value, type))) {
    report(path, 'type', { type: schema.type }, schema)
    return
  }
  if (typeof value === 'number') {
    const { minimum, maximum } = schema as { readonly minimum?: number; readonly maximum?: number }
    if (maximum !== undefined && value > maximum)
      report(path, 'maximum', { comparison: '<=', limit: maximum }, schema)
    if (minimum !== undefined && value < minimum)
      report(path, 'minimum', { comparison: '>=', limit: minimum }, schema)
  }
  if (Array.isArray(value) && schema.items !== undefined)
    for (const [i, item] of value.entries())
      checkValue(item, schema.items as JsonSchema, `${path}/${i}`, report)
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return Number.isFinite(value)
    default:
      return typeof value === type
  }
}
