/** From a file's text to the typed tree of a spec, with its imports. Nothing is evaluated. */

import { isModuleName, modules } from '../../runtime/nn/table/index.ts'
import * as schemaMessages from '../diagnostics/catalogue/schema.ts'
import * as messages from '../diagnostics/catalogue/spec.ts'
import { Diagnostics, type Place } from '../diagnostics/diagnostic.ts'
import type { Source } from '../parse/source.ts'
import type { YamlMapping } from '../parse/yaml/node.ts'
import { lookup, respelled } from '../parse/yaml/node.ts'
import { parseYaml } from '../parse/yaml/parse.ts'
import { normalise } from '../schema/call-form.ts'
import { containers } from '../schema/fields.ts'
import { asMapping, asText, field, fieldValue, type SpecMapping, type SpecNode } from '../schema/spec-node.ts'
import { checkForm } from '../schema/validate.ts'
import { readLayouts, readMigrations, readPresets } from './contract.ts'
import { type DeclarationContext, readParams } from './declarations.ts'
import { readDefinition, readFunctions } from './definition.ts'
import { checkName } from './names.ts'
import { refuseRecursion } from './recursion.ts'
import type { Definition, Ident, ParamDecl, SourceLoader, SpecFile } from './spec.ts'
import { type FileTypes, paramsOf } from './type-scope.ts'

/**
 * Reads a spec and everything it imports. All errors are in `diagnostics`; null where so little could be read that later
 * phases have nothing to work on. Otherwise the tree is there, with Error nodes in place of what was reported.
 */
export function loadSpec(source: Source, loader: SourceLoader, diagnostics: Diagnostics): SpecFile | null {
  const file = new FileLoader(loader, diagnostics).load(wellFormed(source), [])
  if (file !== null && !file.hasModel) {
    const range = { start: 0, end: Math.max(0, source.text.split('\n')[0]!.trimEnd().length) }
    diagnostics.add(messages.noModel({ source, range }))
    return null
  }
  return file?.spec ?? null
}

/** No file in UTF-8 has half a surrogate pair, but a text from elsewhere can; ranges stay as they are. */
function wellFormed(source: Source): Source {
  const text = source.text.replace(/\p{Surrogate}/gu, '\ufffd')
  return text === source.text ? source : { path: source.path, text }
}

/** One for each level of fields in fields. */
const maxRespellings = 10

interface Loaded {
  /** null where a definition contains itself. */
  readonly spec: SpecFile | null
  /** Files that are only imported need no model. */
  readonly hasModel: boolean
}

class FileLoader {
  readonly #loader: SourceLoader
  readonly #diagnostics: Diagnostics
  /** By path: a file that two others import is read once. */
  readonly #loaded = new Map<string, Loaded | null>()

  constructor(loader: SourceLoader, diagnostics: Diagnostics) {
    this.#loader = loader
    this.#diagnostics = diagnostics
  }

  /** `importers` are the paths of the files that led here. */
  load(source: Source, importers: readonly string[]): Loaded | null {
    const known = this.#loaded.get(source.path)
    if (known !== undefined) return known
    const loaded = this.#read(source, [...importers, source.path])
    this.#loaded.set(source.path, loaded)
    return loaded
  }

  #read(source: Source, chain: readonly string[]): Loaded | null {
    const diagnostics = this.#diagnostics
    const context: DeclarationContext = { source, diagnostics }
    const tree = parseYaml(source, diagnostics)
    if (tree === null) return null
    if (tree.kind !== 'mapping') {
      checkForm(normalise(tree, { ...context, argumentNames: () => null }), source, diagnostics)
      return null
    }
    const imports = this.#imports(tree, source, chain)
    const declared = new Map<string, { params: readonly ParamDecl[]; definition: () => Definition }>()
    const types: FileTypes = { definitions: declared, imports }
    const root = this.#normalised(tree, types, source, meant => {
      for (const [alias, file] of this.#imports(meant, source, chain)) imports.set(alias, file)
    })
    return readFile(asMapping(root)!, imports, declared, types, context)
  }

  /**
   * The tree in mapping form, its form checked. Misspelled fields are reported, and are from here on what they were meant
   * to be, so that nothing else seems to be missing.
   */
  #normalised(
    tree: YamlMapping,
    types: FileTypes,
    source: Source,
    onRespelled: (tree: YamlMapping) => void,
  ): SpecNode {
    let meant = tree
    for (let round = 0; ; round++) {
      const diagnostics = new Diagnostics()
      const names = (type: string) => argumentNamesIn(meant, type, types)
      const root = normalise(meant, { source, diagnostics, argumentNames: names })
      const misspelled = checkForm(root, source, diagnostics)
      const isLast = misspelled.size === 0 || round === maxRespellings
      for (const diagnostic of diagnostics.sorted())
        if (isLast || misspelled.has(diagnostic.range.start)) this.#diagnostics.add(diagnostic)
      if (isLast) return root
      meant = respelled(meant, misspelled)
      onRespelled(meant)
    }
  }

  #imports(tree: YamlMapping, source: Source, chain: readonly string[]): Map<string, SpecFile | null> {
    const found = new Map<string, SpecFile | null>()
    const node = lookup(tree, 'imports')?.value
    if (node?.kind !== 'mapping') return found
    for (const pair of node.entries) {
      const alias = pair.key.text.text
      checkName(alias, 'import', { source, range: pair.key.range }, this.#diagnostics)
      const path = pair.value.kind === 'scalar' && pair.value.type === 'string' ? pair.value.text.text : null
      const place: Place = { source, range: pair.value.range }
      found.set(alias, path === null ? null : this.#import(path, place, chain))
    }
    return found
  }

  #import(path: string, place: Place, chain: readonly string[]): SpecFile | null {
    if (path.trim() === '') {
      this.#diagnostics.add(messages.importKind(place, path))
      return null
    }
    const found = this.#loader.load(place.source, path)
    if ('error' in found) {
      this.#diagnostics.add(messages.importMissing(place, path, found.error))
      return null
    }
    const cycle = chain.indexOf(found.path)
    if (cycle !== -1) {
      this.#diagnostics.add(messages.importCycle(place, [...chain.slice(cycle), found.path]))
      return null
    }
    return this.load(wellFormed(found), chain)?.spec ?? null
  }
}

/** Names of a type's arguments, from the keys of its params: definitions are not read yet. */
function argumentNamesIn(tree: YamlMapping, type: string, types: FileTypes): readonly string[] | null {
  const definitions = lookup(tree, 'definitions')?.value
  const own = definitions?.kind === 'mapping' ? lookup(definitions, type)?.value : undefined
  if (own === undefined) {
    const imported = paramsOf(type, types)?.map(param => param.name.name)
    return imported ?? (isModuleName(type) ? modules[type].args.map(argument => argument.name) : null)
  }
  const params = own.kind === 'mapping' ? lookup(own, 'params')?.value : undefined
  return params?.kind === 'mapping' ? params.entries.map(pair => pair.key.text.text) : []
}

function readFile(
  root: SpecMapping,
  imports: ReadonlyMap<string, SpecFile | null>,
  declared: Map<string, { params: readonly ParamDecl[]; definition: () => Definition }>,
  types: FileTypes,
  context: DeclarationContext,
): Loaded {
  const { source, diagnostics } = context
  const functions = readFunctions(fieldValue(root, 'functions'), 'function', context)
  const definitions = new Map<string, Definition>()
  const pairs = asMapping(fieldValue(root, 'definitions'))?.entries ?? []
  const usable = pairs.flatMap(pair => {
    const mapping = asMapping(pair.value)
    return mapping === null ? [] : [{ pair, mapping }]
  })
  for (const { pair, mapping } of usable) {
    const name = pair.key.text
    const place: Place = { source, range: pair.key.range }
    checkDefinitionName(name, place, diagnostics)
    const params = readParams(fieldValue(mapping, 'params'), context)
    declared.set(name, { params, definition: () => definitions.get(name)! })
  }
  let spec: SpecFile | null = null
  const file = (): SpecFile => spec!
  for (const { pair, mapping } of usable) {
    const name: Ident = { name: pair.key.text, place: { source, range: pair.key.range } }
    const { params } = declared.get(name.name)!
    const parts = { name, mapping, params, file, functions, isRoot: false }
    definitions.set(name.name, readDefinition(parts, types, context))
  }
  const model = readModel(root, context)
  const parts = {
    name: model ?? { name: 'Library', place: { source, range: root.range } },
    mapping: root,
    params: readParams(fieldValue(root, 'params'), context),
    file,
    functions,
    isRoot: true,
    isLibrary: model === null,
  }
  spec = {
    source,
    model: parts.name,
    root: readDefinition(parts, types, context),
    definitions,
    functions,
    imports: new Map([...imports].flatMap(([alias, found]) => (found === null ? [] : [[alias, found]]))),
    presets: readPresets(fieldValue(root, 'presets'), parts.params, context),
    migrations: readMigrations(fieldValue(root, 'migrations'), context),
    layouts: readLayouts(fieldValue(root, 'layouts'), context),
  }
  if (model !== null && field(root, 'inputs') === undefined)
    diagnostics.add(schemaMessages.missingField(model.place, 'inputs', 'the model'))
  const isSound = refuseRecursion(spec, diagnostics)
  return { spec: isSound ? spec : null, hasModel: model !== null }
}

function readModel(root: SpecMapping, context: DeclarationContext): Ident | null {
  const pair = field(root, 'model')
  if (pair === undefined) return null
  const place: Place = { source: context.source, range: pair.value.range }
  const name = asText(pair.value)
  if (name === null) return { name: 'Model', place }
  checkName(name, 'model', place, context.diagnostics)
  return { name, place }
}

function checkDefinitionName(name: string, place: Place, diagnostics: Diagnostics): void {
  if (!checkName(name, 'definition', place, diagnostics)) return
  if (containers.has(name))
    diagnostics.add(messages.reservedName(place, 'a definition', name, 'it is a container of torch.nn'))
  else if (isModuleName(name)) diagnostics.add(messages.hidesType(place, name))
}
