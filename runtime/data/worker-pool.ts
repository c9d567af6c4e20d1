/** The loader's side of its workers: threads of Node, or workers of a browser, that make batches. */
import type { HostBatch } from './collate.ts'
import { DataError } from './data-error.ts'
import type { Fetch } from './fetch.ts'
import type { StreamOptions, StreamSource } from './stream-batches.ts'
import type { WorkerInfo } from './worker-info.ts'

/** What a worker is asked for: samples by their indices, or the next batch of an iteration, which begins with its first request. */
export type LoadWork =
  | { readonly kind: 'fetch'; readonly fetch: Fetch; readonly batched: boolean }
  | {
      readonly kind: 'next'
      readonly iteration: number
      readonly options: StreamOptions
      readonly skip: boolean
    }
  | { readonly kind: 'close'; readonly iteration: number }

/** A request; `holdfast` is its number. */
export interface LoadRequest {
  readonly holdfast: number
  readonly info: WorkerInfo
  readonly work: LoadWork
}

/** What a worker made: null at the end of an iteration. */
export type Loaded = HostBatch | 'skipped' | null

export type LoadReply = { readonly holdfast: number } & (
  | { readonly batch: Loaded }
  | { readonly error: string }
)

/** A worker of either kind. */
interface Thread {
  post(request: LoadRequest): void
  /** Whether the process waits for it. */
  hold(held: boolean): void
  end(): void
}

interface Pending {
  readonly thread: Thread
  readonly resolve: (batch: Loaded) => void
  readonly reject: (error: DataError) => void
}

export class WorkerPool {
  readonly #threads: readonly Thread[]
  readonly #pending = new Map<number, Pending>()
  #requests = 0
  #iterations = 0
  /** Whose turn it is to fetch. */
  #turn = 0
  #isOver = false

  private constructor(start: (pool: WorkerPool) => readonly Thread[]) {
    this.#threads = start(this)
  }

  /** Starts workers with the module at a URL, which calls `serveDataset`. */
  static async start(url: URL, count: number): Promise<WorkerPool> {
    const make = await threadMaker()
    return new WorkerPool(pool =>
      Array.from({ length: count }, () =>
        make(
          url,
          reply => pool.#reply(reply),
          reason => pool.#fail(reason),
        ),
      ),
    )
  }

  /** Has the next worker in turn make a batch. Throws DataError (`data/worker`) where it cannot. */
  async load(fetch: Fetch, batched: boolean): Promise<HostBatch> {
    const id = this.#turn++ % this.#threads.length
    return (await this.#ask(id, fetch.seed, { kind: 'fetch', fetch, batched })) as HostBatch
  }

  /** A new iteration over the dataset in every worker. */
  streams(options: StreamOptions, seed: bigint): readonly StreamSource[] {
    const iteration = this.#iterations++
    return this.#threads.map((_, id) => ({
      next: skip => this.#ask(id, seed, { kind: 'next', iteration, options, skip }),
      // What a worker that is gone would have closed is gone, too.
      close: async () => void (await this.#ask(id, seed, { kind: 'close', iteration }).catch(() => null)),
    }))
  }

  #ask(id: number, seed: bigint, work: LoadWork): Promise<Loaded> {
    const number = this.#requests++
    const thread = this.#threads[id]!
    const info = { id, numWorkers: this.#threads.length, seed: seed + BigInt(id) }
    const reply = new Promise<Loaded>((resolve, reject) => {
      if (this.#isOver) throw new DataError('data/worker', 'the workers were ended')
      this.#pending.set(number, { thread, resolve, reject })
      thread.hold(true)
      thread.post({ holdfast: number, info, work })
    })
    // Batches that were prefetched and are no longer wanted may fail without harm.
    reply.catch(() => undefined)
    return reply
  }

  /** Ends the workers. What they were asked for fails. */
  end(): void {
    this.#isOver = true
    for (const thread of this.#threads) thread.end()
    this.#fail('the workers were ended')
  }

  #reply(reply: LoadReply): void {
    const pending = this.#pending.get(reply.holdfast)
    if (pending === undefined) return
    this.#pending.delete(reply.holdfast)
    if (![...this.#pending.values()].some(p => p.thread === pending.thread)) pending.thread.hold(false)
    if ('batch' in reply) pending.resolve(reply.batch)
    else pending.reject(new DataError('data/worker', `a worker could not make a batch: ${reply.error}`))
  }

  #fail(reason: string): void {
    for (const { reject, thread } of this.#pending.values()) {
      thread.hold(false)
      reject(
        new DataError('data/worker', reason, { hint: 'the module of the worker must call serveDataset' }),
      )
    }
    this.#pending.clear()
  }
}

type ThreadMaker = (url: URL, reply: (reply: LoadReply) => void, fail: (reason: string) => void) => Thread

const ended = (code: number): string => `a worker ended with code ${code}`

async function threadMaker(): Promise<ThreadMaker> {
  if (typeof process === 'undefined' || process.versions?.node === undefined) return browserThread
  const { Worker } = await import('node:worker_threads')
  return (url, reply, fail) => {
    const worker = new Worker(url)
    worker.on('message', reply)
    worker.on('error', error => fail(`a worker failed: ${error.message}`))
    worker.on('exit', code => fail(ended(code)))
    worker.unref()
    return {
      post: request => worker.postMessage(request),
      hold: held => (held ? worker.ref() : worker.unref()),
      end: () => void worker.terminate(),
    }
  }
}

const browserThread: ThreadMaker = (url, reply, fail) => {
  const worker = new Worker(url, { type: 'module' })
  worker.addEventListener('message', event => reply(event.data as LoadReply))
  worker.addEventListener('error', event => fail(`a worker failed: ${event.message}`))
  return {
    post: request => worker.postMessage(request),
    hold: () => undefined,
    end: () => worker.terminate(),
  }
}
