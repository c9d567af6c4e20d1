/** torch.Generator on the CPU: https://pytorch.org/docs/2.13/generated/torch.Generator.html */
import { OpError } from '../ops/error.ts'
import { Mt19937, STATE_WORDS } from './mt19937.ts'

/** What PyTorch seeds its default generator with. */
const DEFAULT_SEED = 67280421310721n

/** Bytes of `torch.get_rng_state()`: the seed, the twister's words widened to 64 bits, and the two cached normals. */
const STATE_BYTES = 5056
const AT = {
  seed: 0,
  left: 8,
  seeded: 12,
  next: 16,
  words: 24,
  // Where the struct also has normal_x and normal_rho, which PyTorch leaves 0.
  normal: 24 + 8 * STATE_WORDS + 8,
  normalValid: 24 + 8 * STATE_WORDS + 24,
  floatNormal: 24 + 8 * STATE_WORDS + 32,
  floatNormalValid: 24 + 8 * STATE_WORDS + 36,
} as const

/** A source of random numbers with PyTorch's values for PyTorch's seeds. */
export class Generator {
  #seed = DEFAULT_SEED
  readonly #engine = new Mt19937(0)
  /** The second of a pair of normals, kept for the next call. */
  #normal: number | null = null
  /** PyTorch's slot for float normals: carried through states, used by no function here. */
  #floatNormal: number | null = null

  constructor(seed: number | bigint = DEFAULT_SEED) {
    this.manualSeed(seed)
  }

  /** Starts anew from a seed: an integer of 64 bits, negative ones as two's complement. Throws OpError. */
  manualSeed(seed: number | bigint): this {
    if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
      throw new OpError('argument/value', `${seed} is no seed`, { hint: 'give an integer, or a bigint' })
    }
    const wide = BigInt(seed)
    if (wide < -(2n ** 63n) || wide >= 2n ** 64n) {
      throw new OpError('argument/value', `the seed ${wide} does not fit 64 bits`)
    }
    this.#seed = BigInt.asUintN(64, wide)
    this.#engine.seed(Number(BigInt.asUintN(32, wide)))
    this.#normal = null
    this.#floatNormal = null
    return this
  }

  /** The seed that the generator was started from. */
  initialSeed(): bigint {
    return this.#seed
  }

  /** Starts anew from a seed that no one can foresee, and returns it. */
  seed(): bigint {
    const words = crypto.getRandomValues(new BigUint64Array(1))
    this.manualSeed(words[0]!)
    return this.#seed
  }

  /** 32 random bits: an integer below 2^32. */
  random(): number {
    return this.#engine.draw()
  }

  /** 64 random bits: an integer below 2^64. */
  random64(): bigint {
    const high = this.#engine.draw()
    return (BigInt(high) << 32n) | BigInt(this.#engine.draw())
  }

  /** A float32 in [0, 1), of 24 bits. */
  uniform24(): number {
    return (this.#engine.draw() & 0xffffff) * 2 ** -24
  }

  /** A float64 in [0, 1), of 53 bits. */
  uniform53(): number {
    const high = this.#engine.draw() & 0x1fffff
    return (high * 2 ** 32 + this.#engine.draw()) * 2 ** -53
  }

  /** A standard normal float64, by Box and Muller; every second one was kept from the call before. */
  normal(): number {
    if (this.#normal !== null) {
      const kept = this.#normal
      this.#normal = null
      return kept
    }
    const u1 = this.uniform53()
    const radius = Math.sqrt(-2 * Math.log1p(-this.uniform53()))
    const theta = 2 * Math.PI * u1
    this.#normal = radius * Math.sin(theta)
    return radius * Math.cos(theta)
  }

  /** The state in the form of `torch.get_rng_state()`: 5056 bytes. */
  getState(): Uint8Array {
    const bytes = new Uint8Array(STATE_BYTES)
    const view = new DataView(bytes.buffer)
    view.setBigUint64(AT.seed, this.#seed, true)
    view.setInt32(AT.left, this.#engine.left, true)
    view.setInt32(AT.seeded, 1, true)
    view.setUint32(AT.next, this.#engine.next, true)
    for (const [i, word] of this.#engine.words.entries()) view.setUint32(AT.words + 8 * i, word, true)
    view.setFloat64(AT.normal, this.#normal ?? 0, true)
    view.setInt32(AT.normalValid, this.#normal === null ? 0 : 1, true)
    view.setFloat32(AT.floatNormal, this.#floatNormal ?? 0, true)
    view.setUint8(AT.floatNormalValid, this.#floatNormal === null ? 0 : 1)
    return bytes
  }

  /** Takes over a state, ours or PyTorch's. Throws OpError for what is none. */
  setState(bytes: Uint8Array): this {
    if (bytes.byteLength !== STATE_BYTES) {
      throw new OpError(
        'argument/value',
        `a generator's state has ${STATE_BYTES} bytes, not ${bytes.byteLength}`,
        { hint: 'states of other devices than the CPU have other forms' },
      )
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const left = view.getInt32(AT.left, true)
    const next = view.getBigUint64(AT.next, true)
    const seeded = view.getInt32(AT.seeded, true)
    if (seeded === 0 || left < 1 || left > STATE_WORDS || next > STATE_WORDS) {
      throw new OpError('argument/value', 'these bytes are no state of a Mersenne Twister')
    }
    this.#seed = view.getBigUint64(AT.seed, true)
    this.#engine.left = left
    this.#engine.next = Number(next)
    for (let i = 0; i < STATE_WORDS; i++) this.#engine.words[i] = view.getUint32(AT.words + 8 * i, true)
    this.#normal = view.getInt32(AT.normalValid, true) === 0 ? null : view.getFloat64(AT.normal, true)
    this.#floatNormal =
      view.getUint8(AT.floatNormalValid) === 0 ? null : view.getFloat32(AT.floatNormal, true)
    return this
  }
}
