/**
 * One sequence of random numbers from a seed or a state on, and the draws that wait for their turn in it. A draw whose elements
 * nobody has asked for waits; all others perform what waits first, so that numbers come in the order of the calls. One that
 * nobody needs any more is passed over without being computed.
 */
import type { Memory } from '../devices/device.ts'
import type { LateElements, LateMemory } from '../graph/late-memory.ts'
import { Mt19937 } from './mt19937.ts'

/** Where elements come from, one draw after another. */
export interface RandomNumbers {
  /** 32 random bits: an integer below 2^32. */
  random(): number
  /** 64 random bits: an integer below 2^64. */
  random64(): bigint
  /** A float32 in [0, 1), of 24 bits. */
  uniform24(): number
  /** A float64 in [0, 1), of 53 bits. */
  uniform53(): number
  /** A standard normal float64, by Box and Muller; every second one was kept from the call before. */
  normal(): number
}

/** Elements that wait for their turn in a stream. */
class WaitingDraw implements LateMemory {
  readonly #stream: Stream
  readonly #elements: LateElements
  readonly #words: number | null
  #performed = false

  constructor(stream: Stream, elements: LateElements, words: number | null) {
    this.#stream = stream
    this.#elements = elements
    this.#words = words
  }

  /** Words of the stream to pass over; null where elements are to be computed. */
  get passedOver(): number | null {
    return this.#elements.dropped ? this.#words : null
  }

  /** Called in turn. */
  perform(): void {
    // What depends on draws before cannot be passed over unseen: a pair of normals may be open.
    if (this.#elements.dropped) this.#elements.compute()
    else this.#elements.make()
    this.#performed = true
  }

  take(): Memory {
    if (!this.#performed) this.#stream.performWaiting(this)
    return this.#elements.take()
  }

  drop(): void {
    this.#elements.drop()
  }
}

const unneeded = (draw: WaitingDraw | number): number | null =>
  typeof draw === 'number' ? draw : draw.passedOver

/** The random numbers themselves; `Generator` is what users have of it. */
export class Stream implements RandomNumbers {
  readonly engine: Mt19937
  /** The second of a pair of normals, kept for the next call. */
  keptNormal: number | null = null
  /** In order; numbers are words that nobody needs. */
  #waiting: (WaitingDraw | number)[] = []
  #mostWaiting = 256

  /** Only the low 32 bits of the seed count. */
  constructor(seed: number) {
    this.engine = new Mt19937(seed)
  }

  /** Elements whose turn is now, to be drawn from this stream when somebody asks. `words`: see `fill.ts`. */
  wait(elements: LateElements, words: number | null): LateMemory {
    const draw = new WaitingDraw(this, elements, words)
    if (this.#waiting.length >= this.#mostWaiting) this.#joinUnneeded()
    this.#waiting.push(draw)
    return draw
  }

  /** Performs the draws that wait, up to and with `last`. Throws DeviceError where memory ends: the others go on waiting. */
  performWaiting(last?: WaitingDraw): void {
    let done = 0
    try {
      for (const draw of this.#waiting) {
        const words = unneeded(draw)
        if (words !== null) this.engine.skip(words)
        else (draw as WaitingDraw).perform()
        done++
        if (draw === last) break
      }
    } finally {
      this.#waiting.splice(0, done)
    }
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  /** Models that come and go must not leave a trail. */
  #joinUnneeded(): void {
    const joined: (WaitingDraw | number)[] = []
    for (const draw of this.#waiting) {
      const words = unneeded(draw)
      const before = joined.at(-1)
      if (words !== null && typeof before === 'number') joined[joined.length - 1] = before + words
      else joined.push(words ?? draw)
    }
    this.#waiting = joined
    this.#mostWaiting = Math.max(256, 2 * joined.length)
  }

  random(): number {
    return this.engine.draw()
  }

  random64(): bigint {
    const high = this.engine.draw()
    return (BigInt(high) << 32n) | BigInt(this.engine.draw())
  }

  uniform24(): number {
    return (this.engine.draw() & 0xffffff) * 2 ** -24
  }

  uniform53(): number {
    const high = this.engine.draw() & 0x1fffff
    return (high * 2 ** 32 + this.engine.draw()) * 2 ** -53
  }

  normal(): number {
    if (this.keptNormal !== null) {
      const kept = this.keptNormal
      this.keptNormal = null
      return kept
    }
    const u1 = this.uniform53()
    const radius = Math.sqrt(-2 * Math.log1p(-this.uniform53()))
    const theta = 2 * Math.PI * u1
    this.keptNormal = radius * Math.sin(theta)
    return radius * Math.cos(theta)
  }
}
