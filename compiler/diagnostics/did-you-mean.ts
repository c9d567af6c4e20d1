/** Finds what an author meant by a name that does not exist. */

/**
 * The candidate nearest to `name`, or null if none is near. Case, `_` and `-` count for little; a transposition of two
 * neighbours is one edit. Of equally near candidates the first is taken.
 */
export function didYouMean(name: string, candidates: Iterable<string>): string | null {
  if (name.length === 0 || name.length > maxLength) return null
  let best: string | null = null
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  const plain = simplified(name)
  for (const candidate of candidates) {
    if (candidate === name || candidate.length > maxLength) continue
    const distance = simplified(candidate) === plain ? 0.5 : editDistance(name, candidate, bestDistance)
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate
      bestDistance = distance
    }
  }
  return best ?? sharedWords(name, candidates)
}

/** `kernel` for `kernel_size`, `num_heads` for `heads`: all words of the one are among those of the other. */
function sharedWords(name: string, candidates: Iterable<string>): string | null {
  const words = wordsOf(name)
  for (const candidate of candidates) {
    const others = wordsOf(candidate)
    const [few, many] = words.length < others.length ? [words, others] : [others, words]
    if (few.length < many.length && few.join('').length > 2 && few.every(word => many.includes(word)))
      return candidate
  }
  return null
}

const wordsOf = (name: string): string[] => name.toLowerCase().split(/[_-]/)

const maxLength = 200

const simplified = (name: string): string => name.toLowerCase().replace(/[_-]/g, '')

/** Insertions, deletions, substitutions and transpositions of neighbours; `limit` or more is not told apart. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1)
      row.push(cost)
    }
    if (Math.min(...row) >= limit) return limit
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
