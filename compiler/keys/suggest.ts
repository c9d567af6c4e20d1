/** Steps that would cover a change of keys: what was renamed, split or joined, as far as names and shapes show it. */
import { matchKey, matchPath, parsePattern, substitute } from '../../runtime/keys/pattern.ts'
import type { Step } from '../../runtime/keys/step.ts'
import { type Typed, typeText } from './differences.ts'
import { grouped } from './group.ts'
import { isBelow } from './renamed.ts'

export interface Suggestion {
  readonly step: Step
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** `all` are the keys before; a prefix is renamed only if everything below it is explained by that. */
export function suggestSteps(
  removed: readonly Typed[],
  added: readonly Typed[],
  all: readonly string[],
): readonly Suggestion[] {
  const found: Suggestion[] = []
  const open = { removed: new Map(removed.map(t => [t.key, t])), added: new Map(added.map(t => [t.key, t])) }
  const take = (suggestion: Suggestion): void => {
    found.push(suggestion)
    for (const key of suggestion.removed) open.removed.delete(key)
    for (const key of suggestion.added) open.added.delete(key)
  }
  for (const suggestion of renames(removed, added, all)) {
    const free =
      suggestion.removed.every(key => open.removed.has(key)) &&
      suggestion.added.every(key => open.added.has(key))
    if (free) take(suggestion)
  }
  for (const whole of [...open.removed.values()]) {
    const parts = partsOf(whole, [...open.added.values()])
    if (parts === null) continue
    const { keys, dim, sizes } = parts
    take({
      step: { kind: 'split', from: whole.key, to: keys, dim, sizes },
      removed: [whole.key],
      added: keys,
    })
  }
  for (const whole of [...open.added.values()]) {
    const parts = partsOf(whole, [...open.removed.values()])
    if (parts === null) continue
    const { keys, dim, sizes } = parts
    take({
      step: { kind: 'concat', from: keys, to: whole.key, dim, sizes },
      removed: keys,
      added: [whole.key],
    })
  }
  return generalised(found, all)
}

const lastSegment = (key: string): string => key.slice(key.lastIndexOf('.') + 1)
const parent = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('.')))

/** Moves of whole paths and of single tensors, the most telling first. */
function renames(removed: readonly Typed[], added: readonly Typed[], all: readonly string[]): Suggestion[] {
  const type = (t: Typed): string => `${t.kind} ${typeText(t)}`
  const byType = grouped(added, type)
  const types = new Map(added.map(t => [t.key, type(t)]))
  const gones = new Map(removed.map(t => [t.key, type(t)]))
  const candidates = new Map<string, Suggestion & { readonly likeness: number }>()
  for (const gone of removed) {
    const same = (byType.get(type(gone)) ?? []).slice(0, MAX_PAIRS)
    for (const is of same) {
      if (lastSegment(gone.key) !== lastSegment(is.key) && parent(gone.key) !== parent(is.key)) continue
      for (const [from, to] of prefixes(gone.key, is.key)) {
        const id = `${from}\0${to}`
        if (candidates.has(id) || candidates.size > MAX_CANDIDATES) continue
        const below = all.filter(key => isBelow(key, from))
        const moved = below.map(key => to + key.slice(from.length))
        const isWhole = below.every((key, i) => gones.has(key) && types.get(moved[i]!) === gones.get(key))
        if (!isWhole) continue
        const step: Step = { kind: 'rename', from, to }
        candidates.set(id, { step, removed: below, added: moved, likeness: likeness(from, to) })
      }
    }
  }
  return [...candidates.values()].sort(
    (a, b) => b.removed.length - a.removed.length || b.likeness - a.likeness,
  )
}

const MAX_PAIRS = 64
const MAX_CANDIDATES = 4000

/** The keys themselves, and the paths that are left without the segments that both end with. */
function* prefixes(from: string, to: string): Generator<readonly [string, string]> {
  yield [from, to]
  const [a, b] = [from.split('.'), to.split('.')]
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) {
    a.pop()
    b.pop()
    yield [a.join('.'), b.join('.')]
  }
}

/** Segments in common, and letters of the last ones. */
function likeness(from: string, to: string): number {
  const [a, b] = [from.split('.'), to.split('.')]
  const common = a.filter(segment => b.includes(segment)).length
  const letters = [...new Set(a.at(-1)!)].filter(letter => b.at(-1)!.includes(letter)).length
  return common - Math.abs(a.length - b.length) / 2 + letters / (a.at(-1)!.length + b.at(-1)!.length)
}

/** Tensors beside each other that make up a whole along one dim. */
function partsOf(
  whole: Typed,
  others: readonly Typed[],
): { keys: readonly string[]; dim: number; sizes: readonly number[] | null } | null {
  const near = others.filter(
    t =>
      t.kind === whole.kind &&
      t.dtype === whole.dtype &&
      t.shape.length === whole.shape.length &&
      lastSegment(t.key) === lastSegment(whole.key) &&
      parent(parent(t.key)) === parent(parent(whole.key)),
  )
  if (near.length < 2) return null
  for (const dim of whole.shape.keys()) {
    const fits = near.every(t => t.shape.every((size, d) => d === dim || size === whole.shape[d]))
    const sizes = near.map(t => t.shape[dim]!)
    if (!fits || sizes.reduce((a, b) => a + b, 0) !== whole.shape[dim]) continue
    return { keys: near.map(t => t.key), dim, sizes: new Set(sizes).size === 1 ? null : sizes }
  }
  return null
}

/** Steps that differ in numbers of their paths only, or in the last segments, become one with a pattern where it matches nothing else. */
function generalised(found: readonly Suggestion[], all: readonly string[]): Suggestion[] {
  return merged(merged(found, all, starred), all, key => key.replace(/[^.]+$/, '*'))
}

function merged(
  found: readonly Suggestion[],
  all: readonly string[],
  star: (key: string) => string,
): Suggestion[] {
  return [...grouped(found, ({ step }) => JSON.stringify(mapKeys(step, star)))].flatMap(([text, group]) => {
    if (group.length === 1) return group
    const step = JSON.parse(text) as Step
    const removed = group.flatMap(s => s.removed)
    const patterns = sourcesOf(step).map(parsePattern)
    const match = step.kind === 'rename' ? matchPath : matchKey
    const matched = all.filter(key => patterns.some(pattern => match(pattern, key) !== null))
    const isSame = group.every(s => instanceOf(step, s.step))
    if (!isSame || matched.length !== removed.length) return group
    return [{ step, removed, added: group.flatMap(s => s.added) }]
  })
}

/** Whether a step is what a pattern stands for, sources and targets alike. */
function instanceOf(pattern: Step, step: Step): boolean {
  const [sources, targets] = [sourcesOf(pattern), targetsOf(pattern)].map(list => list.map(parsePattern))
  const match = matchPath(sources![0]!, sourcesOf(step)[0]!)
  if (match === null || match.rest.length > 0) return false
  if (![...sources!, ...targets!].every(p => p.wildcards.length === sources![0]!.wildcards.length))
    return false
  const keys = (patterns: typeof sources): string => patterns!.map(p => substitute(p, match)).join('\n')
  return keys(sources) === sourcesOf(step).join('\n') && keys(targets) === targetsOf(step).join('\n')
}

/** With a wildcard in place of every number. */
export const starred = (key: string): string => key.replace(/(^|\.)\d+(?=\.|$)/g, '$1*')

const sourcesOf = (step: Step): readonly string[] =>
  'from' in step && step.kind !== 'reshape' ? [step.from].flat() : []
const targetsOf = (step: Step): readonly string[] =>
  'to' in step && step.kind !== 'reshape' ? [step.to].flat() : []

const mapKeys = (step: Step, map: (key: string) => string): unknown =>
  Object.fromEntries(
    Object.entries(step).map(([name, value]: [string, unknown]) => {
      if (name !== 'from' && name !== 'to') return [name, value]
      return [name, Array.isArray(value) ? value.map(v => map(String(v))) : map(String(value))]
    }),
  )

/** `rename: { from: a, to: b }`, as a spec has it. */
export function printStep(step: Step): string {
  const { kind, ...fields } = step
  const shown = Object.entries(fields).filter(([name, value]) => {
    if (value === null) return false
    return !(name === 'dim' && value === 0) && !(kind === 'drop' && name === 'init')
  })
  return `${kind}: { ${shown.map(([name, value]) => `${name}: ${printValue(value)}`).join(', ')} }`
}

const printValue = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  if (typeof value === 'number') return `${value}`
  const text = String(value)
  return /^[A-Za-z_][\w.-]*$/.test(text) ? text : JSON.stringify(text)
}
