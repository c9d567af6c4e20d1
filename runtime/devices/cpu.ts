/** The CPU: one WebAssembly memory that grows and that threads share, and one WebAssembly module for each program. */
import type { Limits } from '../kernels/ir.ts'
import {
  type CompiledModule,
  compileModule,
  SPARE_BYTES,
  WASM_LIMITS,
  wasmImports,
} from '../kernels/wasm/compile.ts'
import { Allocator } from './allocator.ts'
import { type Capabilities, capabilities } from './capabilities.ts'
import { CpuExecutable, type CpuMemory } from './cpu-executable.ts'
import type { Device, Executable, Memory, MemoryStats, Program, ThreadState } from './device.ts'
import { DeviceError } from './device.ts'
import { MemoryCounter } from './memory-counter.ts'
import { endPreparations, Preparation } from './preparation.ts'
import { ThreadPool } from './thread-pool.ts'
import { getThreads } from './threads.ts'

const PAGE = 65536
/** wasm32 addresses 4 GiB. */
const MOST_PAGES = 65536
const FIRST_PAGES = 64
/** No buffer starts at address 0: a pointer that was lost does not hit one. */
const FIRST_ADDRESS = 1024
export class CpuDevice implements Device {
  readonly name = 'cpu'
  readonly limits: Limits = WASM_LIMITS
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
    return new CpuExecutable(program, callsHost, module, instance, {
      pool: this.#pool,
      threadCount: () => this.#threadCount(),
      live: memory => this.#live(memory),
      borrow: bytes => {
        this.#counter.borrowed(bytes)
        return this.#allocator.alloc(bytes)
      },
      giveBack: (address, bytes) => this.#allocator.free(address, bytes),
      prepare: (bytes, sources) => {
        const address = this.#allocator.alloc(bytes)
        this.#counter.prepared(bytes)
        return new Preparation(sources, address, () => {
          this.#allocator.free(address, bytes)
          this.#counter.prepared(-bytes)
        })
      },
    })
  }

  #live(memory: Memory): CpuMemory {
    const found = memory as CpuMemory
    if (found.freed) throw new DeviceError('device/disposed', this.name, 'memory of the cpu device was freed')
    return found
  }

  #grow(end: number): void {
    const pages = Math.ceil((end + SPARE_BYTES) / PAGE)
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
