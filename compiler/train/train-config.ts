/** A training run as a YAML file: what is read from it, with the places to blame. */
import * as schema from '../diagnostics/catalogue/schema.ts'
import * as messages from '../diagnostics/catalogue/train.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import type { EmbeddedText, Source } from '../parse/source.ts'
import { parseYaml } from '../parse/yaml/parse.ts'
import { verbatimText } from '../parse/yaml/text-map.ts'
import {
  type Choices,
  type LossName,
  type MetricName,
  namesOf,
  type OptimizerName,
  type SchedulerName,
} from './choices.ts'
import { ConfigFields, type OptionInput, type Placed } from './config-fields.ts'
import { CONFIG, choiceFields } from './config-table.ts'

/** One of several things by name, with its options. */
export interface Choice<Name extends string> {
  readonly type: Name
  readonly options: Readonly<Record<string, OptionInput>>
  readonly place: Place
}

/** Where samples are: a file or folder for all tensors, or a file for each. */
export interface DataSource {
  readonly place: Place
  readonly files: string | readonly (readonly [tensor: string, file: Placed<string>])[]
}

/** A tensor of a file, or columns of a table. */
export type Selection = Placed<{
  readonly texts: readonly string[]
  /** Whether it was written as a list, which makes a row of it. */
  readonly isList: boolean
}>

export interface DataConfig {
  readonly train: DataSource
  readonly evaluate: DataSource | null
  /** What inputs of the model are in the files; an input without an entry is the tensor of its name. */
  readonly inputs: readonly (readonly [input: string, tensor: Selection])[]
  readonly target: Selection
  /** Height and width of the images of a folder. */
  readonly imageSize: readonly [number, number] | null
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
  /** The name of a device, or `auto`; null where the configuration leaves it open. */
  readonly device: 'cpu' | 'webgpu' | 'auto' | null
  readonly tensorboard: boolean
}

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
  const fields = new ConfigFields(root, 'a training configuration', CONFIG, source, diagnostics)
  const spec = fields.text('spec')
  const data = readData(fields)
  const loss = readChoice<LossName>(fields, 'loss')
  const optimizer = readChoice<OptimizerName>(fields, 'optimizer')
  const scheduler = readScheduler(fields)
  const epochs = fields.number('epochs')
  const metrics = readMetrics(fields, data, diagnostics)
  const numbers = ['loss', ...(data?.evaluate == null ? [] : ['eval_loss', ...metrics])]
  const aims = new Aims(numbers, diagnostics)
  const config = {
    source,
    params: readParams(fields, source),
    seed: fields.number('seed') ?? 0,
    output: fields.text('output') ?? null,
    accumulate: fields.number('accumulate') ?? 1,
    clipGradNorm: fields.number('clip_grad_norm') ?? null,
    metrics,
    earlyStopping: readEarlyStopping(fields, aims),
    checkpoints: readCheckpoints(fields, aims),
    device: fields.word<'cpu' | 'webgpu' | 'auto'>('device')?.value ?? null,
    tensorboard: fields.flag('tensorboard') ?? false,
  }
  if (scheduler?.onPlace != null) aims.known(scheduler.on ?? '', scheduler.onPlace)
  if (diagnostics.hasErrors || !spec || !data || !loss || !optimizer || epochs === undefined) return null
  return { ...config, spec, data, loss, optimizer, scheduler, epochs }
}

const readParams = (fields: ConfigFields, source: Source): TrainConfig['params'] =>
  fields.entries('params').map(({ name, node }) => ({
    name,
    place: { source, range: node.range },
    text: node.kind === 'scalar' ? node.text : verbatimText(source, node.range),
  }))

function readData(fields: ConfigFields): DataConfig | null {
  const data = fields.mapping('data')
  if (data === undefined) return null
  const train = readSource(data, 'train')
  const given = data.node('target')
  const target = given && data.texts(given, "'target'")
  const batchSize = data.number('batch_size')
  const rest = {
    evaluate: readSource(data, 'evaluate'),
    inputs: data.entries('inputs').flatMap(({ name, node }) => {
      const tensor = data.texts(node, `'${name}'`)
      return tensor === undefined ? [] : [[name, tensor] as const]
    }),
    imageSize: data.size('image_size') ?? null,
    shuffle: data.flag('shuffle') ?? true,
    dropLast: data.flag('drop_last') ?? false,
    place: data.place,
  }
  return train && target && batchSize !== undefined ? { train, target, batchSize, ...rest } : null
}

function readSource(data: ConfigFields, name: 'train' | 'evaluate'): DataSource | null {
  const node = data.node(name)
  if (node === undefined) return null
  const place = data.placeOf(node)
  if (node.kind !== 'mapping') {
    const file = data.text(name)
    return file === undefined ? null : { place, files: file.value }
  }
  const files = data
    .entries(name)
    .map(entry => [entry.name, data.textIn(entry.node, `'${entry.name}'`)] as const)
  const read = files.flatMap(([tensor, file]) => (file === undefined ? [] : [[tensor, file] as const]))
  return read.length < files.length ? null : { place, files: read }
}

/** `type` and options in a mapping; a name alone has no options. */
function readChoice<Name extends string>(
  fields: ConfigFields,
  name: 'loss' | 'optimizer' | 'scheduler',
): (Choice<Name> & { readonly fields: ConfigFields | null }) | null {
  const field = CONFIG[name]
  const node = fields.node(name)
  if (node === undefined) return null
  if (node.kind !== 'mapping') {
    const type = fields.oneOf(name, namesOf(field.choices) as readonly string[] as readonly Name[])
    return type === undefined ? null : { type: type.value, options: {}, place: type.place, fields: null }
  }
  // Which options there are is known when the type is.
  const typeField = choiceFields(field, '').type!
  const others = Object.fromEntries(
    node.entries.map(e => [e.key.text.text, { kind: 'text', doc: '' } as const]),
  )
  const type = fields.choice(name, { ...others, type: typeField })?.word<Name>('type')
  if (type === undefined) return null
  const chosen = fields.choice(name, choiceFields(field, type.value))!
  const options = Object.keys((field.choices as Choices)[type.value]!).flatMap(option => {
    const value = chosen.option(option)
    return value === undefined ? [] : [[option, value] as const]
  })
  return { type: type.value, options: Object.fromEntries(options), place: chosen.place, fields: chosen }
}

function readScheduler(
  fields: ConfigFields,
): (NonNullable<TrainConfig['scheduler']> & { readonly onPlace: Place | null }) | null {
  const choice = readChoice<SchedulerName>(fields, 'scheduler')
  if (choice === null) return null
  const every = choice.fields?.word<'step' | 'epoch'>('every')?.value ?? 'epoch'
  const on = choice.fields?.text('on')
  const looks = choice.type === 'ReduceLROnPlateau' ? 'loss' : null
  return { ...choice, every, on: on?.value ?? looks, onPlace: on?.place ?? null }
}

function readMetrics(
  fields: ConfigFields,
  data: DataConfig | null,
  diagnostics: Diagnostics,
): readonly MetricName[] {
  const named = fields.words<MetricName>('metrics')
  if (data?.evaluate === null)
    for (const { place } of named) diagnostics.add(messages.evaluationNeeded(place))
  return [...new Set(named.map(m => m.value))]
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
    const metric = fields.text('metric')
    const mode = fields.word<'min' | 'max'>('mode')
    if (metric === undefined) return null
    this.known(metric.value, metric.place)
    const less = ['loss', 'eval_loss', 'perplexity'].includes(metric.value)
    return { metric: metric.value, mode: mode?.value ?? (less ? 'min' : 'max') }
  }
}

function readEarlyStopping(fields: ConfigFields, aims: Aims): TrainConfig['earlyStopping'] {
  const stopping = fields.mapping('early_stopping')
  if (stopping === undefined) return null
  const aim = aims.read(stopping)
  const patience = stopping.number('patience')
  const minDelta = stopping.number('min_delta') ?? 0
  return aim === null || patience === undefined ? null : { ...aim, patience, minDelta }
}

function readCheckpoints(fields: ConfigFields, aims: Aims): TrainConfig['checkpoints'] {
  const node = fields.mapping('checkpoints')
  const count = (name: string): number | null => node?.number(name) ?? null
  const best = node?.mapping('best')
  return {
    everySteps: count('every_steps'),
    everyEpochs: count('every_epochs'),
    keep: count('keep'),
    best: best === undefined ? null : aims.read(best),
  }
}
