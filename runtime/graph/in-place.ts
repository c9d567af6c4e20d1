/**
 * Where a program may write a new value over the old one: what a cell holds, and what a run puts into it, then share their
 * memory. That is so where every kernel that reads the old value has run before the new one is written, or is the very kernel
 * that writes it and reads each element just before it replaces it. Kernels are reordered to that end, as far as their
 * operands allow.
 */
import type { Group, Schedule } from './fuse.ts'
import { ruleOf } from './lower/element-reader.ts'
import type { Graph, Value } from './value.ts'

/** An output of a graph that takes the place of an input, by their positions. */
export interface Rewrite {
  readonly input: number
  readonly output: number
}

export interface Reuse {
  /** In an order in which old values are read before they are replaced. */
  readonly groups: readonly Group[]
  /** Those of the rewrites that may share memory, each with whether the kernel that writes also reads the old value. */
  readonly inPlace: ReadonlyMap<Rewrite, { readonly writer: Group; readonly reads: boolean }>
}

/** Orders groups, and finds which rewrites may happen in place. */
export function reuseInputs(
  graph: Graph,
  { groups, partOf }: Schedule,
  rewrites: readonly Rewrite[],
  readAndWrite: boolean,
): Reuse {
  const makers = new Map(groups.map(group => [group.root, group]))
  const basesOf = new Map(groups.map(group => [group, new Set(group.reads.map(read => partOf(read).base))]))
  // What must run before a group: who makes what it reads, and who reads what it replaces.
  const before = new Map(
    groups.map(group => [group, new Set([...basesOf.get(group)!].flatMap(base => makers.get(base) ?? []))]),
  )
  const inPlace = new Map<Rewrite, { writer: Group; reads: boolean }>()
  for (const rewrite of rewrites) {
    const old = graph.inputs[rewrite.input]!
    const writer = makers.get(graph.outputs[rewrite.output]!)
    if (writer === undefined) continue
    const reads = basesOf.get(writer)!.has(old)
    if (reads && !(readAndWrite && readsInStep(writer, old, value => partOf(value).base))) continue
    const readers = groups.filter(group => group !== writer && basesOf.get(group)!.has(old))
    if (readers.some(reader => reaches(before, reader, writer))) continue
    for (const reader of readers) before.get(writer)!.add(reader)
    inPlace.set(rewrite, { writer, reads })
  }
  return { groups: ordered(groups, before), inPlace }
}

/** True if the kernel of a group reads each element of `old` only where it writes the same element of its root. */
function readsInStep(
  { root, fold, reductions, reads }: Group,
  old: Value,
  baseOf: (read: Value) => Value,
): boolean {
  if (fold !== null || reductions.length > 0) return false
  const inMemory = new Set(reads)
  const isRead = (value: Value): boolean =>
    inMemory.has(value) ? baseOf(value) === old : value.inputs.some(isRead)
  const inStep = (value: Value): boolean => {
    if (inMemory.has(value)) return value === old || baseOf(value) !== old
    return ruleOf(value).kind === 'map' ? value.inputs.every(inStep) : !value.inputs.some(isRead)
  }
  return inStep(root)
}

type Before = ReadonlyMap<Group, ReadonlySet<Group>>

/** True if `to` must run before `from`. */
function reaches(before: Before, from: Group, to: Group): boolean {
  const seen = new Set<Group>()
  const open = [from]
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    if (group === to) return true
    if (seen.has(group)) continue
    seen.add(group)
    open.push(...before.get(group)!)
  }
  return false
}

/** As near to the given order as what must run before each group allows. */
function ordered(groups: readonly Group[], before: Before): readonly Group[] {
  const done = new Set<Group>()
  for (const last of groups) {
    const open = [last]
    for (let group = open.at(-1); group !== undefined; group = open.at(-1)) {
      const waiting = done.has(group) ? [] : [...before.get(group)!].filter(g => !done.has(g))
      if (waiting.length > 0) {
        open.push(...waiting.reverse())
        continue
      }
      done.add(group)
      open.pop()
    }
  }
  return [...done]
}
