/** `renamed_from:` of modules and tensors, as steps. */

import type { LockedTensor } from '../../runtime/keys/contract.ts'
import { renamedUnknown } from '../diagnostics/catalogue/keys.ts'
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import type { ModuleInstance } from '../ir/module.ts'

/** Prefixes of keys. The parents of `from` have the names that they have now. */
export interface PlacedRename {
  readonly from: string
  readonly to: string
  readonly place: Place
}

/** All of a tree, parents first: each holds after those before it. */
export function renamesIn(root: ModuleInstance, prefix = ''): readonly PlacedRename[] {
  return [...root.members.values()].flatMap((member): readonly PlacedRename[] => {
    if (member.kind === 'failed') return []
    const present = member.kind === 'module' ? member.module : member.tensor
    if (present === null) return []
    const { renamedFrom, key } = member
    const own =
      renamedFrom === undefined
        ? []
        : [{ from: prefix + renamedFrom.key, to: prefix + key, place: renamedFrom.place }]
    const below = member.kind === 'module' ? renamesIn(member.module!, `${prefix}${key}.`) : []
    return [...own, ...below]
  })
}

export const isBelow = (key: string, prefix: string): boolean =>
  key === prefix || key.startsWith(`${prefix}.`)

/**
 * Those that lead on from a generation. One whose new name is locked has done its work, and may stay in the spec; one whose old name
 * no generation has is reported.
 */
export function pendingRenames(
  renames: readonly PlacedRename[],
  last: readonly LockedTensor[],
  report: (diagnostic: Diagnostic) => void,
): readonly PlacedRename[] {
  let keys = last.map(t => t.key)
  return renames.filter(({ from, to, place }) => {
    if (keys.some(key => isBelow(key, to))) return false
    if (!keys.some(key => isBelow(key, from))) {
      report(renamedUnknown(place, from))
      return false
    }
    keys = keys.map(key => (isBelow(key, from) ? to + key.slice(from.length) : key))
    return true
  })
}
