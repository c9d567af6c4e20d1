/** Ends a run when it has not become better for a while. */
import type { Callback } from './callback.ts'
import { metricOf } from './metric-of.ts'
import type { Run } from './run.ts'

export interface EarlyStoppingOptions {
  /** `loss`, or a metric of the evaluation. */
  readonly metric: string
  readonly mode: 'min' | 'max'
  /** After how many epochs in a row without improvement the run ends. */
  readonly patience: number
  /** What counts as an improvement; 0 unless given. */
  readonly minDelta?: number
}

export function earlyStopping({ metric, mode, patience, minDelta = 0 }: EarlyStoppingOptions): Callback {
  let best: number | null = null
  let bad = 0
  const end = (run: Run): void => {
    if (bad >= patience) run.stop(`${metric} has not improved for ${bad} epochs`)
  }
  return {
    name: 'early_stopping',
    stateDict: () => ({ best, bad }),
    loadStateDict: state => {
      best = state.best ?? null
      bad = state.bad ?? 0
    },
    // A run that ended so, and is resumed, does not go on.
    onStart: end,
    onEpoch(run, record) {
      const value = metricOf(record, metric)
      const better = best === null || (mode === 'min' ? value < best - minDelta : value > best + minDelta)
      if (better) best = value
      bad = better ? 0 : bad + 1
      end(run)
    },
  }
}
