/** What is made of the elements of one file's tensors: equal windows into one storage are read once, and none without end. */
import type { StoredStorage, StoredTensor } from './stored-tensor.ts'
import { ViewBudget } from './view-budget.ts'

export class ViewCache<T> {
  readonly #make: (tensor: StoredTensor) => Promise<T>
  readonly #budget = new ViewBudget()
  readonly #known = new Map<StoredStorage, Map<string, T>>()

  /** `make` reads the elements; its result may depend on nothing else of a tensor. */
  constructor(make: (tensor: StoredTensor) => Promise<T>) {
    this.#make = make
  }

  /** Throws limit/exceeded, and what `make` throws. */
  async of(tensor: StoredTensor): Promise<T> {
    const { dtype, shape, stride, offset, conj, neg, storage } = tensor
    const known = this.#known.get(storage) ?? new Map<string, T>()
    this.#known.set(storage, known)
    const key = JSON.stringify([dtype, shape, stride, offset, conj, neg])
    let made = known.get(key)
    if (made === undefined) {
      this.#budget.spend(tensor)
      made = await this.#make(tensor)
      known.set(key, made)
    }
    return made
  }
}
