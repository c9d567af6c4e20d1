/** Counts what a device has allocated: tests prove with it that nothing leaks, `stats()` reports it. */
import type { MemoryStats } from './device.ts'

export class MemoryCounter {
  #buffers = 0
  #bytes = 0
  #peak = 0

  allocated(bytes: number): void {
    this.#buffers++
    this.#bytes += bytes
    this.#peak = Math.max(this.#peak, this.#bytes)
  }

  freed(bytes: number): void {
    this.#buffers--
    this.#bytes -= bytes
  }

  /** Scratch of a program that runs: no live buffer, but part of the peak. */
  borrowed(bytes: number): void {
    this.#peak = Math.max(this.#peak, this.#bytes + bytes)
  }

  stats(): MemoryStats {
    return { liveBuffers: this.#buffers, liveBytes: this.#bytes, peakBytes: this.#peak }
  }
}
