/** How many threads the CPU device uses. */
import { OpError } from '../ops/error.ts'

/** More rarely pay for one tensor program, and leave nothing to others. */
const MOST_BY_DEFAULT = 8

let count: number | null = null

/** Threads that large kernels run on: all cores up to 8, unless `setThreads` said otherwise. */
export function getThreads(): number {
  count ??= Math.max(1, Math.min(MOST_BY_DEFAULT, cores()))
  return count
}

/**
 * Sets the number of threads that large kernels are spread over, the calling one included (torch.set_num_threads). Results do not
 * depend on it, to the last bit. It is a wish: without shared memory (in browsers: cross-origin isolation) there is one thread.
 * @throws OpError (`argument/value`) for what is no positive integer
 */
export function setThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new OpError('argument/value', `${threads} is no number of threads`, {
      op: 'setThreads',
      hint: 'a positive integer; 1 for no threads besides the calling one',
    })
  }
  count = threads
}

function cores(): number {
  const os = globalThis.process?.getBuiltinModule?.('node:os')
  return os?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1
}
