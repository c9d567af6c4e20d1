/** Steps that may lead from the keys of a file to those of a model: a proposal for somebody to look at, by names and shapes. */
import type { ArrayType } from './arrays.ts'
import { nearestKey } from './nearest-key.ts'
import type { Step } from './step.ts'

type Types = ReadonlyMap<string, ArrayType>

export interface Guess {
  readonly steps: readonly Step[]
  /** Which key of the file is thought to be which of the model: renames alone. */
  readonly pairs: readonly (readonly [given: string, expected: string])[]
  /** Keys that stay without a partner. */
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
}

/** `missing` are keys of the model that the file lacks, `unexpected` keys of the file that the model lacks. */
export function guessSteps(missing: Types, unexpected: Types): Guess {
  const open = { missing: new Map(missing), unexpected: new Map(unexpected) }
  const parts = splitsAndConcats(open)
  const pairs = pairUp(open)
  return {
    steps: [...renames(pairs), ...parts],
    pairs,
    missing: [...open.missing.keys()],
    unexpected: [...open.unexpected.keys()],
  }
}

interface Open {
  readonly missing: Map<string, ArrayType>
  readonly unexpected: Map<string, ArrayType>
}

const lastOf = (key: string): string => key.slice(key.lastIndexOf('.') + 1)
const parentOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('.')))

/** What two tensors must share to be one: the last name, the shape, the dtype's width aside. */
const kindOf = (key: string, { shape }: ArrayType): string => `${lastOf(key)} ${shape}`

function grouped(types: Types, by: (key: string, type: ArrayType) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const [key, type] of types) {
    const name = by(key, type)
    groups.set(name, [...(groups.get(name) ?? []), key])
  }
  return groups
}

/** Equally many of one kind are paired in order, as both sides list them; else each with the nearest name. */
function pairUp(open: Open): [string, string][] {
  const pairs: [string, string][] = []
  const take = (given: string, expected: string): void => {
    pairs.push([given, expected])
    open.unexpected.delete(given)
    open.missing.delete(expected)
  }
  const wanted = grouped(open.missing, kindOf)
  for (const [kind, given] of grouped(open.unexpected, kindOf)) {
    const expected = wanted.get(kind) ?? []
    if (expected.length === given.length) for (const [i, key] of given.entries()) take(key, expected[i]!)
    else {
      for (const key of given) {
        const near = nearestKey(
          key,
          expected.filter(e => open.missing.has(e)),
        )
        if (near !== null) take(key, near)
      }
    }
  }
  // Names of bare parameters may change their last segment.
  for (const [given, type] of [...open.unexpected]) {
    const alike = [...open.missing].filter(([, t]) => t.shape.join() === type.shape.join())
    const near = nearestKey(
      given,
      alike.map(([key]) => key),
    )
    if (near !== null) take(given, near)
  }
  return pairs
}

/** The fewest renames that say the pairs: of paths, where all below a path moved alike. */
export function renames(pairs: readonly (readonly [string, string])[]): Step[] {
  const stems = new Map<string, Step>()
  for (const [given, expected] of pairs) {
    const [from, to] = stemOf(given, expected)
    stems.set(`${from}\0${to}`, { kind: 'rename', from, to })
  }
  return [...stems.values()]
}

/** Without the segments that both end with; each keeps one. */
function stemOf(given: string, expected: string): [string, string] {
  const [a, b] = [given.split('.'), expected.split('.')]
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) {
    a.pop()
    b.pop()
  }
  return [a.join('.'), b.join('.')]
}

/** A tensor that is as long as several of the other side under one parent, which share the rest of its shape. */
function splitsAndConcats(open: Open): Step[] {
  const steps: Step[] = []
  for (const [whole, parts] of wholes(open.unexpected, open.missing))
    steps.push({ kind: 'split', from: whole, to: parts, dim: 0, sizes: sizesOf(parts, open.missing) })
  for (const [whole, parts] of wholes(open.missing, open.unexpected))
    steps.push({ kind: 'concat', from: parts, to: whole, dim: 0, sizes: sizesOf(parts, open.unexpected) })
  const used = new Set(
    steps.flatMap(s =>
      s.kind === 'split' ? [s.from, ...s.to] : s.kind === 'concat' ? [s.to, ...s.from] : [],
    ),
  )
  for (const key of used) {
    open.missing.delete(key)
    open.unexpected.delete(key)
  }
  return steps
}

function sizesOf(parts: readonly string[], types: Types): readonly number[] | null {
  const sizes = parts.map(key => types.get(key)!.shape[0]!)
  return new Set(sizes).size === 1 ? null : sizes
}

function wholes(large: Types, small: Types): [string, string[]][] {
  const families = grouped(
    small,
    (key, { shape }) => `${parentOf(parentOf(key))} ${lastOf(key)} ${shape.slice(1)}`,
  )
  const found: [string, string[]][] = []
  const taken = new Set<string>()
  for (const [key, { shape }] of large) {
    if (shape.length === 0) continue
    for (const [name, members] of families) {
      const total = members.reduce((sum, m) => sum + (small.get(m)!.shape[0] ?? 0), 0)
      const isAlike = name.endsWith(` ${lastOf(key)} ${shape.slice(1)}`)
      const isNear = parentOf(key).startsWith(name.slice(0, name.indexOf(' ')))
      if (members.length < 2 || taken.has(name) || !isAlike || !isNear || total !== shape[0]) continue
      if (members.some(m => small.get(m)!.shape.length !== shape.length)) continue
      taken.add(name)
      found.push([key, members])
      break
    }
  }
  return found
}
