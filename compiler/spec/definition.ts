/** One definition, or the model itself, from its mapping. */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import type { Block, FunctionDef } from '../parse/python/ast.ts'
import { parseForward, parseFunctions } from '../parse/python/parse.ts'
import { containers } from '../schema/fields.ts'
import { asText, field, fieldValue, type SpecMapping, type SpecNode } from '../schema/spec-node.ts'
import type { BodyContext } from './body-context.ts'
import {
  type DeclarationContext,
  headerInputs,
  readDims,
  readInputs,
  readLets,
  readOutputs,
} from './declarations.ts'
import { errorBlock, readCode } from './expression.ts'
import { type BodyKind, bodyKind, readBody } from './module-body.ts'
import { fixedName } from './name-pattern.ts'
import { checkName } from './names.ts'
import type { Definition, Ident, InputDecl, ParamDecl, SpecFile } from './spec.ts'

export interface DefinitionParts {
  readonly name: Ident
  readonly mapping: SpecMapping
  readonly params: readonly ParamDecl[]
  readonly file: () => SpecFile
  readonly isRoot: boolean
  /** A file without a model, whose root is nothing. */
  readonly isLibrary?: boolean
  /** Functions of the file, which expressions see. */
  readonly functions: ReadonlyMap<string, FunctionDef>
}

export function readDefinition(
  parts: DefinitionParts,
  types: BodyContext['types'],
  context: DeclarationContext,
): Definition {
  const { name, mapping, params } = parts
  const lets = readLets(fieldValue(mapping, 'let'), context)
  const dims = readDims(fieldValue(mapping, 'dims'), context)
  const visible = new Set([
    ...params.map(param => param.name.name),
    ...lets.map(item => item.name.name),
    ...parts.functions.keys(),
  ])
  checkScope(parts, lets, dims, context)
  const body: BodyContext = { ...context, types, params, isVisible: candidate => visible.has(candidate) }
  const kind = readKind(mapping, context)
  const methods = readFunctions(fieldValue(mapping, 'methods'), 'method', context)
  const isSound = checkForward(parts, kind, methods, context)
  const forward =
    readForward(fieldValue(mapping, 'forward'), context) ?? (isSound ? null : errorBlock(name.place.range))
  const declared = readInputs(fieldValue(mapping, 'inputs'), context)
  if (parts.isRoot) for (const input of declared ?? []) checkRootInput(input, context)
  const read = readBody(mapping, kind ?? 'definition', body)
  checkMethods(methods, read, context)
  return {
    name,
    file: parts.file,
    doc: asText(fieldValue(mapping, 'doc')),
    params,
    lets,
    dims,
    inputs: inputsOf(declared, forward, mapping, context),
    outputs: readOutputs(fieldValue(mapping, 'outputs'), context),
    body: read,
    forward,
    methods,
  }
}

/** `type:` of a definition that is a container or a mere path; null where it has none. */
function readKind(mapping: SpecMapping, context: DeclarationContext): BodyKind | null {
  const node = fieldValue(mapping, 'type')
  const type = asText(node)
  if (node === undefined || type === null) return null
  if (containers.has(type)) return bodyKind(type)
  context.diagnostics.add(messages.definitionType({ source: context.source, range: node.range }, type))
  return 'definition'
}

function readForward(node: SpecNode | undefined, context: DeclarationContext): Block | null {
  if (node?.kind !== 'scalar' || node.type !== 'string') return null
  return readCode(node, context.diagnostics, errorBlock(node.range), parseForward)
}

/** `functions:` of a file or `methods:` of a definition. */
export function readFunctions(
  node: SpecNode | undefined,
  named: 'function' | 'method',
  context: DeclarationContext,
): ReadonlyMap<string, FunctionDef> {
  const found = new Map<string, FunctionDef>()
  if (node?.kind !== 'scalar' || node.type !== 'string') return found
  for (const item of readCode<readonly FunctionDef[]>(node, context.diagnostics, [], parseFunctions)) {
    const { name, nameRange } = item.header
    const place: Place = { source: context.source, range: nameRange }
    checkName(name, named, place, context.diagnostics)
    if (found.has(name)) context.diagnostics.add(messages.functionTwice(place, name))
    else found.set(name, item)
  }
  return found
}

/** Params, lets and dims share one scope. */
function checkScope(
  { params }: DefinitionParts,
  lets: readonly { name: Ident }[],
  dims: readonly { name: Ident }[],
  context: DeclarationContext,
): void {
  const names = new Map(params.map(param => [param.name.name, 'a param']))
  const check = (what: string, list: readonly { name: Ident }[]): void => {
    for (const { name } of list) {
      const other = names.get(name.name)
      if (other !== undefined)
        context.diagnostics.add(messages.clash(name.place, `the ${what}`, name.name, other))
      else names.set(name.name, `a ${what}`)
    }
  }
  check('let', lets)
  check('dim', dims)
}

/** Reports a forward that is missing or out of place. False if there is none where one is needed. */
function checkForward(
  { name, mapping, isLibrary }: DefinitionParts,
  kind: BodyKind | null,
  methods: ReadonlyMap<string, FunctionDef>,
  context: DeclarationContext,
): boolean {
  const hasForward = field(mapping, 'forward') !== undefined
  if (kind === null) {
    const typed = field(mapping, 'type') !== undefined
    const needed = methods.size === 0 && !typed && isLibrary !== true
    if (!hasForward && needed) context.diagnostics.add(messages.noForward(name.place, name.name))
    return hasForward || !needed
  }
  const type = asText(fieldValue(mapping, 'type')) ?? ''
  if (!containers.has(type)) return hasForward
  const refused =
    kind === 'definition' ? ['forward'] : ['forward', 'methods', 'parameters', 'buffers', 'ties']
  for (const what of refused) {
    const pair = field(mapping, what)
    if (pair === undefined) continue
    context.diagnostics.add(
      messages.containerForward({ source: context.source, range: pair.key.range }, what, type),
    )
  }
  return true
}

function checkMethods(
  methods: ReadonlyMap<string, FunctionDef>,
  body: Definition['body'],
  context: DeclarationContext,
): void {
  const members = new Set([
    ...[...body.parameters, ...body.buffers].map(tensor => tensor.name.name),
    ...body.modules.flatMap(entry => (entry.name === null ? [] : [fixedName(entry.name)])),
  ])
  for (const [name, { header }] of methods) {
    const place: Place = { source: context.source, range: header.nameRange }
    if (members.has(name)) context.diagnostics.add(messages.clash(place, 'the method', name, 'a member'))
  }
}

function checkRootInput(input: InputDecl, context: DeclarationContext): void {
  if (input.default !== null) context.diagnostics.add(messages.inputDefault(input.default.place))
  if (input.type === null) context.diagnostics.add(messages.rootInput(input.name.place, input.name.name))
}

/** Declared, or those of a pasted `def` line, or `x`. */
function inputsOf(
  declared: readonly InputDecl[] | null,
  forward: Block | null,
  mapping: SpecMapping,
  context: DeclarationContext,
): readonly InputDecl[] {
  const header = forward?.header === undefined ? null : headerInputs(forward.header, context.source)
  if (declared !== null) {
    const names = (list: readonly InputDecl[]): string[] => list.map(input => input.name.name)
    if (header !== null && names(header).join() !== names(declared).join()) {
      const place: Place = { source: context.source, range: forward!.header!.range }
      context.diagnostics.add(messages.headerInputs(place, names(header), names(declared)))
      return header.map((input, i) => ({ ...input, type: declared[i]?.type ?? null }))
    }
    return header === null ? declared : declared.map((d, i) => ({ ...d, default: header[i]!.default }))
  }
  if (header !== null) return header
  const at = field(mapping, 'forward')?.key.range ?? mapping.range
  return [
    {
      name: { name: 'x', place: { source: context.source, range: at } },
      type: null,
      optional: false,
      default: null,
      doc: null,
    },
  ]
}
