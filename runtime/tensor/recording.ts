/**
 * What a capture notes of the function that it traces: which cells it reads and what it puts into them, what the host does in
 * each run, and what must stay as it is for the trace to hold. While a function is traced, cells show what the trace put into
 * them; nothing outside of the trace changes.
 */
import type { Device } from '../devices/device.ts'
import { defer } from '../graph/deferred.ts'
import { Node } from '../graph/node.ts'
import type { DType } from '../ops/dtype.ts'
import type { Place } from './place.ts'
import { keep } from './scope.ts'
import { Tensor } from './tensor.ts'

/** A place as the trace found it, and as it left it. */
export interface TracedPlace {
  /** What stands for the tensor that the place has when a run begins; undefined if the trace never asked for it. */
  before: Tensor | null | undefined
  /** What the trace put in last; undefined if it put nothing in. */
  after: Tensor | null | undefined
}

/** Elements that the host makes in each run, such as random numbers. */
export interface Feed {
  /** What stands for them in the graph. */
  readonly node: Node
  /** Where `fill` puts them. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly fill: () => void
}

export class Recording {
  readonly places = new Map<Place, TracedPlace>()
  /** In the order of the trace: feeds, and what the host does beside them. */
  readonly steps: (Feed | (() => void))[] = []
  /** Each says whether something that the trace was made for is still as it was. */
  readonly guards: (() => boolean)[] = []
  /** Handles that scopes within the trace must not end. */
  readonly #kept: Tensor[] = []

  /** A tensor whose elements each run gives. */
  input(shape: readonly number[], dtype: DType, device: Device): Tensor {
    return new Tensor(new Node(shape, dtype, device, 'given later'))
  }

  /** What a place holds, in the trace. */
  read(place: Place): Tensor | null {
    const traced = this.#traced(place)
    if (traced.after !== undefined) return traced.after
    if (traced.before === undefined) {
      const { tensor } = place
      traced.before =
        tensor === null ? null : this.#held(place, this.input(tensor.shape, tensor.dtype, tensor.device))
      const { requiresGrad } = place.cell
      this.guards.push(() => place.cell.requiresGrad === requiresGrad)
    }
    return traced.before
  }

  /** Puts a tensor into a place, in the trace. */
  write(place: Place, tensor: Tensor | null): void {
    const traced = this.#traced(place)
    if (tensor === (traced.after === undefined ? traced.before : traced.after)) return
    if (tensor === null) traced.after = null
    else traced.after = this.#held(place, place.isGrad ? tensor : new Tensor(tensor.node))
  }

  /** Ends the handles that the trace's cells held. */
  end(): void {
    for (const tensor of this.#kept) tensor.dispose()
    this.#kept.length = 0
  }

  #held(place: Place, tensor: Tensor): Tensor {
    keep(tensor)
    this.#kept.push(tensor)
    if (!place.isGrad) tensor.leaf = place.cell
    return tensor
  }

  #traced(place: Place): TracedPlace {
    let traced = this.places.get(place)
    if (traced === undefined) {
      traced = { before: undefined, after: undefined }
      this.places.set(place, traced)
    }
    return traced
  }
}

let current: Recording | null = null

/** The capture that is traced now, if any. */
export function currentRecording(): Recording | null {
  return current
}

/** Runs `fn` as the trace of a capture. */
export function withRecordingOf<T>(recording: Recording, fn: () => T): T {
  const outer = current
  current = recording
  try {
    return fn()
  } finally {
    current = outer
  }
}

/** Does something on the host: at once, or, in a capture, in each of its runs. */
export function eachRun(step: () => void): void {
  if (current === null) step()
  else current.steps.push(step)
}

/**
 * A number, flag or text that decides what is computed. A capture holds only while `value` gives the same; where it does not,
 * the function is traced anew. It is asked before every run: it should be cheap.
 */
export function decided<T>(value: () => T): T {
  const recording = current
  if (recording === null) return value()
  // Decisions within the decision do not count.
  current = null
  try {
    const found = value()
    recording.guards.push(() => Object.is(value(), found))
    return found
  } finally {
    current = recording
  }
}

/** Has a node that somebody keeps computed along with whatever is next. What a capture computes is computed in its runs. */
export function computeSoon(node: Node): void {
  if (current === null) defer(node)
}
