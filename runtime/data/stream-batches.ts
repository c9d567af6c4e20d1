/** Batches of an iterable dataset. */
import { collated, type HostBatch, toHost } from './collate.ts'
import type { IterableDataset } from './dataset.ts'
import type { Collate } from './fetch.ts'

export interface StreamOptions<S, B> {
  /** null where every sample comes by itself. */
  readonly batchSize: number | null
  readonly dropLast: boolean
  readonly collate: Collate<S, B> | null
  /** Batches that were given out already: their samples are read and forgotten. */
  readonly skip: number
}

/** The batches that are left of an iteration over the dataset. */
export async function* batchesOfStream<S, B>(
  dataset: IterableDataset<S>,
  { batchSize, dropLast, collate, skip }: StreamOptions<S, B>,
): AsyncGenerator<HostBatch> {
  const size = batchSize ?? 1
  let left = skip * size
  let samples: S[] = []
  const batch = async (): Promise<HostBatch> => {
    const taken = samples
    samples = []
    if (batchSize === null) return toHost(taken[0])
    return collate === null ? collated(taken) : toHost(await collate(taken))
  }
  for await (const sample of { [Symbol.asyncIterator]: () => dataset[Symbol.asyncIterator]() }) {
    if (left > 0) {
      left--
      continue
    }
    samples.push(sample)
    if (samples.length === size) yield await batch()
  }
  if (samples.length > 0 && !dropLast) yield await batch()
}
