/** What dispatches prepared from a program's inputs, which ends with the elements that it was made from. */
import type { Memory, Program } from './device.ts'

/** Memory that knows what was prepared from it, to end that with its elements. */
export interface Source extends Memory {
  readonly prepared: Set<Preparation<unknown>>
}

/** What a dispatch prepared, kept for the next run. */
export class Preparation<Place> {
  readonly #sources: readonly Source[]
  readonly place: Place
  #end: (() => void) | null

  constructor(sources: readonly Source[], place: Place, free: () => void) {
    this.#sources = sources
    this.place = place
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
export function endPreparations({ prepared }: Source): void {
  for (const preparation of [...prepared]) preparation.end()
}

/** The input slots from which each dispatch prepares, by way of other preparations too; undefined of those that always run. */
export function preparedFrom({ dispatches, slots }: Program): readonly (ReadonlySet<number> | undefined)[] {
  const bySlot = new Map<number, ReadonlySet<number>>()
  return dispatches.map(({ args, prepares }) => {
    if (prepares === undefined) return undefined
    const read = args.map(a => a.slot).filter(slot => slot !== prepares)
    const from = new Set(read.flatMap(at => (slots[at]!.kind === 'input' ? [at] : [...bySlot.get(at)!])))
    bySlot.set(prepares, from)
    return from
  })
}
