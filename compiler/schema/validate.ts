/** Ajv over a spec's tree. Its errors are mapped to places in the file and said in our words, one per mistake. */
import type { ErrorObject } from 'ajv'
import type { Arg } from '../../runtime/ops/args.ts'
import * as messages from '../diagnostics/catalogue/schema.ts'
import type { Diagnostic, Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { Source } from '../parse/source.ts'
import { argumentErrors } from './argument-check.ts'
import type { JsonSchema } from './argument-schema.ts'
import { firstLineOf, type NodePath, nodeAt } from './node-path.ts'
import { describe, toJson } from './spec-json.ts'
import type { SpecNode, SpecPair } from './spec-node.ts'
import validateForm from './standalone/form.js'

/** Keys that stand for fields which they misspell, by their place in the file. */
export type Misspellings = ReadonlyMap<number, string>

/** The form of a file; arguments of modules are checked by `checkArguments`. Gives the fields that can be recognised. */
export function checkForm(root: SpecNode, source: Source, diagnostics: Diagnostics): Misspellings {
  const misspelled = new Map<number, string>()
  for (const found of mistakes(formErrors, root)) {
    const { error, path } = found
    const unknown =
      error.keyword === 'additionalProperties' ? pairOf(path.node, unknownName(error)) : undefined
    const meant = unknown === undefined ? null : didYouMean(unknown.key.text, knownProperties(error))
    if (unknown !== undefined && meant !== null && pairOf(path.node, meant) === undefined)
      misspelled.set(unknown.key.range.start, meant)
    const diagnostic = formMessage(found, source)
    if (diagnostic !== null) diagnostics.add(diagnostic)
  }
  return misspelled
}

const unknownName = (error: ErrorObject): string => String(error.params.additionalProperty)

const pairOf = (node: SpecNode, key: string): SpecPair | undefined =>
  node.kind === 'mapping' ? node.entries.find(pair => pair.key.text === key) : undefined

export interface CheckedArguments {
  /** Names of arguments with errors of their own. */
  readonly faulty: ReadonlySet<string>
  /** Names that do not exist, and the arguments they are taken for. */
  readonly misspelled: ReadonlyMap<string, string>
}

/** Checks the arguments of one module against its type's. Missing ones are reported at `place`, where the type is named. */
export function checkArguments(
  type: string,
  shape: readonly Arg[],
  pairs: readonly SpecPair[],
  place: Place,
  diagnostics: Diagnostics,
): CheckedArguments {
  const root: SpecNode = { kind: 'mapping', range: place.range, flow: true, entries: pairs }
  const found = mistakes(json => argumentErrors(shape, json), root)
  const missing = found.flatMap(({ error }) => (error.keyword === 'required' ? [missingName(error)] : []))
  const given = new Set(pairs.map(pair => pair.key.text))
  const known = shape.map(argument => argument.name)
  const misspelled = new Map<string, string>()
  const faulty = new Set<string>()
  for (const { error, path } of found) {
    const { source } = place
    if (error.keyword === 'required') continue
    if (error.keyword === 'additionalProperties') {
      const name = unknownName(error)
      const free = missing.filter(other => ![...misspelled.values()].includes(other))
      const meant = didYouMean(name, free) ?? didYouMean(name, known)
      if (meant !== null && !given.has(meant)) misspelled.set(name, meant)
      const range = pairOf(root, name)?.key.range ?? place.range
      diagnostics.add(messages.unknownArgument({ source, range }, name, type, known, meant))
      continue
    }
    const name = path.pairs[0]?.key.text
    if (name !== undefined) faulty.add(name)
    const diagnostic = valueMessage({ error, path }, source)
    if (diagnostic !== null) diagnostics.add(diagnostic)
  }
  const meant = new Set(misspelled.values())
  const really = missing.filter(name => !meant.has(name))
  if (really.length > 0) diagnostics.add(messages.missingArgument(place, really, type))
  return { faulty, misspelled }
}

const missingName = (error: ErrorObject): string => String(error.params.missingProperty)

const formErrors = (json: unknown): readonly ErrorObject[] =>
  validateForm(json) ? [] : (validateForm.errors ?? [])

interface Mistake {
  readonly error: ErrorObject
  readonly path: NodePath
}

/** Errors of Ajv at nodes that could be read, one per node and field. */
function mistakes(check: (json: unknown) => readonly ErrorObject[], root: SpecNode): Mistake[] {
  const found: Mistake[] = []
  const seen = new Set<string>()
  for (const error of check(toJson(root))) {
    // What made an alternative fail says less than that all of them did.
    if (error.schemaPath.includes('/anyOf/')) continue
    const path = nodeAt(root, error.instancePath)
    if (path === null || path.node.kind === 'broken') continue
    const missing: unknown = error.params.missingProperty
    const present = path.node.kind === 'mapping' && path.node.entries.some(pair => pair.key.text === missing)
    if (error.keyword === 'required' && present) continue
    const about = error.params.missingProperty ?? error.params.additionalProperty ?? ''
    // Items of a list that are wrong in the same way are one mistake.
    const at = path.inList
      ? `${error.instancePath.replace(/\/\d+$/, '')}\0${error.schemaPath}`
      : error.instancePath
    const key = `${at}\0${String(about)}`
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

/** What a mapping is called in messages: the one titled for a whole kind, by its name where it has one. */
const ownerOf = ({ error, path }: Mistake): string =>
  path.pairs.length === 0 ? titleOf(error) : `'${path.pairs.at(-1)!.key.text}'`

function formMessage(mistake: Mistake, source: Source): Diagnostic | null {
  const { error, path } = mistake
  const last = path.pairs.at(-1)
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = unknownName(error)
      const place = { source, range: pairOf(path.node, name)?.key.range ?? path.node.range }
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
