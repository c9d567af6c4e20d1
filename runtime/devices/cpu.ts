/** The CPU: one WebAssembly memory that grows, and one WebAssembly module for each program. */
import type { Kernel, Limits } from '../kernels/ir.ts'
import { compileModule, gridExtent, scratchBytes, WASM_LIMITS, wasmImports } from '../kernels/wasm/compile.ts'
import { Allocator } from './allocator.ts'
import { type Capabilities, capabilities } from './capabilities.ts'
import type { Argument, Device, Executable, Memory, MemoryStats, Program, Slot } from './device.ts'
import { DeviceError } from './device.ts'
import { MemoryCounter } from './memory-counter.ts'

const PAGE = 65536
/** wasm32 addresses 4 GiB. */
const MOST_PAGES = 65536
const FIRST_PAGES = 64
/** No buffer starts at address 0: a pointer that was lost does not hit one. */
const FIRST_ADDRESS = 1024

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

/** One launch with its function looked up: arguments are slots, then scratch, then the range of the grid. */
interface Launch {
  readonly run: (...args: number[]) => void
  readonly args: readonly Argument[]
  readonly gridEnd: number
  /** The slot that the launch prepares; none where it must always run. */
  readonly prepares: number | undefined
}

export class CpuDevice implements Device {
  readonly name = 'cpu'
  readonly limits: Limits = WASM_LIMITS
  readonly offsetAlignment = 1
  readonly capabilities: Capabilities = capabilities()
  readonly #memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES })
  readonly #allocator = new Allocator(FIRST_ADDRESS, end => this.#grow(end))
  readonly #counter = new MemoryCounter()

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
    for (const preparation of [...found.prepared]) preparation.end()
    this.#allocator.free(address, bytes)
    this.#counter.freed(bytes)
  }

  write(memory: Memory, bytes: Uint8Array): void {
    new Uint8Array(this.#memory.buffer).set(bytes, this.#live(memory).address)
  }

  async read(memory: Memory): Promise<Uint8Array<ArrayBuffer>> {
    return this.readSync(memory)
  }

  readSync(memory: Memory): Uint8Array<ArrayBuffer> {
    const { address, bytes } = this.#live(memory)
    return new Uint8Array(this.#memory.buffer.slice(address, address + bytes))
  }

  async compile(program: Program): Promise<Executable> {
    if (program.kernels.length === 0) return nothing
    const module = await WebAssembly.compile(this.#encode(program))
    return this.#executable(program, await WebAssembly.instantiate(module, wasmImports(this.#memory)))
  }

  compileSync(program: Program): Executable {
    if (program.kernels.length === 0) return nothing
    const bytes = this.#encode(program)
    let instance: WebAssembly.Instance
    try {
      instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), wasmImports(this.#memory))
    } catch (error) {
      // Browsers refuse large modules on their main thread.
      if (!(error instanceof RangeError)) throw error
      throw new DeviceError(
        'device/synchronous',
        this.name,
        `this platform does not compile ${bytes.length} bytes synchronously: ${error.message}`,
        'await data() instead, or work in a worker',
      )
    }
    return this.#executable(program, instance)
  }

  stats(): MemoryStats {
    return this.#counter.stats()
  }

  #encode(program: Program): Uint8Array<ArrayBuffer> {
    return compileModule(program.kernels, {
      sharedMemory: false,
      relaxedSimd: this.capabilities.relaxedSimd,
    })
  }

  #executable(program: Program, instance: WebAssembly.Instance): Executable {
    const launches: Launch[] = program.dispatches.map(({ kernel, args, prepares }) => ({
      run: instance.exports[`k${kernel}`] as (...args: number[]) => void,
      args,
      gridEnd: gridExtent(program.kernels[kernel]!),
      prepares,
    }))
    const shared = Math.max(0, ...program.kernels.map((k: Kernel) => scratchBytes(k)))
    const total = program.scratchBytes + shared
    const prepared = new Map<number, Preparation>()
    return {
      run: (inputs, outputs) => {
        const scratch = total === 0 ? 0 : this.#allocator.alloc(total)
        this.#counter.borrowed(total)
        try {
          const memories = program.slots.map(slot => {
            if (slot.kind !== 'input' && slot.kind !== 'output') return null
            return this.#live((slot.kind === 'input' ? inputs : outputs)[slot.index]!)
          })
          const addresses = program.slots.map((slot, i) =>
            slot.kind === 'scratch' ? scratch + slot.offset : (memories[i]?.address ?? 0),
          )
          for (const { run, args, gridEnd, prepares } of launches) {
            if (prepares !== undefined) {
              const sources = args.filter(a => a.slot !== prepares).map(a => memories[a.slot]!)
              const known = prepared.get(prepares)
              const ready = known?.isFrom(sources) ? known : this.#prepare(program.slots[prepares]!, sources)
              addresses[prepares] = ready.address
              if (ready === known) continue
              known?.end()
              prepared.set(prepares, ready)
            }
            run(...args.map(a => addresses[a.slot]! + a.offset), scratch + program.scratchBytes, 0, gridEnd)
          }
        } finally {
          if (total > 0) this.#allocator.free(scratch, total)
        }
      },
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

const nothing: Executable = { run: () => {} }
