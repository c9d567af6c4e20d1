/**
 * The numbers that a program's shaders take as parameters: one buffer for all of them, written when it is made. It goes with the
 * program: some KiB, which need not be given back at once.
 */
import { USAGE } from './buffer-pool.ts'
import type { Pipeline } from './pipelines.ts'

/** Bytes of a vector of four: bindings show whole ones. */
const VECTOR = 16

export class Parameters {
  /** Buffers that were made: one, or none if there are no parameters. */
  readonly made: 0 | 1
  readonly #places = new Map<Pipeline, GPUBufferBinding>()

  constructor(device: GPUDevice, pipelines: readonly Pipeline[]) {
    const aligned = (bytes: number, to: number): number => Math.ceil(bytes / to) * to
    const { minUniformBufferOffsetAlignment } = device.limits
    const parametrised = pipelines.filter(p => p.parameters.length > 0)
    const offsets: number[] = []
    let bytes = 0
    for (const { parameters } of parametrised) {
      const offset = aligned(bytes, minUniformBufferOffsetAlignment)
      offsets.push(offset)
      bytes = offset + aligned(parameters.byteLength, VECTOR)
    }
    this.made = bytes === 0 ? 0 : 1
    if (bytes === 0) return
    const content = new Int32Array(bytes / 4)
    const buffer = device.createBuffer({ size: bytes, usage: USAGE.UNIFORM | USAGE.COPY_DST })
    for (const [i, p] of parametrised.entries()) {
      const offset = offsets[i]!
      content.set(p.parameters, offset / 4)
      this.#places.set(p, { buffer, offset, size: aligned(p.parameters.byteLength, VECTOR) })
    }
    device.queue.writeBuffer(buffer, 0, content)
  }

  /** What a pipeline binds behind its buffers; null where it has no parameters. */
  of(pipeline: Pipeline): GPUBufferBinding | null {
    return this.#places.get(pipeline) ?? null
  }
}
