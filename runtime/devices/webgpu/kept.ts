/** What a program on WebGPU keeps from run to run: the buffers that its dispatches prepared from inputs that stay. */
import type { Program } from '../device.ts'
import { endPreparations, type Preparation, preparedFrom, type Source } from '../preparation.ts'

type Prepare = (bytes: number, sources: readonly Source[]) => Preparation<GPUBuffer>

export class Kept {
  readonly #program: Program
  readonly #prepare: Prepare
  readonly #from: ReturnType<typeof preparedFrom>
  /** Of each slot, the memory that an input had when it was last bound. */
  readonly #memories: (Source | null)[]
  /** Of each slot that is prepared. */
  readonly #preparations = new Map<number, Preparation<GPUBuffer>>()

  /** @param prepare gives a buffer that is kept for as long as the sources' elements */
  constructor(program: Program, prepare: Prepare) {
    this.#program = program
    this.#prepare = prepare
    this.#from = preparedFrom(program)
    this.#memories = program.slots.map(() => null)
  }

  /** The dispatches that need not run, given this memory; there are buffers for what the others prepare. */
  skipped(inputs: readonly Source[], outputs: readonly Source[]): ReadonlySet<number> {
    for (const memory of outputs) endPreparations(memory)
    for (const [at, slot] of this.#program.slots.entries()) {
      if (slot.kind !== 'input' || this.#memories[at] === inputs[slot.index]) continue
      this.#memories[at] = inputs[slot.index]!
      for (const [i, { prepares }] of this.#program.dispatches.entries())
        if (this.#from[i]?.has(at)) this.#preparations.get(prepares!)?.end()
    }
    const skipped = new Set<number>()
    for (const [i, { prepares }] of this.#program.dispatches.entries()) {
      if (prepares === undefined) continue
      if (this.#preparations.get(prepares)?.stands) skipped.add(i)
      else {
        const slot = this.#program.slots[prepares]!
        const sources = [...this.#from[i]!].map(at => this.#memories[at]!)
        this.#preparations.set(prepares, this.#prepare('bytes' in slot ? slot.bytes : 0, sources))
      }
    }
    return skipped
  }

  /** The buffer of a slot that is prepared; undefined of others. */
  bufferOf(slot: number): GPUBuffer | undefined {
    return this.#preparations.get(slot)?.place
  }

  dispose(): void {
    for (const preparation of this.#preparations.values()) preparation.end()
  }
}
