/** The tensors of a model by key, in PyTorch's order: what `state_dict()` returns. */
import { OpError } from '../ops/error.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** What PyTorch keeps beside the tensors: for every module, by its path, the version of its class. */
export type StateMetadata = ReadonlyMap<string, { readonly version?: number }>

type Tensors = Record<string, Tensor>

/**
 * Immutable; iterates `[key, tensor]` in order. `T` names the keys where they are known, so that a mistyped one
 * does not compile. The methods take T from their receiver, which keeps the class covariant: every StateDict is a StateDict.
 */
export class StateDict<T extends Tensors = Tensors> {
  /** Never set: it carries T. */
  declare readonly types?: T
  readonly #tensors: ReadonlyMap<string, Tensor>
  /** Null where the file that the tensors came from had none (safetensors, a plain dict). */
  readonly metadata: StateMetadata | null

  constructor(tensors: Iterable<readonly [string, Tensor]>, metadata: StateMetadata | null = null) {
    this.#tensors = new Map(tensors)
    this.metadata = metadata
  }

  get size(): number {
    return this.#tensors.size
  }

  /** The tensor of a key. Throws OpError (`argument/value`) where there is none. */
  get<U extends Tensors, K extends keyof U & string>(this: StateDict<U>, key: K): U[K] {
    const tensor = this.#tensors.get(key)
    if (tensor === undefined) {
      throw new OpError('argument/value', `the state_dict has no key '${key}'`, {
        hint: `it has ${this.size} keys, such as ${[...this.#tensors.keys()].slice(0, 3).join(', ')}`,
      })
    }
    return tensor as U[K]
  }

  has<U extends Tensors>(this: StateDict<U>, key: string): key is keyof U & string {
    return this.#tensors.has(key)
  }

  keys<U extends Tensors>(this: StateDict<U>): IterableIterator<keyof U & string> {
    return this.#tensors.keys() as IterableIterator<keyof U & string>
  }

  values(): IterableIterator<Tensor> {
    return this.#tensors.values()
  }

  entries(): IterableIterator<[string, Tensor]> {
    return this.#tensors.entries()
  }

  [Symbol.iterator](): IterableIterator<[string, Tensor]> {
    return this.#tensors.entries()
  }

  /** A plain object. JavaScript puts keys that are integers first, whatever their order here. */
  toObject(): T {
    return Object.fromEntries(this.#tensors) as T
  }
}
