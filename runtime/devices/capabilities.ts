/** What the platform's WebAssembly can do, found by asking it to validate tiny modules. */

export interface Capabilities {
  /** Fused multiply-add and other operations whose rounding is the machine's. */
  readonly relaxedSimd: boolean
  /** Memory that workers share: needs cross-origin isolation in browsers. */
  readonly threads: boolean
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/** A module with one function () -> v128 of the given body. */
function vectorFunction(body: readonly number[]): Uint8Array<ArrayBuffer> {
  const code = [0, ...body, 0x0b]
  return new Uint8Array([
    ...HEADER,
    ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x0a, code.length + 2, 0x01, code.length, ...code],
  ])
}

const ZERO = [0xfd, 0x0c, ...new Array<number>(16).fill(0)]
/** f32x4.relaxed_madd is opcode 0x105. */
const RELAXED_MADD = [...ZERO, ...ZERO, ...ZERO, 0xfd, 0x85, 0x02]

/** Probes the platform. */
export function capabilities(): Capabilities {
  return {
    relaxedSimd: WebAssembly.validate(vectorFunction(RELAXED_MADD)),
    threads: typeof SharedArrayBuffer !== 'undefined' && canShareMemory(),
  }
}

function canShareMemory(): boolean {
  try {
    return (
      new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer instanceof SharedArrayBuffer
    )
  } catch {
    return false
  }
}
