/** What callbacks look at. */
import type { EpochRecord } from './run.ts'
import { TrainError } from './train-error.ts'

/** The loss of an epoch, or one of its metrics. Throws TrainError where there is none of that name. */
export function metricOf(record: EpochRecord, metric: string): number {
  const value = metric === 'loss' ? record.loss : record.metrics[metric]
  if (value !== undefined) return value
  throw new TrainError(
    'train/option',
    `there is no metric '${metric}'`,
    `the evaluation gives ${Object.keys(record.metrics).join(', ') || 'none'}; 'loss' is that of training`,
  )
}
