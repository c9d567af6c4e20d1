/** The module tree: entries expanded for concrete params, arguments checked against the module table. */

import { modules as table } from '../../runtime/nn/table/index.ts'
import type { ModuleRow } from '../../runtime/nn/table/row.ts'
import { FloatScalar } from '../../runtime/ops/args.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import { isSym } from '../../runtime/ops/dim.ts'
import { OpError } from '../../runtime/ops/error.ts'
import {
  argumentKind,
  argumentRefused,
  badKey,
  badName,
  duplicateKey,
  duplicateMember,
  moduleTypeNotParam,
  tooDeep,
  tooManyModules,
} from '../diagnostics/catalogue/elaborate.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import { evaluate } from '../eval/expression.ts'
import { iterate } from '../eval/iterate.ts'
import { type Machine, Stopped } from '../eval/machine.ts'
import { expressionFrame, Scope } from '../eval/scope.ts'
import { assignTarget } from '../eval/statement.ts'
import { describeKind, printValue, type Value } from '../eval/value.ts'
import type { Member, ModuleInstance, TensorInstance } from '../ir/module.ts'
import type {
  ArgDecl,
  Definition,
  Entry,
  ForClause,
  ModuleBody,
  ModuleEntry,
  NamePattern,
  SpecExpr,
} from '../spec/spec.ts'
import { toArg } from '../trace/graph-builder.ts'
import { bindParams } from './params.ts'
import { makeTensor } from './tensors.ts'
import { tieMembers } from './ties.ts'
import { whether } from './whether.ts'

const MODULE_LIMIT = 50_000
const DEPTH_LIMIT = 64

/** What all modules of one elaboration share. */
export interface Elaboration {
  readonly machine: Machine
  /** Scope of the root params of a file, in which its definitions stand. */
  fileScope(definition: Definition): Scope
  modules: number
}

interface Site {
  readonly path: string
  readonly depth: number
  readonly trainable: boolean
  readonly place: Place
}

/** A definition for given params. */
export function makeDefinition(
  definition: Definition,
  scope: Scope,
  site: Site,
  cx: Elaboration,
): ModuleInstance {
  const { kind } = definition.body
  return {
    kind: kind === 'definition' ? (definition.forward === null ? 'path' : 'definition') : kind,
    path: site.path,
    row: null,
    args: {},
    definition,
    scope,
    members: makeMembers(definition.body, scope, site, cx),
    place: site.place,
  }
}

/** Parameters, buffers and modules in PyTorch's order of the state_dict: own tensors before those of children. */
function makeMembers(
  body: ModuleBody,
  scope: Scope,
  site: Site,
  cx: Elaboration,
): ReadonlyMap<string, Member> {
  const { machine } = cx
  const members = new Map<string, Member>()
  const keys = new Map<string, string>()
  const add = (name: string, member: Member, place: Place): void => {
    if (members.has(name)) {
      machine.report(duplicateMember(place, name))
      return
    }
    members.set(name, member)
    const present =
      member.kind === 'module' ? member.module !== null : member.kind === 'tensor' && member.tensor !== null
    if (!present) return
    if (!isKeySegment(member.key)) machine.report(badKey(place, member.key))
    const other = keys.get(member.key)
    if (other !== undefined) machine.report(duplicateKey(place, join(site.path, member.key), other))
    keys.set(member.key, name)
  }
  for (const kind of ['parameter', 'buffer'] as const) {
    for (const decl of kind === 'parameter' ? body.parameters : body.buffers) {
      const { name, place } = decl.name
      const tensor = makeTensor(decl, kind, join(site.path, name), site.trainable, scope, machine)
      const key = decl.key?.name ?? name
      const former = decl.renamedFrom
      const renamed = former === null ? {} : { renamedFrom: { key: former.name, place: former.place } }
      add(
        name,
        tensor === undefined ? { kind: 'failed', key } : { kind: 'tensor', key, tensor, ...renamed },
        place,
      )
    }
  }
  const counter = { next: 0 }
  for (const entry of body.modules) expandEntry(entry, scope, site, cx, counter, add)
  tieMembers(body.ties, members, scope, machine)
  return members
}

type Add = (name: string, member: Member, place: Place) => void

function expandEntry(
  entry: Entry,
  scope: Scope,
  site: Site,
  cx: Elaboration,
  counter: { next: number },
  add: Add,
): void {
  const addFailed = (pattern: NamePattern, s: Scope): void => {
    const name = patternText(pattern, s, cx)
    if (name !== undefined) add(name, { kind: 'failed', key: name }, entry.place)
  }
  const inner = (s: Scope): void => {
    const present = entry.when === null ? true : whether(entry.when, s, cx.machine)
    if (present === undefined) {
      if (entry.name !== null) addFailed(entry.name, s)
      return
    }
    if (entry.kind === 'group') {
      for (const e of entry.entries) {
        if (present) expandEntry(e, s, site, cx, counter, add)
        else addAbsent(e, add)
      }
      return
    }
    const chosen = present ? choose(entry, s, cx) : null
    const name = entry.name === null ? null : patternText(entry.name, s, cx)
    if (name === undefined) return
    if (chosen === undefined) {
      if (name !== null) add(name, { kind: 'failed', key: name }, entry.place)
      return
    }
    if (chosen === null) {
      // An absent item of a list takes no number; an absent member is None.
      if (name !== null) add(name, { kind: 'module', key: name, module: null }, entry.place)
      return
    }
    const segment = name ?? `${counter.next++}`
    if (name !== null && !isMemberName(name)) cx.machine.report(badName(entry.name!.place, name))
    const key = chosen.key === null ? segment : (patternText(chosen.key, s, cx) ?? segment)
    const former = chosen.renamedFrom === null ? undefined : patternText(chosen.renamedFrom, s, cx)
    const renamed =
      former === undefined ? {} : { renamedFrom: { key: former, place: chosen.renamedFrom!.place } }
    const module = makeModule(chosen, join(site.path, segment), s, site, cx)
    add(
      segment,
      module === undefined ? { kind: 'failed', key } : { kind: 'module', key, module, ...renamed },
      entry.place,
    )
  }
  if (entry.for === null) inner(scope)
  else repeat(entry.for, scope, cx, inner)
}

/** Members of a group that is not there are None. */
function addAbsent(entry: Entry, add: Add): void {
  if (entry.kind === 'group') for (const e of entry.entries) addAbsent(e, add)
  else if (entry.name?.parts.every(p => typeof p === 'string')) {
    const name = entry.name.parts.join('')
    add(name, { kind: 'module', key: name, module: null }, entry.place)
  }
}

/** Of alternatives the first whose `when` holds; null where none does; undefined after an error. */
function choose(
  entry: Exclude<Entry, { kind: 'group' }>,
  scope: Scope,
  cx: Elaboration,
): ModuleEntry | null | undefined {
  if (entry.kind === 'module') return entry
  for (const alternative of entry.alternatives) {
    const present = alternative.when === null ? true : whether(alternative.when, scope, cx.machine)
    if (present === undefined) return undefined
    if (present) return alternative
  }
  return null
}

function repeat(clause: ForClause, scope: Scope, cx: Elaboration, body: (scope: Scope) => void): void {
  const { machine } = cx
  const frame = expressionFrame(scope)
  const items = iterate(evaluate(clause.iterable.expr, frame, machine), clause.iterable.expr, frame, machine)
  for (const item of items ?? []) {
    const locals = { ...frame, locals: new Map<string, Value>() }
    assignTarget(clause.target, item, locals, machine)
    const inner = new Scope(scope.file, scope)
    for (const [name, value] of locals.locals) inner.set(name, value)
    if (clause.condition !== null && whether(clause.condition, inner, machine) !== true) continue
    body(inner)
  }
}

function patternText(pattern: NamePattern, scope: Scope, cx: Elaboration): string | undefined {
  let text = ''
  for (const part of pattern.parts) {
    if (typeof part === 'string') {
      text += part
      continue
    }
    const value = evaluate(part.expr, expressionFrame(scope), cx.machine)
    if (value.kind === 'error') return undefined
    text += value.kind === 'str' ? value.value : printValue(value)
  }
  return text
}

function makeModule(
  entry: ModuleEntry,
  path: string,
  scope: Scope,
  site: Site,
  cx: Elaboration,
): ModuleInstance | undefined {
  const { machine } = cx
  if (++cx.modules > MODULE_LIMIT) {
    machine.report(tooManyModules(entry.place, MODULE_LIMIT))
    throw new Stopped()
  }
  if (site.depth > DEPTH_LIMIT) {
    machine.report(tooDeep(entry.place))
    return undefined
  }
  const trainable =
    site.trainable && (entry.trainable === null || whether(entry.trainable, scope, machine) !== false)
  const inner: Site = { path, depth: site.depth + 1, trainable, place: entry.place }
  const { type } = entry
  let name = type.name
  let definition: Definition | null = null
  if (type.kind === 'unknown') return undefined
  if (type.kind === 'definition') definition = type.definition()
  else if (type.kind === 'param') {
    const value = scope.get(type.name)
    if (value?.kind === 'error' || value === undefined) return undefined
    if (value.kind !== 'type') {
      machine.report(moduleTypeNotParam(type.place, type.name, describeKind(value)))
      return undefined
    }
    name = value.name
    definition = value.definition
  }
  if (definition !== null) {
    const given = entry.args.map(a => ({
      name: a.name.name,
      place: a.value.place,
      value: { expr: a.value, scope },
    }))
    const bound = bindParams(definition, given, cx.fileScope(definition), type.place, machine)
    return makeDefinition(definition, bound, inner, cx)
  }
  if (entry.body !== null) return makeContainer(name, entry.body, scope, inner, cx)
  const row: ModuleRow | undefined = Object.hasOwn(table, name)
    ? (table as unknown as Record<string, ModuleRow>)[name]
    : undefined
  if (row === undefined) return makeContainer(name, EMPTY_BODY, scope, inner, cx)
  return makeRow(row, entry, scope, inner, cx)
}

const EMPTY_BODY: ModuleBody = { parameters: [], buffers: [], modules: [], ties: [], kind: 'definition' }

function makeContainer(
  name: string,
  body: ModuleBody,
  scope: Scope,
  site: Site,
  cx: Elaboration,
): ModuleInstance {
  const kind = name === 'Sequential' || name === 'ModuleList' || name === 'ModuleDict' ? name : 'path'
  const members = makeMembers(body, scope, site, cx)
  return { kind, path: site.path, row: null, args: {}, definition: null, scope, members, place: site.place }
}

function makeRow(
  row: ModuleRow,
  entry: ModuleEntry,
  scope: Scope,
  site: Site,
  cx: Elaboration,
): ModuleInstance | undefined {
  const { machine } = cx
  const named: Record<string, unknown> = {}
  let failed = false
  for (const arg of entry.args) {
    const data = argumentData(row, arg, scope, machine)
    if (data === undefined) failed = true
    else named[arg.name.name] = data
  }
  if (failed) return undefined
  try {
    const args = bindArgs(row.args, [], named, (_v): _v is never => false) as Readonly<
      Record<string, unknown>
    >
    const members = rowMembers(row, args, site)
    return { kind: 'row', path: site.path, row, args, definition: null, scope, members, place: site.place }
  } catch (error) {
    if (!(error instanceof OpError)) throw error
    machine.report(argumentRefused(blamed(entry, error), row.name, error))
    return undefined
  }
}

/** The argument that an error names, else the type. */
function blamed(entry: ModuleEntry, error: OpError): Place {
  const named =
    entry.args.find(a => error.message.includes(`'${a.name.name}'`)) ??
    entry.args.find(a => new RegExp(`\\b${a.name.name}\\b`).test(error.message))
  return named?.value.place ?? entry.type.place
}

/** An argument as plain data; undefined after an error. */
function argumentData(row: ModuleRow, arg: ArgDecl, scope: Scope, machine: Machine): unknown {
  const declared = row.args.find(a => a.name === arg.name.name)
  if (isLiteral(declared?.enum, declared?.kind, arg.value)) return arg.value.text
  const value = evaluate(arg.value.expr, expressionFrame(scope), machine)
  if (value.kind === 'error') return undefined
  try {
    return plain(toArg(value))
  } catch (error) {
    if (!(error instanceof OpError)) throw error
    machine.report(argumentKind(arg.value.place, arg.name.name, describeKind(value)))
    return undefined
  }
}

/** An argument that has an enum takes its literal first: `mode: bilinear`, `padding: same`. */
const isLiteral = (
  values: readonly string[] | undefined,
  kind: string | undefined,
  value: SpecExpr,
): boolean =>
  values?.includes(value.text) === true ||
  (kind === 'padding' && (value.text === 'same' || value.text === 'valid'))

function plain(data: unknown): unknown {
  if (data instanceof FloatScalar) return data.value
  if (Array.isArray(data)) return data.map(plain)
  if (typeof data === 'object' && data !== null && isSym(data as never))
    throw new OpError('argument/value', 'a size')
  return data
}

/** Tensors of a row; those of fixed submodules (`out_proj.weight`) below a path of their own. */
function rowMembers(
  row: ModuleRow,
  args: Readonly<Record<string, unknown>>,
  site: Site,
): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>()
  for (const decl of row.state(args as never)) {
    const tensor: TensorInstance = {
      kind: decl.kind,
      persistent: decl.persistent,
      mutable: false,
      requiresGrad: decl.kind === 'parameter' && site.trainable,
      shape: decl.shape,
      dtype: decl.dtype,
      init: decl.init,
      id: join(site.path, decl.name),
      place: site.place,
    }
    const segments = decl.name.split('.')
    const last = segments.pop()!
    let level = members
    let path = site.path
    for (const segment of segments) {
      path = join(path, segment)
      let child = level.get(segment)
      if (child === undefined) {
        child = { kind: 'module', key: segment, module: fixedPath(path, site.place) }
        level.set(segment, child)
      }
      level = (child as { module: ModuleInstance }).module.members as Map<string, Member>
    }
    level.set(last, { kind: 'tensor', key: last, tensor })
  }
  return members
}

const fixedPath = (path: string, place: Place): ModuleInstance => ({
  kind: 'path',
  path,
  row: null,
  args: {},
  definition: null,
  scope: null as never,
  members: new Map(),
  place,
})

const join = (path: string, segment: string): string => (path === '' ? segment : `${path}.${segment}`)
const isKeySegment = (segment: string): boolean => segment !== '' && !segment.includes('.')
const isMemberName = (name: string): boolean =>
  /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || /^(0|[1-9]\d*)$/.test(name)
