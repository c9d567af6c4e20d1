/**
 * torch.utils.data.DataLoader: https://docs.pytorch.org/docs/2.13/data.html#torch.utils.data.DataLoader
 * The batches of an epoch, in PyTorch's order for its seeds. Where an epoch stands is state: a loader that takes it over goes
 * on with exactly the batches that are left.
 */
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice } from '../devices/registry.ts'
import { defaultGenerator, type Generator } from '../random/index.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import { type Collated, fromHost, type HostBatch } from './collate.ts'
import { DataError } from './data-error.ts'
import { type Dataset, IterableDataset } from './dataset.ts'
import { type Collate, fetchBatch, fetchSample } from './fetch.ts'
import { BatchSampler, drawSeed, RandomSampler, type Sampler, SequentialSampler } from './sampler.ts'
import { inTurn, StreamBatches } from './stream-batches.ts'
import { WorkerPool } from './worker-pool.ts'

export interface DataLoaderOptions<S, B> {
  /** Samples of a batch; 1 unless given. null makes no batches: every sample comes by itself. */
  readonly batchSize?: number | null
  /** A new random order every epoch. */
  readonly shuffle?: boolean
  /** The order, instead of `shuffle`. */
  readonly sampler?: Iterable<number> & { readonly length?: number }
  /** The batches, instead of `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  readonly batchSampler?: Iterable<readonly number[]> & { readonly length?: number }
  /** Leave out a last batch that is not full. */
  readonly dropLast?: boolean
  /** Makes a batch of samples. In workers it is the option of `serveDataset`. */
  readonly collate?: Collate<S, B>
  /** Where orders and seeds are drawn from; the default generator unless given. */
  readonly generator?: Generator
  /** How many threads make batches ahead; 0, the default, makes them when they are asked for. */
  readonly numWorkers?: number
  /** The module that calls `serveDataset` for the same dataset. */
  readonly worker?: URL
  /** Batches that each worker makes ahead; 2 unless given. */
  readonly prefetchFactor?: number
  /** Where the batches are made. */
  readonly device?: DeviceName | Device
}

/** Where a loader stands: between epochs, where `start` is null, or within one. */
export interface LoaderState {
  /** The generator before the running epoch drew from it, in PyTorch's 5056 bytes. */
  readonly start: Uint8Array | null
  /** Batches of the running epoch that were given out. */
  readonly batches: number
  /** The state of a generator of the loader's own, between epochs. */
  readonly generator: Uint8Array | null
}

/** What a loader iterates over, decided from its options. */
type Source<S> =
  | {
      readonly dataset: Dataset<S>
      readonly batches: Iterable<readonly number[]> & { readonly length?: number }
    }
  | { readonly stream: IterableDataset<S> }

export class DataLoader<S, B = Collated<S>> implements AsyncIterable<B> {
  readonly dataset: Dataset<S> | IterableDataset<S>
  readonly #options: DataLoaderOptions<S, B>
  readonly #source: Source<S>
  #start: Uint8Array | null = null
  #batches = 0
  /** What the next iteration goes on from, instead of beginning an epoch. */
  #resume: LoaderState | null = null
  #pool: Promise<WorkerPool> | null = null

  /** Throws DataError (`data/option`) for options that do not go together. */
  constructor(dataset: Dataset<S> | IterableDataset<S>, options: DataLoaderOptions<S, B> = {}) {
    this.dataset = dataset
    this.#options = options
    checkOptions(dataset, options)
    this.#source = sourceOf(dataset, options)
  }

  /** Batches of an epoch; NaN where that is not known before. */
  get length(): number {
    return 'stream' in this.#source ? Number.NaN : (this.#source.batches.length ?? Number.NaN)
  }

  /** Where the loader stands: between epochs, or behind the batches that were given out. */
  stateDict(): LoaderState {
    if (this.#resume !== null) return this.#resume
    const { generator } = this.#options
    return { start: this.#start, batches: this.#batches, generator: generator?.getState() ?? null }
  }

  /**
   * Takes over where a loader of the same dataset and options stood: the next iteration gives the batches that are left of its
   * epoch. Of the default generator nothing is changed; a generator of the loader's own is.
   */
  loadStateDict(state: LoaderState): void {
    this.#resume = state.start === null ? null : state
    this.#start = null
    this.#batches = 0
    if (state.generator !== null) this.#options.generator?.setState(state.generator)
  }

  /** An epoch, or the rest of one after `loadStateDict`. */
  async *[Symbol.asyncIterator](): AsyncIterator<B> {
    const device = getDevice(this.#options.device ?? defaultDevice())
    const resume = this.#resume
    this.#resume = null
    const { batches, start } = this.#begin(resume)
    this.#start = start
    this.#batches = resume?.batches ?? 0
    for await (const batch of batches) {
      // Another iteration that began meanwhile is the one whose position counts.
      if (this.#start === start) this.#batches++
      yield fromHost(batch, device) as B
    }
    if (this.#start === start) {
      this.#start = null
      this.#batches = 0
    }
  }

  /** Ends the workers, if there are any. A later iteration starts them anew. */
  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = null
    ;(await pool)?.end()
  }

  /**
   * The batches of a new epoch or of the rest of one, and the state that the epoch began from. A resumed epoch is drawn again
   * up to where it stood, and the default generator put back to where it is now.
   */
  #begin(resume: LoaderState | null): { batches: AsyncIterable<HostBatch>; start: Uint8Array } {
    const generator = this.#options.generator ?? defaultGenerator
    const now = generator.getState()
    const start = resume?.start ?? now
    if (resume !== null) generator.setState(start)
    const seed = drawSeed(generator)
    const skip = resume?.batches ?? 0
    const back = (): void => {
      if (resume !== null && generator === defaultGenerator) generator.setState(now)
    }
    if ('stream' in this.#source) {
      back()
      return { batches: this.#stream(this.#source.stream, skip, seed), start }
    }
    const order = this.#source.batches[Symbol.iterator]()
    let place = 0
    for (let i = 0; i < skip; i++) {
      const skipped = order.next()
      if (skipped.done !== true) place += skipped.value.length
    }
    // The order of a resumed epoch must be drawn before the generator goes back, if only by its first batch.
    const first = resume === null ? null : order.next()
    back()
    return { batches: this.#batchesOf(this.#source.dataset, rest(first, order), seed, place), start }
  }

  async *#batchesOf(
    dataset: Dataset<S>,
    order: Iterable<readonly number[]>,
    seed: bigint,
    place: number,
  ): AsyncGenerator<HostBatch> {
    const { numWorkers = 0, prefetchFactor = 2, worker, collate = null } = this.#options
    const batched = this.#options.batchSize !== null
    const make = async (indices: readonly number[], at: number): Promise<HostBatch> => {
      const fetch = { indices, seed, place: at }
      if (numWorkers === 0) return batched ? fetchBatch(dataset, fetch, collate) : fetchSample(dataset, fetch)
      this.#pool ??= WorkerPool.start(worker!, numWorkers)
      return (await this.#pool).load(fetch, batched)
    }
    const ahead = numWorkers * prefetchFactor
    const made: Promise<HostBatch>[] = []
    let at = place
    for (const indices of order) {
      made.push(make(indices, at))
      // Whoever waits for this batch hears of its failure; while it is only prefetched, nobody does.
      made.at(-1)!.catch(() => undefined)
      at += indices.length
      if (made.length > ahead) yield await made.shift()!
    }
    for (const batch of made) yield await batch
  }

  async *#stream(dataset: IterableDataset<S>, skip: number, seed: bigint): AsyncGenerator<HostBatch> {
    const { batchSize = 1, dropLast = false, collate = null } = this.#options
    const { numWorkers = 0, prefetchFactor = 2, worker } = this.#options
    const options = { batchSize, dropLast }
    if (numWorkers === 0) {
      yield* inTurn([new StreamBatches(dataset, options, collate)], { ahead: 0, skip })
      return
    }
    this.#pool ??= WorkerPool.start(worker!, numWorkers)
    yield* inTurn((await this.#pool).streams(options, seed), { ahead: prefetchFactor, skip })
  }
}

function* rest<T>(first: IteratorResult<T> | null, order: Iterator<T>): IterableIterator<T> {
  for (let next = first ?? order.next(); next.done !== true; next = order.next()) yield next.value
}

const wrong = (message: string, hint?: string): DataError =>
  new DataError('data/option', `DataLoader: ${message}`, hint === undefined ? {} : { hint })

function checkOptions<S, B>(
  dataset: Dataset<S> | IterableDataset<S>,
  options: DataLoaderOptions<S, B>,
): void {
  const { batchSize = 1, shuffle, sampler, batchSampler, dropLast, collate, numWorkers = 0, worker } = options
  const { prefetchFactor = 2 } = options
  if (batchSize !== null && !(Number.isInteger(batchSize) && batchSize > 0))
    throw wrong(`batchSize is ${batchSize}, not a positive integer`)
  if (!(Number.isInteger(numWorkers) && numWorkers >= 0)) throw wrong(`numWorkers is ${numWorkers}`)
  if (!(Number.isInteger(prefetchFactor) && prefetchFactor > 0))
    throw wrong(`prefetchFactor is ${prefetchFactor}, not a positive integer`)
  if (sampler !== undefined && shuffle === true) throw wrong('sampler and shuffle exclude each other')
  if (
    batchSampler !== undefined &&
    (batchSize !== 1 || shuffle === true || sampler !== undefined || dropLast === true)
  )
    throw wrong('batchSampler excludes batchSize, shuffle, sampler and dropLast')
  if (batchSize === null && dropLast === true)
    throw wrong('there is no batch to drop where batchSize is null')
  if (dataset instanceof IterableDataset) {
    if (shuffle === true || sampler !== undefined || batchSampler !== undefined)
      throw wrong('an IterableDataset has an order of its own', 'shuffle where the samples are made')
  }
  if (numWorkers === 0) return
  if (worker === undefined)
    throw wrong(
      'workers need the module of the dataset',
      "worker: new URL('./my-dataset.js', import.meta.url), a module that calls serveDataset",
    )
  if (collate !== undefined)
    throw wrong('workers make their batches themselves', 'give collate to serveDataset, in the module')
}

function sourceOf<S, B>(
  dataset: Dataset<S> | IterableDataset<S>,
  options: DataLoaderOptions<S, B>,
): Source<S> {
  if (dataset instanceof IterableDataset) return { stream: dataset }
  const { batchSize = 1, shuffle, batchSampler, dropLast = false, generator } = options
  if (batchSampler !== undefined) return { dataset, batches: batchSampler }
  const own = generator === undefined ? {} : { generator }
  const sampler: Sampler | NonNullable<typeof options.sampler> =
    options.sampler ?? (shuffle === true ? new RandomSampler(dataset, own) : new SequentialSampler(dataset))
  return { dataset, batches: new BatchSampler(sampler, batchSize ?? 1, dropLast) }
}
