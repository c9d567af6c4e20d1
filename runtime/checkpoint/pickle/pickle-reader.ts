/** A cursor over the bytes of a pickle. Every length is checked against what is there before anything is made. */
import { CheckpointError } from '../checkpoint-error.ts'
import { decodeUtf8 } from './utf8.ts'

/** Python ints beyond this are refused: converting them takes quadratic time. */
const MAX_INT_BYTES = 1024
const MAX_NAME = 4096
/** Two hexadecimal digits of each byte. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The pickle goes on beyond the bytes at hand; a caller that has more may try again with more. */
export class PickleEnd extends CheckpointError {
  constructor() {
    super('file/truncated', 'the pickle ends in the middle', {
      hint: 'the file was cut short: fetch it again',
    })
  }
}

export class PickleReader {
  at: number
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = start
  }

  /** Throws PickleEnd unless `count` more bytes are there; a negative count is corrupt. */
  need(count: number): void {
    if (count < 0) throw new CheckpointError('pickle/corrupt', `a length of ${count}`)
    if (this.at + count > this.#bytes.length) throw new PickleEnd()
  }

  #advance(count: number): number {
    this.need(count)
    const at = this.at
    this.at += count
    return at
  }

  u8(): number {
    return this.#bytes[this.#advance(1)] as number
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  u64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true))
  }

  /** Big-endian, as BINFLOAT has it. */
  f64(): number {
    return this.#view.getFloat64(this.#advance(8), false)
  }

  raw(length: number): Uint8Array {
    const at = this.#advance(length)
    return this.#bytes.subarray(at, at + length)
  }

  /** UTF-8; lone surrogates are let through, as Python does. */
  text(length: number): string {
    const text = decodeUtf8(this.raw(length))
    if (text === undefined) throw new CheckpointError('pickle/corrupt', 'a string is not UTF-8')
    return text
  }

  /** A name that ends with a newline. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.at)
    if (end < 0 || end - this.at > MAX_NAME) {
      const start = decodeUtf8(this.#bytes.subarray(this.at, this.at + 64)) ?? ''
      throw new CheckpointError('pickle/corrupt', `a name without an end: ${JSON.stringify(start)}`)
    }
    const name = this.text(end - this.at)
    this.at = end + 1
    return name
  }

  /** Two's complement, little-endian: a number where that is exact, else a bigint. */
  long(length: number): number | bigint {
    if (length > MAX_INT_BYTES) {
      throw new CheckpointError(
        'limit/exceeded',
        `an integer of ${length} bytes; at most ${MAX_INT_BYTES} are read`,
      )
    }
    const bytes = this.raw(length)
    const digits: string[] = []
    for (let i = length - 1; i >= 0; i--) digits.push(HEX[bytes[i] as number] as string)
    const unsigned = BigInt(`0x${digits.join('') || '0'}`)
    const value = BigInt.asIntN(length * 8, unsigned)
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : value
  }
}
