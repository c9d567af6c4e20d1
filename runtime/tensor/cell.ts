/** Cell: the only mutable thing. Parameters, buffers, the optimizer's and the generator's state are cells. */
import { keep } from './scope.ts'
import type { Tensor } from './tensor.ts'

let lastId = 0

export class Cell {
  /** Unique in the process, unless given: optimizer state is keyed by it. */
  readonly id: string
  #value: Tensor
  grad: Tensor | null = null
  requiresGrad: boolean

  constructor(value: Tensor, options: { id?: string; requiresGrad?: boolean } = {}) {
    this.id = options.id ?? `cell${++lastId}`
    this.requiresGrad = options.requiresGrad ?? false
    this.#value = keep(value)
  }

  get value(): Tensor {
    return this.#value
  }

  /** Puts another tensor in. The old one is not disposed of: it may be in use elsewhere. */
  set value(value: Tensor) {
    this.#value = keep(value)
  }
}
