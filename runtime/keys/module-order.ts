/** The order of a state_dict from that of modules: keys below one path stand together, and paths side by side come as they are listed. */
import { matchKey, type Pattern, parsePattern } from './pattern.ts'

/**
 * `listed` are paths or patterns of paths: `transformer.h.*.ln_1` before `transformer.h.*.attn`. Of the children of one path those
 * that are listed come first, in that order; the others follow as they came. Throws KeysError (`keys/pattern`).
 */
export function inModuleOrder(keys: readonly string[], listed: readonly string[]): string[] {
  const patterns = listed.map(parsePattern)
  return ordered(keys, 0, patterns)
}

function ordered(keys: readonly string[], depth: number, patterns: readonly Pattern[]): string[] {
  const children = new Map<string, string[]>()
  for (const key of keys) {
    const path = key
      .split('.')
      .slice(0, depth + 1)
      .join('.')
    const below = children.get(path) ?? []
    children.set(path, below)
    below.push(key)
  }
  const rank = (path: string): number => {
    const found = patterns.findIndex(pattern => matchKey(pattern, path) !== null)
    return found === -1 ? patterns.length : found
  }
  return [...children]
    .map(([path, below]) => ({ path, below, rank: rank(path) }))
    .sort((a, b) => a.rank - b.rank)
    .flatMap(({ path, below }) => (below[0] === path ? below : ordered(below, depth + 1, patterns)))
}
