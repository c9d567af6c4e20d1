/**
 * The training loop: epochs over a loader, a step per batch, an evaluation after each epoch. It saves and resumes: a run that
 * was ended at any moment, and goes on from its last checkpoint, comes to the same bits as one that was not.
 */
import type { CheckpointInput } from '../checkpoint/open-input.ts'
import { disposeBatch, samplesOf } from './batch-tensors.ts'
import type { Callback } from './callback.ts'
import { type CheckpointOptions, checkpoints } from './checkpoints.ts'
import { type EpochRecord, Run } from './run.ts'
import { loadRun, type Positioned, type RunParts, type Stateful } from './run-checkpoint.ts'
import { TrainError } from './train-error.ts'
import { type StepParts, TrainingStep } from './training-step.ts'

/** A learning rate's schedule, as of torch.optim.lr_scheduler. */
export interface Scheduler extends Stateful {
  step(metric?: number): void
}

/** The batches of an epoch, with a position: a DataLoader, or what is made like one. */
export interface BatchSource<B> extends AsyncIterable<B>, Positioned {
  /** Batches of an epoch; NaN where that is not known. */
  readonly length: number
}

export interface FitOptions<B>
  extends Omit<RunParts, 'loader' | 'scheduler'>,
    Omit<StepParts<B>, 'optimizer'> {
  /** The batches of an epoch. */
  readonly data: BatchSource<B>
  /** Epochs in all, those before a resume included. */
  readonly epochs: number
  /** Ends the run after so many steps in all, in the middle of an epoch if need be. */
  readonly maxSteps?: number
  /** Batches whose gradients are added up for a step; 1 unless given. */
  readonly accumulate?: number
  readonly scheduler?: Scheduler
  /** When the scheduler moves; after every epoch unless given. */
  readonly schedule?: 'step' | 'epoch'
  /** What a scheduler is given that looks at one: `loss`, or the name of a metric. */
  readonly scheduleOn?: string
  /** After every epoch, in eval mode: numbers by name, such as `evaluate` gives. */
  readonly evaluate?: () => Promise<Readonly<Record<string, number>>>
  /** Files of the run. */
  readonly checkpoints?: CheckpointOptions
  /** A checkpoint of this run to go on from. */
  readonly resume?: CheckpointInput
  /** Ends the run after the step under way, saved if there are checkpoints. */
  readonly signal?: AbortSignal
  /** Told what keeps a resumed run from being bit-equal. Default: console.warn. */
  readonly onWarning?: (message: string) => void
}

/**
 * Trains the model, which is in train mode afterwards, and gives what came of it.
 * @throws TrainError (`train/diverged`) for a loss that is no finite number; nothing of that step is saved
 */
export async function fit<B>(options: FitOptions<B>): Promise<Run> {
  check(options)
  const run = new Run()
  const { data: loader, resume, onWarning = message => console.warn(message) } = options
  const own: Callback[] = []
  const parts: RunParts = { ...options, loader, callbacks: own }
  own.push(...(options.callbacks ?? []))
  if (options.checkpoints !== undefined) own.push(checkpoints(options.checkpoints, parts))
  if (resume !== undefined) for (const warning of await loadRun(resume, run, parts)) onWarning(warning)
  const each = async (call: (callback: Callback) => void | Promise<void>): Promise<void> => {
    for (const callback of own) await call(callback)
  }
  endAfter(options, run)
  await each(c => c.onStart?.(run))
  const step = new TrainingStep(options)
  try {
    while (run.epoch < options.epochs && run.stopped === null) {
      await trainEpoch(options, step, run, each)
      if (run.stopped === null) await endEpoch(options, run, each)
    }
  } finally {
    step.dispose()
    await each(c => c.onEnd?.(run))
  }
  options.model.train()
  return run
}

type Each = (call: (callback: Callback) => void | Promise<void>) => Promise<void>

/** The steps of an epoch, or of what is left of it. */
async function trainEpoch<B>(
  options: FitOptions<B>,
  step: TrainingStep<B>,
  run: Run,
  each: Each,
): Promise<void> {
  const { model, data: loader, accumulate = 1, scheduler, schedule = 'epoch', signal } = options
  const batches = loader.length
  model.train()
  let group = new Group()
  for await (const batch of loader) {
    const at = loader.stateDict().batches
    // The last step of an epoch may have fewer batches.
    const left = Number.isNaN(batches) ? 1 : Math.max(1, batches - at + 1)
    const size = group.size ?? Math.min(accumulate, left)
    const samples = samplesOf(batch)
    const update = group.batches + 1 === size
    const loss = await step.run(batch, { scale: 1 / size, update })
    disposeBatch(batch)
    if (!Number.isFinite(loss)) throw diverged(run, loss)
    group = group.with(size, loss, samples)
    if (!update) continue
    run.step++
    run.losses.push(group.lossSum / group.samples)
    run.lossSum += group.lossSum
    run.samples += group.samples
    const info = { samples: group.samples, batch: at, batches }
    group = new Group()
    if (scheduler !== undefined && schedule === 'step') scheduler.step()
    if (signal?.aborted === true) run.stop('interrupted')
    endAfter(options, run)
    await each(c => c.onStep?.(run, info))
    if (run.stopped !== null) return
  }
}

function endAfter<B>({ maxSteps }: FitOptions<B>, run: Run): void {
  if (maxSteps !== undefined && run.step >= maxSteps) run.stop(`after ${maxSteps} steps`)
}

/** Batches whose gradients are added up. */
class Group {
  readonly batches: number
  readonly lossSum: number
  readonly samples: number
  /** How many it is to have; null before the first. */
  readonly size: number | null

  constructor(size: number | null = null, batches = 0, lossSum = 0, samples = 0) {
    this.size = size
    this.batches = batches
    this.lossSum = lossSum
    this.samples = samples
  }

  with(size: number, loss: number, samples: number): Group {
    return new Group(size, this.batches + 1, this.lossSum + loss * samples, this.samples + samples)
  }
}

async function endEpoch<B>(options: FitOptions<B>, run: Run, each: Each): Promise<void> {
  const { model, optimizer, evaluate, scheduler, schedule = 'epoch', scheduleOn = 'loss' } = options
  const lr = optimizer.paramGroups[0]!.lr
  model.eval()
  const metrics = (await evaluate?.()) ?? {}
  const record: EpochRecord = { epoch: run.epoch + 1, step: run.step, loss: run.epochLoss, lr, metrics }
  if (scheduler !== undefined && schedule === 'epoch') {
    const metric = scheduleOn === 'loss' ? record.loss : metrics[scheduleOn]
    if (metric === undefined) {
      throw new TrainError(
        'train/option',
        `the scheduler looks at '${scheduleOn}', which the evaluation does not give`,
      )
    }
    scheduler.step(options.scheduleOn === undefined ? undefined : metric)
  }
  run.epoch = record.epoch
  run.lossSum = 0
  run.samples = 0
  run.history.push(record)
  await each(c => c.onEpoch?.(run, record))
}

const diverged = (run: Run, loss: number): TrainError =>
  new TrainError(
    'train/diverged',
    `the loss is ${loss} in step ${run.step + 1}`,
    'lower the learning rate, clip the gradients, or look for values in the data that are no numbers',
  )

function check<B>({ epochs, accumulate = 1, maxSteps = 1, data }: FitOptions<B>): void {
  const positive = { epochs, accumulate, maxSteps }
  for (const [name, value] of Object.entries(positive))
    if (!Number.isInteger(value) || value < 1)
      throw new TrainError('train/option', `${name} is ${value}, not a positive integer`)
  if (accumulate > 1 && Number.isNaN(data.length)) {
    throw new TrainError(
      'train/option',
      'gradients are added up over batches of a loader that does not know how many it has',
      'what the last step of an epoch is scaled with depends on it',
    )
  }
}
