/**
 * Datasets, with the names of torch.utils.data: https://docs.pytorch.org/docs/2.13/data.html
 * What Python writes `dataset[i]` and `len(dataset)` is `at(i)` and `length`, so that a JavaScript array is a dataset.
 */
import type { Generator } from '../random/index.ts'
import { F } from '../tensor/functional.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { DataError } from './data-error.ts'
import { gathered, type HostArray, hostArray } from './host-array.ts'

/** What a loader says about the sample that it asks for. */
export interface SampleContext {
  /**
   * For random augmentation: started from the epoch's seed and the sample's place in the epoch, so that a sample comes out
   * the same whichever worker makes it, and after a resume.
   */
  readonly generator: Generator
}

/** Samples by index. */
export interface Dataset<T> {
  readonly length: number
  /** The sample of an index from 0 to length - 1. */
  at(index: number, context?: SampleContext): T | undefined | Promise<T>
}

/** A dataset that can put a whole batch together faster than sample by sample. */
export interface BatchedDataset<T> extends Dataset<T> {
  /** What the default collation would make of these samples: an array for every part of a sample. */
  arrays(indices: readonly number[]): Promise<readonly HostArray[]>
}

export const isBatched = <T>(dataset: Dataset<T>): dataset is BatchedDataset<T> =>
  'arrays' in dataset && typeof dataset.arrays === 'function'

/** Samples one after another, where there are no indices: files that are read in order, streams. */
export abstract class IterableDataset<T> {
  /** A new iteration from the start. Throw nothing that is not to end the epoch. */
  abstract [Symbol.asyncIterator](): AsyncIterator<T>
}

/** The sample of an index. Throws DataError (`data/sample`) where there is none. */
export async function sampleAt<T>(dataset: Dataset<T>, index: number, context?: SampleContext): Promise<T> {
  if (!Number.isInteger(index) || index < 0 || index >= dataset.length) {
    throw new DataError('data/sample', `there is no sample ${index}: the dataset has ${dataset.length}`)
  }
  return (await dataset.at(index, context)) as T
}

/** The rows of tensors whose first sizes are equal: sample i is `[a[i], b[i], ...]`. */
export class TensorDataset<T extends readonly Tensor[]> implements BatchedDataset<Tensor[]> {
  readonly tensors: T
  readonly length: number
  #arrays: Promise<readonly HostArray[]> | null = null

  /** Throws DataError where the tensors have no rows, or not as many. */
  constructor(...tensors: T) {
    const sizes = new Set(tensors.map(t => t.shape[0]))
    const [length] = sizes
    if (sizes.size !== 1 || length === undefined) {
      throw new DataError(
        'data/sample',
        `tensors of ${tensors.join(', ')} do not have the same number of rows`,
      )
    }
    this.tensors = tensors
    this.length = length
  }

  at(index: number): Tensor[] {
    return this.tensors.map(t => F.select(t, 0, index))
  }

  /** Rows are copied in plain memory, where the tensors are kept from the first batch on. */
  async arrays(indices: readonly number[]): Promise<readonly HostArray[]> {
    this.#arrays ??= Promise.all(this.tensors.map(hostArray))
    const arrays = await this.#arrays
    for (const i of indices) if (!(i >= 0 && i < this.length)) await sampleAt(this, i)
    return arrays.map(array => gathered(array, indices))
  }
}

/** Some samples of another dataset. */
export class Subset<T> implements Dataset<T> {
  readonly dataset: Dataset<T>
  readonly indices: readonly number[]
  /** Only there where the dataset has it. */
  readonly arrays?: BatchedDataset<T>['arrays']

  constructor(dataset: Dataset<T>, indices: readonly number[]) {
    this.dataset = dataset
    this.indices = indices
    if (isBatched(dataset)) this.arrays = rows => dataset.arrays(rows.map(i => this.#index(i)))
  }

  get length(): number {
    return this.indices.length
  }

  at(index: number, context?: SampleContext): Promise<T> {
    return sampleAt(this.dataset, this.#index(index), context)
  }

  #index(i: number): number {
    const index = this.indices[i]
    if (index === undefined)
      throw new DataError('data/sample', `there is no sample ${i}: the subset has ${this.length}`)
    return index
  }
}

/** Datasets one after another. */
export class ConcatDataset<T> implements Dataset<T> {
  readonly datasets: readonly Dataset<T>[]

  /** Throws DataError for none. */
  constructor(datasets: Iterable<Dataset<T>>) {
    this.datasets = [...datasets]
    if (this.datasets.length === 0) throw new DataError('data/option', 'a ConcatDataset of no datasets')
  }

  get length(): number {
    return this.datasets.reduce((sum, d) => sum + d.length, 0)
  }

  at(index: number, context?: SampleContext): Promise<T> {
    let rest = index
    for (const dataset of this.datasets) {
      if (rest < dataset.length) return sampleAt(dataset, rest, context)
      rest -= dataset.length
    }
    throw new DataError('data/sample', `there is no sample ${index}: the datasets have ${this.length}`)
  }
}
