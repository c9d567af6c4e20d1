/** A piece of the CPU's memory, and what was prepared from it (packed weights), which ends with its elements. */
import type { Memory } from './device.ts'

export interface CpuMemory extends Memory {
  readonly address: number
  freed: boolean
  /** What was prepared from this memory, to end with it. */
  readonly prepared: Set<Preparation>
}

/** Memory that a dispatch prepared from inputs, kept for the next run. */
export class Preparation {
  readonly #sources: readonly CpuMemory[]
  readonly address: number
  #end: (() => void) | null

  constructor(sources: readonly CpuMemory[], address: number, free: () => void) {
    this.#sources = sources
    this.address = address
    this.#end = free
    for (const source of sources) source.prepared.add(this)
  }

  /** True until one of its sources ended, or was written to. */
  get stands(): boolean {
    return this.#end !== null
  }

  end(): void {
    this.#end?.()
    this.#end = null
    for (const source of this.#sources) source.prepared.delete(this)
  }
}

/** Ends what was prepared from a memory whose elements change. */
export function endPreparations({ prepared }: CpuMemory): void {
  for (const preparation of [...prepared]) preparation.end()
}
