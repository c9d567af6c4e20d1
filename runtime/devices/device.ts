/**
 * What a device is: memory, and programs that run on it. The layers above know no more than this, so that the same graph runs
 * on every device.
 */
import type { Kernel, Limits } from '../kernels/ir.ts'
import type { DType } from '../ops/dtype.ts'

/** A piece of a device's memory, owned by whoever allocated it. */
export interface Memory {
  readonly bytes: number
}

/**
 * What an argument of a kernel is bound to when a program runs: a caller's buffer (`input`, `output`), a part of the
 * program's scratch memory, whose place was planned, or memory that a device keeps from run to run (`prepared`).
 */
export type Slot =
  | { readonly kind: 'input' | 'output'; readonly index: number }
  | { readonly kind: 'scratch'; readonly offset: number; readonly bytes: number }
  | { readonly kind: 'prepared'; readonly bytes: number }

/** A slot (by index) from a byte on. */
export interface Argument {
  readonly slot: number
  readonly offset: number
}

/** One launch of a kernel. Later dispatches see what earlier ones wrote. */
export interface Dispatch {
  /** Index into the program's kernels: equal kernels are compiled once. */
  readonly kernel: number
  /** One per buffer of the kernel. */
  readonly args: readonly Argument[]
  /**
   * The slot that this dispatch prepares, from inputs and what was prepared before (packed weights, the scale of a norm). It
   * need not run again while these inputs are the same memory, unless that is written to: by the host, or as an output of a
   * program.
   */
  readonly prepares?: number
}

/**
 * A sequence of kernels over planned memory. Its data holds no address and nothing of a target: it may be printed, compared
 * and split (the iterations of a kernel's outermost `grid` loop are independent).
 */
export interface Program {
  readonly name: string
  readonly kernels: readonly Kernel[]
  readonly slots: readonly Slot[]
  readonly dispatches: readonly Dispatch[]
  /** Bytes of the inputs and outputs, in order. */
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  readonly scratchBytes: number
}

/** A program made ready for one device. */
export interface Executable {
  /**
   * Runs to its end, or is queued before everything that is asked of the device later. An output may be the memory of an
   * input, where the plan says so.
   */
  run(inputs: readonly Memory[], outputs: readonly Memory[]): void
  /** Frees what was kept from run to run. */
  dispose?(): void
}

/** What a device holds now, and the most it ever held at once. */
export interface MemoryStats {
  readonly liveBuffers: number
  readonly liveBytes: number
  /** What programs keep from run to run: packed weights, what follows from weights alone. */
  readonly preparedBytes: number
  readonly peakBytes: number
  /** What was taken from the platform for all this; WebAssembly memory never shrinks. */
  readonly reservedBytes: number
}

/** Threads that kernels are spread over, those that are up, and why there are no more (null for no reason). */
export interface ThreadState {
  readonly count: number
  readonly running: number
  readonly failure: string | null
}

export interface Device {
  readonly name: string
  readonly limits: Limits
  /** Whether one kernel may be given the same memory as a buffer that it reads and as one that it writes. */
  readonly readsWhatItWrites?: boolean
  /** The element types that kernels of this device compute with. */
  supports(dtype: DType): boolean
  /** Zeros are not promised. Throws DeviceError (`device/memory`) where there is no room. */
  alloc(bytes: number): Memory
  free(memory: Memory): void
  write(memory: Memory, bytes: Uint8Array): void
  read(memory: Memory): Promise<Uint8Array<ArrayBuffer>>
  /** As `read` of each. Absent where reading them together gains nothing. */
  readAll?(memories: readonly Memory[]): Promise<readonly Uint8Array<ArrayBuffer>[]>
  /** Absent where reading cannot be synchronous. */
  readSync?(memory: Memory): Uint8Array<ArrayBuffer>
  /** As `readSync`, into the caller's bytes, which are as many. Absent where `readSync` is. */
  readInto?(memory: Memory, bytes: Uint8Array): void
  /** Absent where compiling cannot be synchronous. */
  compileSync?(program: Program): Executable
  compile(program: Program): Promise<Executable>
  stats(): MemoryStats
  /** Absent where the device is none of threads. */
  readonly threads?: ThreadState
}

/** Reads several memories, together where the device can. */
export function readAll(
  device: Device,
  memories: readonly Memory[],
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  return device.readAll?.(memories) ?? Promise.all(memories.map(memory => device.read(memory)))
}

export type DeviceErrorCode =
  | 'device/memory' // no room left
  | 'device/unknown' // no device of that name
  | 'device/unavailable' // the platform lacks what the device needs
  | 'device/synchronous' // a synchronous call that this device or platform cannot answer
  | 'device/disposed' // memory that was freed
  | 'device/thread' // a worker thread failed
  | 'device/limit' // more than the device can do at once
  | 'device/lost' // the device is gone, with all its memory
  | 'device/failed' // the device refused a command

/** What a device reports. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError'
  readonly code: DeviceErrorCode
  readonly device: string
  readonly hint: string | null

  constructor(code: DeviceErrorCode, device: string, message: string, hint: string | null = null) {
    super(message)
    this.code = code
    this.device = device
    this.hint = hint
  }
}
