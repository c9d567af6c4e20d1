/** Samples of a dataset as a batch: what a loader does for every list of indices, in its own thread or in a worker. */
import { Generator } from '../random/index.ts'
import { collated, type HostBatch, toHost } from './collate.ts'
import { type Dataset, isBatched, sampleAt } from './dataset.ts'

/** Makes a batch of samples, instead of the default collation. */
export type Collate<S, B> = (samples: S[]) => B | Promise<B>

export interface Fetch {
  readonly indices: readonly number[]
  /** The epoch's seed, and the place in the epoch of the first of these samples: what augmentation is seeded with. */
  readonly seed: bigint
  readonly place: number
}

/** The samples of a list of indices. */
async function samplesOf<S>(dataset: Dataset<S>, { indices, seed, place }: Fetch): Promise<S[]> {
  const samples: S[] = []
  for (const [i, index] of indices.entries()) {
    let own: Generator | null = null
    const context = {
      // Most samples ask for none.
      get generator(): Generator {
        own ??= new Generator(BigInt.asUintN(64, seed + BigInt(place + i)))
        return own
      },
    }
    samples.push(await sampleAt(dataset, index, context))
  }
  return samples
}

/** A batch in plain memory. */
export async function fetchBatch<S, B>(
  dataset: Dataset<S>,
  fetch: Fetch,
  collate: Collate<S, B> | null,
): Promise<HostBatch> {
  if (collate === null && isBatched(dataset)) {
    const arrays = await dataset.arrays(fetch.indices)
    return { list: arrays.map(array => ({ array })) }
  }
  const samples = await samplesOf(dataset, fetch)
  return collate === null ? collated(samples) : toHost(await collate(samples))
}

/** One sample in plain memory, where the loader makes no batches. */
export async function fetchSample<S>(dataset: Dataset<S>, fetch: Fetch): Promise<HostBatch> {
  const [sample] = await samplesOf(dataset, fetch)
  return toHost(sample)
}
