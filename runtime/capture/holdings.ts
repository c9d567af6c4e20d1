/** What a program holds on its device for as long as it lives: memory, the nodes of its constants, what was made ready. */
import type { Device, Executable, Memory } from '../devices/device.ts'
import type { Node } from '../graph/node.ts'
import { lookNow } from '../graph/unproven.ts'

export class Holdings {
  readonly #device: Device
  readonly #memories = new Set<Memory>()
  readonly #nodes: Node[] = []
  readonly #executables: Executable[] = []
  #released = false

  constructor(device: Device) {
    this.#device = device
  }

  /** True once it ended. */
  get released(): boolean {
    return this.#released
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

  /** Holds an executable, and returns it. */
  own(executable: Executable): Executable {
    this.#executables.push(executable)
    return executable
  }

  release(): void {
    if (this.#released) return
    // What checks found is in memory that ends.
    lookNow(this.#device)
    this.#released = true
    for (const memory of this.#memories) this.#device.free(memory)
    for (const node of this.#nodes) node.release()
    for (const executable of this.#executables) executable.dispose?.()
  }
}
