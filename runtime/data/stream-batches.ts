/** Batches of an iterable dataset: where it is read, which is in this thread or in a worker. */
import { collated, type HostBatch, toHost } from './collate.ts'
import type { IterableDataset } from './dataset.ts'
import type { Collate } from './fetch.ts'

/** What a loader says about the batches of a stream. */
export interface StreamOptions {
  /** null where every sample comes by itself. */
  readonly batchSize: number | null
  readonly dropLast: boolean
}

/** Where batches of a stream come from, one after another: null at its end. A batch that is skipped is read, and forgotten. */
export interface StreamSource {
  next(skip: boolean): Promise<HostBatch | 'skipped' | null>
  /** Ends the iteration, if it has not ended. */
  close(): Promise<void>
}

/** An iteration over a dataset. Batches that are asked for before the last one came are made in turn. */
export class StreamBatches<S, B> implements StreamSource {
  readonly #iterator: AsyncIterator<S>
  readonly #options: StreamOptions
  readonly #collate: Collate<S, B> | null
  #last: Promise<unknown> = Promise.resolve()
  #isOver = false

  constructor(dataset: IterableDataset<S>, options: StreamOptions, collate: Collate<S, B> | null) {
    this.#iterator = dataset[Symbol.asyncIterator]()
    this.#options = options
    this.#collate = collate
  }

  next(skip: boolean): Promise<HostBatch | 'skipped' | null> {
    const next = this.#last.then(() => this.#read(skip))
    this.#last = next.catch(() => undefined)
    return next
  }

  async close(): Promise<void> {
    await this.#last
    if (this.#isOver) return
    this.#isOver = true
    await this.#iterator.return?.()
  }

  async #read(skip: boolean): Promise<HostBatch | 'skipped' | null> {
    const { batchSize, dropLast } = this.#options
    const samples: S[] = []
    while (!this.#isOver && samples.length < (batchSize ?? 1)) {
      const { done, value } = await this.#iterator.next()
      if (done === true) this.#isOver = true
      else samples.push(value)
    }
    const isWhole = samples.length === (batchSize ?? 1)
    if (samples.length === 0 || (dropLast && !isWhole)) return null
    if (skip) return 'skipped'
    if (batchSize === null) return toHost(samples[0])
    return this.#collate === null ? collated(samples) : toHost(await this.#collate(samples))
  }
}

/**
 * The batches of several sources in turn, without those that are over: PyTorch's order for workers. `ahead` of each source are asked
 * for before they are wanted, and the first `skip` of all are passed over.
 */
export async function* inTurn(
  sources: readonly StreamSource[],
  { ahead, skip }: { readonly ahead: number; readonly skip: number },
): AsyncGenerator<HostBatch> {
  let left = skip
  const asked = sources.map(source => ({ source, waiting: [] as ReturnType<StreamSource['next']>[] }))
  const ask = (of: (typeof asked)[number], skipped: boolean): void => {
    const next = of.source.next(skipped)
    // Whoever waits for this batch hears of its failure; while it is only asked for ahead, nobody does.
    next.catch(() => undefined)
    of.waiting.push(next)
  }
  try {
    for (let open = asked; open.length > 0; ) {
      const over = new Set<(typeof asked)[number]>()
      for (const of of open) {
        if (of.waiting.length === 0) ask(of, left > 0)
        // While batches are passed over, none is asked for ahead: how many are left depends on who ends.
        if (left === 0) while (of.waiting.length <= ahead) ask(of, false)
        const batch = await of.waiting.shift()!
        if (batch === null) over.add(of)
        else if (left > 0) left--
        else if (batch !== 'skipped') yield batch
      }
      open = open.filter(of => !over.has(of))
    }
  } finally {
    for (const { source } of asked) await source.close()
  }
}
