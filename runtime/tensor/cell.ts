/** Cell: the only mutable thing. Parameters, buffers, the optimizer's and the generator's state are cells. */
import type { Leaf } from './history.ts'
import { currentScope, keep } from './scope.ts'
import { Tensor } from './tensor.ts'

let lastId = 0

/**
 * A cell holds elements, not how they came about: a value's history ends where it is put in. What is replaced within a scope
 * ends with the scope.
 */
export class Cell implements Leaf {
  /** Unique in the process, unless given: optimizer state is keyed by it. */
  readonly id: string
  #value: Tensor
  #grad: Tensor | null = null
  /** Whether operations on the value are recorded, so that `backward` leaves a gradient here. */
  requiresGrad: boolean

  constructor(value: Tensor, options: { id?: string; requiresGrad?: boolean } = {}) {
    this.id = options.id ?? `cell${++lastId}`
    this.requiresGrad = options.requiresGrad ?? false
    this.#value = this.#held(value)
  }

  get value(): Tensor {
    return this.#value
  }

  /** Puts another tensor in. The old one may be in use elsewhere: it ends with the current scope, if there is one. */
  set value(value: Tensor) {
    const old = this.#value
    if (value === old) return
    this.#value = this.#held(value)
    old.leaf = null
    currentScope()?.add(old)
  }

  /** What `backward` adds to; null before, and after `zeroGrad`. */
  get grad(): Tensor | null {
    return this.#grad
  }

  set grad(grad: Tensor | null) {
    const old = this.#grad
    if (grad === old) return
    this.#grad = grad === null ? null : keep(grad)
    if (old !== null) currentScope()?.add(old)
  }

  /** The tensor as this cell's own: another handle where it is another cell's, or has a history. */
  #held(value: Tensor): Tensor {
    const shared = value.history !== null || (value.leaf !== null && value.leaf !== this)
    const held = keep(shared ? new Tensor(value.node) : value)
    held.leaf = this
    return held
  }
}
