/** SHA-256 (FIPS 180-4) over data that arrives in pieces; WebCrypto offers only one-shot digests. */
const K = new Uint32Array(64)
const INITIAL = new Uint32Array(8)
fillConstants()

/** Fractional parts of the square and cube roots of the first primes, as the standard defines them. */
function fillConstants(): void {
  const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) >>> 0
  let found = 0
  for (let n = 2; found < 64; n++) {
    let prime = true
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false
    if (!prime) continue
    if (found < 8) INITIAL[found] = fraction(Math.sqrt(n))
    K[found++] = fraction(Math.cbrt(n))
  }
}

export class Sha256 {
  readonly #state = INITIAL.slice()
  readonly #words = new Uint32Array(64)
  readonly #block = new Uint8Array(64)
  #filled = 0
  #length = 0

  update(bytes: Uint8Array): this {
    this.#length += bytes.length
    let at = 0
    if (this.#filled > 0) {
      at = Math.min(64 - this.#filled, bytes.length)
      this.#block.set(bytes.subarray(0, at), this.#filled)
      this.#filled += at
      if (this.#filled < 64) return this
      this.#compress(this.#block, 0)
      this.#filled = 0
    }
    for (; at + 64 <= bytes.length; at += 64) this.#compress(bytes, at)
    this.#block.set(bytes.subarray(at))
    this.#filled = bytes.length - at
    return this
  }

  /** The digest as 64 hexadecimal digits; the object is used up. */
  hex(): string {
    const length = this.#length
    const tail = new Uint8Array(this.#filled < 56 ? 64 : 128)
    tail.set(this.#block.subarray(0, this.#filled))
    tail[this.#filled] = 0x80
    const view = new DataView(tail.buffer)
    view.setUint32(tail.length - 8, Math.floor(length / 2 ** 29))
    view.setUint32(tail.length - 4, (length * 8) >>> 0)
    for (let at = 0; at < tail.length; at += 64) this.#compress(tail, at)
    return Array.from(this.#state, word => word.toString(16).padStart(8, '0')).join('')
  }

  #compress(bytes: Uint8Array, at: number): void {
    const w = this.#words
    for (let t = 0; t < 16; t++) {
      const i = at + 4 * t
      w[t] =
        ((bytes[i] as number) << 24) |
        ((bytes[i + 1] as number) << 16) |
        ((bytes[i + 2] as number) << 8) |
        (bytes[i + 3] as number)
    }
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15] as number
      const y = w[t - 2] as number
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
      w[t] = ((w[t - 16] as number) + s0 + (w[t - 7] as number) + s1) | 0
    }
    const s = this.#state
    let [a, b, c, d, e, f, g, h] = s as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[t] as number) + (w[t] as number)) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    s[0] = (s[0] as number) + a
    s[1] = (s[1] as number) + b
    s[2] = (s[2] as number) + c
    s[3] = (s[3] as number) + d
    s[4] = (s[4] as number) + e
    s[5] = (s[5] as number) + f
    s[6] = (s[6] as number) + g
    s[7] = (s[7] as number) + h
  }
}

/** Digest of bytes in memory, by the platform's WebCrypto where there is one: browsers hide it from plain http pages. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) return new Sha256().update(bytes).hex()
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
}
