/**
 * The training loop: epochs over a loader, a step per batch, an evaluation after each epoch. It saves and resumes: a run that
 * was ended at any moment, and goes on from its last checkpoint, comes to the same bits as one that was not.
 */
import type { CheckpointInput } from '../checkpoint/open-input.ts'
import { LBFGS } from '../optim/index.ts'
import { BatchGroups } from './batch-groups.ts'
import { disposeBatch, samplesOf } from './batch-tensors.ts'
import type { Callback } from './callback.ts'
import { type CheckpointOptions, checkpoints } from './checkpoints.ts'
import { type RecoverOptions, Recovery } from './recovery.ts'
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
  /** Batches whose gradients are added up for a step; 1 unless given. The last step of an epoch may have fewer. */
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
  /**
   * Goes on by itself where the device is lost: the run is kept in the host's memory (as many bytes as its checkpoint has), after
   * every epoch and so many steps, and taken up from there on the device opened again. Where it cannot be opened, the model is on
   * the cpu as it was kept last, and the error is thrown.
   */
  readonly recover?: RecoverOptions
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
  const { data: source, accumulate = 1, resume, onWarning = message => console.warn(message) } = options
  const loader = new BatchGroups(source, accumulate)
  const own: Callback[] = []
  const parts: RunParts = { ...options, loader, callbacks: own }
  own.push(...(options.callbacks ?? []))
  if (options.checkpoints !== undefined) own.push(checkpoints(options.checkpoints, parts))
  if (resume !== undefined) for (const warning of await loadRun(resume, run, parts)) onWarning(warning)
  const recovery = options.recover === undefined ? null : new Recovery(options.recover, run, parts)
  if (recovery !== null) own.push(recovery.callback())
  const each = async (call: (callback: Callback) => void | Promise<void>): Promise<void> => {
    for (const callback of own) await call(callback)
  }
  endAfter(options, run)
  await each(c => c.onStart?.(run))
  const step = new TrainingStep(options)
  try {
    while (run.epoch < options.epochs && run.stopped === null) {
      try {
        await trainEpoch(options, loader, step, run, each)
        if (run.stopped === null) await endEpoch(options, run, each)
      } catch (error) {
        if (recovery === null) throw error
        step.dispose()
        await recovery.recover(error)
      }
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
  loader: BatchGroups<B>,
  step: TrainingStep<B>,
  run: Run,
  each: Each,
): Promise<void> {
  const { model, scheduler, schedule = 'epoch', signal } = options
  const batches = options.data.length
  model.train()
  let lossSum = 0
  let sampleCount = 0
  for await (const { batch, size, isLast } of loader.epoch()) {
    const samples = samplesOf(batch)
    const loss = await step.run(batch, { scale: 1 / size, update: isLast })
    disposeBatch(batch)
    if (!Number.isFinite(loss)) throw diverged(run, loss)
    lossSum += loss * samples
    sampleCount += samples
    if (!isLast) continue
    run.step++
    run.losses.push(lossSum / sampleCount)
    run.lossSum += lossSum
    run.samples += sampleCount
    const info = { samples: sampleCount, batch: loader.stateDict().batches, batches }
    lossSum = 0
    sampleCount = 0
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

const describe = (value: unknown): string =>
  value === null || value === undefined
    ? `${value}`
    : typeof value === 'object'
      ? 'an object'
      : `a ${typeof value}`

const diverged = (run: Run, loss: number): TrainError =>
  new TrainError(
    'train/diverged',
    `the loss is ${loss} in step ${run.step + 1}`,
    'lower the learning rate, clip the gradients, or look for values in the data that are no numbers',
  )

function check<B>(options: FitOptions<B>): void {
  const { epochs, accumulate = 1, maxSteps = 1, data, model, optimizer, loss } = options
  // What types forbid, plain JavaScript gives.
  const parts: readonly (readonly [string, string, unknown, string])[] = [
    ['model', 'a Module', model, 'forward'],
    ['optimizer', 'an optimizer', optimizer, 'step'],
    ['loss', 'a function', loss, 'call'],
  ]
  for (const [name, kind, part, method] of parts)
    if (typeof (part as { readonly [m: string]: unknown } | null | undefined)?.[method] !== 'function')
      throw new TrainError('train/option', `${name} is ${describe(part)}, not ${kind}`)
  if (data == null || !(Symbol.asyncIterator in Object(data) || Symbol.iterator in Object(data)))
    throw new TrainError('train/option', `data is ${describe(data)}, not batches`, 'give a DataLoader')
  const positive = { epochs, accumulate, maxSteps }
  for (const [name, value] of Object.entries(positive))
    if (!Number.isInteger(value) || value < 1)
      throw new TrainError('train/option', `${name} is ${value}, not a positive integer`)
  if (accumulate > 1 && optimizer instanceof LBFGS) {
    throw new TrainError(
      'train/option',
      'LBFGS computes the gradients of a batch as often as it needs them, and cannot add up those of several',
      'leave out accumulate, and give it larger batches',
    )
  }
}
