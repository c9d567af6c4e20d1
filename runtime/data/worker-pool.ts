/** The loader's side of its workers: threads of Node, or workers of a browser, that make batches. */
import type { HostBatch } from './collate.ts'
import { DataError } from './data-error.ts'
import type { Fetch } from './fetch.ts'

/** A request for a batch; `holdfast` is its number. */
export interface LoadRequest {
  readonly holdfast: number
  readonly fetch: Fetch
  readonly batched: boolean
}

export type LoadReply = { readonly holdfast: number } & (
  | { readonly batch: HostBatch }
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
  readonly resolve: (batch: HostBatch) => void
  readonly reject: (error: DataError) => void
}

export class WorkerPool {
  readonly #threads: readonly Thread[]
  readonly #pending = new Map<number, Pending>()
  #requests = 0

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
  load(fetch: Fetch, batched: boolean): Promise<HostBatch> {
    const id = this.#requests++
    const thread = this.#threads[id % this.#threads.length]!
    const reply = new Promise<HostBatch>((resolve, reject) => {
      this.#pending.set(id, { thread, resolve, reject })
      thread.hold(true)
      thread.post({ holdfast: id, fetch, batched })
    })
    // Batches that were prefetched and are no longer wanted may fail without harm.
    reply.catch(() => undefined)
    return reply
  }

  /** Ends the workers. What they were asked for fails. */
  end(): void {
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
