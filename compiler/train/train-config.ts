/** A training run as a YAML file: what is read from it, with the places to blame. */
import * as schema from '../diagnostics/catalogue/schema.ts'
import * as messages from '../diagnostics/catalogue/train.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import type { EmbeddedText, Source } from '../parse/source.ts'
import { parseYaml } from '../parse/yaml/parse.ts'
import { verbatimText } from '../parse/yaml/text-map.ts'
import {
  LOSSES,
  type LossName,
  METRICS,
  type MetricName,
  namesOf,
  OPTIMIZERS,
  type OptimizerName,
  SCHEDULERS,
  type SchedulerName,
} from './choices.ts'
import { ConfigFields, type OptionInput, type Placed } from './config-fields.ts'

/** One of several things by name, with its options. */
export interface Choice<Name extends string> {
  readonly type: Name
  readonly options: Readonly<Record<string, OptionInput>>
  readonly place: Place
}

export interface DataConfig {
  readonly train: Placed<string>
  readonly evaluate: Placed<string> | null
  /** Names of tensors by inputs of the model; an input without one is the tensor of its name. */
  readonly inputs: readonly (readonly [input: string, tensor: Placed<string>])[]
  readonly target: Placed<string>
  readonly batchSize: number
  readonly shuffle: boolean
  readonly dropLast: boolean
  readonly place: Place
}

/** What is better: less or more of a number. */
export interface Aim {
  readonly metric: string
  readonly mode: 'min' | 'max'
}

export interface TrainConfig {
  readonly source: Source
  readonly spec: Placed<string>
  readonly params: readonly { readonly name: string; readonly place: Place; readonly text: EmbeddedText }[]
  readonly seed: number
  readonly data: DataConfig
  readonly output: Placed<string> | null
  readonly loss: Choice<LossName>
  readonly optimizer: Choice<OptimizerName>
  readonly scheduler:
    | (Choice<SchedulerName> & { readonly every: 'step' | 'epoch'; readonly on: string | null })
    | null
  readonly epochs: number
  readonly accumulate: number
  readonly clipGradNorm: number | null
  readonly metrics: readonly MetricName[]
  readonly earlyStopping: (Aim & { readonly patience: number; readonly minDelta: number }) | null
  readonly checkpoints: {
    readonly everySteps: number | null
    readonly everyEpochs: number | null
    readonly keep: number | null
    readonly best: Aim | null
  }
  readonly tensorboard: boolean
}

const FIELDS = [
  'spec',
  'params',
  'seed',
  'data',
  'output',
  'loss',
  'optimizer',
  'scheduler',
  'epochs',
  'accumulate',
  'clip_grad_norm',
  'metrics',
  'early_stopping',
  'checkpoints',
  'tensorboard',
]

/** null after errors, all of which are in `diagnostics`. */
export function readTrainConfig(source: Source, diagnostics: Diagnostics): TrainConfig | null {
  const root = parseYaml(source, diagnostics)
  if (root === null || root.kind === 'broken') return null
  if (root.kind !== 'mapping') {
    diagnostics.add(
      schema.wrongKind({ source, range: root.range }, 'a configuration', 'a mapping', `a ${root.kind}`),
    )
    return null
  }
  const fields = new ConfigFields(root, 'a training configuration', FIELDS, source, diagnostics)
  const spec = fields.text('spec', true)
  const data = readData(fields)
  const loss = readChoice(fields, 'loss', LOSSES, [], true)
  const optimizer = readChoice(fields, 'optimizer', OPTIMIZERS, [], true)
  const scheduler = readScheduler(fields)
  const epochs = fields.number('epochs', { min: 1, integer: true }, true)
  const metrics = readMetrics(fields, data, diagnostics)
  const numbers = ['loss', ...(data?.evaluate == null ? [] : ['eval_loss', ...metrics])]
  const aims = new Aims(numbers, diagnostics)
  const config = {
    source,
    params: readParams(fields, source),
    seed: fields.number('seed', { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true }) ?? 0,
    output: fields.text('output') ?? null,
    accumulate: fields.number('accumulate', { min: 1, integer: true }) ?? 1,
    clipGradNorm: fields.number('clip_grad_norm', { min: 0 }) ?? null,
    metrics,
    earlyStopping: readEarlyStopping(fields, aims),
    checkpoints: readCheckpoints(fields, aims),
    tensorboard: fields.flag('tensorboard') ?? false,
  }
  if (scheduler?.onPlace != null) aims.known(scheduler.on ?? '', scheduler.onPlace)
  if (diagnostics.hasErrors || !spec || !data || !loss || !optimizer || epochs === undefined) return null
  return { ...config, spec, data, loss, optimizer, scheduler, epochs }
}

function readParams(fields: ConfigFields, source: Source): TrainConfig['params'] {
  const node = fields.node('params')
  if (node?.kind !== 'mapping') {
    fields.mapping('params', [])
    return []
  }
  return node.entries.map(({ key, value }) => ({
    name: key.text.text,
    place: { source, range: value.range },
    text: value.kind === 'scalar' ? value.text : verbatimText(source, value.range),
  }))
}

function readData(fields: ConfigFields): DataConfig | null {
  const known = ['train', 'evaluate', 'inputs', 'target', 'batch_size', 'shuffle', 'drop_last']
  const data = fields.mapping('data', known, true)
  if (data === undefined) return null
  const train = data.text('train', true)
  const target = data.text('target', true)
  const batchSize = data.number('batch_size', { min: 1, integer: true }, true)
  const inputs = data.node('inputs')
  const named = inputs?.kind === 'mapping' ? inputs.entries.map(e => e.key.text.text) : []
  const within = data.mapping('inputs', named)
  const read = named.flatMap(name => {
    const tensor = within?.text(name)
    return tensor === undefined ? [] : [[name, tensor] as const]
  })
  const rest = {
    evaluate: data.text('evaluate') ?? null,
    inputs: read,
    shuffle: data.flag('shuffle') ?? true,
    dropLast: data.flag('drop_last') ?? false,
    place: data.place,
  }
  return train && target && batchSize !== undefined ? { train, target, batchSize, ...rest } : null
}

/** `type` and options in a mapping; a name alone has no options. */
function readChoice<Name extends string>(
  fields: ConfigFields,
  name: string,
  table: Readonly<Record<Name, readonly string[]>>,
  others: readonly string[],
  needed: boolean,
): (Choice<Name> & { readonly fields: ConfigFields | null }) | null {
  const names = namesOf(table)
  const node = fields.node(name, needed)
  if (node === undefined) return null
  if (node.kind !== 'mapping') {
    const word = fields.oneOf(name, names)
    return word === undefined ? null : { type: word.value, options: {}, place: word.place, fields: null }
  }
  // Which options there are is known when the type is.
  const given = node.entries.map(e => e.key.text.text)
  const type = fields.mapping(name, given)?.oneOf('type', names, true)
  if (type === undefined) return null
  const known = table[type.value]
  const chosen = fields.mapping(name, ['type', ...known, ...others])!
  const options = known.flatMap(option => {
    const value = chosen.option(option)
    return value === undefined ? [] : [[option, value] as const]
  })
  return { type: type.value, options: Object.fromEntries(options), place: chosen.place, fields: chosen }
}

function readScheduler(
  fields: ConfigFields,
): (NonNullable<TrainConfig['scheduler']> & { readonly onPlace: Place | null }) | null {
  const choice = readChoice(fields, 'scheduler', SCHEDULERS, ['every', 'on'], false)
  if (choice === null) return null
  const every = choice.fields?.oneOf('every', ['step', 'epoch'])?.value ?? 'epoch'
  const on = choice.fields?.text('on')
  const looks = choice.type === 'ReduceLROnPlateau' ? 'loss' : null
  return { ...choice, every, on: on?.value ?? looks, onPlace: on?.place ?? null }
}

function readMetrics(
  fields: ConfigFields,
  data: DataConfig | null,
  diagnostics: Diagnostics,
): readonly MetricName[] {
  const found = (fields.texts('metrics') ?? []).flatMap(({ value, place }) => {
    const name = METRICS.find(m => m === value)
    if (name === undefined) diagnostics.add(schema.notOneOf(place, value, METRICS, null))
    else if (data !== null && data.evaluate === null) diagnostics.add(messages.evaluationNeeded(place))
    return name === undefined ? [] : [name]
  })
  return [...new Set(found)]
}

/** Numbers of the run that something looks at. */
class Aims {
  readonly #numbers: readonly string[]
  readonly #diagnostics: Diagnostics

  constructor(numbers: readonly string[], diagnostics: Diagnostics) {
    this.#numbers = numbers
    this.#diagnostics = diagnostics
  }

  known(metric: string, place: Place): void {
    if (!this.#numbers.includes(metric))
      this.#diagnostics.add(messages.unknownMetric(place, metric, this.#numbers))
  }

  read(fields: ConfigFields): Aim | null {
    const metric = fields.text('metric', true)
    const mode = fields.oneOf('mode', ['min', 'max'])
    if (metric === undefined) return null
    this.known(metric.value, metric.place)
    const less = ['loss', 'eval_loss', 'perplexity'].includes(metric.value)
    return { metric: metric.value, mode: mode?.value ?? (less ? 'min' : 'max') }
  }
}

function readEarlyStopping(fields: ConfigFields, aims: Aims): TrainConfig['earlyStopping'] {
  const stopping = fields.mapping('early_stopping', ['metric', 'mode', 'patience', 'min_delta'])
  if (stopping === undefined) return null
  const aim = aims.read(stopping)
  const patience = stopping.number('patience', { min: 1, integer: true }, true)
  const minDelta = stopping.number('min_delta', { min: 0 }) ?? 0
  return aim === null || patience === undefined ? null : { ...aim, patience, minDelta }
}

function readCheckpoints(fields: ConfigFields, aims: Aims): TrainConfig['checkpoints'] {
  const node = fields.mapping('checkpoints', ['every_steps', 'every_epochs', 'keep', 'best'])
  const count = (name: string): number | null => node?.number(name, { min: 1, integer: true }) ?? null
  const best = node?.mapping('best', ['metric', 'mode'])
  return {
    everySteps: count('every_steps'),
    everyEpochs: count('every_epochs'),
    keep: count('keep'),
    best: best === undefined ? null : aims.read(best),
  }
}
