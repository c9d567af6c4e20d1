/** The key that somebody may have meant. */

/** The most similar of `keys`; null where none is similar. By segments, of which whole ones that agree count most. */
export function nearestKey(key: string, keys: readonly string[]): string | null {
  const wanted = key.split('.')
  let best: string | null = null
  let least = 0.5
  for (const candidate of keys) {
    const segments = candidate.split('.')
    const distance =
      editDistance(wanted, segments, segmentDistance) / Math.max(wanted.length, segments.length)
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

/** 0 for equal segments, up to 1. */
function segmentDistance(a: string, b: string): number {
  if (a === b) return 0
  if (a.length > 64 || b.length > 64) return 1
  return editDistance([...a], [...b], (x, y) => (x === y ? 0 : 1)) / Math.max(a.length, b.length)
}

function editDistance(
  a: readonly string[],
  b: readonly string[],
  replace: (x: string, y: string) => number,
): number {
  let row = b.map((_, j) => j + 1)
  row.unshift(0)
  for (const [i, x] of a.entries()) {
    const next = [i + 1]
    for (const [j, y] of b.entries())
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + replace(x, y)))
    row = next
  }
  return row.at(-1)!
}

/** As {@link nearestKey}, among keys and the paths above them. */
export function nearestPath(path: string, keys: readonly string[]): string | null {
  const paths = new Set<string>()
  for (const key of keys) {
    for (let at = key.indexOf('.'); at !== -1; at = key.indexOf('.', at + 1)) paths.add(key.slice(0, at))
    paths.add(key)
  }
  return nearestKey(path, [...paths])
}
