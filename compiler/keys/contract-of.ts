/** A spec's keys against the lock beside it: what `check`, `build`, `lock` and `breaking` ask. */
import type { KeyContract } from '../../runtime/keys/contract.ts'
import * as messages from '../diagnostics/catalogue/keys.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { SourceLoader, SpecFile } from '../spec/spec.ts'
import { type CheckedContract, checkContract } from './check-contract.ts'
import { type Member, membersOf } from './family.ts'
import type { Finding } from './findings.ts'
import { keyContracts } from './key-contract.ts'
import { layoutsOf } from './layouts.ts'
import { lockPath, type PlacedLock } from './lock.ts'
import { printLock } from './lock-text.ts'
import { lockBeside } from './read-lock.ts'

export interface SpecContract {
  /** Null where nothing is locked. */
  readonly locked: PlacedLock | null
  readonly members: readonly Member[]
  readonly checked: CheckedContract
  readonly findings: readonly Finding[]
  /** The text that the lock should have. */
  readonly text: string
  /** Whether the lock is there and has that text. */
  readonly isCurrent: boolean
  /** One for each member; none where nothing is locked, or changes are not covered. */
  readonly contracts: readonly KeyContract[]
}

interface ContractOptions {
  /** Says what is to be locked where nothing is. */
  readonly first?: boolean
}

/**
 * The file has been loaded and compiled without errors. Null after errors, and where nothing is locked and nothing asked; uncovered
 * changes are findings, which are in `diagnostics` too.
 */
export function contractOf(
  file: SpecFile,
  loader: SourceLoader,
  diagnostics: Diagnostics,
  { first = false }: ContractOptions = {},
): SpecContract | null {
  const found = new Diagnostics()
  const locked = lockBeside(file.source, loader, found)
  const isAsked = first || locked !== null || file.migrations.length + file.layouts.length > 0
  const contract = locked === undefined || !isAsked ? null : compare(file, locked, found)
  for (const diagnostic of found.sorted()) diagnostics.add(diagnostic)
  return contract
}

/** The same for a lock that is given. */
export function compare(
  file: SpecFile,
  locked: PlacedLock | null,
  diagnostics: Diagnostics,
): SpecContract | null {
  const members = membersOf(file, diagnostics)
  const checked = members === null ? null : checkContract(file, members, locked, diagnostics)
  if (members === null || checked === null) return null
  const { findings, lock } = checked
  for (const { diagnostic } of findings) diagnostics.add(diagnostic)
  const text = printLock(lock)
  const isCurrent = locked?.source.text === text
  const layouts = layoutsOf(file, members, lock, diagnostics)
  const isKept = locked !== null && findings.length === 0 && !diagnostics.hasErrors
  if (isKept && !isCurrent) diagnostics.add(messages.lockBehind(file.model.place, lockPath(file.source.path)))
  const contracts = isKept ? keyContracts(file, checked, layouts) : []
  return { locked, members, checked, findings, text, isCurrent, contracts }
}
