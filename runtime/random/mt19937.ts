/**
 * The Mersenne Twister MT19937, with its state as PyTorch's CPU generator keeps it.
 * Source: Matsumoto and Nishimura 1998, "Mersenne Twister", ACM TOMACS 8(1).
 */

/** Words of state. */
export const STATE_WORDS = 624
const SHIFT = 397

export class Mt19937 {
  readonly words = new Uint32Array(STATE_WORDS)
  /** The same words: V8 is faster with signed ones. */
  readonly #signed = new Int32Array(this.words.buffer)
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

  /** As so many draws, without their results. */
  skip(draws: number): void {
    let open = draws
    while (open >= this.left) {
      open -= this.left - 1
      this.#turnOver()
      // One more than `draw` sees, which has counted its own word by then.
      this.left++
    }
    this.left -= open
    this.next += open
  }

  #turnOver(): void {
    const words = this.#signed
    // Each word is made of itself, the next one, and one that is SHIFT away, around the end.
    for (let i = 0; i < STATE_WORDS - SHIFT; i++)
      words[i] = twisted(words[i]!, words[i + 1]!, words[i + SHIFT]!)
    for (let i = STATE_WORDS - SHIFT; i < STATE_WORDS - 1; i++)
      words[i] = twisted(words[i]!, words[i + 1]!, words[i + SHIFT - STATE_WORDS]!)
    words[STATE_WORDS - 1] = twisted(words[STATE_WORDS - 1]!, words[0]!, words[SHIFT - 1]!)
    this.left = STATE_WORDS
    this.next = 0
  }
}

function twisted(word: number, following: number, other: number): number {
  const y = (word & 0x80000000) | (following & 0x7fffffff)
  return other ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df)
}
