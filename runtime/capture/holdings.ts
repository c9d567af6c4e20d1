/** What a plan holds on its device for as long as it lives: memory, and the nodes of its constants. */
import type { Device, Memory } from '../devices/device.ts'
import type { Node } from '../graph/node.ts'

export class Holdings {
  readonly #device: Device
  readonly #memories = new Set<Memory>()
  readonly #nodes: Node[] = []
  #released = false

  constructor(device: Device) {
    this.#device = device
  }

  alloc(bytes: number): Memory {
    const memory = this.#device.alloc(bytes)
    this.#memories.add(memory)
    return memory
  }

  /** Gives one piece of memory away for another. */
  swap(given: Memory, taken: Memory): void {
    this.#memories.delete(given)
    this.#memories.add(taken)
  }

  /** Holds a node that was retained. */
  keep(node: Node): void {
    this.#nodes.push(node)
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    for (const memory of this.#memories) this.#device.free(memory)
    for (const node of this.#nodes) node.release()
  }
}
