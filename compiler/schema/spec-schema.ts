/**
 * The JSON Schema (2020-12) of the spec language. One description for editors, which read it as a file, and for our own
 * validation. Editors get the arguments of every type as a chain of closed `if const / then`; we validate the generic
 * entry first and the arguments by reference to the entry's type, which an author's own definitions can have as well.
 */
import { modules } from '../../runtime/nn/table/index.ts'
import type { ModuleRow } from '../../runtime/nn/table/row.ts'
import { argumentsSchema, type JsonSchema } from './argument-schema.ts'
import { containers } from './fields.ts'
import { stepSchema } from './step-schema.ts'

const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` })

const string = (title: string, description?: string): JsonSchema => ({
  title,
  type: 'string',
  ...(description === undefined ? {} : { description }),
})

const expression = (title: string, description: string): JsonSchema => ({
  title,
  description,
  type: ['string', 'number', 'boolean', 'null'],
})

const condition = (description: string): JsonSchema => ({
  title: 'an expression that is true or false',
  description,
  type: ['boolean', 'string'],
})

/** A mapping of names that the author chooses. */
const named = (title: string, item: JsonSchema, description: string): JsonSchema => ({
  title,
  description,
  type: 'object',
  additionalProperties: item,
})

const closed = (title: string, properties: JsonSchema, required: readonly string[] = []): JsonSchema => ({
  title,
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
  additionalProperties: false,
})

/** Either a text or a closed mapping. */
const shortOr = (title: string, schema: JsonSchema): JsonSchema => ({
  ...schema,
  title,
  type: ['string', 'object'],
})

const doc = string('a text', 'Said about it in generated code and documents.')
const code = string('code', "Python, after '|'.")

const declarations: JsonSchema = {
  doc,
  params: named(
    'a mapping of params',
    ref('param'),
    'What a user of the module can choose, with types and defaults.',
  ),
  let: named('a mapping of names to expressions', ref('value'), 'Values derived from params.'),
  dims: named('a mapping of dims', ref('dim'), 'Bounds of the sizes that vary.'),
  inputs: {
    title: 'a mapping of inputs, or a list of names',
    description:
      'Arguments of forward: NAME: float32[N, 3, H, W], or a list of names. [x] if left out of a definition.',
    type: ['object', 'array'],
    additionalProperties: ref('input'),
    items: { title: 'the name of an input', type: ['string', 'object'], additionalProperties: ref('input') },
  },
  outputs: named(
    'a mapping of outputs',
    ref('output'),
    'What forward returns, in order. Inferred if left out.',
  ),
}

const body: JsonSchema = {
  parameters: named('a mapping of parameters', ref('parameter'), 'Bare parameters of the module.'),
  buffers: named('a mapping of buffers', ref('buffer'), 'Bare buffers of the module.'),
  modules: ref('modules'),
  ties: {
    title: 'a list of ties',
    description: 'Names of tensors that are one: [[a.weight, b.weight]].',
    type: 'array',
    items: ref('tie'),
  },
}

const definitionFields: JsonSchema = {
  type: {
    title: "the kind of container, where it has no 'forward'",
    description: 'Sequential, ModuleList or ModuleDict, or Module for a mere path of names.',
    anyOf: [{ enum: [...containers] }, { type: 'string' }],
  },
  ...declarations,
  ...body,
  forward: { ...code, description: "The computation, as in PyTorch: Python after '|', or one line." },
  methods: {
    ...code,
    description: 'Further functions of the module, called as self.NAME(...) or NAME(...).',
  },
}

const fileFields: JsonSchema = {
  holdfast: { title: 'the version of the language', description: 'Always 1.', const: 1 },
  model: string('the name of the model', 'The generated class has this name.'),
  imports: named(
    'a mapping of names to files',
    string('the path of a spec', 'Relative to this file.'),
    'Specs whose definitions are used here as NAME.TYPE.',
  ),
  functions: {
    ...code,
    description: 'Pure functions, usable in expressions and in every forward of the file.',
  },
  definitions: named(
    'a mapping of definitions',
    ref('definition'),
    'Modules of your own, used by name as types.',
  ),
  presets: named(
    'a mapping of presets',
    named('a mapping of params to values', ref('value'), 'Params that are not named have their defaults.'),
    'Members of the family of models that the params span, for which keys are locked.',
  ),
  migrations: {
    title: 'a list of migrations',
    description: 'How the tensors of one locked generation become those of the next.',
    type: 'array',
    items: ref('migration'),
  },
  layouts: named('a mapping of layouts', ref('layout'), "Other projects' keys for this model."),
}

// By name: the order of an `import *` depends on who loads the module.
const rows: readonly ModuleRow[] = Object.values(modules).sort((a, b) => (a.name < b.name ? -1 : 1))
const typeNames = [...containers, ...rows.map(row => row.name)]

/** Fields of an entry beside its arguments. */
const entryProperties: JsonSchema = {
  type: {
    title: 'a module type',
    description: 'A class of torch.nn, a definition, IMPORT.DEFINITION, or a param of type module.',
    anyOf: [{ enum: typeNames }, { type: 'string' }],
  },
  when: condition('The module is there only where this holds.'),
  for: string('a loop', 'NAME in ITERABLE, as i in range(n): repeats the entry.'),
  key: {
    title: 'a segment of a state_dict key',
    description: 'The name in checkpoints, where it is not the name in code. No dots.',
    type: ['string', 'integer'],
  },
  renamed_from: {
    title: 'a segment of a state_dict key',
    description: 'The name that it had in the generation that was locked last. No dots.',
    type: ['string', 'integer'],
  },
  name: { title: 'a name', description: 'The name of an item of a list.', type: ['string', 'integer'] },
  doc,
  trainable: condition('false: its parameters have requires_grad=False.'),
  ...body,
}

const numberBound = expression('a number or an expression', 'Inclusive.')

const shared: Record<string, JsonSchema> = {
  value: {
    title: 'an expression or a literal',
    type: ['string', 'number', 'boolean', 'null', 'array'],
    items: ref('value'),
  },
  param: shortOr(
    "a type with a default, as 'int = 1'",
    closed(
      'a param',
      {
        type: string('a type', 'int, float, bool, str, module, dtype, list[int], ...'),
        default: ref('value'),
        min: numberBound,
        max: numberBound,
        enum: { title: 'a list of values', type: 'array', items: ref('value'), minItems: 1 },
        doc,
      },
      ['type'],
    ),
  ),
  dim: closed("a mapping of 'multiple_of', 'min' and 'max'", {
    multiple_of: expression('an int or an expression', 'The size is a multiple of this.'),
    min: numberBound,
    max: numberBound,
  }),
  input: shortOr(
    'a type, as float32[N, 3, H, W]',
    closed('an input', {
      type: string('a type', 'float32[N, 3, H, W], or tensor.'),
      default: { title: 'None', description: 'Makes the input optional.', type: ['string', 'null'] },
      doc,
    }),
  ),
  output: shortOr(
    'a type, as float32[N, 10]',
    closed('an output', { type: string('a type', 'float32[N, 10]; _ for a size to be inferred.'), doc }, [
      'type',
    ]),
  ),
  parameter: {
    ...closed(
      'a parameter',
      {
        init: ref('value'),
        key: entryProperties.key,
        renamed_from: entryProperties.renamed_from,
        when: entryProperties.when,
        trainable: condition('false: requires_grad=False.'),
        doc,
      },
      ['init'],
    ),
    type: ['string', 'number', 'array', 'object'],
  },
  buffer: {
    ...closed(
      'a buffer',
      {
        init: ref('value'),
        key: entryProperties.key,
        renamed_from: entryProperties.renamed_from,
        when: entryProperties.when,
        persistent: condition('false: it is no part of the state_dict.'),
        mutable: condition('true: a forward can assign to self.NAME.'),
        doc,
      },
      ['init'],
    ),
    type: ['string', 'number', 'array', 'object'],
  },
  tie: {
    title: 'a list of names, as [a.weight, b.weight], or a mapping of when and keys',
    type: ['array', 'object'],
    items: string('a name of a tensor'),
    minItems: 2,
    properties: {
      when: condition('The tensors are tied only where this holds.'),
      keys: {
        title: 'a list of names of tensors',
        type: 'array',
        items: string('a name of a tensor'),
        minItems: 2,
      },
    },
    required: ['keys'],
    additionalProperties: false,
  },
  definition: closed('a definition', definitionFields),
  step: stepSchema(),
  migration: closed(
    'a migration',
    {
      to: {
        title: 'a generation',
        description: 'The generation that it leads to, from the one before.',
        type: 'integer',
        minimum: 2,
      },
      doc,
      steps: { title: 'a list of steps', type: 'array', items: ref('step') },
      ignore: {
        title: 'a list of ignored changes',
        description: 'Breaking changes that are meant, each with the reason.',
        type: 'array',
        items: ref('ignore'),
      },
    },
    ['to', 'steps'],
  ),
  layout: closed(
    'a layout',
    {
      to: {
        title: 'a generation',
        description: 'The generation that its steps lead to.',
        type: 'integer',
        minimum: 1,
      },
      doc,
      order: {
        title: 'a list of paths',
        description:
          'Modules of the layout that stand side by side, in their order; [] where it is the order of this model. Optimizers know their state by it.',
        type: 'array',
        items: string('a path or a pattern', 'As in keys of the layout; * is one segment, ** any number.'),
      },
      steps: { title: 'a list of steps', type: 'array', items: ref('step') },
    },
    ['to', 'steps'],
  ),
  ignore: closed(
    'an ignored change',
    {
      rule: string('the id of a rule', 'As `holdfast breaking` names it.'),
      key: string(
        'a key or a pattern',
        'Keys that it is about; * is one segment, ** any number. All if left out.',
      ),
      reason: string('a text', 'Why the change is meant.'),
    },
    ['rule', 'reason'],
  ),
}

const modulesOf = (entry: string): JsonSchema => ({
  title: 'a mapping or a list of modules',
  description: 'Parts of the module, in order: NAME: { type: TYPE, ... } or NAME: TYPE(...).',
  type: ['object', 'array'],
  additionalProperties: ref(entry),
  items: ref(entry),
})

/** An entry of whatever type; its arguments are not looked at. */
const genericEntry: JsonSchema = {
  title: 'a module, as TYPE(...) or as a mapping with type:',
  type: ['object', 'array', 'string'],
  properties: entryProperties,
  items: ref('entry'),
}

const file: JsonSchema = closed('a spec', { ...fileFields, ...definitionFields }, ['holdfast'])

/** Form of everything but the arguments of modules. */
export function genericSchema(): JsonSchema {
  return {
    $ref: '#/$defs/file',
    $defs: { ...shared, file, modules: modulesOf('entry'), entry: genericEntry },
  }
}

/** The published schema. */
export function publishedSchema(): JsonSchema {
  const whenType = (name: string): JsonSchema => ({
    if: { type: 'object', properties: { type: { const: name } }, required: ['type'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: ref(`type.${name}`),
  })
  const entry: JsonSchema = {
    ...genericEntry,
    allOf: typeNames.map(whenType),
  }
  const types = Object.fromEntries([
    ...[...containers].map(name => [`type.${name}`, containerSchema(name)] as const),
    ...rows.map(row => [`type.${row.name}`, rowSchema(row)] as const),
  ])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Holdfast model spec',
    description: 'A model as data, compiled into a typed module.',
    $ref: '#/$defs/file',
    $defs: { ...shared, file, modules: modulesOf('entry'), entry, ...types },
  }
}

/** The published schema as a file: the same for the same table. */
export const schemaText = (): string => `${JSON.stringify(publishedSchema(), null, 2)}\n`

/** Fields that every entry can have, without the parts of containers. */
function commonFields(): JsonSchema {
  const { modules: _, parameters: __, buffers: ___, ties: ____, ...common } = entryProperties
  return Object.fromEntries(Object.keys(common).map(name => [name, true]))
}

function containerSchema(name: string): JsonSchema {
  const parts = name === 'Module' ? ['modules', 'parameters', 'buffers', 'ties'] : ['modules']
  return {
    description: containerDocs[name] ?? '',
    type: 'object',
    properties: { ...commonFields(), ...Object.fromEntries(parts.map(part => [part, true])) },
    additionalProperties: false,
  }
}

const containerDocs: Readonly<Record<string, string>> = {
  Module: 'A mere path of names: it has modules, parameters and buffers of its own, and no forward.',
  Sequential: 'Modules called one after the other, numbered from 0.',
  ModuleList: 'Modules numbered from 0, to loop over or to index.',
  ModuleDict: 'Modules by name.',
}

function rowSchema(row: ModuleRow): JsonSchema {
  const schema = argumentsSchema(row.args)
  return {
    description: row.doc,
    ...schema,
    properties: { ...commonFields(), ...(schema.properties as JsonSchema) },
  }
}
