/** The batches of epochs in the groups whose gradients are added up for a step. */
import type { LoaderState } from '../data/data-loader.ts'
import type { BatchSource } from './fit.ts'
import type { Positioned } from './run-checkpoint.ts'

export interface GroupedBatch<B> {
  readonly batch: B
  /** Batches of its group: as many as asked for, but in the last group of an epoch, which has what is left. */
  readonly size: number
  /** Whether it is the last one of its group. The position is behind the group then. */
  readonly isLast: boolean
}

/**
 * A gradient is scaled by the size of its group, which must be known with its first batch: where the source does not know how many
 * batches it has, a group is read before it is given out.
 */
export class BatchGroups<B> implements Positioned {
  readonly #source: BatchSource<B>
  readonly #most: number
  /** Behind the last batch, while the source has gone on to its end to see that it is the last. */
  #behind: LoaderState | null = null

  constructor(source: BatchSource<B>, most: number) {
    this.#source = source
    this.#most = most
  }

  stateDict(): LoaderState {
    return this.#behind ?? this.#source.stateDict()
  }

  loadStateDict(state: LoaderState): void {
    this.#source.loadStateDict(state)
  }

  /** The batches of an epoch, or of what is left of it. */
  epoch(): AsyncGenerator<GroupedBatch<B>> {
    this.#behind = null
    return Number.isNaN(this.#source.length) ? this.#readAhead() : this.#counted()
  }

  async *#counted(): AsyncGenerator<GroupedBatch<B>> {
    let given = 0
    let size = this.#most
    for await (const batch of this.#source) {
      const left = this.#source.length - this.#source.stateDict().batches + 1
      if (given === 0) size = Math.min(this.#most, Math.max(1, left))
      given = (given + 1) % size
      yield { batch, size, isLast: given === 0 }
    }
  }

  async *#readAhead(): AsyncGenerator<GroupedBatch<B>> {
    let group: B[] = []
    let behind: LoaderState | null = null
    for await (const batch of this.#source) {
      group.push(batch)
      behind = this.#source.stateDict()
      if (group.length < this.#most) continue
      yield* grouped(group)
      group = []
    }
    if (group.length === 0) return
    this.#behind = behind
    yield* grouped(group)
    // Not where the run ends with this group: its position stays behind the last batch.
    this.#behind = null
  }
}

function* grouped<B>(group: readonly B[]): Generator<GroupedBatch<B>> {
  for (const [i, batch] of group.entries())
    yield { batch, size: group.length, isLast: i === group.length - 1 }
}
