/** `modules:`, `parameters:`, `buffers:` and `ties:` of a definition or of a module written in place. */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import { boundNames } from '../parse/python/visit.ts'
import { containers, entryFields } from '../schema/fields.ts'
import {
  asMapping,
  asSequence,
  asText,
  field,
  fieldValue,
  type SpecMapping,
  type SpecNode,
  type SpecPair,
} from '../schema/spec-node.ts'
import { readArguments } from './arguments.ts'
import type { BodyContext } from './body-context.ts'
import { firstLine, readForClause } from './expression.ts'
import { expressionField, readKey } from './fields.ts'
import { fixedName, readNamePattern } from './name-pattern.ts'
import { checkContainerName, checkName, isNumberName } from './names.ts'
import type {
  ChoiceEntry,
  Entry,
  ForClause,
  GroupEntry,
  ModuleBody,
  ModuleEntry,
  NamePattern,
  TensorDecl,
  TypeRef,
} from './spec.ts'
import { readTensors, readTies } from './tensors.ts'
import { resolveType } from './type-scope.ts'

export type BodyKind = ModuleBody['kind']

/** Where an entry stands: what its name must be like. */
interface Slot {
  readonly kind: BodyKind
  /** Items of a list, in a container that numbers them. */
  readonly numbered: boolean
}

/** The parts that `mapping` holds. */
export function readBody(mapping: SpecMapping, kind: BodyKind, context: BodyContext): ModuleBody {
  const modules = readModules(fieldValue(mapping, 'modules'), kind, context)
  const tensors = (field: 'parameter' | 'buffer'): TensorDecl[] =>
    readTensors(fieldValue(mapping, `${field}s`), field, context)
  const all = { parameters: tensors('parameter'), buffers: tensors('buffer') }
  const clashing = checkClashes(modules, [...all.parameters, ...all.buffers], context)
  const [parameters, buffers] = [all.parameters, all.buffers].map(list =>
    list.filter(item => !clashing.has(item)),
  )
  const ties = readTies(fieldValue(mapping, 'ties'), context)
  return { kind, modules, parameters: parameters!, buffers: buffers!, ties }
}

export const bodyKind = (type: string): BodyKind =>
  type === 'Sequential' || type === 'ModuleList' || type === 'ModuleDict' ? type : 'definition'

function readModules(node: SpecNode | undefined, kind: BodyKind, context: BodyContext): Entry[] {
  const numbered = kind === 'Sequential' || kind === 'ModuleList'
  const list = asSequence(node)
  if (list !== null)
    return list.items.flatMap(item => readEntry(item, null, item.range, { kind, numbered }, context))
  const mapping = asMapping(node)
  if (mapping === null) return []
  return mapping.entries.flatMap(pair =>
    readEntry(pair.value, pair, pair.key.range, { kind, numbered: false }, context),
  )
}

/** One item under `modules:`; `pair` where it stands under a key. Empty after a report. */
function readEntry(
  node: SpecNode,
  pair: SpecPair | null,
  range: Place['range'],
  slot: Slot,
  context: BodyContext,
): Entry[] {
  const place: Place = { source: context.source, range }
  if (node.kind === 'sequence') {
    const name = pair === null ? null : patternOfKey(pair, slot, context)
    return [readChoice(node.items, name, place, slot, context)]
  }
  const mapping = asMapping(node)
  if (mapping === null) {
    const name = pair === null ? null : patternOfKey(pair, slot, context)
    return name === null && !slot.numbered ? [] : [unknownModule(name, place)]
  }
  const repeat = field(mapping, 'for')
  const clause =
    repeat === undefined ? null : readForClause(repeat.value, context.source, context.diagnostics)
  const inner = clause === null ? context : withNames(context, clause)
  if (field(mapping, 'type') === undefined) {
    const group = readGroup(mapping, place, slot, clause, inner, repeat !== undefined)
    return [group ?? unknownModule(pair === null ? null : patternOfKey(pair, slot, inner), place)]
  }
  const name = entryName(mapping, pair, place, slot, inner)
  const fixed = name === null ? null : fixedName(name)
  const isRepeated = repeat !== undefined && fixed !== null
  if (isRepeated) context.diagnostics.add(messages.repeatedName(name!.place, fixed))
  return [readModule(mapping, name, place, isRepeated ? null : clause, inner)]
}

/** What stands for an entry that was reported: its name is known, and nothing else. */
function unknownModule(name: NamePattern | null, place: Place): ModuleEntry {
  const type: TypeRef = { kind: 'unknown', name: '', place }
  const nothing = {
    when: null,
    for: null,
    key: null,
    renamedFrom: null,
    trainable: null,
    doc: null,
    body: null,
  }
  return { kind: 'module', name, place, type, args: [], ...nothing }
}

/** Loop variables are visible in the entry. */
function withNames(context: BodyContext, clause: ForClause): BodyContext {
  const names = new Set(boundNames(clause.target))
  return { ...context, isVisible: name => names.has(name) || context.isVisible(name) }
}

function readModule(
  mapping: SpecMapping,
  name: NamePattern | null,
  place: Place,
  clause: ForClause | null,
  context: BodyContext,
): ModuleEntry {
  const { source, diagnostics } = context
  const typeNode = fieldValue(mapping, 'type')
  const typeName = asText(typeNode)
  const typePlace: Place = { source, range: typeNode?.range ?? mapping.range }
  const type: TypeRef =
    typeName === null
      ? { kind: 'unknown', name: '', place: typePlace }
      : resolveType(typeName, typePlace, context.types, context.params, diagnostics)
  const isContainer = type.kind === 'builtin' && containers.has(type.name)
  const given = mapping.entries.filter(pair => !entryFields.has(pair.key.text))
  const segment = (name: string): NamePattern | null => {
    const node = fieldValue(mapping, name)
    return node === undefined ? null : readKey(node, context)
  }
  return {
    kind: 'module',
    name,
    place,
    when: expressionField(mapping, 'when', context),
    for: clause,
    type,
    args: isContainer
      ? refuseArguments(given, type.name, context)
      : readArguments(type, given, typePlace, context),
    key: segment('key'),
    renamedFrom: segment('renamed_from'),
    trainable: expressionField(mapping, 'trainable', context),
    doc: asText(fieldValue(mapping, 'doc')),
    body: isContainer ? containerBody(mapping, type.name, context) : refuseBody(mapping, type, context),
  }
}

function refuseArguments(pairs: readonly SpecPair[], type: string, context: BodyContext): [] {
  for (const pair of pairs)
    context.diagnostics.add(
      messages.containerArgument({ source: context.source, range: pair.key.range }, pair.key.text, type),
    )
  return []
}

function containerBody(mapping: SpecMapping, type: string, context: BodyContext): ModuleBody {
  const kind = bodyKind(type)
  if (kind !== 'definition') refuseFields(mapping, ['parameters', 'buffers', 'ties'], type, context)
  return readBody(mapping, kind, context)
}

function refuseBody(mapping: SpecMapping, type: TypeRef, context: BodyContext): null {
  if (type.kind !== 'unknown')
    refuseFields(mapping, ['modules', 'parameters', 'buffers', 'ties'], type.name, context)
  return null
}

function refuseFields(
  mapping: SpecMapping,
  names: readonly string[],
  type: string,
  context: BodyContext,
): void {
  for (const name of names) {
    const pair = field(mapping, name)
    if (pair === undefined) continue
    const place = { source: context.source, range: pair.key.range }
    context.diagnostics.add(messages.noBody(place, name, type))
  }
}

/** `{ for | when, modules: [...] }`. */
function readGroup(
  mapping: SpecMapping,
  place: Place,
  slot: Slot,
  clause: ForClause | null,
  context: BodyContext,
  repeated: boolean,
): GroupEntry | null {
  const { source, diagnostics } = context
  const modules = field(mapping, 'modules')
  if (modules === undefined || !(repeated || field(mapping, 'when') !== undefined)) {
    diagnostics.add(messages.noType(firstLine(place), modules !== undefined))
    return null
  }
  for (const pair of mapping.entries)
    if (!groupFields.has(pair.key.text))
      diagnostics.add(messages.groupField({ source, range: pair.key.range }, pair.key.text))
  const list = asSequence(modules.value)
  const entries =
    list === null
      ? readModules(modules.value, slot.kind, context)
      : list.items.flatMap(item => readEntry(item, null, item.range, slot, context))
  return {
    kind: 'group',
    name: null,
    place,
    when: expressionField(mapping, 'when', context),
    for: clause,
    entries,
  }
}

const groupFields: ReadonlySet<string> = new Set(['for', 'when', 'modules', 'doc'])

/** A list of alternatives under a name, or as an item of a list. */
function readChoice(
  items: readonly SpecNode[],
  name: NamePattern | null,
  place: Place,
  slot: Slot,
  context: BodyContext,
): ChoiceEntry {
  const { source, diagnostics } = context
  const alternatives: ModuleEntry[] = []
  let unconditional = false
  for (const item of items) {
    const at: Place = { source, range: item.range }
    const mapping = asMapping(item)
    if (mapping === null || field(mapping, 'type') === undefined || field(mapping, 'for') !== undefined) {
      if (item.kind !== 'broken') diagnostics.add(messages.choiceAlternative(firstLine(at)))
      continue
    }
    if (unconditional) diagnostics.add(messages.unreachableChoice(firstLine(at)))
    unconditional ||= field(mapping, 'when') === undefined
    alternatives.push(readModule(mapping, name, at, null, context))
  }
  if (name === null && !slot.numbered && alternatives.length > 0)
    diagnostics.add(messages.missingName(firstLine(place)))
  return { kind: 'choice', name, place, when: null, for: null, alternatives }
}

/** By its key or its `name:`; items of a list in a container need none. */
function entryName(
  mapping: SpecMapping,
  pair: SpecPair | null,
  place: Place,
  slot: Slot,
  context: BodyContext,
): NamePattern | null {
  const { source, diagnostics } = context
  const given = field(mapping, 'name')
  if (pair !== null) {
    if (given !== undefined)
      diagnostics.add(messages.nameTwice({ source, range: given.key.range }, pair.key.text))
    return patternOfKey(pair, slot, context)
  }
  if (given === undefined) {
    if (!slot.numbered) diagnostics.add(messages.missingName(firstLine(place)))
    return null
  }
  return given.value.kind === 'scalar' ? patternOf(given.value, slot, context) : null
}

function patternOfKey({ key }: SpecPair, slot: Slot, context: BodyContext): NamePattern | null {
  if (key.scalar !== null) return patternOf(key.scalar, slot, context)
  // A name in the call of a container: braces mean nothing in it.
  const place: Place = { source: context.source, range: key.range }
  checkContainerName(key.text, place, context.diagnostics)
  return { place, parts: [key.text] }
}

function patternOf(
  scalar: SpecNode & { kind: 'scalar' },
  slot: Slot,
  context: BodyContext,
): NamePattern | null {
  const { source, diagnostics } = context
  const place: Place = { source, range: scalar.range }
  const pattern = readNamePattern(scalar.text, place, diagnostics)
  if (pattern === null) return null
  const fixed = fixedName(pattern)
  if (fixed === null) {
    const literal = pattern.parts.filter(part => typeof part === 'string')
    const bad = slot.kind === 'definition' && literal.some((text, i) => !isNamePart(text, i === 0))
    if (bad || literal.some(text => text.includes('.')))
      diagnostics.add(messages.badName(place, 'a module', scalar.text.text))
    return pattern
  }
  if (slot.kind !== 'definition') checkContainerName(fixed, place, diagnostics)
  else if (!isNumberName(fixed) && !checkName(fixed, 'member', place, diagnostics))
    return { place, parts: [fixed.replace(/\P{XID_Continue}/gu, '_')] }
  return pattern
}

const isNamePart = (text: string, first: boolean): boolean =>
  first ? text === '' || /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text) : /^\p{XID_Continue}*$/u.test(text)

/** Tensors with the name of a module or of another tensor. Entries with `when` may be alternatives to each other. */
function checkClashes(
  entries: readonly Entry[],
  tensors: readonly TensorDecl[],
  context: BodyContext,
): ReadonlySet<TensorDecl> {
  const clashing = new Set<TensorDecl>()
  const byName = new Map<string, TensorDecl>()
  for (const tensor of tensors) {
    if (tensor.when !== null) continue
    const { name, place } = tensor.name
    if (byName.has(name)) {
      context.diagnostics.add(messages.clash(place, 'the buffer', name, 'a parameter'))
      clashing.add(tensor)
    } else byName.set(name, tensor)
  }
  for (const entry of entries) {
    const name = entry.name === null || entry.when !== null ? null : fixedName(entry.name)
    const tensor = name === null ? undefined : byName.get(name)
    if (name === null || tensor === undefined) continue
    context.diagnostics.add(messages.clash(entry.name!.place, 'the module', name, 'a parameter or buffer'))
    clashing.add(tensor)
  }
  return clashing
}
