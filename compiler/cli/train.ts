/** `holdfast train CONFIG.yaml` and `holdfast resume RUN`: training by a configuration. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { setDefaultDevice, train } from '../../runtime/index.ts'
import { diagnosticJson, renderDiagnostics } from '../diagnostics/render.ts'
import { withDevice } from './device.ts'
import { naming } from './open-checkpoint.ts'
import { writeText } from './output-file.ts'
import {
  createRun,
  discardUnsaved,
  lastCheckpoint,
  openRun,
  type RunSource,
  readConfig,
} from './run-folder.ts'
import type { Terminal } from './terminal.ts'
import { prepareJob, type StartedJob, type TrainingJob } from './training-job.ts'

export interface TrainOptions {
  /** Where the run's files go; `runs/` and the name of the configuration unless given. */
  readonly run?: string
  /** Only says what is wrong with the configuration. */
  readonly check?: boolean
  /** One JSON object per epoch and line on stdout; of errors, one object for the configuration. */
  readonly json?: boolean
  /** The configuration's unless given. */
  readonly device?: string
}

/** Exit code: 0 when the run is over, or was interrupted and saved; 1 after diagnostics. */
export async function trainCommand(file: string, options: TrainOptions, terminal: Terminal): Promise<number> {
  const source = readConfig(file)
  const job = await readJob(source, options, terminal)
  if (job === null) return 1
  if (options.check) {
    if (!options.json) terminal.stdout(`${file} is in order\n`)
    return 0
  }
  const run = options.run ?? path.join('runs', path.basename(file).replace(/\.ya?ml$/, ''))
  const isNew = await createRun(run, source)
  try {
    return await onTrainingDevice(job, options, terminal, () => runJob(job, run, options, terminal))
  } catch (error) {
    discardUnsaved(run, isNew)
    throw error
  }
}

/** Goes on with a run from where it was saved last; from the start, if it never was. */
export async function resumeCommand(
  run: string,
  options: Pick<TrainOptions, 'json' | 'device'>,
  terminal: Terminal,
): Promise<number> {
  const job = await readJob(openRun(run), options, terminal)
  if (job === null) return 1
  const go = () => runJob(job, run, options, terminal)
  return onTrainingDevice(job, options, terminal, go).catch(error => {
    throw naming(lastCheckpoint(run), error)
  })
}

/**
 * Runs `work` with the device of a job as the default one: that of the option, or of the configuration. Data stays in the
 * host's memory, batches are moved.
 * @throws DeviceError where there is no such device
 */
export function onTrainingDevice<T>(
  { config }: TrainingJob,
  options: Pick<TrainOptions, 'device'>,
  terminal: Terminal,
  work: () => Promise<T>,
): Promise<T> {
  return withDevice(options.device ?? config.device ?? 'cpu', terminal, async device => {
    setDefaultDevice(device)
    try {
      return await work()
    } finally {
      setDefaultDevice('cpu')
    }
  })
}

/** null after diagnostics. */
export async function readJob(
  { source, folder }: RunSource,
  options: Pick<TrainOptions, 'json' | 'check'>,
  terminal: Terminal,
): Promise<TrainingJob | null> {
  const found = await prepareJob(source, folder)
  const errors = 'start' in found ? [] : found
  if (options.json === true && (options.check === true || errors.length > 0)) {
    const object = { file: source.path, ok: errors.length === 0, diagnostics: errors.map(diagnosticJson) }
    terminal.stdout(`${JSON.stringify(object)}\n`)
  } else terminal.stderr(renderDiagnostics(errors, { color: terminal.color }))
  return 'start' in found ? found : null
}

async function runJob(
  job: TrainingJob,
  run: string,
  options: Pick<TrainOptions, 'json'>,
  terminal: Terminal,
): Promise<number> {
  const { config } = job
  const started = job.start()
  const saved = lastCheckpoint(run)
  const interrupt = new AbortController()
  // A second Ctrl-C ends the process as it stands.
  const onInterrupt = (): void => interrupt.abort()
  process.once('SIGINT', onInterrupt)
  process.once('SIGTERM', onInterrupt)
  try {
    const result = await train.fit({
      ...started.options,
      checkpoints: checkpointOptions(job, run),
      callbacks: callbacksOf(job, started, run, options, terminal),
      signal: interrupt.signal,
      onWarning: message => terminal.stderr(`warning: ${message}; the rest will not be bit-equal\n`),
      ...(existsSync(saved) ? { resume: saved } : {}),
    })
    if (!options.json) terminal.stdout(summary(result, config.epochs, run))
    return 0
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
  }
}

function checkpointOptions({ config }: TrainingJob, folder: string): train.CheckpointOptions {
  const { everySteps, everyEpochs, keep, best } = config.checkpoints
  return {
    folder,
    ...(everySteps === null ? {} : { everySteps }),
    ...(everyEpochs === null ? {} : { everyEpochs }),
    ...(keep === null ? {} : { keep }),
    ...(best === null ? {} : { best }),
  }
}

function callbacksOf(
  { config }: TrainingJob,
  { optimizer }: StartedJob,
  run: string,
  { json }: Pick<TrainOptions, 'json'>,
  terminal: Terminal,
): train.Callback[] {
  const { earlyStopping, tensorboard, epochs } = config
  const callbacks: train.Callback[] = [
    { onEpoch: result => writeText(path.join(run, 'loss.svg'), pictureOf(result)) },
    json
      ? { onEpoch: (_, record) => terminal.stdout(`${JSON.stringify(record)}\n`) }
      : train.progressBar({ write: text => terminal.stderr(text), columns: terminal.columns, epochs }),
  ]
  if (earlyStopping !== null) callbacks.push(train.earlyStopping(earlyStopping))
  if (tensorboard) callbacks.push(train.tensorBoard({ folder: path.join(run, 'events'), optimizer }))
  return callbacks
}

/** Losses by step, and the evaluation's by epoch. */
function pictureOf({ losses, history }: train.Run): string {
  const evaluated = history.map(h => [h.step, h.metrics.eval_loss ?? Number.NaN] as const)
  const curves: train.Curve[] = [
    { name: 'training', points: losses.map((loss, i) => [i + 1, loss] as const) },
  ]
  if (history.some(h => h.metrics.eval_loss !== undefined))
    curves.push({ name: 'evaluation', points: evaluated })
  return train.lossCurves(curves, { title: 'Loss', xLabel: 'step', logarithmic: true })
}

function summary(result: train.Run, epochs: number, run: string): string {
  if (result.stopped === 'interrupted')
    return `interrupted after step ${result.step}, and saved; holdfast resume ${run} goes on\n`
  const reason = result.stopped === null ? '' : `: ${result.stopped}`
  return `${run}: ${result.epoch} of ${epochs} epochs, ${result.step} steps${reason}\n`
}
