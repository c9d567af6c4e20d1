/** Losses, learning rates and metrics as event files, which `tensorboard --logdir` shows. Node only. */
import { makeFolder } from '../../checkpoint/make-folder.ts'
import type { Optimizer } from '../../optim/index.ts'
import type { Callback } from '../callback.ts'
import { eventRecord, type TensorBoardEvent } from './event.ts'

export interface TensorBoardOptions {
  /** Made if it is not there. */
  readonly folder: string
  /** Whose learning rate is written. */
  readonly optimizer: Optimizer
  /** Steps between losses; 1 unless given. */
  readonly everySteps?: number
  /** Milliseconds since 1970; the clock unless given. */
  readonly now?: () => number
}

/** Writes `train/loss` and `train/lr` by step, `epoch/...` by epoch. A resumed run gets a file of its own. */
export function tensorBoard(options: TensorBoardOptions): Callback {
  const { folder, optimizer, everySteps = 1, now = Date.now } = options
  let file: string | null = null
  let pending: Uint8Array[] = []
  const add = (event: Omit<TensorBoardEvent, 'wallTime'>): void => {
    pending.push(eventRecord({ wallTime: now() / 1000, ...event }))
  }
  const flush = async (): Promise<void> => {
    if (file === null || pending.length === 0) return
    const { appendFile } = await import('node:fs/promises')
    const records = pending
    pending = []
    await appendFile(file, Buffer.concat(records))
  }
  return {
    async onStart(run) {
      const { readdir } = await import('node:fs/promises')
      await makeFolder(folder)
      // TensorBoard reads the files of a folder in the order of their names.
      const before = (await readdir(folder)).filter(name => name.startsWith('events.out.tfevents.')).length
      const seconds = String(Math.floor(now() / 1000)).padStart(10, '0')
      file = `${folder}/events.out.tfevents.${seconds}.holdfast.${before}`
      add({ fileVersion: 'brain.Event:2' })
      if (run.step > 0) add({ step: run.step + 1, restart: true })
      await flush()
    },
    async onStep(run) {
      if (run.step % everySteps !== 0) return
      const [group] = optimizer.paramGroups
      add({ step: run.step, scalars: { 'train/loss': run.loss, 'train/lr': group!.lr } })
      if (pending.length >= 100) await flush()
    },
    async onEpoch(_run, { step, loss, metrics }) {
      const named = Object.entries(metrics).map(([name, value]) => [`epoch/${name}`, value] as const)
      add({ step, scalars: { 'epoch/loss': loss, ...Object.fromEntries(named) } })
      await flush()
    },
    onEnd: flush,
  }
}
