/** Storages whose bytes stay in the file until they are asked for. */
import { swapped } from './byte-order.ts'
import { allocate } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { type FileDType, swapWidthOf } from './file-dtype.ts'
import type { StoredStorage } from './stored-tensor.ts'

export interface StorageId {
  readonly dtype: FileDType
  readonly key: string
  readonly location: string
  readonly numel: number
  readonly byteLength: number
  readonly untyped?: boolean
}

/** What is swapped at a time. */
const CHUNK = 8 << 20

type Fetch = (from: number, to: number, into?: Uint8Array) => Promise<Uint8Array>

/** Reads from the file on demand, or from memory once preloaded. Bytes come out little-endian. */
export class LazyStorage implements StoredStorage {
  readonly id: string
  readonly byteLength: number
  readonly location: string
  readonly #fetch: Fetch
  readonly #swap: number
  #bytes: Uint8Array | null = null

  /** `fetch` gives bytes [from, to) as the file has them; they are swapped here when that is big-endian. */
  constructor(id: Omit<StorageId, 'numel'>, fetch: Fetch, bigEndian = false) {
    this.id = id.key
    this.byteLength = id.byteLength
    this.location = id.location
    this.#fetch = fetch
    this.#swap = bigEndian ? swapWidthOf(id.dtype) : 1
  }

  async read(from: number, to: number, into?: Uint8Array): Promise<Uint8Array> {
    if (!(from >= 0 && from <= to && to <= this.byteLength)) {
      throw new CheckpointError('tensor/storage', `bytes ${from} to ${to} of a storage of ${this.byteLength}`)
    }
    if (this.#bytes !== null) return this.#bytes.subarray(from, to)
    if (this.#swap === 1) return this.#fetch(from, to, into)
    const start = from - (from % this.#swap)
    const end = Math.min(Math.ceil(to / this.#swap) * this.#swap, this.byteLength)
    const bytes = swapped(await this.#fetch(start, end), this.#swap)
    return bytes.subarray(from - start, to - start)
  }

  /** Brings all bytes into memory, which holds them once. */
  async preload(): Promise<void> {
    if (this.#swap === 1) {
      this.#bytes = await this.read(0, this.byteLength)
      return
    }
    const bytes = allocate(this.byteLength)
    for (let at = 0; at < bytes.length; at += CHUNK) {
      bytes.set(await this.read(at, Math.min(at + CHUNK, bytes.length)), at)
    }
    this.#bytes = bytes
  }
}
