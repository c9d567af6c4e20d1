/** Places within one growing address space: best fit, neighbours joined when freed. */

/** A free range of addresses. */
interface Range {
  start: number
  end: number
}

/** Whole cache lines: vectors are aligned, and threads do not share lines. */
const ALIGNMENT = 64

const aligned = (bytes: number): number => Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT)

export class Allocator {
  /** By address. No two touch. */
  readonly #free: Range[] = []
  #end: number
  readonly #grow: (end: number) => void

  /**
   * @param start the first address to give
   * @param grow makes all addresses below `end` usable, or throws
   */
  constructor(start: number, grow: (end: number) => void) {
    this.#end = Math.ceil(start / ALIGNMENT) * ALIGNMENT
    this.#grow = grow
  }

  /** The address of `bytes` new bytes, a multiple of 64. */
  alloc(bytes: number): number {
    const size = aligned(bytes)
    let best = -1
    let least = Number.POSITIVE_INFINITY
    for (const [i, { start, end }] of this.#free.entries()) {
      const room = end - start
      if (room >= size && room < least) {
        best = i
        least = room
        if (room === size) break
      }
    }
    if (best < 0) return this.#append(size)
    const range = this.#free[best]!
    const { start } = range
    if (least === size) this.#free.splice(best, 1)
    else range.start += size
    return start
  }

  /** Gives back what `alloc(bytes)` gave. */
  free(address: number, bytes: number): void {
    const start = address
    const end = address + aligned(bytes)
    let low = 0
    let high = this.#free.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#free[middle]!.start < start) low = middle + 1
      else high = middle
    }
    const before = this.#free[low - 1]
    const after = this.#free[low]
    const joinsAfter = after !== undefined && after.start === end
    if (before !== undefined && before.end === start) {
      before.end = joinsAfter ? after.end : end
      if (joinsAfter) this.#free.splice(low, 1)
    } else if (joinsAfter) after.start = start
    else this.#free.splice(low, 0, { start, end })
  }

  /** Takes new addresses at the end, together with a free range that ends there. */
  #append(size: number): number {
    const last = this.#free.at(-1)
    const start = last !== undefined && last.end === this.#end ? last.start : this.#end
    this.#grow(start + size)
    if (start !== this.#end) this.#free.pop()
    this.#end = start + size
    return start
  }
}
