/**
 * How a tensor came about, for as long as gradients may be asked for: what computed it, from which tensors, and the elements
 * that the gradient needs. Nodes forget their inputs once they are computed, so this is kept beside them.
 *
 * Ownership: a history counts its users (tensor handles, and histories that it is an input of). At zero it lets go of the
 * nodes that it keeps. It holds nodes, never handles, so that what it keeps ends with the last tensor that leads to it.
 */
import type { Node } from '../graph/node.ts'
import type { DType } from '../ops/dtype.ts'
import type { Tensor } from './tensor.ts'

/** Where gradients arrive: a cell, or a tensor that was made to require them. */
export interface Leaf {
  requiresGrad: boolean
  grad: Tensor | null
}

/** What a gradient needs besides the gradient of the result: the inputs, the result, both or neither. */
export type Saves = 'nothing' | 'inputs' | 'output' | 'both'

/** Shape, dtype and origin of an input. */
export interface InputRecord {
  readonly shape: readonly number[]
  readonly dtype: DType
  /** Null where no gradient is asked for. */
  readonly source: History | Leaf | null
}

/** The saved tensors and what is known of the inputs: what a gradient is computed from. */
export interface Saved {
  readonly inputs: readonly InputRecord[]
  /** An input, where the step saves its inputs. */
  input(i: number): Tensor
  /** The result, where the step saves it. */
  output(): Tensor
}

/** The step that a history records: gives the gradients of the inputs, null where there is none to give. */
export interface Step {
  readonly name: string
  readonly saves: Saves
  gradient(saved: Saved, grad: Tensor): readonly (Tensor | null)[]
}

let lastId = 0

export class History {
  /** Larger than those of all inputs. */
  readonly id = ++lastId
  readonly step: Step
  readonly inputs: readonly InputRecord[]
  #nodes: readonly Node[] | null
  #output: Node | null
  #users = 0

  /** `inputs` in order; the nodes that `step` saves are retained. */
  constructor(step: Step, inputs: readonly Tensor[], output: Node) {
    this.step = step
    this.inputs = inputs.map(x => ({ shape: x.shape, dtype: x.dtype, source: sourceOf(x) }))
    const keepsInputs = step.saves === 'inputs' || step.saves === 'both'
    this.#nodes = keepsInputs ? inputs.map(x => x.node) : []
    this.#output = step.saves === 'output' || step.saves === 'both' ? output : null
    for (const node of this.#nodes) node.retain()
    this.#output?.retain()
    for (const { source } of this.inputs) if (source instanceof History) source.retain()
  }

  /** True once the saved nodes were let go of: a gradient that needs them cannot be computed any more. */
  get freed(): boolean {
    return this.#nodes === null && this.step.saves !== 'nothing'
  }

  /** The node of a saved input. */
  inputNode(i: number): Node | undefined {
    return this.#nodes?.[i]
  }

  /** The node of the saved result. */
  get outputNode(): Node | null {
    return this.#output
  }

  /** Adds a user. */
  retain(): void {
    this.#users++
  }

  /** Takes a user away; the last one ends the history, and its inputs' where it was their last user. */
  release(): void {
    const pending: History[] = [this]
    // A loop: histories may be deeper than the stack.
    for (let history = pending.pop(); history !== undefined; history = pending.pop()) {
      if (--history.#users > 0) continue
      history.free()
      for (const { source } of history.inputs) if (source instanceof History) pending.push(source)
    }
  }

  /** Lets go of the saved nodes. */
  free(): void {
    for (const node of this.#nodes ?? []) node.release()
    this.#output?.release()
    this.#nodes = null
    this.#output = null
  }
}

/** Where a tensor's gradient goes: its history, or itself as a leaf; null where none is asked for. */
export function sourceOf({ history, leaf }: Tensor): History | Leaf | null {
  return history ?? (leaf?.requiresGrad === true ? leaf : null)
}

let recording = true

/** Whether histories are made. */
export function isRecording(): boolean {
  return recording
}

/** Runs `fn` with the recording of histories turned on or off. */
export function withRecording<T>(on: boolean, fn: () => T): T {
  const before = recording
  recording = on
  try {
    return fn()
  } finally {
    recording = before
  }
}
