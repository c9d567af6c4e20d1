/** Runs kernels as WebAssembly over typed arrays, as `interpret` does by the reference. */

import type { Kernel } from '../../runtime/kernels/ir.ts'
import { STORAGE_CLASS, type Storage } from '../../runtime/kernels/reference/storage.ts'
import { verify } from '../../runtime/kernels/verify.ts'
import { compileModule, gridExtent, scratchBytes, wasmImports } from '../../runtime/kernels/wasm/compile.ts'
import { ITEM_SIZE } from '../../runtime/ops/dtype.ts'

export type Entry = (...args: number[]) => void

const ALIGN = 64
const MARGIN = 64
const CANARY = 0xa5

/** Instantiates kernels over a memory. */
export function instantiate(
  kernels: readonly Kernel[],
  memory: WebAssembly.Memory,
  relaxedSimd = false,
): Entry[] {
  const { bytes } = compileModule(kernels, { sharedMemory: false, relaxedSimd })
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), wasmImports(memory))
  return kernels.map((_, i) => instance.exports[`k${i}`] as Entry)
}

/**
 * Runs one kernel, its grid in as many parts as given; results are copied back into the arrays. Throws if a byte
 * outside of the buffers changed.
 */
export function runWasm(kernel: Kernel, storage: readonly Storage[], parts = 1): void {
  verify(kernel)
  const places: number[] = []
  let end = MARGIN
  for (const array of storage) {
    places.push(end)
    end = Math.ceil((end + array.byteLength + MARGIN) / ALIGN) * ALIGN
  }
  const scratch = end
  const total = end + scratchBytes(kernel) + MARGIN
  const memory = new WebAssembly.Memory({ initial: Math.ceil(total / 65536) })
  const bytes = new Uint8Array(memory.buffer)
  bytes.fill(CANARY)
  storage.forEach((array, i) => {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), places[i]!)
  })
  const [run] = instantiate([kernel], memory)
  const extent = gridExtent(kernel)
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map(p => Math.floor((extent * p) / parts))
    run!(...places, scratch, from!, to!)
  }
  storage.forEach((array, i) => {
    const { dtype } = kernel.buffers[i]!
    const length = array.byteLength / ITEM_SIZE[dtype]
    const result = new STORAGE_CLASS[dtype](memory.buffer, places[i]!, length)
    array.set(result as never)
    const after = places[i]! + array.byteLength
    const next = places[i + 1] ?? scratch
    for (let at = after; at < next; at++) {
      if (bytes[at] !== CANARY) throw new Error(`${kernel.name} wrote behind ${kernel.buffers[i]!.name}`)
    }
  })
  for (let at = 0; at < MARGIN; at++)
    if (bytes[at] !== CANARY) throw new Error(`${kernel.name} wrote before its buffers`)
}
