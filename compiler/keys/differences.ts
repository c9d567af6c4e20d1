/** What differs between the keys that a migration leads to (or that are locked) and those that a spec has now. */
import type { ArrayType } from '../../runtime/keys/arrays.ts'
import type { Advanced } from './advance.ts'
import type { CurrentTensor, Member } from './family.ts'

/** A tensor of either side. */
export interface Typed extends ArrayType {
  readonly key: string
  readonly kind: 'parameter' | 'buffer'
}

export interface Differences {
  readonly removed: readonly Typed[]
  readonly added: readonly CurrentTensor[]
  /** Keys of both whose shapes, dtypes or kinds differ. */
  readonly changed: readonly (readonly [was: Typed, is: CurrentTensor])[]
  /** Keys that are one tensor now, and were two. */
  readonly tied: readonly (readonly [key: string, owner: string])[]
  readonly untied: readonly (readonly [key: string, owner: string])[]
  /** The first parameter that stands elsewhere; null where the order is the same, or keys differ. */
  readonly moved: { readonly key: string; readonly position: number; readonly was: number } | null
}

export function differences(expected: ReadonlyMap<string, Advanced>, member: Member): Differences {
  const current = new Map(member.tensors.map(t => [t.key, t]))
  const removed = [...expected.values()].filter(t => !current.has(t.key))
  const added = member.tensors.filter(t => !expected.has(t.key))
  const common = member.tensors.flatMap(is => {
    const was = expected.get(is.key)
    return was === undefined ? [] : [[was, is] as const]
  })
  const together = (owner: (key: string) => string | undefined) => (a: string, b: string) =>
    owner(a) !== undefined && owner(a) === owner(b)
  const was = together(key => expected.get(key)?.owner)
  const is = together(key => current.get(key)?.owner)
  const tied = common.flatMap(([, { key, owner }]) =>
    key !== owner && expected.has(owner) && !was(key, owner) ? [[key, owner] as const] : [],
  )
  const untied = common.flatMap(([{ key, owner }]) =>
    key !== owner && current.has(owner) && !is(key, owner) ? [[key, owner] as const] : [],
  )
  // Positions follow from what has come, gone or changed its owner.
  const hasSame = removed.length + added.length + tied.length + untied.length === 0
  return {
    removed,
    added,
    changed: common.filter(([a, b]) => typeText(a) !== typeText(b) || a.kind !== b.kind),
    tied,
    untied,
    moved: hasSame ? firstMoved([...expected.values()], member.tensors) : null,
  }
}

export const isSame = (d: Differences, ordered: boolean): boolean =>
  d.removed.length + d.added.length + d.changed.length + d.tied.length + d.untied.length === 0 &&
  (!ordered || d.moved === null)

export const typeText = ({ dtype, shape }: ArrayType): string => `${dtype}[${shape.join(', ')}]`

/** By the positions of parameters() in PyTorch: each tensor once, in the order of first names. */
function firstMoved(
  before: readonly (Typed & { owner: string })[],
  now: readonly (Typed & { owner: string })[],
): Differences['moved'] {
  const order = (list: typeof before) =>
    list.filter(t => t.kind === 'parameter' && t.owner === t.key).map(t => t.key)
  const [old, current] = [order(before), order(now)]
  const position = current.findIndex((key, i) => key !== old[i])
  if (position === -1) return null
  const key = current[position]!
  return { key, position, was: old.indexOf(key) }
}
