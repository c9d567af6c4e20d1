/** Differences as findings: which rule is broken, at which place of the spec, and what would cover it. */
import { isPathOf } from '../../runtime/keys/pattern.ts'
import type { Step } from '../../runtime/keys/step.ts'
import * as messages from '../diagnostics/catalogue/keys.ts'
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import type { ModuleInstance } from '../ir/module.ts'
import type { IgnoreDecl, SpecFile } from '../spec/spec.ts'
import { type Differences, type Typed, typeText } from './differences.ts'
import type { CurrentTensor, Member } from './family.ts'
import { grouped } from './group.ts'
import type { LockedMember } from './lock.ts'
import { isBelow } from './renamed.ts'
import { type RuleId, rules } from './rules.ts'
import { printStep, starred, suggestSteps } from './suggest.ts'

export interface Finding {
  readonly rule: RuleId
  /** Null where it is about no tensor. */
  readonly key: string | null
  readonly diagnostic: Diagnostic
  /** A step that would cover it. */
  readonly step: Step | null
}

export const classOf = ({ rule }: Finding) => rules[rule].class

export interface FindingContext {
  readonly file: SpecFile
  readonly member: Member
  readonly ignored: readonly IgnoreDecl[]
  /** Keys that the differences are from: what is locked, after the steps of a migration. */
  readonly expected: readonly string[]
  /** The locked member before any steps. */
  readonly locked: LockedMember
  /** Keys that were dropped before, with the generation. */
  readonly tombstones: ReadonlyMap<string, number>
  /** Without a migration the order of parameters counts. */
  readonly ordered: boolean
}

export function findingsOf(differences: Differences, context: FindingContext): readonly Finding[] {
  const { member, file, locked } = context
  const ignores = (rule: RuleId, key: string): boolean => isIgnored(context.ignored, rule, key)
  const found: Finding[] = []
  const add = (rule: RuleId, key: string | null, diagnostic: Diagnostic, step: Step | null = null): void => {
    if (key === null || !ignores(rule, key)) found.push({ rule, key, diagnostic, step })
  }
  const places = new Map(member.tensors.map(t => [t.key, t.place]))
  const placeOf = (key: string): Place => places.get(key) ?? deepestPlace(member.root, key, file.model.place)

  const unsaved = differences.removed.filter(t => member.unsaved.has(t.key))
  for (const { key } of unsaved) add('persistence', key, messages.persistenceChanged(placeOf(key), key))
  const reshaped = differences.changed.filter(([a, b]) => typeText(a) !== typeText(b))
  const removed = differences.removed.filter(t => !unsaved.includes(t) && !ignores('key-removed', t.key))
  const added = differences.added.filter(t => !ignores('key-added', t.key))
  const open = reshaped.filter(([a, b]) => !ignores(`${a.shape}` === `${b.shape}` ? 'dtype' : 'shape', a.key))

  // A layer inserted among numbered ones looks like a change of shapes.
  const suggestions = suggestSteps(
    [...removed, ...open.map(([a]) => a)],
    [...added, ...open.map(([, b]) => b)],
    context.expected,
  )
  const explained = new Set(suggestions.flatMap(s => [...s.removed, ...s.added]))
  for (const { step, removed: from, added: to } of suggestions) {
    const depth = step.kind === 'rename' ? step.to.split('.').length : Number.POSITIVE_INFINITY
    const place = placeOf(to[0]!.split('.').slice(0, depth).join('.'))
    if (step.kind === 'rename') {
      const hint = renameHint(step.from, step.to)
      add('key-renamed', from[0]!, messages.keyRenamed(place, several(from), several(to), hint), step)
    } else {
      const hint = `was it ${step.kind === 'split' ? 'split' : 'joined'}? Then a migration has the step ${printStep(step)}`
      add('key-removed', from[0]!, messages.keyRemoved(place, several(from), hint), step)
    }
  }
  for (const group of groups(
    removed.filter(t => !explained.has(t.key)),
    t => member.tensors.some(is => isBelow(is.key, t)),
  )) {
    const step: Step = { kind: 'drop', key: group.path, reason: 'WHY', init: 'default' }
    const hint = `if it is meant to go, a migration has the step ${printStep(step)}`
    add(
      'key-removed',
      group.keys[0]!,
      messages.keyRemoved(placeOf(group.keys[0]!), several(group.keys), hint),
      step,
    )
  }
  for (const group of groups(
    added.filter(t => !explained.has(t.key)),
    t => context.expected.some(was => isBelow(was, t)),
  )) {
    const step: Step = { kind: 'add', key: group.path, init: 'default' }
    const hint = `a migration says what it starts from, with the step ${printStep(step)}`
    add(
      'key-added',
      group.keys[0]!,
      messages.keyAdded(placeOf(group.keys[0]!), several(group.keys), hint),
      step,
    )
  }
  const kept = new Set(locked.tensors.map(t => t.key))
  for (const { key } of member.tensors) {
    const generation = context.tombstones.get(key)
    if (generation !== undefined && !kept.has(key))
      add('key-reused', key, messages.keyReused(placeOf(key), key, generation))
  }
  changes(differences, explained, add)
  for (const [key, owner] of differences.tied)
    add('tied', key, messages.tied(placeOf(key), key, owner), { kind: 'tie', key, to: owner })
  for (const [key, owner] of differences.untied)
    add('untied', key, messages.untied(placeOf(key), key, owner), { kind: 'untie', key, from: owner })
  const { moved } = differences
  if (context.ordered && moved !== null)
    add(
      'parameter-order',
      moved.key,
      messages.parameterOrder(placeOf(moved.key), moved.key, moved.position, moved.was),
    )
  return withDefaults(found, context)
}

function changes(
  { changed }: Differences,
  explained: ReadonlySet<string>,
  add: (rule: RuleId, key: string, diagnostic: Diagnostic) => void,
): void {
  for (const [was, { key, place, ...is }] of changed) {
    if (was.kind !== is.kind) add('kind', key, messages.kindChanged(place, key, was.kind, is.kind))
    if (explained.has(key)) continue
    if (`${was.shape}` !== `${is.shape}`)
      add('shape', key, messages.shapeChanged(place, key, typeText(was), typeText(is)))
    else if (was.dtype !== is.dtype) add('dtype', key, messages.dtypeChanged(place, key, was.dtype, is.dtype))
  }
}

/** A changed value of a param is what the author did; of the shapes that follow from it, one is told. */
function withDefaults(
  found: readonly Finding[],
  { file, member, locked, ignored }: FindingContext,
): readonly Finding[] {
  if (found.length === 0) return found
  const changed = [...locked.params].flatMap(([name, was]): Finding[] => {
    const is = member.params.get(name)
    if (is === undefined || is === was || isIgnored(ignored, 'default-changed', name)) return []
    const given = file.presets
      .find(p => p.name.name === member.preset)
      ?.values.find(v => v.name.name === name)
    const decl = file.root.params.find(p => p.name.name === name)!
    const place = given?.value.place ?? decl.default?.place ?? decl.name.place
    const diagnostic = messages.defaultChanged(place, name, was, is)
    return [{ rule: 'default-changed', key: null, diagnostic, step: null }]
  })
  if (changed.length === 0) return found
  const shapes = found.filter(f => f.rule === 'shape')
  const told = shapes.slice(0, 1).map((f): Finding => {
    const more = shapes.length > 1 ? `; so are ${shapes.length - 1} others of other shapes` : ''
    const { diagnostic } = f
    return { ...f, diagnostic: { ...diagnostic, message: diagnostic.message + more } }
  })
  return [...changed, ...told, ...found.filter(f => f.rule !== 'shape')]
}

export function isIgnored(ignored: readonly IgnoreDecl[], rule: RuleId, key: string): boolean {
  return ignored.some(i => i.rule.name === rule && (i.key === null || isPathOf(i.key.name, key)))
}

function renameHint(from: string, to: string): string {
  const [a, b] = [from.split('.'), to.split('.')]
  const step = `a migration with the step ${printStep({ kind: 'rename', from, to })}`
  const beside = a.length === b.length && a.slice(0, -1).join() === b.slice(0, -1).join()
  if (!beside || from.includes('*')) return `was it moved? Then add ${step}`
  return `was it renamed? Then give '${b.at(-1)}' the field renamed_from: ${a.at(-1)}, or add ${step}`
}

/** `'a.weight'`, `'a.weight' and 'a.bias'`, `'a.weight' and 3 more`. */
function several(keys: readonly string[]): string {
  const [first, second] = keys
  if (keys.length <= 1) return `'${first}'`
  return keys.length === 2 ? `'${first}' and '${second}'` : `'${first}' and ${keys.length - 1} more`
}

interface KeyGroup {
  /** A path or a pattern of paths. */
  readonly path: string
  readonly keys: readonly string[]
}

/**
 * Keys below one path, the shortest that `isShared` denies: nothing of the other side is below it. Paths that differ in their numbers
 * only become a pattern.
 */
function groups(
  tensors: readonly (Typed | CurrentTensor)[],
  isShared: (prefix: string) => boolean,
): readonly KeyGroup[] {
  const byPath = grouped(
    tensors.map(t => t.key),
    key => {
      const segments = key.split('.')
      const prefixes = segments.map((_, i) => segments.slice(0, i + 1).join('.'))
      return prefixes.find(prefix => !isShared(prefix)) ?? key
    },
  )
  return [...grouped(byPath, ([path]) => starred(path))].map(([pattern, members]) => {
    const [first] = members
    const path = members.length === 1 ? first![0] : pattern
    return { path, keys: members.flatMap(([, keys]) => keys) }
  })
}

/** Where the deepest module stands that a key still leads to. */
function deepestPlace(root: ModuleInstance, key: string, otherwise: Place): Place {
  let place = otherwise
  let module = root
  for (const segment of key.split('.')) {
    const member = [...module.members.values()].find(m => m.key === segment)
    if (member?.kind === 'tensor' && member.tensor !== null) return member.tensor.place
    if (member?.kind !== 'module' || member.module === null) return place
    module = member.module
    place = module.place
  }
  return place
}
