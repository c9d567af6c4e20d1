/** The files of a piece of work that are arrays one after the other. */
import type { Data } from './contenders/contender.ts'
import type { TensorInfo } from './recipe.ts'

/** Cuts a file into the arrays of these tensors. */
export function arraysOf(
  { buffer, byteOffset }: Uint8Array<ArrayBuffer>,
  tensors: readonly TensorInfo[],
): Data[] {
  let at = byteOffset
  return tensors.map(({ shape, dtype }) => {
    const length = shape.reduce((a, b) => a * b, 1)
    const bytes = length * (dtype === 'int64' ? 8 : 4)
    const part = buffer.slice(at, at + bytes)
    at += bytes
    return dtype === 'int64' ? new BigInt64Array(part) : new Float32Array(part)
  })
}

/** Results, which the next run may overwrite, as bytes of their own. */
export function copiesOf(data: readonly Data[]): Uint8Array<ArrayBuffer>[] {
  return data.map(d => new Uint8Array(d.buffer, d.byteOffset, d.byteLength).slice())
}

/** Outputs may differ by so much of the largest one. */
const TOLERANCE = 1e-3

/** What is wrong with outputs, given those of the reference; null where they agree. */
export function difference(a: Float32Array, b: Float32Array): string | null {
  if (a.length !== b.length) return `${a.length} numbers instead of ${b.length}`
  let [most, largest] = [0, 0]
  for (const [i, x] of a.entries()) {
    most = Math.max(most, Math.abs(x - b[i]!))
    largest = Math.max(largest, Math.abs(b[i]!))
    if (Number.isNaN(x - b[i]!)) return 'not a number where the reference has one'
  }
  return most <= TOLERANCE * largest ? null : `off by ${(most / largest).toExponential(1)} of the largest`
}
