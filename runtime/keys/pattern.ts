/** Patterns over the segments of keys: parsing, matching, and putting what was matched into another pattern. See step.ts. */
import { KeysError } from './keys-error.ts'

export interface Pattern {
  readonly text: string
  readonly segments: readonly string[]
  /** `*` and `**`, in order. */
  readonly wildcards: readonly string[]
}

/** What the wildcards of a pattern stood for, in order, and what came after a pattern that is a prefix. */
export interface Match {
  readonly bound: readonly (readonly string[])[]
  readonly rest: readonly string[]
}

/** The segments of a key; of the empty path, none. */
const segmentsOf = (path: string): readonly string[] => (path === '' ? [] : path.split('.'))

/** Throws KeysError (`keys/pattern`) for a `*` within a segment, and for an empty segment. */
export function parsePattern(text: string): Pattern {
  const segments = segmentsOf(text)
  for (const segment of segments) {
    if (segment === '') throw new KeysError('keys/pattern', `'${text}' has an empty segment`, { key: text })
    if (segment.includes('*') && segment !== '*' && segment !== '**') {
      throw new KeysError(
        'keys/pattern',
        `'${segment}' in '${text}' is no pattern: '*' stands for a whole segment`,
        {
          key: text,
          hint: 'write one step for each key, or use * between two dots',
        },
      )
    }
  }
  return { text, segments, wildcards: segments.filter(isWildcard) }
}

const isWildcard = (segment: string): boolean => segment === '*' || segment === '**'

/** Throws KeysError (`keys/pattern`) unless all have the same wildcards in the same order. */
export function checkWildcards(patterns: readonly Pattern[]): void {
  const [first, ...others] = patterns
  for (const other of others) {
    if (other.wildcards.join() !== first!.wildcards.join()) {
      throw new KeysError('keys/pattern', `'${first!.text}' and '${other.text}' have different wildcards`, {
        key: other.text,
        hint: 'what a wildcard stands for is put in the same place of the target, in order',
      })
    }
  }
}

/** How a pattern matches a whole key; null where it does not. Throws KeysError (`keys/ambiguous`) where it does in several ways. */
export function matchKey(pattern: Pattern, key: string): Match | null {
  const segments = key.split('.')
  if (!pattern.wildcards.includes('**')) {
    if (segments.length !== pattern.segments.length) return null
    return matchFixed(pattern, segments)
  }
  const ways = countWays(pattern.segments, segments)
  const total = ways[0]![0]!
  if (total === 0) return null
  if (total > 1) {
    throw new KeysError('keys/ambiguous', `'${pattern.text}' matches '${key}' in more than one way`, {
      key,
      hint: 'give more of the path, or use * in place of **',
    })
  }
  return theWay(pattern.segments, segments, ways)
}

/** As {@link matchKey}; a pattern without `**` also matches the first segments of a longer key. */
export function matchPath(pattern: Pattern, key: string): Match | null {
  if (pattern.wildcards.includes('**')) return matchKey(pattern, key)
  const segments = key.split('.')
  return segments.length < pattern.segments.length ? null : matchFixed(pattern, segments)
}

/** Whether a pattern, as it is written, stands for a key or for what is above it. Throws KeysError as {@link matchPath}. */
export const isPathOf = (text: string, key: string): boolean => matchPath(parsePattern(text), key) !== null

/** The key that a pattern becomes with what another one's wildcards stood for. */
export function substitute(pattern: Pattern, match: Match): string {
  let next = 0
  const parts = pattern.segments.flatMap(s => (isWildcard(s) ? match.bound[next++]! : [s]))
  return [...parts, ...match.rest].join('.')
}

function matchFixed(pattern: Pattern, segments: readonly string[]): Match | null {
  const bound: (readonly string[])[] = []
  for (const [i, expected] of pattern.segments.entries()) {
    if (expected === '*') bound.push([segments[i]!])
    else if (expected !== segments[i]) return null
  }
  return { bound, rest: segments.slice(pattern.segments.length) }
}

/** `ways[p][s]`: in how many ways the pattern from p on matches the segments from s on; 2 stands for more. */
function countWays(pattern: readonly string[], segments: readonly string[]): readonly (readonly number[])[] {
  const ways = Array.from({ length: pattern.length + 1 }, () =>
    new Array<number>(segments.length + 1).fill(0),
  )
  ways[pattern.length]![segments.length] = 1
  for (let p = pattern.length - 1; p >= 0; p--) {
    const [here, next] = [ways[p]!, ways[p + 1]!]
    for (let s = segments.length; s >= 0; s--) {
      const one = s < segments.length && (pattern[p] === '*' || pattern[p] === segments[s])
      const count = pattern[p] === '**' ? next[s]! + (here[s + 1] ?? 0) : one ? next[s + 1]! : 0
      here[s] = Math.min(count, 2)
    }
  }
  return ways
}

function theWay(
  pattern: readonly string[],
  segments: readonly string[],
  ways: readonly (readonly number[])[],
): Match {
  const bound: (readonly string[])[] = []
  let s = 0
  for (const [p, expected] of pattern.entries()) {
    const start = s
    if (expected === '**') while (ways[p + 1]![s] === 0) s++
    else s++
    if (isWildcard(expected)) bound.push(segments.slice(start, s))
  }
  return { bound, rest: [] }
}
