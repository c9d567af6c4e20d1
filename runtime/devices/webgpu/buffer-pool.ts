/**
 * GPU buffers, reused. Making one is slow and its memory must be cleared, so a buffer that was given back waits for the next
 * request of its size. Commands run in the order of their submission, so it may be given out at once. Of those that wait, the
 * one that was made first is given: what asks for the same again and again then gets the same, in whatever order things end,
 * and bind groups fit.
 */
import { DeviceError } from '../device.ts'

/** Values of GPUBufferUsage, which need not exist as a global (Node). */
export const USAGE = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, UNIFORM: 64, STORAGE: 128 } as const

/** Sizes are rounded so that they recur: to 256 bytes, then to an eighth of the next power of two. */
export function pooledSize(bytes: number): number {
  if (bytes <= 2048) return Math.max(256, Math.ceil(bytes / 256) * 256)
  const step = 2 ** (Math.ceil(Math.log2(bytes)) - 3)
  return Math.ceil(bytes / step) * step
}

let lastNumber = 0
const numbers = new WeakMap<GPUBuffer, number>()

/** Tells buffers of pools apart, and says which was made before which. */
export const numberOf = (buffer: GPUBuffer): number => numbers.get(buffer)!

export class BufferPool {
  readonly #device: GPUDevice
  readonly #usage: number
  /** By size, those made first at the end. */
  readonly #free = new Map<number, GPUBuffer[]>()
  /** All that wait, those longest at the front. */
  readonly #waiting = new Set<GPUBuffer>()
  #keptAtMost: number
  #kept = 0
  #made = 0
  readonly #onFull: (message: string) => void
  /** Buffers that there was no room for. */
  readonly #missing = new WeakSet<GPUBuffer>()

  /**
   * @param keptAtMost bytes that may wait for reuse; beyond them those that have waited longest are destroyed
   * @param onFull told, some time later, that there was no room for a buffer that was given out
   */
  constructor(device: GPUDevice, usage: number, keptAtMost: number, onFull: (message: string) => void) {
    this.#device = device
    this.#usage = usage
    this.#keptAtMost = keptAtMost
    this.#onFull = onFull
  }

  /** Buffers made so far: a program that is replayed makes none. */
  get made(): number {
    return this.#made
  }

  /** Bytes that wait for reuse. */
  get keptBytes(): number {
    return this.#kept
  }

  /** Has so many bytes wait for reuse, if need be. */
  keepAtLeast(bytes: number): void {
    this.#keptAtMost = Math.max(this.#keptAtMost, bytes)
  }

  /** A buffer of at least so many bytes; what it holds is undefined. */
  take(bytes: number): GPUBuffer {
    const { maxBufferSize } = this.#device.limits
    const size = Math.min(pooledSize(bytes), Math.max(maxBufferSize - (maxBufferSize % 4), 4))
    const waiting = this.#free.get(size)?.pop()
    if (waiting !== undefined) {
      this.#kept -= size
      this.#waiting.delete(waiting)
      return waiting
    }
    if (size < bytes) {
      throw new DeviceError(
        'device/memory',
        'webgpu',
        `a buffer of ${bytes} bytes is more than this adapter allows (${maxBufferSize})`,
        'work in smaller batches, or on the cpu',
      )
    }
    this.#device.pushErrorScope('out-of-memory')
    const buffer = this.#device.createBuffer({ size, usage: this.#usage })
    this.#made++
    numbers.set(buffer, ++lastNumber)
    this.#device.popErrorScope().then(
      error => {
        if (error === null) return
        this.#missing.add(buffer)
        this.#onFull(`there was no room for a buffer of ${size} bytes: ${error.message}`)
      },
      // The device was lost, which others report.
      () => {},
    )
    return buffer
  }

  /** Takes a buffer back. */
  give(buffer: GPUBuffer): void {
    if (buffer.size > this.#keptAtMost || this.#missing.has(buffer)) {
      buffer.destroy()
      return
    }
    for (const longest of this.#waiting) {
      if (this.#kept + buffer.size <= this.#keptAtMost) break
      this.#end(longest)
    }
    const list = this.#free.get(buffer.size) ?? []
    this.#free.set(buffer.size, list)
    const after = list.findLastIndex(other => numberOf(other) > numberOf(buffer))
    list.splice(after + 1, 0, buffer)
    this.#waiting.add(buffer)
    this.#kept += buffer.size
  }

  /** Makes room: what waits for reuse goes. */
  drop(): void {
    for (const buffer of this.#waiting) this.#end(buffer)
  }

  #end(buffer: GPUBuffer): void {
    this.#waiting.delete(buffer)
    const list = this.#free.get(buffer.size)!
    list.splice(list.indexOf(buffer), 1)
    this.#kept -= buffer.size
    buffer.destroy()
  }
}
