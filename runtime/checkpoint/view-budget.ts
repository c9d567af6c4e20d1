/**
 * How much may be read through the tensors of one file. Views share storages, and objects share views, so that a short file can
 * ask for any amount of reading; what real files ask for is in proportion to their storages.
 */
import { CheckpointError } from './checkpoint-error.ts'
import type { StoredStorage, StoredTensor } from './stored-tensor.ts'

/** Bytes beyond four times the storages' own. */
const FREE_BYTES = 512 << 20

export class ViewBudget {
  readonly #storages = new Set<StoredStorage>()
  #left = FREE_BYTES

  /** Before the elements of a tensor are read. Throws limit/exceeded. */
  spend({ storage, byteLength }: Pick<StoredTensor, 'storage' | 'byteLength'>): void {
    if (!this.#storages.has(storage)) {
      this.#storages.add(storage)
      this.#left += 4 * storage.byteLength
    }
    this.#left -= byteLength
    if (this.#left < 0) {
      throw new CheckpointError('limit/exceeded', 'views of the storages unfold to many times their size', {
        hint: 'read the tensors that you need one by one',
      })
    }
  }
}
