/** Where written bytes go: a file, a stream, or memory. Writers call `write` in order and wait for each. */
export interface ByteSink {
  write(chunk: Uint8Array): Promise<void> | void
}

/** Collects everything in memory. */
export class MemorySink implements ByteSink {
  #chunks: Uint8Array[] = []
  #size = 0

  write(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  /** All bytes written so far, in one array. */
  bytes(): Uint8Array {
    const all = new Uint8Array(this.#size)
    let at = 0
    for (const chunk of this.#chunks) {
      all.set(chunk, at)
      at += chunk.length
    }
    this.#chunks = [all]
    return all
  }
}
