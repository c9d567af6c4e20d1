/** Cell: the only mutable thing. Parameters, buffers and optimizers' state are cells. */
import type { Leaf } from './history.ts'
import { Place } from './place.ts'
import { computeSoon, currentRecording } from './recording.ts'
import { Tensor } from './tensor.ts'

let lastId = 0

export interface CellOptions {
  readonly id?: string
  readonly requiresGrad?: boolean
  /** Nobody else holds the tensor's handle. */
  readonly owned?: boolean
}

/**
 * A cell holds elements, not how they came about: a value's history ends where it is put in. What is put in is computed along
 * with whatever is computed next on its device. What is replaced within a scope ends with the scope.
 */
export class Cell implements Leaf {
  /** Unique in the process, unless given: optimizer state is keyed by it. */
  readonly id: string
  readonly #value = new Place(this, false)
  readonly #grad = new Place(this, true)
  /** Whether operations on the value are recorded, so that `backward` leaves a gradient here. */
  requiresGrad: boolean

  constructor(value: Tensor, options: CellOptions = {}) {
    this.id = options.id ?? `cell${++lastId}`
    this.requiresGrad = options.requiresGrad ?? false
    const held = this.#held(value)
    this.#value.put(held, options.owned === true || held !== value)
  }

  /** The tensor that the cell holds. It stays what it is: a later value is another tensor. */
  get value(): Tensor {
    return (currentRecording()?.read(this.#value) ?? this.#value.lend())!
  }

  /** Puts another tensor in. */
  set value(value: Tensor) {
    this.#set(value, false)
  }

  /** The value for the runtime's own layers, which hold its node but not the handle. */
  get held(): Tensor {
    return (currentRecording()?.read(this.#value) ?? this.#value.tensor)!
  }

  /** Puts in a tensor whose handle nobody else holds. */
  adopt(value: Tensor): void {
    this.#set(value, true)
  }

  /** What `backward` adds to; null before, and after `zeroGrad`. */
  get grad(): Tensor | null {
    const recording = currentRecording()
    return recording === null ? this.#grad.lend() : recording.read(this.#grad)
  }

  set grad(grad: Tensor | null) {
    const recording = currentRecording()
    if (recording !== null) recording.write(this.#grad, grad)
    else if (grad !== this.#grad.tensor) {
      this.#grad.put(grad, false)
      if (grad !== null) computeSoon(grad.node)
    }
  }

  #set(value: Tensor, owned: boolean): void {
    const recording = currentRecording()
    if (recording !== null) recording.write(this.#value, value)
    else if (value !== this.#value.tensor) {
      const held = this.#held(value)
      this.#value.put(held, owned || held !== value)
      computeSoon(held.node)
    }
  }

  /** The tensor as this cell's own: another handle where it is another cell's, or has a history. */
  #held(value: Tensor): Tensor {
    const shared = value.history !== null || (value.leaf !== null && value.leaf !== this)
    return shared ? new Tensor(value.node) : value
  }
}
