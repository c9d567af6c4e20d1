/** torch.utils.data.get_worker_info: https://docs.pytorch.org/docs/2.13/data.html#torch.utils.data.get_worker_info */

/** Which of a loader's workers this is. */
export interface WorkerInfo {
  /** From 0 to numWorkers - 1. */
  readonly id: number
  readonly numWorkers: number
  /** Of this worker in this epoch: the epoch's seed and the worker's id. */
  readonly seed: bigint
}

let current: WorkerInfo | null = null

/**
 * Which worker reads the dataset, so that it reads a part of its own; null in the main thread. It is known while samples are made:
 * an IterableDataset asks when an iteration begins.
 */
export const getWorkerInfo = (): WorkerInfo | null => current

/** Said by the worker's side of a loader before it makes a batch. */
export function setWorkerInfo(info: WorkerInfo): void {
  current = info
}
