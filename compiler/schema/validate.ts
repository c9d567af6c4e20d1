/** Ajv over a spec's tree. Its errors are mapped to places in the file and said in our words, one per mistake. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Arg } from '../../runtime/ops/args.ts'
import * as messages from '../diagnostics/catalogue/schema.ts'
import type { Diagnostic, Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { Source } from '../parse/source.ts'
import { argumentsSchema, type JsonSchema } from './argument-schema.ts'
import { firstLineOf, type NodePath, nodeAt } from './node-path.ts'
import { describe, toJson } from './spec-json.ts'
import type { SpecNode, SpecPair } from './spec-node.ts'
import { genericSchema } from './spec-schema.ts'

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: true,
  strictTypes: false,
  allowUnionTypes: true,
  validateFormats: false,
})

let generic: ValidateFunction | null = null

/** The form of a file; arguments of modules are checked by `checkArguments`. */
export function checkForm(root: SpecNode, source: Source, diagnostics: Diagnostics): void {
  generic ??= ajv.compile(genericSchema())
  for (const found of mistakes(generic, root)) {
    const diagnostic = formMessage(found, source)
    if (diagnostic !== null) diagnostics.add(diagnostic)
  }
}

const compiled = new Map<string, ValidateFunction>()

/**
 * Checks the arguments of one module against its type's. `place` is where the type is named: missing arguments are reported
 * there. Gives the names of arguments with errors.
 */
export function checkArguments(
  type: string,
  isTable: boolean,
  shape: readonly Arg[],
  pairs: readonly SpecPair[],
  place: Place,
  diagnostics: Diagnostics,
): ReadonlySet<string> {
  const validate = validatorOf(type, isTable, shape)
  const root: SpecNode = { kind: 'mapping', range: place.range, flow: true, entries: pairs }
  const faulty = new Set<string>()
  const missing: string[] = []
  const found = mistakes(validate, root)
  const unknown = found.filter(mistake => mistake.error.keyword === 'additionalProperties')
  for (const mistake of found) {
    if (mistake.error.keyword === 'required') {
      missing.push(String(mistake.error.params.missingProperty))
      continue
    }
    const name = mistake.path.pairs[0]?.key.text
    if (name !== undefined) faulty.add(name)
    const diagnostic = argumentMessage(mistake, type, shape, place.source)
    if (diagnostic !== null) diagnostics.add(diagnostic)
  }
  const known = shape.map(argument => argument.name)
  const meant = new Set(
    unknown.map(({ error }) => didYouMean(String(error.params.additionalProperty), known)),
  )
  const really = missing.filter(name => !meant.has(name))
  if (really.length > 0) diagnostics.add(messages.missingArgument(place, really, type))
  return faulty
}

/** Rows of the table have one schema each; definitions of one name differ between files. */
function validatorOf(type: string, isTable: boolean, shape: readonly Arg[]): ValidateFunction {
  const key = isTable ? type : JSON.stringify(shape)
  const known = compiled.get(key)
  if (known !== undefined) return known
  if (compiled.size > 1000) compiled.clear()
  const validate = ajv.compile(argumentsSchema(shape))
  compiled.set(key, validate)
  return validate
}

interface Mistake {
  readonly error: ErrorObject
  readonly path: NodePath
}

/** Errors of Ajv at nodes that could be read, one per node and field. */
function mistakes(validate: ValidateFunction, root: SpecNode): Mistake[] {
  if (validate(toJson(root))) return []
  const found: Mistake[] = []
  const seen = new Set<string>()
  for (const error of validate.errors ?? []) {
    // What made an alternative fail says less than that all of them did.
    if (error.schemaPath.includes('/anyOf/')) continue
    const path = nodeAt(root, error.instancePath)
    if (path === null || path.node.kind === 'broken') continue
    const missing: unknown = error.params.missingProperty
    const present = path.node.kind === 'mapping' && path.node.entries.some(pair => pair.key.text === missing)
    if (error.keyword === 'required' && present) continue
    const about = error.params.missingProperty ?? error.params.additionalProperty ?? ''
    const key = `${error.instancePath}\0${String(about)}`
    if (seen.has(key)) continue
    seen.add(key)
    found.push({ error, path })
  }
  return found
}

const titleOf = (error: ErrorObject): string => {
  const title = (error.parentSchema as JsonSchema | undefined)?.title
  return typeof title === 'string' ? title : 'something else'
}

const knownProperties = (error: ErrorObject): string[] =>
  Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {})

const laterFields: ReadonlySet<string> = new Set(['presets', 'migrations', 'layouts'])

/** What a mapping is called in messages: the one titled for a whole kind, by its name where it has one. */
const ownerOf = ({ error, path }: Mistake): string =>
  path.pairs.length === 0 ? titleOf(error) : `'${path.pairs.at(-1)!.key.text}'`

function formMessage(mistake: Mistake, source: Source): Diagnostic | null {
  const { error, path } = mistake
  const last = path.pairs.at(-1)
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(error.params.additionalProperty)
      const key =
        path.node.kind === 'mapping' ? path.node.entries.find(pair => pair.key.text === name) : undefined
      const place = { source, range: key?.key.range ?? path.node.range }
      if (laterFields.has(name) && path.pairs.length === 0) return messages.laterField(place, name)
      const known = knownProperties(error)
      return messages.unknownField(place, name, ownerOf(mistake), known, didYouMean(name, known))
    }
    case 'required': {
      const range = last?.key.range ?? firstLineOf(path.node, source)
      return messages.missingField({ source, range }, String(error.params.missingProperty), ownerOf(mistake))
    }
    case 'const':
      return messages.version({ source, range: path.node.range })
    default:
      return valueMessage(mistake, source)
  }
}

function argumentMessage(
  mistake: Mistake,
  type: string,
  shape: readonly Arg[],
  source: Source,
): Diagnostic | null {
  const { error, path } = mistake
  if (error.keyword !== 'additionalProperties') return valueMessage(mistake, source)
  const name = String(error.params.additionalProperty)
  const pair =
    path.node.kind === 'mapping' ? path.node.entries.find(item => item.key.text === name) : undefined
  const known = shape.map(argument => argument.name)
  return messages.unknownArgument(
    { source, range: pair?.key.range ?? path.node.range },
    name,
    type,
    known,
    didYouMean(name, known),
  )
}

/** A value of the wrong kind or out of bounds. */
function valueMessage({ error, path }: Mistake, source: Source): Diagnostic | null {
  const { node } = path
  const last = path.pairs.at(-1)
  const what =
    last === undefined ? 'the file' : path.inList ? `an item of '${last.key.text}'` : `'${last.key.text}'`
  const place: Place = { source, range: firstLineOf(node, source) }
  switch (error.keyword) {
    case 'type':
    case 'anyOf':
      if (node.kind === 'scalar' && node.type === 'null' && node.text.text === '' && last !== undefined)
        return messages.noValue({ source, range: last.key.range }, last.key.text, titleOf(error))
      return messages.wrongKind(place, what, titleOf(error), describe(node))
    case 'minimum':
      return messages.outOfRange(place, what, `at least ${error.params.limit}`)
    case 'maximum':
      return messages.outOfRange(place, what, `at most ${error.params.limit}`)
    case 'minItems':
      return messages.tooFew(place, what, Number(error.params.limit))
    default:
      return null
  }
}
