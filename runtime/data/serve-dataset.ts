/**
 * The worker's side of a loader: the module of a dataset calls `serveDataset`, and a loader that is given the module's URL
 * has batches made by it in other threads. In the main thread the call does nothing, so that one module serves both.
 */

import { buffersOf } from './collate.ts'
import { DataError } from './data-error.ts'
import { type Dataset, IterableDataset } from './dataset.ts'
import { type Collate, fetchBatch, fetchSample } from './fetch.ts'
import { StreamBatches, type StreamSource } from './stream-batches.ts'
import { setWorkerInfo } from './worker-info.ts'
import type { Loaded, LoadReply, LoadRequest, LoadWork } from './worker-pool.ts'

/** What both kinds of worker have. */
interface Port {
  post(reply: LoadReply, transfer: ArrayBuffer[]): void
  listen(handler: (message: unknown) => void): void
}

export interface ServeOptions<S, B> {
  /** Instead of the default collation. */
  readonly collate?: Collate<S, B>
}

/** Answers a loader's requests where this is a worker. */
export async function serveDataset<S, B>(
  dataset: Dataset<S> | IterableDataset<S>,
  options: ServeOptions<S, B> = {},
): Promise<void> {
  const port = await workerPort()
  if (port === null) return
  const server = new Server(dataset, options.collate ?? null)
  port.listen(message => {
    if (!isRequest(message)) return
    void server.answer(message).then(({ reply, transfer }) => port.post(reply, transfer))
  })
}

class Server<S, B> {
  readonly #dataset: Dataset<S> | IterableDataset<S>
  readonly #collate: Collate<S, B> | null
  /** The iterations under way, by their numbers. */
  readonly #streams = new Map<number, StreamSource>()

  constructor(dataset: Dataset<S> | IterableDataset<S>, collate: Collate<S, B> | null) {
    this.#dataset = dataset
    this.#collate = collate
  }

  async answer({
    holdfast,
    info,
    work,
  }: LoadRequest): Promise<{ reply: LoadReply; transfer: ArrayBuffer[] }> {
    setWorkerInfo(info)
    try {
      const batch = await this.#load(work)
      const transfer = batch === null || batch === 'skipped' ? [] : buffersOf(batch)
      return { reply: { holdfast, batch }, transfer }
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      return { reply: { holdfast, error: text }, transfer: [] }
    }
  }

  #load(work: LoadWork): Promise<Loaded> {
    const dataset = this.#dataset
    if (work.kind === 'fetch') {
      if (dataset instanceof IterableDataset) throw otherKind('an IterableDataset')
      return work.batched ? fetchBatch(dataset, work.fetch, this.#collate) : fetchSample(dataset, work.fetch)
    }
    if (!(dataset instanceof IterableDataset)) throw otherKind('no IterableDataset')
    let stream = this.#streams.get(work.iteration)
    if (work.kind === 'close') {
      this.#streams.delete(work.iteration)
      return (stream?.close() ?? Promise.resolve()).then(() => null)
    }
    if (stream === undefined) {
      stream = new StreamBatches(dataset, work.options, this.#collate)
      this.#streams.set(work.iteration, stream)
    }
    return stream.next(work.skip)
  }
}

const otherKind = (served: string): DataError =>
  new DataError('data/option', `the worker serves ${served}, and the loader has another dataset`)

const isRequest = (message: unknown): message is LoadRequest =>
  typeof message === 'object' && message !== null && 'holdfast' in message && 'work' in message

/** A browser's dedicated worker, as far as it is used here: the compiler's library of names is that of windows. */
interface WorkerScope {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

async function workerPort(): Promise<Port | null> {
  if (typeof process !== 'undefined' && process.versions?.node !== undefined) {
    const { parentPort } = await import('node:worker_threads')
    if (parentPort === null) return null
    return {
      post: (reply, transfer) => parentPort.postMessage(reply, transfer),
      listen: handler => void parentPort.on('message', handler),
    }
  }
  if (!('WorkerGlobalScope' in globalThis)) return null
  const scope = globalThis as unknown as WorkerScope
  return {
    post: (reply, transfer) => scope.postMessage(reply, transfer),
    listen: handler => scope.addEventListener('message', event => handler(event.data)),
  }
}
