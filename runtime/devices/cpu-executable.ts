/**
 * A program on the CPU: its kernels as functions, and the addresses that they were last called with. Replays are given the same
 * memory again and again, so that nothing is made or looked up but what changed.
 */
import type { Kernel } from '../kernels/ir.ts'
import { gridExtent, scratchBytes } from '../kernels/wasm/compile.ts'
import { kernelWork } from '../kernels/work.ts'
import type { Argument, Executable, Memory, Program } from './device.ts'
import { endPreparations, type Preparation, preparedFrom, type Source } from './preparation.ts'
import { MOST_ARGUMENTS } from './thread-control.ts'
import type { SharedModule, ThreadPool } from './thread-pool.ts'

/** Work (see `kernelWork`) of a kernel that pays for waking a thread, and of a chunk that pays for being claimed. */
const PARALLEL_WORK = 60_000
const LEAST_CHUNK_WORK = 15_000
/** More than one thread has chunks for: the last ones even out what others hold up. */
const CHUNKS_PER_THREAD = 6
/** A call of more work is cut, because code is replaced by better code only between calls: the first ones run slowly. */
const MOST_CALL_WORK = 2_000_000

/** A piece of the CPU's memory. */
export interface CpuMemory extends Source {
  readonly address: number
  freed: boolean
}

/** What an executable needs of its device. */
interface Host {
  readonly pool: ThreadPool | null
  threadCount(): number
  /** Throws DeviceError for memory that was freed. */
  live(memory: Memory): CpuMemory
  /** Memory for the time of one run. */
  borrow(bytes: number): number
  giveBack(address: number, bytes: number): void
  /** Memory that is kept for as long as the sources' elements. */
  prepare(bytes: number, sources: readonly CpuMemory[]): Preparation<number>
}

/** One launch: arguments are addresses, then scratch, then the range of the grid. */
interface Launch {
  readonly kernel: number
  readonly run: (...args: number[]) => void
  readonly args: readonly Argument[]
  /** The addresses of the arguments. */
  readonly addresses: number[]
  /** All that the function is called with. */
  readonly call: number[]
  readonly extent: number
  readonly work: number
  /** Other threads may run parts of it. */
  readonly splits: boolean
  /** The slot that the launch prepares, and the inputs' slots from which; none where it must always run. */
  readonly prepares: number | undefined
  readonly from: ReadonlySet<number> | undefined
  prepared: Preparation<number> | null
}

export class CpuExecutable implements Executable {
  readonly #program: Program
  readonly #host: Host
  readonly #launches: readonly Launch[]
  readonly #shareable: SharedModule | null
  /** Bytes of the arrays that a thread's workgroups share. */
  readonly #shared: number
  /** Of each slot; null of scratch and what is prepared. */
  readonly #memories: (CpuMemory | null)[]
  readonly #addresses: number[]
  #scratch = -1

  constructor(
    program: Program,
    callsHost: readonly boolean[],
    module: WebAssembly.Module,
    instance: WebAssembly.Instance,
    host: Host,
  ) {
    this.#program = program
    this.#host = host
    const from = preparedFrom(program)
    this.#launches = program.dispatches.map(({ kernel, args, prepares }, i): Launch => {
      const of = program.kernels[kernel]!
      const [extent, work] = [gridExtent(of), kernelWork(of)]
      const splits =
        extent > 1 && work >= PARALLEL_WORK && !callsHost[kernel] && args.length <= MOST_ARGUMENTS
      return {
        kernel,
        run: instance.exports[`k${kernel}`] as (...args: number[]) => void,
        args,
        addresses: args.map(() => 0),
        call: [...args.map(() => 0), 0, 0, extent],
        extent,
        work,
        splits,
        prepares,
        from: from[i],
        prepared: null,
      }
    })
    const shares = host.pool !== null && this.#launches.some(l => l.splits)
    this.#shareable = shares ? host.pool.share(module) : null
    this.#shared = Math.max(0, ...program.kernels.map((k: Kernel) => scratchBytes(k)))
    this.#memories = program.slots.map(() => null)
    this.#addresses = program.slots.map(() => 0)
  }

  run(inputs: readonly Memory[], outputs: readonly Memory[]): void {
    const threads = this.#host.threadCount()
    // Each thread has its own shared arrays.
    const total = this.#program.scratchBytes + this.#shared * (this.#shareable === null ? 1 : threads)
    const scratch = total === 0 ? 0 : this.#host.borrow(total)
    try {
      this.#bind(inputs, outputs, scratch)
      for (const launch of this.#launches)
        if (launch.prepares === undefined || this.#mustPrepare(launch)) this.#start(launch, threads)
    } catch (error) {
      // What was not made is not kept.
      this.dispose()
      throw error
    } finally {
      if (total > 0) this.#host.giveBack(scratch, total)
    }
  }

  dispose(): void {
    for (const { prepared } of this.#launches) prepared?.end()
  }

  /** Looks up the addresses that differ from those of the last run. */
  #bind(inputs: readonly Memory[], outputs: readonly Memory[], scratch: number): void {
    const { slots, scratchBytes: arrays } = this.#program
    let changed = scratch !== this.#scratch
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      if (slot.kind === 'scratch' || slot.kind === 'prepared') continue
      const memory = this.#host.live((slot.kind === 'input' ? inputs : outputs)[slot.index]!)
      if (slot.kind === 'output' && memory.prepared.size > 0) endPreparations(memory)
      if (memory === this.#memories[i]) continue
      this.#memories[i] = memory
      this.#addresses[i] = memory.address
      this.#forget(i)
      changed = true
    }
    if (!changed) return
    this.#scratch = scratch
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      if (slot.kind === 'scratch') this.#addresses[i] = scratch + slot.offset
    }
    for (const launch of this.#launches) {
      this.#address(launch)
      launch.call[launch.args.length] = scratch + arrays
    }
  }

  #address({ args, addresses, call }: Launch): void {
    for (let i = 0; i < args.length; i++) {
      const { slot, offset } = args[i]!
      addresses[i] = this.#addresses[slot]! + offset
      call[i] = addresses[i]!
    }
  }

  /** Ends what was prepared from other memory than is now in a slot. */
  #forget(slot: number): void {
    for (const { from, prepared } of this.#launches) if (from?.has(slot)) prepared?.end()
  }

  /** True if what a launch prepares is not there; there is then memory for it. */
  #mustPrepare(launch: Launch): boolean {
    if (launch.prepared?.stands) return false
    const slot = this.#program.slots[launch.prepares!]!
    const sources = [...launch.from!].map(at => this.#memories[at]!)
    launch.prepared = this.#host.prepare('bytes' in slot ? slot.bytes : 0, sources)
    this.#addresses[launch.prepares!] = launch.prepared.place
    for (const other of this.#launches)
      if (other.args.some(a => a.slot === launch.prepares)) this.#address(other)
    return true
  }

  #start(launch: Launch, threads: number): void {
    const { kernel, run, call, extent, work, splits } = launch
    const calls = Math.ceil(work / MOST_CALL_WORK)
    const isJob = splits && threads > 1 && this.#shareable !== null
    const wanted = isJob ? Math.max(calls, threads * CHUNKS_PER_THREAD) : calls
    const chunks = Math.max(1, Math.min(extent, wanted, Math.ceil(work / LEAST_CHUNK_WORK)))
    if (isJob) {
      this.#host.pool!.run({
        module: this.#shareable!,
        kernel,
        run,
        args: launch.addresses,
        scratch: this.#scratch + this.#program.scratchBytes,
        scratchStride: this.#shared,
        extent,
        chunks,
      })
      return
    }
    const last = call.length - 1
    for (let chunk = 0; chunk < chunks; chunk++) {
      call[last - 1] = Math.floor((extent * chunk) / chunks)
      call[last] = Math.floor((extent * (chunk + 1)) / chunks)
      run.apply(undefined, call)
    }
  }
}
