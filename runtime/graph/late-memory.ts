/** Memory that is taken and filled when its elements are first asked for, and never if nobody asks. */
import type { Device, Memory } from '../devices/device.ts'
import { STORAGE_CLASS, type Storage } from '../kernels/reference/storage.ts'
import { type DType, ITEM_SIZE } from '../ops/dtype.ts'

/** What a node has that nobody has read. Either of the two is called, once. */
export interface LateMemory {
  /** The memory, filled; the caller's from now on. Throws DeviceError (`device/memory`) where there is no room. */
  take(): Memory
  /** Nobody will ask. */
  drop(): void
}

/** Elements that `fill` stores, row-major, into zeros. */
export class LateElements implements LateMemory {
  readonly #device: Device
  readonly #dtype: DType
  readonly #size: number
  readonly #fill: (elements: Storage) => void
  #memory: Memory | null = null
  #dropped = false

  constructor(device: Device, dtype: DType, size: number, fill: (elements: Storage) => void) {
    this.#device = device
    this.#dtype = dtype
    this.#size = size
    this.#fill = fill
  }

  get dropped(): boolean {
    return this.#dropped
  }

  /** Does what `fill` does beside storing: random numbers are drawn. */
  compute(): void {
    this.#fill(new STORAGE_CLASS[this.#dtype](this.#size))
  }

  /** Fills the memory, where that has not been done. Throws DeviceError before anything is computed. */
  make(): Memory {
    if (this.#memory !== null) return this.#memory
    const elements = new STORAGE_CLASS[this.#dtype](this.#size)
    const memory = this.#device.alloc(this.#size * ITEM_SIZE[this.#dtype])
    this.#fill(elements)
    this.#device.write(memory, new Uint8Array(elements.buffer))
    this.#memory = memory
    return memory
  }

  take(): Memory {
    return this.make()
  }

  drop(): void {
    this.#dropped = true
    if (this.#memory !== null) this.#device.free(this.#memory)
  }
}
