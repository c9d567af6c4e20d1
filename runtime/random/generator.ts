/** torch.Generator on the CPU: https://pytorch.org/docs/2.13/generated/torch.Generator.html */
import type { Device } from '../devices/device.ts'
import { LateElements, type LateMemory } from '../graph/late-memory.ts'
import type { Storage } from '../kernels/reference/storage.ts'
import type { DType } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { STATE_WORDS } from './mt19937.ts'
import { type RandomNumbers, Stream } from './stream.ts'

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

/** Elements to be drawn from a generator when they are first needed, as if it had been now. */
export interface LateDraw {
  readonly device: Device
  readonly dtype: DType
  readonly size: number
  /** Words of the generator that `fill` takes, if that is known: what nobody needs is then never computed. */
  readonly words: number | null
  readonly fill: (numbers: RandomNumbers, elements: Storage) => void
}

/** A source of random numbers with PyTorch's values for PyTorch's seeds. */
export class Generator implements RandomNumbers {
  #seed = DEFAULT_SEED
  /** Where the numbers come from; draws that wait keep theirs when another takes its place. */
  #stream = new Stream(0)
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
    this.#stream = new Stream(Number(BigInt.asUintN(32, wide)))
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

  /** Elements whose turn is now, and which are drawn when they are needed: for the runtime's own layers. */
  drawLater({ device, dtype, size, words, fill }: LateDraw): LateMemory {
    const stream = this.#stream
    return stream.wait(new LateElements(device, dtype, size, out => fill(stream, out)), words)
  }

  random(): number {
    return this.#next().random()
  }

  random64(): bigint {
    return this.#next().random64()
  }

  uniform24(): number {
    return this.#next().uniform24()
  }

  uniform53(): number {
    return this.#next().uniform53()
  }

  normal(): number {
    return this.#next().normal()
  }

  /** The stream, when all that waited has had its turn. */
  #next(): Stream {
    if (this.#stream.isWaiting) this.#stream.performWaiting()
    return this.#stream
  }

  /** The state in the form of `torch.get_rng_state()`: 5056 bytes. */
  getState(): Uint8Array {
    const bytes = new Uint8Array(STATE_BYTES)
    const view = new DataView(bytes.buffer)
    const { engine, keptNormal } = this.#next()
    view.setBigUint64(AT.seed, this.#seed, true)
    view.setInt32(AT.left, engine.left, true)
    view.setInt32(AT.seeded, 1, true)
    view.setUint32(AT.next, engine.next, true)
    for (const [i, word] of engine.words.entries()) view.setUint32(AT.words + 8 * i, word, true)
    view.setFloat64(AT.normal, keptNormal ?? 0, true)
    view.setInt32(AT.normalValid, keptNormal === null ? 0 : 1, true)
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
    this.#stream = new Stream(0)
    const { engine } = this.#stream
    engine.left = left
    engine.next = Number(next)
    for (let i = 0; i < STATE_WORDS; i++) engine.words[i] = view.getUint32(AT.words + 8 * i, true)
    this.#stream.keptNormal =
      view.getInt32(AT.normalValid, true) === 0 ? null : view.getFloat64(AT.normal, true)
    this.#floatNormal =
      view.getUint8(AT.floatNormalValid) === 0 ? null : view.getFloat32(AT.floatNormal, true)
    return this
  }
}
