/** Where temporary values live: offsets in one piece of scratch memory, shared by values whose lives do not meet. */

/** A value that is alive from the step that writes it to the last step that reads it, both inclusive. */
export interface Lifetime {
  readonly bytes: number
  readonly from: number
  readonly to: number
}

export interface MemoryPlan {
  /** One offset per lifetime, in order. */
  readonly offsets: readonly number[]
  readonly bytes: number
}

/** Whole cache lines, so that vectors are aligned and threads do not share lines. */
const ALIGNMENT = 64

export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT

/**
 * Places the largest values first, each at the lowest offset where it meets no placed value that is alive at the same time:
 * the greedy order of Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020).
 */
export function planMemory(lifetimes: readonly Lifetime[]): MemoryPlan {
  const offsets = lifetimes.map(() => 0)
  const placed: { from: number; to: number; start: number; end: number }[] = []
  let bytes = 0
  const order = lifetimes.map((_, i) => i).sort((a, b) => lifetimes[b]!.bytes - lifetimes[a]!.bytes || a - b)
  for (const i of order) {
    const { from, to } = lifetimes[i]!
    const size = aligned(lifetimes[i]!.bytes)
    const rivals = placed.filter(p => p.from <= to && from <= p.to).sort((a, b) => a.start - b.start)
    let start = 0
    for (const rival of rivals) {
      if (rival.start - start >= size) break
      start = Math.max(start, rival.end)
    }
    offsets[i] = start
    placed.push({ from, to, start, end: start + size })
    bytes = Math.max(bytes, start + size)
  }
  return { offsets, bytes }
}
