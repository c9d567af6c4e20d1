/**
 * Writes the zip container exactly as torch 2.13's PyTorchFileWriter (miniz) lays it out: stored records, data at
 * multiples of the alignment through an `FB` extra field, sizes in data descriptors, zip64 end records always.
 * Source: caffe2/serialize/inline_container.cc (getPadding, writeRecord) and files that torch 2.13 wrote.
 */
import type { ByteSink } from '../byte-sink.ts'
import { crc32 } from '../crc32.ts'

const MAX32 = 0xffffffff

interface WrittenRecord {
  readonly name: Uint8Array
  readonly crc: number
  readonly size: number
  readonly offset: number
}

export class ZipWriter {
  readonly #sink: ByteSink
  readonly #alignment: number
  readonly #records: WrittenRecord[] = []
  #position = 0

  constructor(sink: ByteSink, alignment: number) {
    this.#sink = sink
    this.#alignment = alignment
  }

  /** CRCs of the records so far, in order: PyTorch's serialization id is made of them. */
  get crcs(): number[] {
    return this.#records.map(record => record.crc)
  }

  async add(name: string, bytes: Uint8Array): Promise<void> {
    await this.addStream(name, bytes.length, [bytes])
  }

  /** `chunks` must give `size` bytes in all. */
  async addStream(
    name: string,
    size: number,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const encoded = new TextEncoder().encode(name)
    const offset = this.#position
    await this.#write(this.#localHeader(encoded, size))
    let crc = 0
    for await (const chunk of chunks) {
      // A file takes the bytes while the CRC is computed.
      const written = this.#write(chunk)
      crc = crc32(chunk, crc)
      await written
    }
    if (size > 0) await this.#write(descriptor(crc, size, size >= MAX32 || offset >= MAX32))
    this.#records.push({ name: encoded, crc, size, offset })
  }

  /** Writes the directory and both end records. */
  async finish(): Promise<void> {
    const offset = this.#position
    for (const record of this.#records) await this.#write(centralHeader(record))
    const end64At = this.#position
    const size = end64At - offset
    const count = this.#records.length
    const end = new Fields(56 + 20 + 22)
    end.u32(0x06064b50).u64(44).u16(0x031e).u16(45).u32(0).u32(0).u64(count).u64(count).u64(size).u64(offset)
    end.u32(0x07064b50).u32(0).u64(end64At).u32(1)
    end.u32(0x06054b50).u16(0).u16(0).u16(Math.min(count, 0xffff)).u16(Math.min(count, 0xffff))
    end.u32(Math.min(size, MAX32)).u32(Math.min(offset, MAX32)).u16(0)
    await this.#write(end.bytes)
  }

  #localHeader(name: Uint8Array, size: number): Uint8Array {
    const offset = this.#position
    const wideSize = size >= MAX32
    const wideOffset = offset >= MAX32
    const zip64 = wideSize || wideOffset ? 4 + (wideSize ? 16 : 0) + (wideOffset ? 8 : 0) : 0
    const start = offset + 30 + name.length + zip64 + 4
    const padding = (this.#alignment - (start % this.#alignment)) % this.#alignment
    const header = new Fields(30 + name.length + zip64 + 4 + padding)
    header.u32(0x04034b50).u16(0).u16(flagsOf(size)).u16(0).u32(0).u32(0).u32(0).u32(0)
    header
      .u16(name.length)
      .u16(zip64 + 4 + padding)
      .raw(name)
    if (zip64 > 0) header.u16(1).u16(zip64 - 4)
    if (wideSize) header.u64(size).u64(size)
    if (wideOffset) header.u64(offset)
    header
      .raw(new Uint8Array([0x46, 0x42]))
      .u16(padding)
      .raw(new Uint8Array(padding).fill(0x5a))
    return header.bytes
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#position += bytes.length
    await this.#sink.write(bytes)
  }
}

/** UTF-8 names always; a data descriptor where there is data. */
function flagsOf(size: number): number {
  return size > 0 ? 0x0808 : 0x0800
}

function descriptor(crc: number, size: number, wide: boolean): Uint8Array {
  const fields = new Fields(wide ? 24 : 16)
  fields.u32(0x08074b50).u32(crc)
  if (wide) fields.u64(size).u64(size)
  else fields.u32(size).u32(size)
  return fields.bytes
}

function centralHeader({ name, crc, size, offset }: WrittenRecord): Uint8Array {
  const wideSize = size >= MAX32
  const wideOffset = offset >= MAX32
  const zip64 = wideSize || wideOffset ? 4 + (wideSize ? 16 : 0) + (wideOffset ? 8 : 0) : 0
  const header = new Fields(46 + name.length + zip64)
  header.u32(0x02014b50).u16(0).u16(0).u16(flagsOf(size)).u16(0).u32(0).u32(crc)
  header.u32(Math.min(size, MAX32)).u32(Math.min(size, MAX32))
  header.u16(name.length).u16(zip64).u16(0).u16(0).u16(0).u32(0).u32(Math.min(offset, MAX32)).raw(name)
  if (zip64 > 0) header.u16(1).u16(zip64 - 4)
  if (wideSize) header.u64(size).u64(size)
  if (wideOffset) header.u64(offset)
  return header.bytes
}

/** Little-endian fields one after the other. */
class Fields {
  readonly bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
    this.#view = new DataView(this.bytes.buffer)
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true)
    this.#at += 2
    return this
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true)
    this.#at += 4
    return this
  }

  u64(value: number): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true)
    this.#at += 8
    return this
  }

  raw(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at)
    this.#at += bytes.length
    return this
  }
}
