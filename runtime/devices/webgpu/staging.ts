/** Reading: a copy into a buffer that can be mapped, from a ring of such buffers. */
import { BufferPool, USAGE } from './buffer-pool.ts'

/** Bytes of idle staging buffers. */
const MOST_KEPT = 64 * 2 ** 20
/** GPUMapMode.READ, which need not exist as a global (Node). */
const READ = 1

export class Staging {
  readonly #device: GPUDevice
  readonly #pool: BufferPool

  constructor(device: GPUDevice) {
    this.#device = device
    this.#pool = new BufferPool(device, USAGE.MAP_READ | USAGE.COPY_DST, MOST_KEPT)
  }

  /** Staging buffers made so far. */
  get made(): number {
    return this.#pool.made
  }

  /** The first bytes of a buffer, as they are when everything submitted before has run. */
  async read(source: GPUBuffer, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    if (bytes === 0) return new Uint8Array(0)
    const whole = Math.ceil(bytes / 4) * 4
    const staging = this.#pool.take(whole)
    const encoder = this.#device.createCommandEncoder()
    encoder.copyBufferToBuffer(source, 0, staging, 0, whole)
    this.#device.queue.submit([encoder.finish()])
    await staging.mapAsync(READ, 0, whole)
    const found = new Uint8Array(staging.getMappedRange(0, whole)).slice(0, bytes)
    staging.unmap()
    this.#pool.give(staging)
    return found
  }
}
