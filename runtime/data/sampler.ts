/**
 * In which order samples are taken, with the names of torch.utils.data and its orders for its seeds.
 * Source: https://docs.pytorch.org/docs/2.13/data.html#torch.utils.data.Sampler
 */
import { integers, permutation } from '../random/fill.ts'
import { defaultGenerator, Generator } from '../random/index.ts'
import { drawIndices } from '../random/multinomial.ts'
import { DataError } from './data-error.ts'

/** Indices, or lists of them; every iteration is an epoch. */
export interface Sampler<T = number> extends Iterable<T> {
  readonly length: number
}

/** What samplers need to know of a dataset. */
interface Sized {
  readonly length: number
}

/** `torch.empty((), dtype=torch.int64).random_()`: a seed, as loaders and samplers draw them. */
export const drawSeed = (generator: Generator): bigint => BigInt.asUintN(63, generator.random64())

function positive(name: string, n: number): number {
  if (Number.isInteger(n) && n > 0) return n
  throw new DataError('data/option', `${name} is ${n}, not a positive integer`)
}

export class SequentialSampler implements Sampler {
  readonly #source: Sized

  constructor(dataSource: Sized) {
    this.#source = dataSource
  }

  get length(): number {
    return this.#source.length
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let i = 0; i < this.#source.length; i++) yield i
  }
}

export interface RandomSamplerOptions {
  readonly replacement?: boolean
  /** As many as the dataset has, unless given. */
  readonly numSamples?: number
  /** Where the order is drawn from. Without one, a seed of the default generator starts one for every epoch. */
  readonly generator?: Generator
}

export class RandomSampler implements Sampler {
  readonly #source: Sized
  readonly #options: RandomSamplerOptions

  /** Throws DataError for a number of samples that is none. */
  constructor(dataSource: Sized, options: RandomSamplerOptions = {}) {
    this.#source = dataSource
    this.#options = options
    positive('numSamples', this.length)
  }

  get length(): number {
    return this.#options.numSamples ?? this.#source.length
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const n = this.#source.length
    const generator = this.#options.generator ?? new Generator(drawSeed(defaultGenerator))
    if (this.#options.replacement === true) {
      // PyTorch draws 32 at a time, which shows where others draw from the same generator.
      for (let left = this.length; left >= 0; left -= 32)
        yield* Array.from(someIntegers(generator, n, Math.min(left, 32)), Number)
      return
    }
    let left = this.length
    for (; left >= n; left -= n) yield* order(generator, n)
    yield* order(generator, n).slice(0, left)
  }
}

/** randint(0, n) draws 64 bits where n is large, one at a time. */
const someIntegers = (generator: Generator, n: number, count: number) =>
  integers(generator, 'int64', count, 0, n)

const order = (generator: Generator, n: number): number[] =>
  Array.from(permutation(generator, 'int64', n), Number)

export class SubsetRandomSampler implements Sampler {
  readonly #indices: readonly number[]
  readonly #generator: Generator

  constructor(indices: readonly number[], options: { readonly generator?: Generator } = {}) {
    this.#indices = indices
    this.#generator = options.generator ?? defaultGenerator
  }

  get length(): number {
    return this.#indices.length
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (const i of order(this.#generator, this.length)) yield this.#indices[i]!
  }
}

export interface WeightedRandomSamplerOptions {
  /** True unless given. */
  readonly replacement?: boolean
  readonly generator?: Generator
}

export class WeightedRandomSampler implements Sampler {
  readonly length: number
  readonly #weights: Float64Array
  readonly #options: WeightedRandomSamplerOptions

  /** Throws DataError for a number of samples that is none; the weights are checked when they are drawn from. */
  constructor(weights: Iterable<number>, numSamples: number, options: WeightedRandomSamplerOptions = {}) {
    this.length = positive('numSamples', numSamples)
    this.#weights = Float64Array.from(weights)
    this.#options = options
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const { generator = defaultGenerator, replacement = true } = this.#options
    yield* drawIndices(generator, this.#weights, this.length, replacement)
  }
}

/** Lists of the indices of another sampler. */
export class BatchSampler implements Sampler<readonly number[]> {
  readonly sampler: Iterable<number> & { readonly length?: number }
  readonly batchSize: number
  readonly dropLast: boolean

  /** Throws DataError for a batch size that is none. */
  constructor(sampler: Iterable<number>, batchSize: number, dropLast: boolean) {
    this.sampler = sampler
    this.batchSize = positive('batchSize', batchSize)
    this.dropLast = dropLast
  }

  /** NaN where the sampler does not know its length. */
  get length(): number {
    const batches = (this.sampler.length ?? Number.NaN) / this.batchSize
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches)
  }

  *[Symbol.iterator](): IterableIterator<readonly number[]> {
    let batch: number[] = []
    for (const index of this.sampler) {
      batch.push(index)
      if (batch.length < this.batchSize) continue
      yield batch
      batch = []
    }
    if (batch.length > 0 && !this.dropLast) yield batch
  }
}
