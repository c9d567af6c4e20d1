/** Bytes of a pickle, appended one opcode at a time. */
import { CheckpointError } from '../checkpoint-error.ts'
import { OP } from './opcodes.ts'
import { encodeUtf8 } from './utf8.ts'

export class PickleWriter {
  #bytes = new Uint8Array(1024)
  #view = new DataView(this.#bytes.buffer)
  #at = 0

  /** Position of `count` new bytes. Call before touching the buffer, which this may replace. */
  #room(count: number): number {
    if (this.#at + count > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count))
      grown.set(this.#bytes)
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    const at = this.#at
    this.#at += count
    return at
  }

  op(code: number): this {
    const at = this.#room(1)
    this.#bytes[at] = code
    return this
  }

  u8(value: number): this {
    return this.op(value)
  }

  u32(value: number): this {
    const at = this.#room(4)
    this.#view.setUint32(at, value, true)
    return this
  }

  raw(bytes: Uint8Array): this {
    const at = this.#room(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** The smallest opcode for an int, as CPython's pickler picks it for protocol 2. */
  int(value: number | bigint): this {
    if (typeof value === 'bigint' || value < -(2 ** 31) || value >= 2 ** 31) return this.#long(BigInt(value))
    if (value >= 0 && value < 256) return this.op(OP.BININT1).u8(value)
    if (value >= 0 && value < 65536)
      return this.op(OP.BININT2)
        .u8(value & 255)
        .u8(value >> 8)
    return this.op(OP.BININT).u32(value >>> 0)
  }

  #long(value: bigint): this {
    let bytes = 1
    while (BigInt.asIntN(bytes * 8, value) !== value) bytes++
    const digits = new Uint8Array(bytes)
    let rest = BigInt.asUintN(bytes * 8, value)
    for (let i = 0; i < bytes; i++, rest >>= 8n) digits[i] = Number(rest & 255n)
    if (bytes > 255) {
      throw new CheckpointError(
        'write/unsupported',
        `an int of ${bytes} bytes; torch.load(weights_only=True) reads 255`,
      )
    }
    return this.op(OP.LONG1).u8(bytes).raw(digits)
  }

  float(value: number): this {
    this.op(OP.BINFLOAT)
    const at = this.#room(8)
    this.#view.setFloat64(at, value, false)
    return this
  }

  text(value: string): this {
    const bytes = encodeUtf8(value)
    return this.op(OP.BINUNICODE).u32(bytes.length).raw(bytes)
  }

  global(module: string, name: string): this {
    return this.op(OP.GLOBAL).raw(encodeUtf8(`${module}\n${name}\n`))
  }

  /** BINPUT or BINGET of a memo entry. */
  memo(short: number, long: number, index: number): this {
    return index < 256 ? this.op(short).u8(index) : this.op(long).u32(index)
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#at)
  }
}
