/** docs/reference/diagnostics.md: every message of the catalogue, with names in place of its facts. */
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type ArrowFunction, Node, Project, type SourceFile } from 'ts-morph'
import type { Diagnostic, Place } from '../../compiler/diagnostics/diagnostic.ts'
import { dimVariable } from '../../runtime/ops/dim.ts'
import { OpError } from '../../runtime/ops/error.ts'
import { code, pageHead, plain, table } from './markdown.ts'

const root = path.join(import.meta.dirname, '../..')
const folder = path.join(root, 'compiler/diagnostics/catalogue')

const intro = `What the compiler says, by code. A code is stable: scripts may rely on it. Words in angle brackets stand for what the
message names. An *error* stops the build; a *warning* does not; a *note* is shown by \`holdfast check --notes\` only.
How to read a diagnostic is told in [the language](../spec-language.md#how-to-read-a-diagnostic).`

const titles: Readonly<Record<string, string>> = {
  yaml: 'YAML',
  schema: 'Fields and arguments',
  spec: 'Names, types and references',
  python: 'The text of code',
  elaborate: 'Params, modules and keys',
  evaluate: 'What expressions and forwards do',
  infer: 'Shapes and dtypes',
  build: 'Building a folder',
  keys: 'Keys over time',
  train: 'Configurations of training runs',
}

/** What an op's rule refuses: the text is the rule's own. */
const opMessages: Readonly<Record<OpError['code'], string>> = {
  'argument/value': 'an argument has a value that is not taken here',
  'argument/missing': 'an argument is missing',
  'argument/unknown': 'there is no such argument, or too many are given',
  'shape/mismatch': 'sizes that must be equal differ',
  'shape/rank': 'a tensor has the wrong number of dimensions',
  'shape/range': 'a dimension, index or size is out of range',
  'dtype/mismatch': 'a dtype is not what is taken here',
  'op/unsupported': 'PyTorch can do this, Holdfast cannot',
}

export async function diagnosticsPage(): Promise<string> {
  const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true })
  const found = new Set(readdirSync(folder).map(file => file.slice(0, -'.ts'.length)))
  const order = Object.keys(titles)
  const missing = [...found].filter(name => !order.includes(name))
  if (missing.length > 0) throw new Error(`no title for the messages of ${missing.join(', ')}`)
  const sections: string[] = []
  for (const name of order) {
    const file = path.join(folder, `${name}.ts`)
    const messages = await messagesOf(project.addSourceFileAtPath(file), file)
    const rows = messages.map(d => [code(d.code), d.severity, plain(d.message), plain(d.hint ?? '')])
    sections.push(`\n## ${titles[name]}\n\n${table(['Code', '', 'Message', 'Hint'], rows)}`)
  }
  return `${pageHead('Diagnostics', intro)}${sections.join('')}${errorSection(project)}`
}

/** Errors that the runtime throws, by class: the members of the union that is the type of their code. */
const errorCodes: readonly (readonly [name: string, file: string, type: string])[] = [
  ['CheckpointError', 'runtime/checkpoint/checkpoint-error.ts', 'CheckpointErrorCode'],
  ['KeysError', 'runtime/keys/keys-error.ts', 'KeysErrorCode'],
  ['OpError', 'runtime/ops/error.ts', 'OpErrorCode'],
  ['DeviceError', 'runtime/devices/device.ts', 'DeviceErrorCode'],
  ['DataError', 'runtime/data/data-error.ts', 'DataErrorCode'],
  ['TrainError', 'runtime/train/train-error.ts', 'TrainErrorCode'],
]

function errorSection(project: Project): string {
  const rows = errorCodes.map(([name, file, type]) => {
    const alias = project.addSourceFileAtPath(path.join(root, file)).getTypeAliasOrThrow(type)
    const words =
      alias
        .getTypeNodeOrThrow()
        .getText()
        .match(/'[^']+'/g) ?? []
    return [code(name), words.map(word => code(word.slice(1, -1))).join(', ')]
  })
  const text =
    'Codes of errors that the runtime throws; `StateDictError` has `state/mismatch`. See [TypeScript](../typescript.md#errors).'
  return `\n## Errors at run time\n\n${text}\n\n${table(['Class', 'Codes'], rows)}`
}

/** One diagnostic for every function of a catalogue file, in its order; several for those that pass an op's refusal on. */
async function messagesOf(source: SourceFile, file: string): Promise<readonly Diagnostic[]> {
  const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href)
  return source.getVariableDeclarations().flatMap(declaration => {
    const make = exported[declaration.getName()]
    const initializer = declaration.getInitializer()
    if (!declaration.isExported() || typeof make !== 'function' || !Node.isArrowFunction(initializer))
      return []
    const call = (refusal: OpError): Diagnostic => make(...argumentsFor(initializer, refusal))
    const passesOn = initializer.getParameters().some(p => p.getTypeNode()?.getText() === 'OpError')
    const codes = Object.keys(opMessages) as OpError['code'][]
    return withoutRepetitions(
      passesOn
        ? codes.map(opCode => call(new OpError(opCode, opMessages[opCode])))
        : [call(new OpError('argument/value', ''))],
    )
  })
}

/** Refusals that become one code say one thing here. */
function withoutRepetitions(found: readonly Diagnostic[]): readonly Diagnostic[] {
  return found.filter((d, i) => found.findIndex(other => other.code === d.code) === i)
}

const nowhere: Place = { source: { path: '', text: '' }, range: { start: 0, end: 0 } }

/** Facts that are printed as their names. */
function argumentsFor(make: ArrowFunction, refusal: OpError): readonly unknown[] {
  return make.getParameters().map(parameter => {
    const name = parameter.getName()
    const type = parameter.getTypeNode()?.getText() ?? ''
    if (type === 'Place') return nowhere
    if (type === 'OpError') return refusal
    if (type === 'Dim') return dimVariable(`<${name}>`)
    if (type === 'boolean') return false
    if (type === 'readonly string[]') return [`<${name}>`, '...']
    if (type.startsWith('string')) return `<${spoken(name)}>`
    // Printed, compared with 1, never computed with.
    if (type.startsWith('number')) return { toString: () => `<${spoken(name)}>` }
    const literal = parameter.getTypeNode()
    if (Node.isTypeLiteral(literal)) {
      const fields = literal.getProperties().map(property => property.getName())
      return Object.fromEntries(fields.map(field => [field, `<${field}>`]))
    }
    throw new Error(`${make.getParent().getText().slice(0, 60)}: a fact of type ${type}`)
  })
}

/** `aShape` as `a shape`. */
const spoken = (name: string): string => name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
