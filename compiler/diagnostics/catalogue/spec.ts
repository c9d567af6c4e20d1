/** Messages about what a spec declares: names, references between its parts, and the call form of modules. */
import type { Diagnostic, Place } from '../diagnostic.ts'
import { errorsOf, warningsOf } from '../make.ts'

const error = errorsOf('spec')
const warning = warningsOf('spec')

const meant = (suggestion: string | null): string | undefined =>
  suggestion === null ? undefined : `did you mean '${suggestion}'?`

const oneOf = (names: readonly string[]): string =>
  names.length <= 1 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`

// Files.

export const noModel = (place: Place): Diagnostic =>
  error(place, 'no-model', 'the file has no model of its own', {
    hint: "add 'model: NAME'; files with definitions only are there to be imported",
  })

export const importMissing = (place: Place, path: string, why: string): Diagnostic =>
  error(place, 'import-missing', `cannot read ${path}: ${why}`, {
    hint: 'paths are relative to the file that imports',
  })

export const importCycle = (place: Place, files: readonly string[]): Diagnostic =>
  error(place, 'import-cycle', `the files import each other: ${files.join(' -> ')}`, {
    hint: 'move what both need into a third file',
  })

export const importKind = (place: Place, path: string): Diagnostic =>
  error(place, 'import-path', `'${path}' is no path of a spec`, {
    hint: 'write a relative path, as ./blocks.yaml',
  })

// Names.

export const badName = (place: Place, what: string, name: string): Diagnostic =>
  error(place, 'name', `'${name}' cannot be the name of ${what}`, {
    hint: 'a name has letters, digits and _, and does not begin with a digit',
  })

export const keywordName = (place: Place, what: string, name: string, language: string): Diagnostic =>
  error(place, 'reserved-name', `'${name}' cannot be the name of ${what}: it is a word of ${language}`, {
    hint: `call it ${name}_`,
  })

/** A member whose name the module needs itself, in PyTorch and here. */
export const moduleName = (place: Place, what: string, name: string): Diagnostic =>
  error(
    place,
    'reserved-name',
    `'${name}' cannot be the name of ${what}: every module has a '${name}' of its own`,
    {
      hint: `call it ${name}_ and give 'key: ${name}', so that checkpoints still fit`,
    },
  )

export const reservedName = (place: Place, what: string, name: string, why: string): Diagnostic =>
  error(place, 'reserved-name', `'${name}' cannot be the name of ${what}: ${why}`, {
    hint: `call it ${name}_`,
  })

export const clash = (place: Place, what: string, name: string, other: string): Diagnostic =>
  error(place, 'name-clash', `${what} '${name}' has the name of ${other}`, { hint: 'rename one of the two' })

export const dottedKey = (place: Place, name: string): Diagnostic =>
  error(place, 'key', `'${name}' is no single segment of a key`, {
    hint: 'a key has no dots and is not empty; nest modules of type Module for a longer path',
  })

export const namePattern = (place: Place, why: string): Diagnostic =>
  error(place, 'name-pattern', `the name is no pattern: ${why}`, {
    hint: 'write literal text and expressions in braces: layer{i + 1}',
  })

export const repeatedName = (place: Place, name: string): Diagnostic =>
  error(place, 'name-pattern', `'${name}' is repeated by for: under one and the same name`, {
    hint: `give each its own name: "${name}{i}", or put them into a ModuleList`,
  })

export const missingName = (place: Place): Diagnostic =>
  error(place, 'no-name', 'the module has no name', {
    hint: "in a list add 'name: NAME', or write modules: as a mapping; only containers number their items",
  })

export const nameTwice = (place: Place, name: string): Diagnostic =>
  error(place, 'no-name', `the module is named '${name}' by its key already`, { hint: 'remove name:' })

export const tensorKeyPattern = (place: Place): Diagnostic =>
  error(place, 'key', 'the key of a tensor is no pattern', {
    hint: 'patterns belong to names of modules under for:',
  })

export const forClause = (place: Place): Diagnostic =>
  error(place, 'for', 'for: takes one loop, with one if at most', {
    hint: 'nest a second loop in a group: { for: ..., modules: [...] }; join conditions by and',
  })

// Types.

/** What takes the place of types that are no rows of the module table. */
const TYPE_HINTS: Readonly<Record<string, string>> = {
  TransformerEncoder:
    'write its parts, with the same keys: { type: Module, modules: { layers: "ModuleList([TransformerEncoderLayer(...) for _ in range(n)])", norm: LayerNorm(d) } }, and loop over NAME.layers in the forward',
  TransformerDecoder:
    'write its parts, with the same keys: { type: Module, modules: { layers: "ModuleList([TransformerDecoderLayer(...) for _ in range(n)])", norm: LayerNorm(d) } }, and loop over NAME.layers in the forward',
  Transformer:
    'write its parts, with the same keys: encoder: and decoder:, each { type: Module, modules: { layers: "ModuleList([...])", norm: LayerNorm(d) } }',
  SyncBatchNorm: 'BatchNorm2d has the same keys and, in one process, the same results',
  ParameterList: 'write { type: Module, parameters: { "0": ..., "1": ... } }',
  ParameterDict: 'write { type: Module, parameters: { NAME: ... } }',
  LazyLinear: 'write Linear, with the size of its input',
  weight_norm:
    'write a definition with parameters bias, weight_g and weight_v, whose forward takes torch._weight_norm(weight_v, weight_g, 0) as its weight',
  spectral_norm:
    'write a definition with parameters bias and weight_orig and buffers weight_u and weight_v, whose forward divides by torch.dot(weight_u, torch.mv(w, weight_v)), w being weight_orig.flatten(1)',
}

export const unknownType = (place: Place, name: string, suggestion: string | null): Diagnostic =>
  error(place, 'unknown-type', `there is no module type '${name}'`, {
    hint:
      TYPE_HINTS[name.replace(/^(torch\.)?nn\./, '')] ??
      meant(suggestion) ??
      'a type is a class of torch.nn, one of definitions:, an import, or a param of type module',
  })

export const unknownImport = (place: Place, name: string, suggestion: string | null): Diagnostic =>
  error(place, 'unknown-type', `nothing is imported as '${name}'`, {
    hint: meant(suggestion) ?? `add it: imports: { ${name}: ./FILE.yaml }`,
  })

export const noTypeParam = (place: Place, name: string, type: string): Diagnostic =>
  error(place, 'unknown-type', `'${name}' is a param of type ${type}, no module type`, {
    hint: `declare it as ${name}: module`,
  })

export const noType = (place: Place, isPath: boolean): Diagnostic =>
  error(place, 'no-type', 'the module has no type', {
    hint: isPath ? "add 'type: Module' for a mere path, or 'type: Sequential'" : "add 'type: NAME'",
  })

export const groupField = (place: Place, name: string): Diagnostic =>
  error(place, 'group-field', `a group has no field '${name}'`, {
    hint: "a group has for: or when:, and modules:; add 'type:' to make it a module",
  })

export const noBody = (place: Place, name: string, type: string): Diagnostic =>
  error(place, 'no-body', `${type} has no field '${name}'`, {
    hint: 'only Module, Sequential, ModuleList and ModuleDict hold parts; others are made under definitions:',
  })

export const containerArgument = (place: Place, name: string, type: string): Diagnostic =>
  error(place, 'no-body', `${type} has no argument '${name}'`, { hint: 'it has modules:, and nothing else' })

export const recursion = (place: Place, path: readonly string[]): Diagnostic =>
  error(place, 'recursion', `the definition contains itself: ${path.join(' -> ')}`, {
    hint: 'a module cannot be a part of itself',
  })

export const tooDeep = (place: Place, most: number): Diagnostic =>
  error(place, 'too-deep', `definitions are nested more than ${most} levels deep`, {
    hint: 'join some of them',
  })

export const hidesType = (place: Place, name: string): Diagnostic =>
  warning(place, 'hides-type', `the definition '${name}' hides torch.nn.${name} in this file`, {
    hint: 'rename it if that is not meant',
  })

// The call form.

export const callMissing = (place: Place, name: string): Diagnostic =>
  error(place, 'call', `'${name}' is no module yet`, { hint: `write ${name}(...), or { type: ${name} }` })

export const moduleListed = (place: Place, name: string): Diagnostic =>
  error(place, 'call', `'${name}' names a module instead of making one`, {
    hint: `a module stands in one place: write it out here, e.g. Linear(10, 5); where two share their tensors, say so by ties: [[${name}, ...]]`,
  })

export const callExpected = (place: Place): Diagnostic =>
  error(place, 'call', 'a module is expected here', { hint: 'write Linear(10, 5), or { type: Linear, ... }' })

export const gluedType = (place: Place, type: string): Diagnostic =>
  error(place, 'call', 'a module is expected here, not a text', {
    hint: `put a space after the colon, and the field in a line of its own or in braces: { type: ${type} }`,
  })

export const containerKeyword = (place: Place, type: string): Diagnostic =>
  error(place, 'call', `${type} takes modules in order, not by name`, {
    hint: `write the mapping form: { type: ${type}, modules: { NAME: ... } }`,
  })

export const itemName = (place: Place): Diagnostic =>
  error(place, 'call', 'a name is expected here, as a text', {
    hint: 'names with expressions in them are written under modules: of the mapping form: "layer{i}": { for: ..., type: ... }',
  })

export const starredArgument = (place: Place): Diagnostic =>
  error(place, 'call', "'*' in the arguments of a module is not part of the language", {
    hint: 'write the arguments out',
  })

export const tooManyArguments = (place: Place, type: string, most: number, given: number): Diagnostic =>
  error(place, 'too-many-arguments', `${type} takes ${most} argument${most === 1 ? '' : 's'}, not ${given}`)

export const fieldInCall = (place: Place, name: string): Diagnostic =>
  error(place, 'call', `'${name}' is a field of an entry, not an argument`, {
    hint: 'write the mapping form: { type: ..., when: ..., ... }',
  })

export const argumentTwice = (place: Place, name: string): Diagnostic =>
  error(place, 'argument-twice', `'${name}' is given twice`)

export const positionalUnknown = (place: Place, type: string): Diagnostic =>
  error(place, 'call', `the order of the arguments of '${type}' is not known here`, {
    hint: 'give them by name: it is a param of type module',
  })

// Declarations.

export const paramType = (place: Place, name: string, suggestion: string | null): Diagnostic =>
  error(place, 'param-type', `'${name}' is no type of a param`, {
    hint:
      meant(suggestion) ??
      'types are int, float, bool, str, module, dtype, and list[...] or tuple[...] of them',
  })

/** Arguments of an entry stand beside its fields. */
export const fieldParam = (place: Place, name: string): Diagnostic =>
  error(
    place,
    'reserved-name',
    `'${name}' cannot be the name of a param: entries have a field of that name`,
    {
      hint: `call it ${name}_`,
    },
  )

export const outputDefault = (place: Place): Diagnostic =>
  error(place, 'output-default', 'an output has no default', { hint: 'remove it' })

export const inputType = (place: Place, name: string, suggestion: string | null): Diagnostic =>
  error(place, 'input-type', `'${name}' is no type of a tensor`, {
    hint: meant(suggestion) ?? 'write a dtype with dims, as float32[N, 3, H, W], or tensor',
  })

export const inputDefault = (place: Place): Diagnostic =>
  error(place, 'input-default', 'the only default of an input is None', {
    hint: 'make it a param, or remove the default',
  })

export const rootInput = (place: Place, name: string): Diagnostic =>
  error(place, 'input-type', `the input '${name}' of the model has no type`, {
    hint: `write ${name}: float32[N, 3, H, W], with a name for every dim that varies`,
  })

export const optionalOrder = (place: Place, name: string): Diagnostic =>
  error(place, 'input-order', `'${name}' needs '= None' too, since the input before it is optional`)

export const headerInputs = (
  place: Place,
  header: readonly string[],
  declared: readonly string[],
): Diagnostic =>
  error(
    place,
    'forward-inputs',
    `forward takes (${header.join(', ')}), but inputs: declares (${declared.join(', ')})`,
    { hint: 'remove the def line, or declare the same inputs' },
  )

export const noForward = (place: Place, name: string): Diagnostic =>
  error(place, 'no-forward', `'${name}' has no forward`, {
    hint: "add 'forward: |' with its code, or 'type: Sequential' (or Module, for a mere path)",
  })

export const containerForward = (place: Place, what: string, type: string): Diagnostic =>
  error(place, 'container-field', `a definition of type ${type} has no field '${what}'`, {
    hint: `remove ${what}: or remove type: ${type}`,
  })

export const definitionType = (place: Place, type: string): Diagnostic =>
  error(place, 'definition-type', `a definition cannot be of type '${type}'`, {
    hint: `types of definitions are ${oneOf([...['Module', 'Sequential', 'ModuleList', 'ModuleDict']])}`,
  })

export const functionTwice = (place: Place, name: string): Diagnostic =>
  error(place, 'name-clash', `there are two functions named '${name}'`, {
    hint: 'rename or remove one of them',
  })

export const tiePath = (place: Place, name: string): Diagnostic =>
  error(place, 'tie', `'${name}' is no path of a tensor`, {
    hint: 'write names with dots between: decoder.weight',
  })

export const choiceAlternative = (place: Place): Diagnostic =>
  error(place, 'choice', 'an alternative is a module', {
    hint: 'write a list of modules with when:, the first that holds is taken',
  })

/** Alternatives behind one without `when` are never taken. */
export const unreachableChoice = (place: Place): Diagnostic =>
  error(place, 'choice', 'this alternative is never taken, since the one above it has no when:', {
    hint: 'put the one without when: last',
  })
