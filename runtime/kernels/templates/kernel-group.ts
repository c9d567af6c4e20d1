/** What a template gives: kernels that run one after the other. */

import type { Buffer, Kernel } from '../ir.ts'

/** Kernels in the order in which they run. Buffers of one name are one memory; scratch lives between them. */
export interface KernelGroup {
  readonly kernels: readonly Kernel[]
  readonly scratch: readonly Buffer[]
}

/** The same memory, for reading. */
export function forReading(written: Buffer): Buffer {
  return { ...written, access: 'read' }
}

/** The buffers of a kernel, each once. */
export function unique(buffers: readonly Buffer[]): readonly Buffer[] {
  return [...new Set(buffers)]
}
