/**
 * Where what a run puts into cells goes: into the memory of what the cell held, in place or by turns with a second piece,
 * unless others still need the old elements. Then it goes to new memory, and they keep the old one.
 */
import type { Device, Memory } from '../devices/device.ts'
import type { Plan } from '../graph/plan.ts'
import type { Holdings } from './holdings.ts'
import { sameShape } from './input-spec.ts'
import type { Write } from './trace-function.ts'

interface Target {
  readonly place: Write['place']
  readonly value: NonNullable<Write['value']>
  readonly bytes: number
  readonly inPlace: boolean
  /** What is written while the cell's memory is read, in turns. */
  spare: Memory | null
}

export class Writes {
  readonly #targets: readonly Target[]
  /** Places that a run empties. */
  readonly #emptied: readonly Write['place'][]
  readonly #device: Device
  readonly #holdings: Holdings

  constructor(writes: readonly Write[], { program, inPlace }: Plan, device: Device, holdings: Holdings) {
    this.#targets = writes.flatMap(({ place, value, rewrite }): Target[] => {
      if (value === null) return []
      const sharing = rewrite === null || inPlace.has(rewrite)
      return [{ place, value, bytes: program.outputs[value.output]!, inPlace: sharing, spare: null }]
    })
    this.#emptied = writes.flatMap(({ place, value }) => (value === null ? [place] : []))
    this.#device = device
    this.#holdings = holdings
  }

  /** Chooses the memory of the outputs that are written to cells; `alloc` gives new memory. */
  choose(outputs: Memory[], alloc: (bytes: number) => Memory): void {
    for (const target of this.#targets)
      outputs[target.value.output] = this.#reused(target) ?? alloc(target.bytes)
  }

  #reused(target: Target): Memory | null {
    const { place, value } = target
    if (!place.exclusive) return null
    const { memory, dtype, shape } = place.tensor!.node
    if (memory === null || dtype !== value.dtype || !sameShape(shape, value.shape)) return null
    if (target.inPlace) return memory
    target.spare ??= this.#holdings.alloc(target.bytes)
    return target.spare
  }

  /** Puts what was written into the cells. */
  put(outputs: readonly Memory[]): void {
    for (const place of this.#emptied) place.put(null, true)
    for (const target of this.#targets) {
      const { place, value } = target
      const memory = outputs[value.output]!
      const now = place.exclusive ? place.tensor!.node : null
      if (now !== null && memory === now.memory) continue
      if (now !== null && memory === target.spare) {
        target.spare = now.memory
        this.#holdings.swap(memory, now.memory!)
        now.memory = memory
      } else place.putMemory(memory, value, this.#device)
    }
  }
}
