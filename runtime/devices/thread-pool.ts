/**
 * Threads of the CPU device: workers on its shared memory, started when the first large kernel runs. Which chunks run where never
 * changes a result; a platform without workers, or one that refuses them, runs everything on the calling thread.
 */
import { DeviceError } from './device.ts'
import { CONTROL, MOST_WORKERS } from './thread-control.ts'

/** A worker as Node and browsers have it. */
interface Thread {
  postMessage(message: unknown): void
}

/** A module that workers may be asked to run. */
export interface SharedModule {
  readonly id: number
  readonly module: WebAssembly.Module
  /** Workers that have it. */
  sent: number
}

/** One launch of a kernel. */
export interface Job {
  readonly module: SharedModule
  readonly kernel: number
  /** The kernel's function on the calling thread. */
  readonly run: (...args: number[]) => void
  /** At most MOST_ARGUMENTS. */
  readonly args: readonly number[]
  /** Scratch memory of the calling thread; that of the others follows, each `scratchStride` further. */
  readonly scratch: number
  readonly scratchStride: number
  /** Iterations of the grid. */
  readonly extent: number
  /** Parts into which the grid is cut. */
  readonly chunks: number
}

/** Looks at the control block before the calling thread sleeps. */
const SPINS = 2000

export class ThreadPool {
  readonly #memory: WebAssembly.Memory
  readonly #control = new Int32Array(new SharedArrayBuffer(CONTROL.length * 4))
  readonly #threads: Thread[] = []
  readonly #modules = new FinalizationRegistry<number>(id => this.#drop(id))
  readonly #mayWait: boolean
  #wanted = 1
  #lastModule = 0
  #failure: string | null = null

  /** @param memory shared */
  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory
    this.#mayWait = mayWait(this.#control)
  }

  /** Threads that jobs are spread over, the calling one included. */
  get threads(): number {
    return this.#failure === null ? this.#wanted : 1
  }

  set threads(count: number) {
    this.#wanted = Math.min(count, MOST_WORKERS + 1)
    Atomics.store(this.#control, CONTROL.active, this.#wanted - 1)
  }

  /** Threads that are up, the calling one included: workers start with the first job, and take a moment. */
  get running(): number {
    return 1 + Atomics.load(this.#control, CONTROL.ready)
  }

  /** Why workers could not be started; null if they could, or none was needed. */
  get failure(): string | null {
    return this.#failure
  }

  share(module: WebAssembly.Module): SharedModule {
    const shared = { id: ++this.#lastModule, module, sent: 0 }
    this.#modules.register(shared, shared.id)
    return shared
  }

  /**
   * Runs a job to its end.
   * @throws DeviceError (`device/thread`) for an error in a worker
   */
  run(job: Job): void {
    const control = this.#control
    this.#start()
    if (Atomics.load(control, CONTROL.ready) === 0) {
      for (let chunk = 0; chunk < job.chunks; chunk++) runChunk(job, chunk)
      return
    }
    this.#send(job.module)
    this.#publish(job)
    try {
      for (;;) {
        const left = Atomics.load(control, CONTROL.claim)
        if (left <= 0) break
        if (Atomics.compareExchange(control, CONTROL.claim, left, left - 1) !== left) continue
        try {
          runChunk(job, job.chunks - left)
        } finally {
          Atomics.sub(control, CONTROL.pending, 1)
        }
      }
    } finally {
      // After an error of our own: nobody may be left at work on memory that is given back.
      const unclaimed = Atomics.exchange(control, CONTROL.claim, 0)
      if (unclaimed > 0) Atomics.sub(control, CONTROL.pending, unclaimed)
      this.#join()
    }
    this.#throwFailure()
  }

  #publish({ module, kernel, args, scratch, scratchStride, extent, chunks }: Job): void {
    const control = this.#control
    control[CONTROL.module] = module.id
    control[CONTROL.kernel] = kernel
    control[CONTROL.extent] = extent
    control[CONTROL.chunks] = chunks
    control[CONTROL.scratch] = scratch
    control[CONTROL.scratchStride] = scratchStride
    control[CONTROL.argumentCount] = args.length
    control.set(args, CONTROL.arguments)
    Atomics.store(control, CONTROL.pending, chunks)
    Atomics.store(control, CONTROL.claim, chunks)
    this.#wake()
  }

  #wake(): void {
    Atomics.add(this.#control, CONTROL.signal, 1)
    if (Atomics.load(this.#control, CONTROL.sleeping) > 0) Atomics.notify(this.#control, CONTROL.signal)
  }

  /** Waits until every chunk is done. */
  #join(): void {
    const control = this.#control
    for (let turn = 0; ; turn++) {
      const pending = Atomics.load(control, CONTROL.pending)
      if (pending === 0) return
      if (turn > SPINS && this.#mayWait) Atomics.wait(control, CONTROL.pending, pending)
    }
  }

  #throwFailure(): void {
    const control = this.#control
    const failed = Atomics.load(control, CONTROL.failed)
    if (failed <= 0) return
    const text = String.fromCharCode(...control.subarray(CONTROL.text, CONTROL.text + failed - 1))
    Atomics.store(control, CONTROL.failed, 0)
    throw new DeviceError(
      'device/thread',
      'cpu',
      `a worker thread failed: ${text}`,
      'setThreads(1) runs without',
    )
  }

  // Messages

  #post(thread: number, message: unknown): void {
    // Counted first: a worker that has handled more than it expects would never go back to work.
    Atomics.add(this.#control, CONTROL.mail + thread, 1)
    this.#threads[thread]!.postMessage(message)
  }

  #send(module: SharedModule): void {
    for (; module.sent < this.#threads.length; module.sent++) {
      this.#post(module.sent, { kind: 'module', id: module.id, module: module.module })
    }
  }

  #drop(id: number): void {
    for (const thread of this.#threads.keys()) this.#post(thread, { kind: 'drop', id })
    this.#wake()
  }

  // Workers

  #start(): void {
    while (this.#failure === null && this.#threads.length < this.#wanted - 1) {
      try {
        this.#threads.push(startThread(reason => this.#refused(reason)))
      } catch (error) {
        this.#refused(String(error))
        return
      }
      const index = this.#threads.length - 1
      this.#post(index, { kind: 'start', memory: this.#memory, control: this.#control, index })
    }
  }

  #refused(reason: string): void {
    this.#failure ??= reason
  }
}

function runChunk({ run, args, scratch, extent, chunks }: Job, chunk: number): void {
  const [from, to] = [chunk, chunk + 1].map(c => Math.floor((extent * c) / chunks)) as [number, number]
  run(...args, scratch, from, to)
}

/** False on a browser's main thread, which may not block: it looks again and again. */
function mayWait(control: Int32Array): boolean {
  try {
    Atomics.wait(control, CONTROL.pending, 1, 0)
    return true
  } catch {
    return false
  }
}

function startThread(refused: (reason: string) => void): Thread {
  const node = globalThis.process?.getBuiltinModule?.('node:worker_threads')
  if (node === undefined) {
    const worker = new Worker(new URL('./thread-worker.js', import.meta.url), { type: 'module' })
    worker.onerror = event => {
      event.preventDefault()
      refused(event.message || 'the worker did not start')
    }
    return worker
  }
  // Without the options of this process: loaders are not needed for plain JavaScript.
  const worker = new node.Worker(new URL('./thread-worker.js', import.meta.url), { execArgv: [] })
  worker.unref()
  worker.on('error', error => refused(String(error)))
  return worker
}
