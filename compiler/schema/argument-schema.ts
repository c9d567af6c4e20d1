/** JSON Schema of a module's arguments. Wherever a value is evaluated, a string can be an expression. */
import type { Arg, ArgKind } from '../../runtime/ops/args.ts'

/** The part of JSON Schema 2020-12 that we write. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

interface KindSchema {
  /** What is expected, for messages and editors. */
  readonly title: string
  readonly types: readonly string[]
  /** Kind of the items, where it is a list. */
  readonly items?: readonly string[]
}

const int: KindSchema = { title: 'an int', types: ['integer', 'string'] }
const float: KindSchema = { title: 'a number', types: ['number', 'string'] }
const bool: KindSchema = { title: 'true or false', types: ['boolean', 'string'] }
const text: KindSchema = { title: 'a string', types: ['string'] }
const scalar: KindSchema = { title: 'a number or a bool', types: ['number', 'boolean', 'string'] }
const ints: KindSchema = {
  title: 'an int or a list of ints',
  types: ['integer', 'array', 'string'],
  items: int.types,
}
const floats: KindSchema = {
  title: 'a number or a list of numbers',
  types: ['number', 'array', 'string'],
  items: float.types,
}
const openInts: KindSchema = { ...ints, items: ['integer', 'null', 'string'] }
const tensor: KindSchema = { title: 'an expression', types: ['string'] }

const orNone = (kind: KindSchema): KindSchema => ({
  ...kind,
  title: `${kind.title}, or null`,
  types: [...kind.types, 'null'],
})

const kinds: Readonly<Record<ArgKind, KindSchema>> = {
  tensor,
  'tensor?': orNone(tensor),
  tensors: { title: 'a list of expressions', types: ['array', 'string'], items: ['string'] },
  operand: { ...scalar, title: 'an expression' },
  'operand?': orNone({ ...scalar, title: 'an expression' }),
  dim: int,
  'dim?': orNone(int),
  dims: ints,
  'dims?': orNone(openInts),
  int,
  'int?': orNone(int),
  ints,
  'ints?': orNone(ints),
  float,
  'float?': orNone(float),
  'floats?': orNone(floats),
  bool,
  'bool?': orNone(bool),
  scalar,
  'scalar?': orNone(scalar),
  dtype: { title: 'a dtype', types: ['string'] },
  'dtype?': orNone({ title: 'a dtype', types: ['string'] }),
  string: text,
  'string?': orNone(text),
  padding: { ...ints, title: "ints, 'same' or 'valid'" },
  numbers: { title: 'a list', types: ['array', 'string'] },
  // No module of torch.nn has one; it stands for the lists and tuples that definitions take.
  index: { title: 'a list', types: ['array', 'string', 'null'] },
}

/** What an argument of this kind is called in messages. */
export const kindTitle = (kind: ArgKind): string => kinds[kind].title

/** Whether a float literal is wrong there: JSON does not tell 3.0 from 3. */
export const isIntegral = (kind: ArgKind): boolean => {
  const { types } = kinds[kind]
  return types.includes('integer') && !types.includes('number')
}

/** Literals that stand for themselves and are no expressions. */
export function literals(argument: Arg): readonly string[] {
  return argument.kind === 'padding' ? ['same', 'valid'] : (argument.enum ?? [])
}

/** The schema of one argument. Bounds hold for numbers that are written as such; the others are checked when evaluated. */
export function argumentSchema(argument: Arg): JsonSchema {
  const { title, types, items } = kinds[argument.kind]
  const bounds = {
    ...(argument.min === undefined ? {} : { minimum: argument.min }),
    ...(argument.max === undefined ? {} : { maximum: argument.max }),
  }
  const words = literals(argument)
  const schema = {
    title: words.length > 0 && argument.kind !== 'padding' ? `one of ${words.join(', ')}` : title,
    type: types.length === 1 ? types[0] : types,
    ...bounds,
    ...(items === undefined ? {} : { items: { title: 'an int', type: items, ...bounds } }),
    ...(argument.default === undefined || !isJson(argument.default) ? {} : { default: argument.default }),
  }
  // `examples` are offered by editors like an enum, and admit expressions as well.
  return words.length > 0 ? { ...schema, examples: words } : schema
}

const isJson = (value: unknown): boolean =>
  value === null || ['number', 'string', 'boolean'].includes(typeof value) || Array.isArray(value)

/** A closed object of arguments. */
export function argumentsSchema(list: readonly Arg[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(list.map(argument => [argument.name, argumentSchema(argument)])),
    required: list.filter(argument => argument.required).map(argument => argument.name),
    additionalProperties: false,
  }
}
