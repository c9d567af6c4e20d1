/** CRC-32 of zip (polynomial 0xedb88320), by eight bytes at a time ("slicing-by-8", Kounavis and Berry 2005). */
const TABLES = makeTables()

function makeTables(): Uint32Array[] {
  const tables: Uint32Array[] = [new Uint32Array(256)]
  const first = tables[0] as Uint32Array
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    first[byte] = crc >>> 0
  }
  for (let k = 1; k < 8; k++) {
    const previous = tables[k - 1] as Uint32Array
    tables.push(previous.map(crc => ((crc >>> 8) ^ (first[crc & 255] as number)) >>> 0))
  }
  return tables
}

export type Crc32 = (bytes: Uint8Array, crc?: number) => number

let fastest: Crc32 = slicingBy8

/** CRC of `bytes` continued from `crc` (0 at the beginning), as an unsigned 32-bit number. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  return fastest(bytes, crc)
}

/** Puts another implementation in the place of this one, e.g. one that uses the processor's instructions. */
export function setCrc32(implementation: Crc32): void {
  fastest = implementation
}

export function slicingBy8(bytes: Uint8Array, crc = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ]
  let c = ~crc
  let i = 0
  const end = bytes.length - 7
  for (; i < end; i += 8) {
    const low =
      c ^
      ((bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24))
    c =
      (t7[low & 255] as number) ^
      (t6[(low >>> 8) & 255] as number) ^
      (t5[(low >>> 16) & 255] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[bytes[i + 4] as number] as number) ^
      (t2[bytes[i + 5] as number] as number) ^
      (t1[bytes[i + 6] as number] as number) ^
      (t0[bytes[i + 7] as number] as number)
  }
  for (; i < bytes.length; i++) c = (c >>> 8) ^ (t0[(c ^ (bytes[i] as number)) & 255] as number)
  return ~c >>> 0
}
