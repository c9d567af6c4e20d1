/** Reading: a copy into a buffer that can be mapped, from a ring of such buffers. */
import { BufferPool, USAGE } from './buffer-pool.ts'

/** Bytes of idle staging buffers. */
const MOST_KEPT = 64 * 2 ** 20
/** GPUMapMode.READ, which need not exist as a global (Node). */
const READ = 1

export class Staging {
  readonly #device: GPUDevice
  readonly #pool: BufferPool

  /** @param onFull told, some time later, that there was no room for a staging buffer */
  constructor(device: GPUDevice, onFull: (message: string) => void) {
    this.#device = device
    this.#pool = new BufferPool(device, USAGE.MAP_READ | USAGE.COPY_DST, MOST_KEPT, onFull)
  }

  /** Staging buffers made so far. */
  get made(): number {
    return this.#pool.made
  }

  /** The first bytes of buffers, as they are when everything submitted before has run: one wait for all. */
  async read(sources: readonly StagedRead[]): Promise<Uint8Array<ArrayBuffer>[]> {
    const total = sources.reduce((sum, { bytes }) => sum + staged(bytes), 0)
    if (total === 0) return sources.map(() => new Uint8Array(0))
    // What is too large to be kept is not put together either.
    if (total > MOST_KEPT && sources.length > 1)
      return (await Promise.all(sources.map(source => this.read([source])))).flat()
    const staging = this.#pool.take(total)
    const encoder = this.#device.createCommandEncoder()
    let at = 0
    for (const { buffer, bytes } of sources) {
      if (bytes > 0) encoder.copyBufferToBuffer(buffer, 0, staging, at, staged(bytes))
      at += staged(bytes)
    }
    this.#device.queue.submit([encoder.finish()])
    await staging.mapAsync(READ, 0, total)
    const mapped = new Uint8Array(staging.getMappedRange(0, total))
    at = 0
    const found = sources.map(({ bytes }) => {
      const part = mapped.slice(at, at + bytes)
      at += staged(bytes)
      return part
    })
    staging.unmap()
    this.#pool.give(staging)
    return found
  }
}

/** Bytes of a buffer from its beginning on. */
export interface StagedRead {
  readonly buffer: GPUBuffer
  readonly bytes: number
}

/** Bytes that a read takes of a staging buffer: copies are of whole words. */
const staged = (bytes: number): number => Math.ceil(bytes / 4) * 4
