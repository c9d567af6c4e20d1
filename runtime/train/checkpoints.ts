/** The files of a run: `last.pt`, `best.pt` and those of single epochs, of which the newest are kept. Node only. */
import { makeFolder } from '../checkpoint/make-folder.ts'
import type { Callback } from './callback.ts'
import { metricOf } from './metric-of.ts'
import type { Run } from './run.ts'
import { type RunParts, saveRun } from './run-checkpoint.ts'

export interface CheckpointOptions {
  /** Made if it is not there. */
  readonly folder: string
  /** `last.pt` is written after every so many steps, too; always after an epoch, and when the run is stopped. */
  readonly everySteps?: number
  /** `epoch-N.pt` is written after every so many epochs; never unless given. */
  readonly everyEpochs?: number
  /** How many of `epoch-N.pt` are kept; all unless given. */
  readonly keep?: number
  /** `best.pt` is written when this metric, or `loss`, is better than it ever was. */
  readonly best?: { readonly metric: string; readonly mode: 'min' | 'max' }
}

/** Writes the files of a run as it goes. Throws TrainError for a metric that there is not. */
export function checkpoints(options: CheckpointOptions, parts: RunParts): Callback {
  const { folder, everySteps, everyEpochs, keep, best } = options
  let bestValue: number | null = null
  const write = (name: string, run: Run): Promise<void> => saveRun(`${folder}/${name}`, run, parts)
  return {
    name: 'checkpoints',
    stateDict: () => ({ best: bestValue }),
    loadStateDict: state => {
      bestValue = state.best ?? null
    },
    async onStart() {
      await makeFolder(folder)
    },
    async onStep(run) {
      if (run.stopped !== null || (everySteps !== undefined && run.step % everySteps === 0))
        await write('last.pt', run)
    },
    async onEpoch(run, record) {
      const value = best === undefined ? null : metricOf(record, best.metric)
      const better =
        value !== null &&
        (bestValue === null || (best!.mode === 'min' ? value < bestValue : value > bestValue))
      if (better) bestValue = value
      // The last one first: the others are of no use without it.
      await write('last.pt', run)
      if (better) await write('best.pt', run)
      if (everyEpochs !== undefined && record.epoch % everyEpochs === 0) {
        await write(`epoch-${record.epoch}.pt`, run)
        if (keep !== undefined) await removeOld(folder, keep)
      }
    },
  }
}

async function removeOld(folder: string, keep: number): Promise<void> {
  const { readdir, rm } = await import('node:fs/promises')
  const epochs = (await readdir(folder)).flatMap(name => {
    const match = /^epoch-(\d+)\.pt$/.exec(name)
    return match === null ? [] : [Number(match[1])]
  })
  for (const epoch of epochs.sort((a, b) => b - a).slice(keep))
    await rm(`${folder}/epoch-${epoch}.pt`, { force: true })
}
