/**
 * Whether a spec keeps its contract: every locked generation is led to by proven steps, and what the spec has now is either locked or
 * covered by a migration. Gives the lock as it should be.
 */
import type { KeysError } from '../../runtime/keys/keys-error.ts'
import { nearestPath } from '../../runtime/keys/nearest-key.ts'
import { isPathOf } from '../../runtime/keys/pattern.ts'
import * as messages from '../diagnostics/catalogue/keys.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { IgnoreDecl, MigrationDecl, SpecFile } from '../spec/spec.ts'
import { type Advanced, advance, type Transition } from './advance.ts'
import { type Differences, differences, isSame, typeText } from './differences.ts'
import type { CurrentTensor, Member } from './family.ts'
import { type Finding, findingsOf, isIgnored } from './findings.ts'
import { dimsOf } from './given-dims.ts'
import {
  type Lock,
  type LockedGeneration,
  type LockedMember,
  lastOf,
  lockPath,
  type PlacedLock,
} from './lock.ts'
import { pendingRenames } from './renamed.ts'
import { isRule, rules } from './rules.ts'
import { evaluateSteps, type PlacedStep } from './steps.ts'

export interface CheckedContract {
  /** Breaking changes that nothing covers. */
  readonly findings: readonly Finding[]
  /** What is to be locked; what is locked already where there are findings. */
  readonly lock: Lock
  /** A migration that has been proven, but whose generation is not locked yet. */
  readonly isPending: boolean
  /** Proven steps by preset, then by the generation that they lead to. */
  readonly steps: ReadonlyMap<string, ReadonlyMap<number, readonly PlacedStep[]>>
}

/** Null after errors, which are in `diagnostics`; findings are not among them. */
export function checkContract(
  file: SpecFile,
  members: readonly Member[],
  locked: PlacedLock | null,
  diagnostics: Diagnostics,
): CheckedContract | null {
  checkRules(file, diagnostics)
  const contract = new Contract(file, members, locked, diagnostics)
  const checked = locked === null ? contract.first() : contract.next(locked)
  return diagnostics.hasErrors ? null : checked
}

function checkRules(file: SpecFile, diagnostics: Diagnostics): void {
  for (const { rule } of file.migrations.flatMap(m => m.ignored)) {
    if (!isRule(rule.name))
      diagnostics.add(messages.ignoreRule(rule.place, rule.name, didYouMean(rule.name, Object.keys(rules))))
  }
}

class Contract {
  readonly #file: SpecFile
  readonly #members: readonly Member[]
  readonly #locked: PlacedLock | null
  readonly #diagnostics: Diagnostics
  readonly #steps = new Map<string, Map<number, readonly PlacedStep[]>>()

  constructor(
    file: SpecFile,
    members: readonly Member[],
    locked: PlacedLock | null,
    diagnostics: Diagnostics,
  ) {
    this.#file = file
    this.#members = members
    this.#locked = locked
    this.#diagnostics = diagnostics
  }

  first(): CheckedContract {
    for (const { place } of this.#file.migrations)
      this.#diagnostics.add(messages.migrationUnlocked(place, lockPath(this.#file.source.path)))
    const members = new Map(this.#members.map(m => [m.preset, this.#entry(m, null, 1)] as const))
    const lock = { model: this.#file.model.name, generations: [{ generation: 1, members }] }
    return { findings: [], lock, isPending: false, steps: this.#steps }
  }

  next(locked: PlacedLock): CheckedContract {
    const last = lastOf(locked)
    const next = last.generation + 1
    for (const { to, place } of this.#file.migrations)
      if (to > next) this.#diagnostics.add(messages.migrationAhead(place, to, next))
    this.#checkIgnored(locked)
    for (const generation of locked.generations.slice(1)) this.#proveLocked(locked, generation)
    const nothing = { findings: [], lock: locked, isPending: false, steps: this.#steps }
    if (this.#diagnostics.hasErrors) return nothing
    const decl = this.#file.migrations.find(m => m.to === next) ?? null
    const led = this.#leadOn(last, decl)
    if (led === null) return nothing
    const findings = [...this.#removedPresets(last, decl?.ignored ?? []), ...led.flatMap(l => l.findings)]
    if (findings.length > 0) return { ...nothing, findings: distinct(findings) }
    const hasChanged = led.some(l => !isSame(l.untouched, true))
    if (decl !== null && !hasChanged)
      this.#diagnostics.add(messages.migrationIdle(decl.place, last.generation))
    return hasChanged ? this.#withNew(locked, led, next) : this.#refreshed(locked, led)
  }

  /** An ignored key is one that its migration is about: of the generations that it is between, or a param's or preset's name. */
  #checkIgnored({ generations }: PlacedLock): void {
    const names = (of: { readonly members: LockedGeneration['members'] } | undefined): string[] =>
      [...(of?.members ?? [])].flatMap(([preset, m]) => [
        preset,
        ...m.params.keys(),
        ...m.tensors.map(t => t.key),
      ])
    const now = this.#members.flatMap(m => [
      m.preset,
      ...m.params.keys(),
      ...m.tensors.map(t => t.key),
      ...m.unsaved,
    ])
    for (const { to, ignored } of this.#file.migrations) {
      const [from, target] = [names(generations[to - 2]), generations[to - 1]]
      const known = [...new Set([...from, ...(target === undefined ? now : names(target))])]
      for (const { key } of ignored) {
        if (key === null || known.some(name => isPathOf(key.name, name))) continue
        this.#diagnostics.add(messages.ignoreKey(key.place, key.name, nearestPath(key.name, known)))
      }
    }
  }

  /** What every member that is locked has become, against what it is. */
  #leadOn(last: LockedGeneration, decl: MigrationDecl | null): readonly Led[] | null {
    const idle = new Idle()
    const led = this.#members.map((member): Led | null => {
      const locked = last.members.get(member.preset)
      if (locked === undefined)
        return { member, locked: null, findings: [], untouched: NOTHING, transition: null, renamed: [] }
      const renames = pendingRenames(member.renames, locked.tensors, d => this.#diagnostics.add(d))
      const renamed = renames.map(
        ({ from, to, place }): PlacedStep => ({ step: { kind: 'rename', from, to }, place }),
      )
      const declared = decl === null ? [] : evaluateSteps(decl.steps, member.root.scope, this.#diagnostics)
      if (declared === null) return null
      const steps = [...renamed, ...declared]
      const transition = this.#advance(locked, steps, member, last.generation + 1, idle)
      if (transition === null) return null
      const untouched = differences(asExpected(locked), member)
      const findings = findingsOf(differences(transition.tensors, member), {
        file: this.#file,
        member,
        locked,
        expected: [...transition.tensors.keys()],
        ignored: decl?.ignored ?? [],
        tombstones: this.#tombstones(member.preset),
        ordered: decl === null && renamed.length === 0,
      })
      this.#keep(member.preset, last.generation + 1, transition.steps)
      return {
        member,
        locked,
        findings,
        untouched,
        transition,
        renamed: renames.map(r => [r.from, r.to] as const),
      }
    })
    idle.report(this.#diagnostics)
    return led.includes(null) || this.#diagnostics.hasErrors ? null : (led as readonly Led[])
  }

  #advance(
    from: LockedMember,
    steps: readonly PlacedStep[],
    target: { readonly tensors: readonly (CurrentTensor | LockedMember['tensors'][number])[] },
    to: number,
    idle: Idle,
  ): Transition | null {
    const transition = advance(from.tensors, steps, new Map(target.tensors.map(t => [t.key, t])))
    if ('error' in transition) {
      const { error, step } = transition
      this.#diagnostics.add(messages.stepRefused(step.place, step.step.kind, error.message, error.hint))
      return null
    }
    idle.take(steps, transition)
    if (transition.stuck !== null) {
      const place = steps[0]?.place ?? this.#file.model.place
      this.#diagnostics.add(messages.notInvertible(place, to, transition.stuck.message))
      return null
    }
    return transition
  }

  /** The steps of one locked generation to the next give what is locked. */
  #proveLocked(locked: PlacedLock, { generation, members }: LockedGeneration): void {
    const before = locked.generations[generation - 2]!
    const decl = this.#file.migrations.find(m => m.to === generation)
    const idle = new Idle()
    for (const [preset, target] of members) {
      const from = before.members.get(preset)
      const member = this.#members.find(m => m.preset === preset)
      if (from === undefined || member === undefined) continue
      const place = decl?.place ?? this.#file.model.place
      const renamed = target.renamed.map(
        ([a, b]): PlacedStep => ({ step: { kind: 'rename', from: a, to: b }, place }),
      )
      const declared = evaluateSteps(decl?.steps ?? [], member.root.scope, this.#diagnostics)
      if (declared === null) return
      const transition = this.#advance(from, [...renamed, ...declared], target, generation, idle)
      if (transition === null) return
      const wrong = firstDifference(transition.tensors, target, decl?.ignored ?? [])
      if (wrong !== null && decl === undefined)
        this.#diagnostics.add(messages.migrationGap(place, generation))
      else if (wrong !== null) this.#diagnostics.add(messages.migrationDiffers(place, generation, wrong))
      this.#keep(preset, generation, transition.steps)
    }
    idle.report(this.#diagnostics)
  }

  #keep(preset: string, to: number, steps: readonly PlacedStep[]): void {
    const known = this.#steps.get(preset) ?? new Map<number, readonly PlacedStep[]>()
    this.#steps.set(preset, known.set(to, steps))
  }

  #removedPresets(last: LockedGeneration, ignored: readonly IgnoreDecl[]): readonly Finding[] {
    const place = this.#file.presets[0]?.name.place ?? this.#file.model.place
    return [...last.members.keys()].flatMap((name): Finding[] => {
      if (this.#members.some(m => m.preset === name) || isIgnored(ignored, 'preset-removed', name)) return []
      return [
        { rule: 'preset-removed', key: null, diagnostic: messages.presetRemoved(place, name), step: null },
      ]
    })
  }

  /** Keys that ended in an earlier generation, and were not in use after it. */
  #tombstones(preset: string): ReadonlyMap<string, number> {
    const found = new Map<string, number>()
    for (const { generation, members } of this.#locked?.generations ?? []) {
      const member = members.get(preset)
      for (const key of member?.dropped.keys() ?? []) found.set(key, generation)
      for (const { key } of member?.tensors ?? []) found.delete(key)
    }
    return found
  }

  #withNew(locked: PlacedLock, led: readonly Led[], generation: number): CheckedContract {
    const members = new Map(led.map(l => [l.member.preset, this.#entry(l.member, l, generation)] as const))
    const lock = {
      model: this.#file.model.name,
      generations: [...locked.generations, { generation, members }],
    }
    return { findings: [], lock, isPending: true, steps: this.#steps }
  }

  /** No key has changed: params may have, presets may be new. */
  #refreshed(locked: PlacedLock, led: readonly Led[]): CheckedContract {
    const last = lastOf(locked)
    const members = new Map(
      led.map(l => {
        const fresh = this.#entry(l.member, l, last.generation)
        if (l.locked === null) return [l.member.preset, fresh] as const
        const { renamed, dropped } = l.locked
        return [l.member.preset, { ...fresh, renamed, dropped }] as const
      }),
    )
    for (const steps of this.#steps.values()) steps.delete(last.generation + 1)
    const generations = [...locked.generations.slice(0, -1), { generation: last.generation, members }]
    return {
      findings: [],
      lock: { model: this.#file.model.name, generations },
      isPending: false,
      steps: this.#steps,
    }
  }

  /** A member as it is to be locked. Ids stay with their tensors; new ones are names that no tensor had. */
  #entry(member: Member, led: Led | null, generation: number): LockedMember {
    const transition = led?.transition ?? null
    const used = new Set(
      (this.#locked?.generations ?? []).flatMap(
        g => g.members.get(member.preset)?.tensors.map(t => t.id) ?? [],
      ),
    )
    const fresh = (key: string): string => (used.has(key) ? `${key}@${generation}` : key)
    const ids = new Map(
      member.tensors.map(({ key }) => [key, transition?.tensors.get(key)?.id ?? fresh(key)] as const),
    )
    const dims = dimsOf(this.#file, member)
    return {
      params: member.params,
      renamed: led?.renamed ?? [],
      tensors: member.tensors.map(({ key, shape, dtype, kind, owner }) => ({
        id: ids.get(key)!,
        key,
        shape,
        dims: dims.get(key) ?? shape.map(() => null),
        dtype,
        kind,
        tie: owner === key ? null : ids.get(owner)!,
      })),
      dropped: transition?.dropped ?? new Map(),
    }
  }
}

interface Led {
  readonly member: Member
  /** Null for a preset that is not locked yet. */
  readonly locked: LockedMember | null
  readonly findings: readonly Finding[]
  /** Against what is locked, whatever migrations say. */
  readonly untouched: Differences
  readonly transition: Transition | null
  readonly renamed: readonly (readonly [string, string])[]
}

const NOTHING: Differences = { removed: [], added: [], changed: [], tied: [], untied: [], moved: null }

/** Steps that find nothing in any member of the family. */
class Idle {
  readonly #found = new Map<number, { place: Place; kind: string; error: KeysError }>()
  readonly #done = new Set<number>()

  take(steps: readonly PlacedStep[], { idle, steps: done }: Transition): void {
    for (const { step, error } of idle)
      this.#found.set(step.place.range.start, { place: step.place, kind: step.step.kind, error })
    for (const step of steps) if (done.includes(step)) this.#done.add(step.place.range.start)
  }

  report(diagnostics: Diagnostics): void {
    for (const [start, { place, kind, error }] of this.#found)
      if (!this.#done.has(start))
        diagnostics.add(messages.stepRefused(place, kind, error.message, error.hint))
  }
}

/** A locked member as if steps had led to it. */
function asExpected({ tensors }: LockedMember): ReadonlyMap<string, Advanced> {
  const keys = new Map(tensors.map(t => [t.id, t.key]))
  return new Map(tensors.map(t => [t.key, { ...t, owner: t.tie === null ? t.key : keys.get(t.tie)! }]))
}

function firstDifference(
  found: ReadonlyMap<string, Advanced>,
  target: LockedMember,
  ignored: readonly IgnoreDecl[],
): string | null {
  const expected = asExpected(target)
  for (const [key, { owner, ...type }] of expected) {
    const is = found.get(key)
    if (is === undefined) {
      if (!isIgnored(ignored, 'key-added', key)) return `'${key}' is missing`
    } else if (typeText(is) !== typeText(type)) {
      const rule = `${is.shape}` === `${type.shape}` ? 'dtype' : 'shape'
      if (!isIgnored(ignored, rule, key)) return `'${key}' is ${typeText(is)}, not ${typeText(type)}`
    } else if (is.kind !== type.kind && !isIgnored(ignored, 'kind', key)) return `'${key}' is a ${is.kind}`
    else if (is.owner !== owner && !isIgnored(ignored, is.owner === key ? 'tied' : 'untied', key))
      return `'${key}' is the tensor '${is.owner}', not '${owner}'`
  }
  const extra = [...found.keys()].find(key => !expected.has(key) && !isIgnored(ignored, 'key-removed', key))
  return extra === undefined ? null : `'${extra}' is left over`
}

/** What is found in several members alike is said once: the same step, or the same words. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>()
  return findings.filter(({ rule, step, diagnostic: { message, range } }) => {
    const id = `${rule}\0${range.start}\0${step === null ? message : JSON.stringify(step)}`
    return !seen.has(id) && seen.add(id)
  })
}
