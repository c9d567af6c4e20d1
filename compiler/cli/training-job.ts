/** A configuration made ready to run: the spec compiled, the data read; then started as often as need be. */
import path from 'node:path'
import { data, type Module, manualSeed, nn, OpError, type optim, Tensor, train } from '../../runtime/index.ts'
import { compileModel, type Model } from '../compile.ts'
import * as schema from '../diagnostics/catalogue/schema.ts'
import * as messages from '../diagnostics/catalogue/train.ts'
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import { givenParam } from '../elaborate/param-text.ts'
import { InputError } from '../link/input-error.ts'
import { SpecModule } from '../link/instantiate.ts'
import { specModel } from '../link/spec-model.ts'
import type { SpecModel } from '../link/stamped-model.ts'
import type { Source } from '../parse/source.ts'
import { loadSpec } from '../spec/load.ts'
import { LOSSES_OF_CLASSES, type LossName } from '../train/choices.ts'
import { type Choice, type DataSource, readTrainConfig, type TrainConfig } from '../train/train-config.ts'
import { nodeLoader, readSource } from './node-loader.ts'
import { columnsOf, readSamples, type Samples } from './training-data.ts'
import { compareClasses } from './training-images.ts'
import { makeLoss, makeMetrics, makeOptimizer, makeScheduler } from './training-parts.ts'

/** The parts of a run, new: the same every time, since the seed is. */
export interface StartedJob {
  readonly model: Module
  readonly optimizer: optim.Optimizer
  /** What `fit` needs; callbacks, checkpoints and a resume are for the caller to add. */
  readonly options: train.FitOptions<Tensor[]>
}

export interface TrainingJob {
  readonly config: TrainConfig
  readonly model: Model
  start(): StartedJob
}

/** Diagnostics instead, where there are errors. `folder` is what the configuration's paths are relative to. */
export async function prepareJob(
  source: Source,
  folder: string,
): Promise<TrainingJob | readonly Diagnostic[]> {
  const diagnostics = new Diagnostics()
  const config = readTrainConfig(source, diagnostics)
  const within = (file: string): string => (path.isAbsolute(file) ? file : path.join(folder, file))
  const model = config === null ? null : readModelOf(config, within(config.spec.value), diagnostics)
  if (config === null || model === null) return errorsIn(diagnostics)
  const { inputs, columns } = columnsOf(config, model, diagnostics)
  const { train: trained, evaluate, imageSize } = config.data
  const read = (from: DataSource): Promise<Samples | null> =>
    readSamples(from, folder, columns, imageSize, diagnostics)
  const samples = await read(trained)
  const held = evaluate === null ? null : await read(evaluate)
  if (samples !== null && evaluate !== null) compareClasses(samples, held, evaluate.place, diagnostics)
  const output = outputOf(config, model, diagnostics)
  checkOptions(config, model, diagnostics)
  if (diagnostics.hasErrors || samples === null || output === null) return errorsIn(diagnostics)
  const spec = specModel(model, nodeLoader)
  return { config, model, start: () => start(config, spec, { inputs, output, samples, held }) }
}

const errorsIn = (diagnostics: Diagnostics): readonly Diagnostic[] =>
  diagnostics.sorted().filter(d => d.severity === 'error')

/** Options that an optimizer or a scheduler refuses are found by making it. */
function checkOptions(config: TrainConfig, model: Model, diagnostics: Diagnostics): void {
  const { optimizer, scheduler } = config
  const made = accepted(optimizer, diagnostics, () => makeOptimizer(optimizer, new SpecModule(model)))
  if (made !== null && scheduler !== null)
    accepted(scheduler, diagnostics, () => makeScheduler(scheduler, made))
}

function accepted<T>({ type, place }: Choice<string>, diagnostics: Diagnostics, make: () => T): T | null {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof OpError)) throw error
    diagnostics.add(messages.refusedOptions(place, type, error.message, error.hint))
    return null
  }
}

function readModelOf(config: TrainConfig, file: string, diagnostics: Diagnostics): Model | null {
  const { place, value } = config.spec
  const source = readSource(file)
  if ('error' in source) {
    diagnostics.add(messages.fileMissing(place, value, source.error))
    return null
  }
  const spec = loadSpec(source, nodeLoader, diagnostics)
  if (spec === null) return null
  const given = config.params.map(p => givenParam(p.name, p.place, p.text, spec, diagnostics))
  return compileModel(spec, given, diagnostics)
}

/** The name of the output that the loss looks at; null after a diagnostic. */
function outputOf(
  { output, data: { place } }: TrainConfig,
  model: Model,
  diagnostics: Diagnostics,
): string | null {
  const known = model.graph.outputs.map(o => o.name)
  if (output === null) {
    if (known.length === 1) return known[0]!
    diagnostics.add(messages.outputNeeded(place, known))
    return null
  }
  if (known.includes(output.value)) return output.value
  diagnostics.add(schema.notOneOf(output.place, output.value, known, didYouMean(output.value, known)))
  return null
}

interface JobData {
  readonly inputs: readonly string[]
  readonly output: string
  readonly samples: Samples
  readonly held: Samples | null
}

function start(config: TrainConfig, spec: SpecModel, { inputs, output, samples, held }: JobData): StartedJob {
  const { batchSize, shuffle, dropLast } = config.data
  manualSeed(config.seed)
  const model = new SpecModule(spec.model, spec.contracts, spec.source)
  const optimizer = makeOptimizer(config.optimizer, model)
  const scheduler = config.scheduler === null ? null : makeScheduler(config.scheduler, optimizer)
  const predict = (batch: Tensor[]): train.Prediction => {
    const given = inputs.map((name, i) => [name, batch[i]!] as const)
    const found = model.forward(Object.fromEntries(given))[output]
    if (!(found instanceof Tensor)) throw new InputError(`the output '${output}' is no tensor`, null)
    const target = comparable(config.loss.type, batch[inputs.length]!, found)
    return { output: found, target, loss: lossOf(found, target) }
  }
  const lossOf = makeLoss(config.loss)
  const { clipGradNorm } = config
  const options: train.FitOptions<Tensor[]> = {
    model,
    optimizer,
    data: new data.DataLoader(samples, { batchSize, shuffle, dropLast }),
    loss: batch => predict(batch).loss!,
    epochs: config.epochs,
    accumulate: config.accumulate,
    ...(clipGradNorm === null
      ? {}
      : { onGradients: () => void nn.utils.clipGradNorm_(model.parameters(), clipGradNorm) }),
    ...(scheduler === null ? {} : { scheduler, schedule: config.scheduler!.every }),
    ...(config.scheduler?.on == null ? {} : { scheduleOn: config.scheduler.on }),
  }
  if (held === null) return { model, optimizer, options }
  const heldLoader = new data.DataLoader(held, { batchSize })
  const metrics = makeMetrics(config.metrics)
  const evaluate = () => train.evaluate({ model, data: heldLoader, predict, metrics })
  return { model, optimizer, options: { ...options, evaluate } }
}

/** A target of numbers in the output's shape, so that no loss broadcasts them: columns of a table have no size of 1. */
function comparable(loss: LossName, target: Tensor, output: Tensor): Tensor {
  if (LOSSES_OF_CLASSES.includes(loss)) return target
  if (target.size === output.size) return target.reshape(output.shape)
  throw new InputError(
    `the target is ${target}, and the output ${output}`,
    `${loss} compares element by element`,
  )
}
