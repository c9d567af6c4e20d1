/**
 * The lazy graph: a node is one primitive over other nodes, or memory that holds its elements, or stands for what the runs of
 * a capture will give. Nodes are pure, so a node may be computed again where keeping its elements would cost more.
 *
 * Ownership: a node counts its users (tensor handles, and nodes not yet computed that read it). At zero its memory goes back
 * to the device and its inputs lose a user.
 */
import type { Device, Memory } from '../devices/device.ts'
import type { DType } from '../ops/dtype.ts'
import type { Attrs, Primitive } from '../ops/primitives.ts'
import type { LateMemory } from './late-memory.ts'

/** A primitive with its attributes. */
export type Operation = { readonly [P in Primitive]: { readonly op: P; readonly attrs: Attrs[P] } }[Primitive]

let lastId = 0

/** The id of the node that was made last. */
export const latestNode = (): number => lastId

export class Node {
  readonly id = ++lastId
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly device: Device
  /** What computes the node; null once its memory holds the elements. */
  operation: Operation | null
  inputs: readonly Node[]
  #memory: Memory | null = null
  #late: LateMemory | null = null
  #users = 0
  #released = false
  #failure: Error | null = null

  constructor(
    shape: readonly number[],
    dtype: DType,
    device: Device,
    from:
      | { operation: Operation; inputs: readonly Node[] }
      | { memory: Memory }
      | { late: LateMemory }
      | 'given later',
  ) {
    this.shape = shape
    this.dtype = dtype
    this.device = device
    if (from !== 'given later' && 'operation' in from) {
      this.operation = from.operation
      this.inputs = from.inputs
      for (const input of from.inputs) input.retain()
      return
    }
    this.operation = null
    this.inputs = []
    if (from === 'given later') return
    if ('memory' in from) this.#memory = from.memory
    else this.#late = from.late
  }

  /** Null until computed. To ask for elements that nobody has read yet is what makes them: see `isThere`. */
  get memory(): Memory | null {
    if (this.#late !== null) {
      this.#memory = this.#late.take()
      this.#late = null
    }
    return this.#memory
  }

  set memory(memory: Memory | null) {
    this.#late?.drop()
    this.#late = null
    this.#memory = memory
  }

  /** True of a node that has its elements, be it that nobody has read them. */
  get isThere(): boolean {
    return this.#memory !== null || this.#late !== null
  }

  /** True of a node whose elements cannot be had any more. */
  get released(): boolean {
    return this.#released
  }

  /** True of the inputs of a capture: what stands for elements that each run gives. */
  get givenLater(): boolean {
    return !this.isThere && this.operation === null && !this.#released && this.#failure === null
  }

  /** Why there are no elements, and never will be; null unless `fail` said it. */
  get failure(): Error | null {
    return this.#failure
  }

  /** True while others than one handle need the elements. */
  get shared(): boolean {
    return this.#users > 1
  }

  /** Adds a user. */
  retain(): void {
    this.#users++
  }

  /** Takes a user away; the last one takes the node's memory and its hold on the inputs along. */
  release(): void {
    const pending: Node[] = [this]
    // A loop: chains of lazy nodes may be deeper than the stack.
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (--node.#users > 0 || node.#released) continue
      node.#released = true
      if (node.#memory !== null) node.device.free(node.#memory)
      node.memory = null
      pending.push(...node.inputs)
      node.inputs = []
      node.operation = null
    }
  }

  /** Gives the node its elements; what computed it is let go. */
  fulfil(memory: Memory): void {
    this.memory = memory
    this.operation = null
    const inputs = this.inputs
    this.inputs = []
    for (const input of inputs) input.release()
  }

  /** Takes the node's elements away: they were computed from what turned out to be wrong. */
  fail(failure: Error): void {
    if (this.#released) return
    if (this.#memory !== null) this.device.free(this.#memory)
    this.memory = null
    this.#failure = failure
  }
}
