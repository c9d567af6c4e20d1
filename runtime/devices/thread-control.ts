/**
 * The control block through which the main thread and the workers of `thread-worker.js` speak: 32-bit words of shared memory.
 *
 * A job is one launch of a kernel, cut into chunks of its grid. Its description is written first, then PENDING, then CLAIM. Whoever
 * lowers CLAIM from n to n - 1 owns the chunk that comes n-th from the end, and may read the description: the job cannot end before
 * the chunk is counted in PENDING. So nobody has to wait for a worker that is asleep or late.
 */
export const CONTROL = {
  /** Chunks that nobody has taken. */
  claim: 0,
  /** Chunks that are not done; who brings it to 0 wakes the main thread. */
  pending: 1,
  /** Changes with each job and message: sleeping workers wait for that. */
  signal: 2,
  sleeping: 3,
  /** Workers that have started. */
  ready: 4,
  /** Workers of lower index may take chunks. */
  active: 5,
  /** 0, or 1 plus the length of the message of an error; -1 while it is written. */
  failed: 6,
  /** The job: number of its module and kernel, iterations of the grid, number of chunks, scratch of each thread, arguments. */
  module: 7,
  kernel: 8,
  extent: 9,
  chunks: 10,
  scratch: 11,
  scratchStride: 12,
  argumentCount: 13,
  arguments: 16,
  /** Messages sent to each worker. */
  mail: 272,
  text: 336,
  length: 848,
} as const

export const MOST_ARGUMENTS = CONTROL.mail - CONTROL.arguments
export const MOST_WORKERS = CONTROL.text - CONTROL.mail
