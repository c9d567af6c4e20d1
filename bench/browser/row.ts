/** What one contender's frame reports of one piece of work. */
import type { GpuCounts } from './count-gpu.ts'

export interface BrowserRow {
  readonly work: string
  readonly contender: string
  readonly threads: number
  /** Median time of a run; null where there was none. */
  readonly ms: number | null
  /** From nothing to the first result: library and weights loaded, pipelines compiled. */
  readonly loadMs: number | null
  /** Counted until the second run had ended. */
  readonly load: GpuCounts | null
  /** Counted in the third run. */
  readonly run: GpuCounts | null
  /** Characters of all shaders. */
  readonly wgsl: number
  /** To make all pipelines at once on a new device; null where there are none. */
  readonly compileMs: number | null
  /** Why there is no result, or what is wrong with it. */
  readonly error: string | null
}

/** A contender with a number of threads (on WebGPU: 1). */
export interface Entrant {
  readonly contender: string
  readonly threads: number
}

/** What is reported where there is no result. */
export function failed(work: string, { contender, threads }: Entrant, error: unknown): BrowserRow {
  const message = error instanceof Error ? error.message : String(error)
  const none = { ms: null, loadMs: null, load: null, run: null, wgsl: 0, compileMs: null }
  return { work, contender, threads, ...none, error: message.slice(0, 300) }
}

/** What the server offers. */
export interface Offer {
  readonly works: readonly { readonly name: string; readonly train: boolean }[]
  readonly entrants: readonly Entrant[]
}
