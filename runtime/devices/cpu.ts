/** The CPU: one WebAssembly memory that grows and that threads share, and one WebAssembly module for each program. */
import type { Kernel, Limits } from '../kernels/ir.ts'
import {
  type CompiledModule,
  compileModule,
  gridExtent,
  scratchBytes,
  WASM_LIMITS,
  wasmImports,
} from '../kernels/wasm/compile.ts'
import { kernelWork } from '../kernels/work.ts'
import { Allocator } from './allocator.ts'
import { type Capabilities, capabilities } from './capabilities.ts'
import type {
  Argument,
  Device,
  Executable,
  Memory,
  MemoryStats,
  Program,
  Slot,
  ThreadState,
} from './device.ts'
import { DeviceError } from './device.ts'
import { MemoryCounter } from './memory-counter.ts'
import { MOST_ARGUMENTS } from './thread-control.ts'
import { type SharedModule, ThreadPool } from './thread-pool.ts'
import { getThreads } from './threads.ts'

const PAGE = 65536
/** wasm32 addresses 4 GiB. */
const MOST_PAGES = 65536
const FIRST_PAGES = 64
/** No buffer starts at address 0: a pointer that was lost does not hit one. */
const FIRST_ADDRESS = 1024
/** Work (see `kernelWork`) of a kernel that pays for waking a thread, and of a chunk that pays for being claimed. */
const PARALLEL_WORK = 60_000
const LEAST_CHUNK_WORK = 15_000
/** More than one thread has chunks for: the last ones even out what others hold up. */
const CHUNKS_PER_THREAD = 6
/** A call of more work is cut, because code is replaced by better code only between calls: the first ones run slowly. */
const MOST_CALL_WORK = 2_000_000

interface CpuMemory extends Memory {
  readonly address: number
  freed: boolean
  /** What was prepared from this memory, to end with it. */
  readonly prepared: Set<Preparation>
}

/** Memory that a dispatch prepared from inputs, kept for the next run. */
class Preparation {
  readonly #sources: readonly CpuMemory[]
  readonly address: number
  #end: (() => void) | null

  constructor(sources: readonly CpuMemory[], address: number, free: () => void) {
    this.#sources = sources
    this.address = address
    this.#end = free
    for (const source of sources) source.prepared.add(this)
  }

  /** True while it stands for these sources. */
  isFrom(sources: readonly CpuMemory[]): boolean {
    return this.#end !== null && sources.every((s, i) => s === this.#sources[i])
  }

  end(): void {
    this.#end?.()
    this.#end = null
    for (const source of this.#sources) source.prepared.delete(this)
  }
}

/** Ends what was prepared from a memory whose elements change. */
function endPreparations({ prepared }: CpuMemory): void {
  for (const preparation of [...prepared]) preparation.end()
}

/** One launch with its function looked up: arguments are slots, then scratch, then the range of the grid. */
interface Launch {
  readonly kernel: number
  readonly run: (...args: number[]) => void
  readonly args: readonly Argument[]
  readonly extent: number
  readonly work: number
  /** Other threads may run parts of it. */
  readonly splits: boolean
  /** The slot that the launch prepares; none where it must always run. */
  readonly prepares: number | undefined
}

export class CpuDevice implements Device {
  readonly name = 'cpu'
  readonly limits: Limits = WASM_LIMITS
  readonly offsetAlignment = 1
  readonly readsWhatItWrites = true
  readonly capabilities: Capabilities = capabilities()
  readonly #memory: WebAssembly.Memory
  readonly #pool: ThreadPool | null
  readonly #allocator = new Allocator(FIRST_ADDRESS, end => this.#grow(end))
  readonly #counter = new MemoryCounter()

  constructor() {
    const memory = this.capabilities.threads ? sharedMemory() : null
    this.#memory = memory ?? new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES })
    this.#pool = memory === null ? null : new ThreadPool(memory)
  }

  /** Threads of large kernels: `setThreads` says how many, workers start with the first such kernel. */
  get threads(): ThreadState {
    if (this.#pool === null) return { count: 1, running: 1, failure: 'the platform has no shared memory' }
    const { running, failure } = this.#pool
    return { count: this.#threadCount(), running, failure }
  }

  #threadCount(): number {
    if (this.#pool === null) return 1
    this.#pool.threads = getThreads()
    return this.#pool.threads
  }

  supports(): boolean {
    return true
  }

  alloc(bytes: number): Memory {
    const address = this.#allocator.alloc(bytes)
    this.#counter.allocated(bytes)
    const memory: CpuMemory = { bytes, address, freed: false, prepared: new Set() }
    return memory
  }

  free(memory: Memory): void {
    const { address, bytes } = this.#live(memory)
    const found = memory as CpuMemory
    found.freed = true
    endPreparations(found)
    this.#allocator.free(address, bytes)
    this.#counter.freed(bytes)
  }

  write(memory: Memory, bytes: Uint8Array): void {
    const { address, prepared } = this.#live(memory)
    if (prepared.size > 0) endPreparations(memory as CpuMemory)
    new Uint8Array(this.#memory.buffer).set(bytes, address)
  }

  async read(memory: Memory): Promise<Uint8Array<ArrayBuffer>> {
    return this.readSync(memory)
  }

  readSync(memory: Memory): Uint8Array<ArrayBuffer> {
    const { address, bytes } = this.#live(memory)
    // Not a slice of the buffer: that of a shared one would be shared.
    return new Uint8Array(this.#memory.buffer, address, bytes).slice()
  }

  readInto(memory: Memory, bytes: Uint8Array): void {
    const { address } = this.#live(memory)
    bytes.set(new Uint8Array(this.#memory.buffer, address, bytes.length))
  }

  async compile(program: Program): Promise<Executable> {
    if (program.kernels.length === 0) return nothing
    const compiled = this.#encode(program)
    const module = await WebAssembly.compile(compiled.bytes)
    const instance = await WebAssembly.instantiate(module, wasmImports(this.#memory))
    return this.#executable(program, compiled, module, instance)
  }

  compileSync(program: Program): Executable {
    if (program.kernels.length === 0) return nothing
    const compiled = this.#encode(program)
    let module: WebAssembly.Module
    try {
      module = new WebAssembly.Module(compiled.bytes)
    } catch (error) {
      // Browsers refuse large modules on their main thread.
      if (!(error instanceof RangeError)) throw error
      throw new DeviceError(
        'device/synchronous',
        this.name,
        `this platform does not compile ${compiled.bytes.length} bytes synchronously: ${error.message}`,
        'await data() instead, or work in a worker',
      )
    }
    const instance = new WebAssembly.Instance(module, wasmImports(this.#memory))
    return this.#executable(program, compiled, module, instance)
  }

  stats(): MemoryStats {
    return { ...this.#counter.stats(), reservedBytes: this.#memory.buffer.byteLength }
  }

  #encode(program: Program): CompiledModule {
    return compileModule(program.kernels, {
      sharedMemory: this.#pool !== null,
      relaxedSimd: this.capabilities.relaxedSimd,
    })
  }

  #executable(
    program: Program,
    { callsHost }: CompiledModule,
    module: WebAssembly.Module,
    instance: WebAssembly.Instance,
  ): Executable {
    const launches: Launch[] = program.dispatches.map(({ kernel, args, prepares }) => {
      const of = program.kernels[kernel]!
      const [extent, work] = [gridExtent(of), kernelWork(of)]
      return {
        kernel,
        run: instance.exports[`k${kernel}`] as (...args: number[]) => void,
        args,
        extent,
        work,
        splits: extent > 1 && work >= PARALLEL_WORK && !callsHost[kernel] && args.length <= MOST_ARGUMENTS,
        prepares,
      }
    })
    const shareable = this.#pool !== null && launches.some(l => l.splits) ? this.#pool.share(module) : null
    const shared = Math.max(0, ...program.kernels.map((k: Kernel) => scratchBytes(k)))
    const prepared = new Map<number, Preparation>()
    return {
      run: (inputs, outputs) => {
        const threads = this.#threadCount()
        // Each thread has its own shared arrays.
        const total = program.scratchBytes + shared * (shareable === null ? 1 : threads)
        const scratch = total === 0 ? 0 : this.#allocator.alloc(total)
        this.#counter.borrowed(total)
        try {
          const memories = program.slots.map(slot => {
            if (slot.kind !== 'input' && slot.kind !== 'output') return null
            const memory = this.#live((slot.kind === 'input' ? inputs : outputs)[slot.index]!)
            if (slot.kind === 'output' && memory.prepared.size > 0) endPreparations(memory)
            return memory
          })
          const addresses = program.slots.map((slot, i) =>
            slot.kind === 'scratch' ? scratch + slot.offset : (memories[i]?.address ?? 0),
          )
          for (const launch of launches) {
            const { args, prepares } = launch
            if (prepares !== undefined) {
              const sources = args.filter(a => a.slot !== prepares).map(a => memories[a.slot]!)
              const known = prepared.get(prepares)
              const ready = known?.isFrom(sources) ? known : this.#prepare(program.slots[prepares]!, sources)
              addresses[prepares] = ready.address
              if (ready === known) continue
              known?.end()
              prepared.set(prepares, ready)
            }
            const values = args.map(a => addresses[a.slot]! + a.offset)
            this.#launch(launch, shareable, values, scratch + program.scratchBytes, shared, threads)
          }
        } finally {
          if (total > 0) this.#allocator.free(scratch, total)
        }
      },
      dispose: () => {
        for (const preparation of prepared.values()) preparation.end()
        prepared.clear()
      },
    }
  }

  #launch(
    { kernel, run, extent, work, splits }: Launch,
    module: SharedModule | null,
    args: readonly number[],
    scratch: number,
    scratchStride: number,
    threads: number,
  ): void {
    const calls = Math.ceil(work / MOST_CALL_WORK)
    const isJob = splits && threads > 1 && module !== null
    const wanted = isJob ? Math.max(calls, threads * CHUNKS_PER_THREAD) : calls
    const chunks = Math.max(1, Math.min(extent, wanted, Math.ceil(work / LEAST_CHUNK_WORK)))
    if (isJob) {
      this.#pool!.run({ module, kernel, run, args, scratch, scratchStride, extent, chunks })
    } else if (chunks === 1) {
      run(...args, scratch, 0, extent)
    } else {
      for (let chunk = 0; chunk < chunks; chunk++) {
        run(
          ...args,
          scratch,
          Math.floor((extent * chunk) / chunks),
          Math.floor((extent * (chunk + 1)) / chunks),
        )
      }
    }
  }

  /** Memory for what is prepared from some inputs. */
  #prepare(slot: Slot, sources: readonly CpuMemory[]): Preparation {
    const bytes = 'bytes' in slot ? slot.bytes : 0
    const address = this.#allocator.alloc(bytes)
    this.#counter.prepared(bytes)
    return new Preparation(sources, address, () => {
      this.#allocator.free(address, bytes)
      this.#counter.prepared(-bytes)
    })
  }

  #live(memory: Memory): CpuMemory {
    const found = memory as CpuMemory
    if (found.freed) throw new DeviceError('device/disposed', this.name, 'memory of the cpu device was freed')
    return found
  }

  #grow(end: number): void {
    const pages = Math.ceil(end / PAGE)
    const have = this.#memory.buffer.byteLength / PAGE
    if (pages <= have) return
    // Growing moves nothing, but each time invalidates views: take half as much again, if there is room.
    const wanted = Math.min(MOST_PAGES, Math.max(pages, Math.ceil(have * 1.5)))
    for (const target of pages <= MOST_PAGES ? new Set([wanted, pages]) : []) {
      try {
        this.#memory.grow(target - have)
        return
      } catch {
        // Less may still be possible.
      }
    }
    const { liveBuffers, liveBytes } = this.stats()
    throw new DeviceError(
      'device/memory',
      this.name,
      `no room on cpu: ${end} bytes are needed; ${liveBuffers} buffers hold ${liveBytes} bytes`,
      'dispose of tensors that are not needed (tidy, using), or work in smaller batches; the limit is 4 GiB',
    )
  }
}

/** Memory that workers can share; null where there is no room for one that may grow to all that wasm32 addresses. */
function sharedMemory(): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true })
  } catch {
    return null
  }
}

const nothing: Executable = { run: () => {} }
