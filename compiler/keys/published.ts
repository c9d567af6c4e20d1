/** A spec against a version of it that was published: with its lock, or without one. */
import * as messages from '../diagnostics/catalogue/keys.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { SpecFile } from '../spec/spec.ts'
import { checkContract } from './check-contract.ts'
import { compare, type SpecContract } from './contract-of.ts'
import { membersOf } from './family.ts'
import type { Finding } from './findings.ts'
import { type Lock, type LockedGeneration, type LockedMember, lockPath, type PlacedLock } from './lock.ts'
import { sourceChanges } from './source-changes.ts'

/** What was published; `file` is null where only the lock is at hand. */
export interface Published {
  readonly file: SpecFile | null
  readonly locked: PlacedLock | null
}

/** All breaking changes, of all classes, each of which is in `diagnostics` too. Null after errors. */
export function breakingChanges(
  published: Published,
  file: SpecFile,
  locked: PlacedLock | null,
  diagnostics: Diagnostics,
): readonly Finding[] | null {
  const found = new Diagnostics()
  const state = stateChanges(published, file, locked, found)
  if (state === null) {
    for (const diagnostic of found.sorted()) diagnostics.add(diagnostic)
    return null
  }
  const source = published.file === null ? [] : sourceChanges(published.file, file)
  const all = [...state, ...source]
  for (const { diagnostic } of all) diagnostics.add(diagnostic)
  return all
}

function stateChanges(
  published: Published,
  file: SpecFile,
  locked: PlacedLock | null,
  diagnostics: Diagnostics,
): readonly Finding[] | null {
  const { place } = file.model
  const before = published.locked ?? firstLock(published.file)
  if (before === null) return []
  if (locked === null) {
    const changes = compare(file, before, diagnostics)
    if (changes === null) return null
    const removed = messages.lockRemoved(place, lockPath(file.source.path))
    const isGone = published.locked !== null
    return [
      ...(isGone ? [{ rule: 'lock-removed', key: null, diagnostic: removed, step: null } as const] : []),
      ...changes.findings,
    ]
  }
  const changes: SpecContract | null = compare(file, locked, diagnostics)
  if (changes === null) return null
  if (published.locked === null) {
    const isKnown = before.generations.every(g => locked.generations.some(other => holds(other, g)))
    if (isKnown) return changes.findings
    return compare(file, before, diagnostics)?.findings ?? null
  }
  const rewritten = before.generations.filter(g => {
    const now = locked.generations[g.generation - 1]
    return now === undefined || !holds(now, g)
  })
  return [
    ...rewritten.map(({ generation }): Finding => {
      const at = { source: locked.source, range: locked.place.range }
      const diagnostic = messages.generationChanged(at, generation)
      return { rule: 'generation-changed', key: null, diagnostic, step: null }
    }),
    ...changes.findings,
  ]
}

/** What a lock would have said of a spec that had none; null where it has errors, as a spec of those days. */
function firstLock(file: SpecFile | null): PlacedLock | null {
  const silent = new Diagnostics()
  const members = file === null ? null : membersOf(file, silent)
  if (file === null || members === null) return null
  const bare = { ...file, migrations: [] }
  const lock: Lock | undefined = checkContract(bare, members, null, silent)?.lock
  return lock === undefined ? null : { ...lock, source: file.source, place: file.model.place }
}

/** Presets may have come. */
const holds = (now: LockedGeneration, before: LockedGeneration): boolean =>
  [...before.members].every(([name, member]) => {
    const other = now.members.get(name)
    return other !== undefined && keysOf(other) === keysOf(member)
  })

const keysOf = ({ tensors }: LockedMember): string =>
  JSON.stringify(tensors.map(({ id, key, shape, dtype, kind, tie }) => [id, key, shape, dtype, kind, tie]))
