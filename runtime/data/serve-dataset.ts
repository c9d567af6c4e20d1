/**
 * The worker's side of a loader: the module of a dataset calls `serveDataset`, and a loader that is given the module's URL
 * has batches made by it in other threads. In the main thread the call does nothing, so that one module serves both.
 */

import { buffersOf } from './collate.ts'
import type { Dataset } from './dataset.ts'
import { type Collate, fetchBatch, fetchSample } from './fetch.ts'
import type { LoadReply, LoadRequest } from './worker-pool.ts'

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
  dataset: Dataset<S>,
  options: ServeOptions<S, B> = {},
): Promise<void> {
  const port = await workerPort()
  port?.listen(message => {
    if (!isRequest(message)) return
    void answer(dataset, options.collate ?? null, message).then(({ reply, transfer }) =>
      port.post(reply, transfer),
    )
  })
}

async function answer<S, B>(
  dataset: Dataset<S>,
  collate: Collate<S, B> | null,
  { holdfast, fetch, batched }: LoadRequest,
): Promise<{ reply: LoadReply; transfer: ArrayBuffer[] }> {
  try {
    const batch = batched ? await fetchBatch(dataset, fetch, collate) : await fetchSample(dataset, fetch)
    return { reply: { holdfast, batch }, transfer: buffersOf(batch) }
  } catch (error) {
    return {
      reply: { holdfast, error: error instanceof Error ? error.message : String(error) },
      transfer: [],
    }
  }
}

const isRequest = (message: unknown): message is LoadRequest =>
  typeof message === 'object' && message !== null && 'holdfast' in message && 'fetch' in message

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
