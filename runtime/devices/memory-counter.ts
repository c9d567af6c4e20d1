/** Counts what a device has allocated: tests prove with it that nothing leaks, `stats()` reports it. */
import type { MemoryStats } from './device.ts'

export class MemoryCounter {
  #buffers = 0
  #bytes = 0
  #prepared = 0
  #peak = 0

  allocated(bytes: number): void {
    this.#buffers++
    this.#bytes += bytes
    this.borrowed(0)
  }

  freed(bytes: number): void {
    this.#buffers--
    this.#bytes -= bytes
  }

  /** Memory that programs keep between their runs; negative when they give it back. */
  prepared(bytes: number): void {
    this.#prepared += bytes
    this.borrowed(0)
  }

  /** Scratch of a program that runs: no live buffer, but part of the peak. */
  borrowed(bytes: number): void {
    this.#peak = Math.max(this.#peak, this.#bytes + this.#prepared + bytes)
  }

  stats(): MemoryStats {
    return {
      liveBuffers: this.#buffers,
      liveBytes: this.#bytes,
      preparedBytes: this.#prepared,
      peakBytes: this.#peak,
      reservedBytes: this.#bytes + this.#prepared,
    }
  }
}
