/**
 * The Mersenne Twister MT19937, with its state as PyTorch's CPU generator keeps it.
 * Source: Matsumoto and Nishimura 1998, "Mersenne Twister", ACM TOMACS 8(1).
 */

/** Words of state. */
export const STATE_WORDS = 624
const SHIFT = 397

export class Mt19937 {
  readonly words = new Uint32Array(STATE_WORDS)
  /** Words that are left before the state turns over, plus one. */
  left = 1
  /** The next word. */
  next = 0

  /** Only the low 32 bits of the seed count. */
  constructor(seed: number) {
    this.seed(seed)
  }

  seed(seed: number): void {
    const { words } = this
    words[0] = seed
    for (let i = 1; i < STATE_WORDS; i++) {
      const previous = words[i - 1]! ^ (words[i - 1]! >>> 30)
      words[i] = Math.imul(1812433253, previous) + i
    }
    this.left = 1
    this.next = 0
  }

  /** 32 random bits, as an integer from 0 to 2^32 - 1. */
  draw(): number {
    if (--this.left === 0) this.#turnOver()
    let y = this.words[this.next++]!
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  #turnOver(): void {
    const { words } = this
    let word = words[0]!
    for (let i = 0; i < STATE_WORDS; i++) {
      const following = words[i + 1 === STATE_WORDS ? 0 : i + 1]!
      const y = (word & 0x80000000) | (following & 0x7fffffff)
      const other = words[i < STATE_WORDS - SHIFT ? i + SHIFT : i + SHIFT - STATE_WORDS]!
      words[i] = other ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df)
      word = following
    }
    this.left = STATE_WORDS
    this.next = 0
  }
}
