/**
 * A run as a file: the dictionary of PyTorch's tutorial (`epoch`, `model_state_dict`, `optimizer_state_dict`, `loss`), which
 * `torch.load` reads and goes on from, and beside it what an exact resume needs: the scheduler, the generator, where the loader
 * stands, the losses so far, and what the machine can do.
 * https://docs.pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html
 */

import { load } from '../checkpoint/load.ts'
import { materialize } from '../checkpoint/materialize.ts'
import { tensorOfBytes } from '../checkpoint/memory-tensor.ts'
import type { Checkpoint } from '../checkpoint/open.ts'
import type { CheckpointInput } from '../checkpoint/open-input.ts'
import { PyDict } from '../checkpoint/py-dict.ts'
import { PyFloat, type PyValue } from '../checkpoint/python-value.ts'
import { type SaveTarget, save } from '../checkpoint/save.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { LoaderState } from '../data/data-loader.ts'
import { convertCheckpoint } from '../keys/convert-checkpoint.ts'
import { fittingPlaces } from '../keys/identify.ts'
import { KeysError } from '../keys/keys-error.ts'
import { currentGeneration } from '../keys/route.ts'
import { stampedPlace, stampOf } from '../keys/stamp.ts'
import { contractFor, deviceOf, isLocked, type Module, stateDictFromStored } from '../nn/index.ts'
import { moduleStamp } from '../nn/module-stamp.ts'
import type { Optimizer } from '../optim/index.ts'
import { getRngState, setRngState } from '../random/index.ts'
import { stored } from '../tensor/stored.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Callback, CallbackState } from './callback.ts'
import { capabilityChanges, capabilityStamp } from './capability-stamp.ts'
import { inMemory } from './in-memory.ts'
import type { EpochRecord, Run } from './run.ts'
import { TrainError } from './train-error.ts'

/** What has a state as PyTorch's dictionaries: schedulers, averages. */
export interface Stateful {
  stateDict(): PyValue
  loadStateDict(state: PyValue): void | Promise<void>
}

/** What has a position, as loaders have. */
export interface Positioned {
  stateDict(): LoaderState
  loadStateDict(state: LoaderState): void
}

/** What a run consists of. */
export interface RunParts {
  readonly model: Module
  readonly optimizer: Optimizer
  readonly scheduler?: Stateful
  readonly loader?: Positioned
  /** Others with a state of their own, by the key under which it stands: `ema_state_dict`. */
  readonly others?: Readonly<Record<string, Stateful>>
  readonly callbacks?: readonly Callback[]
}

const FORMAT = 1

/** The run as it is now. The model's tensors are those of this moment, whatever happens later. */
export async function runDictionary(run: Run, parts: RunParts): Promise<PyDict> {
  const dictionary = lateDictionary(run, parts)
  dictionary.set('model_state_dict', await inMemory(dictionary.get('model_state_dict')!))
  return dictionary
}

/** The run as it is now, in the host's memory. Whatever happens while it is read changes nothing. */
export const keptDictionary = async (run: Run, parts: RunParts): Promise<PyDict> =>
  (await inMemory(lateDictionary(run, parts))) as PyDict

/** The run as it is now, with tensors that are read when they are asked for. */
function lateDictionary(run: Run, parts: RunParts): PyDict {
  const { model, optimizer, scheduler, loader, others = {}, callbacks = [] } = parts
  const entries: [string, PyValue][] = [
    ['epoch', run.epoch],
    ['model_state_dict', modelDictionary(model)],
    ['optimizer_state_dict', optimizer.stateDict()],
    ['loss', new PyFloat(run.loss)],
  ]
  if (scheduler !== undefined) entries.push(['scheduler_state_dict', scheduler.stateDict()])
  for (const [key, other] of Object.entries(others)) entries.push([key, other.stateDict()])
  entries.push(['rng_state', bytesTensor(getRngState())])
  if (loader !== undefined) entries.push(['loader_state_dict', loaderDictionary(loader.stateDict())])
  entries.push(
    ['step', run.step],
    ['losses', float64Tensor(run.losses)],
    ['epoch_loss', floats({ sum: run.lossSum, samples: run.samples })],
    ['history', run.history.map(recordDictionary)],
    ['callbacks', new PyDict('dict', statesOf(callbacks))],
    ['capabilities', capabilityStamp()],
    ['holdfast_run', FORMAT],
  )
  return new PyDict('dict', entries)
}

/** Writes the run: whole or not at all. Like every file of a model it says which one, and carries its spec. */
export async function saveRun(target: SaveTarget, run: Run, parts: RunParts): Promise<void> {
  const value = await runDictionary(run, parts)
  await save(value, target, { attachment: await moduleStamp(parts.model, value) })
}

/**
 * Puts a saved run back into its parts, and the default generator to where it was. A run of an earlier generation of the model's
 * keys comes to the current one: model, optimizer and averages. Returns what may keep the rest from being bit-equal, in words; most
 * often nothing.
 * @throws CheckpointError for what is no file of PyTorch's, TrainError for one that is no run or lacks a part, StateDictError
 * and OpError where a part does not fit
 */
export async function loadRun(input: CheckpointInput, run: Run, parts: RunParts): Promise<readonly string[]> {
  const value = await currentValue(parts.model, await load(input))
  await restoreRun(value, run, parts)
  return capabilityChanges(new Saved(value).dict('capabilities')).map(
    change => `other capabilities: ${change}`,
  )
}

/** As `loadRun`, of a run's dictionary. */
export async function restoreRun(value: PyValue, run: Run, parts: RunParts): Promise<void> {
  const { model, optimizer, scheduler, loader, others = {}, callbacks = [] } = parts
  const dictionary = new Saved(value)
  const state = dictionary.dict('model_state_dict')
  const read = await stateDictFromStored(tensorsIn(state), { device: deviceOf(model) })
  model.loadStateDict(read)
  await optimizer.loadStateDict(dictionary.dict('optimizer_state_dict'))
  if (scheduler !== undefined) await scheduler.loadStateDict(dictionary.dict('scheduler_state_dict'))
  for (const [key, other] of Object.entries(others)) await other.loadStateDict(dictionary.dict(key))
  for (const [key, state] of dictionary.dict('callbacks').entries())
    callbacks.find(c => c.name === key)?.loadStateDict?.(numbersIn(state))
  const losses = await dictionary.tensor('losses', 'float64')
  run.epoch = dictionary.integer('epoch')
  run.step = dictionary.integer('step')
  run.losses.splice(0, Number.POSITIVE_INFINITY, ...new Float64Array(losses.slice().buffer))
  run.history.splice(0, Number.POSITIVE_INFINITY, ...dictionary.list('history').map(recordIn))
  const { sum = 0, samples = 0 } = numbersIn(dictionary.dict('epoch_loss'))
  run.lossSum = sum ?? 0
  run.samples = samples ?? 0
  run.stopped = null
  if (loader !== undefined) loader.loadStateDict(await loaderStateIn(dictionary.dict('loader_state_dict')))
  setRngState(await dictionary.tensor('rng_state', 'uint8'))
}

/** The tree of a checkpoint as a model of the current generation would have saved it. Throws KeysError. */
async function currentValue(model: Module, checkpoint: Checkpoint): Promise<PyValue> {
  const contract = contractFor(model)
  const from = stampedPlace(stampOf(checkpoint), contract)
  const current = currentGeneration(contract)
  const isCurrent = from !== null && 'generation' in from && from.generation === current.generation
  if (!isLocked(contract, model.keyContracts) || isCurrent) return checkpoint.value
  const state = checkpoint.value instanceof PyDict ? checkpoint.value.get('model_state_dict') : null
  const fits = state instanceof PyDict ? fittingPlaces(contract, new Map(tensorsIn(state))) : []
  // What fits nothing is reported where it is loaded.
  if (fits.length === 0) return checkpoint.value
  const initial = new Map(model.stateDict())
  const { value } = await convertCheckpoint(contract, checkpoint.value, {
    ...(from === null ? {} : { from }),
    initial: key => initialOf(initial, key),
  })
  return value
}

function initialOf(state: ReadonlyMap<string, Tensor>, key: string): StoredTensor {
  const tensor = state.get(key)
  if (tensor !== undefined) return stored(tensor)
  throw new KeysError(
    'keys/no-value',
    `'${key}' was added and moved since the run was saved: its initial value is not known`,
    {
      key,
      hint: 'give its add a number as init',
    },
  )
}

/** Tensors that are read later, each under a handle of its own. */
function modelDictionary(model: Module): PyDict {
  const state = model.stateDict()
  const dict = new PyDict('OrderedDict')
  const known = new Map<object, StoredTensor>()
  for (const [key, tensor] of state) {
    // Shared tensors are one in the file, too.
    const late = known.get(tensor.node) ?? stored(tensor)
    known.set(tensor.node, late)
    dict.set(key, late)
    tensor.dispose()
  }
  const versions = [...(state.metadata ?? [])].map(
    ([path, { version = 1 }]) => [path, new PyDict('dict', [['version', version]])] as const,
  )
  dict.attrs = new PyDict('dict', [['_metadata', new PyDict('OrderedDict', versions)]])
  return dict
}

const bytesTensor = (bytes: Uint8Array): StoredTensor => tensorOfBytes('uint8', [bytes.length], bytes)

const float64Tensor = (values: readonly number[]): StoredTensor =>
  tensorOfBytes('float64', [values.length], new Uint8Array(Float64Array.from(values).buffer))

const floats = (values: Readonly<Record<string, number | null>>): PyDict =>
  new PyDict(
    'dict',
    Object.entries(values).map(([name, v]) => [name, v === null ? null : new PyFloat(v)] as const),
  )

const statesOf = (callbacks: readonly Callback[]): [string, PyDict][] =>
  callbacks.flatMap(c =>
    c.name === undefined || c.stateDict === undefined ? [] : [[c.name, floats(c.stateDict())]],
  )

const loaderDictionary = ({ start, batches, generator }: LoaderState): PyDict =>
  new PyDict('dict', [
    ['start', start === null ? null : bytesTensor(start)],
    ['batches', batches],
    ['generator', generator === null ? null : bytesTensor(generator)],
  ])

async function loaderStateIn(state: PyDict): Promise<LoaderState> {
  const saved = new Saved(state)
  const bytes = async (key: string): Promise<Uint8Array | null> =>
    state.get(key) == null ? null : saved.tensor(key, 'uint8')
  return {
    start: await bytes('start'),
    batches: saved.integer('batches'),
    generator: await bytes('generator'),
  }
}

function recordDictionary({ epoch, step, loss, lr, metrics }: EpochRecord): PyDict {
  return new PyDict('dict', [
    ['epoch', epoch],
    ['step', step],
    ['loss', new PyFloat(loss)],
    ['lr', new PyFloat(lr)],
    ['metrics', floats(metrics)],
  ])
}

function recordIn(value: PyValue): EpochRecord {
  const { epoch, step, loss, lr } = numbersIn(value)
  const metrics = numbersIn(value instanceof PyDict ? (value.get('metrics') ?? null) : null)
  return {
    epoch: epoch ?? 0,
    step: step ?? 0,
    loss: loss ?? Number.NaN,
    lr: lr ?? Number.NaN,
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, v]) => [name, v ?? Number.NaN])),
  }
}

/** The numbers of a dict by name; what is no number is left out, None is null. */
function numbersIn(value: PyValue): CallbackState {
  const entries = value instanceof PyDict ? value.entries() : []
  return Object.fromEntries(
    entries.flatMap(([key, v]) => {
      const number = v instanceof PyFloat ? v.value : v
      return typeof key === 'string' && (typeof number === 'number' || number === null) ? [[key, number]] : []
    }),
  )
}

const tensorsIn = (dict: PyDict): [string, StoredTensor][] =>
  dict
    .entries()
    .filter((e): e is [string, StoredTensor] => typeof e[0] === 'string' && e[1] instanceof StoredTensor)

/** The entries of a run's dictionary, each with the type that it must have. */
class Saved {
  readonly #dict: PyDict

  constructor(value: PyValue) {
    if (!(value instanceof PyDict)) throw this.#wrong('is no dictionary')
    this.#dict = value
  }

  dict(key: string): PyDict {
    const found = this.#get(key)
    if (!(found instanceof PyDict)) throw this.#wrong(`has no dictionary '${key}'`)
    return found
  }

  list(key: string): readonly PyValue[] {
    const found = this.#get(key)
    if (!Array.isArray(found)) throw this.#wrong(`has no list '${key}'`)
    return found
  }

  integer(key: string): number {
    const found = this.#get(key)
    if (typeof found !== 'number') throw this.#wrong(`has no integer '${key}'`)
    return found
  }

  async tensor(key: string, dtype: string): Promise<Uint8Array> {
    const found = this.#get(key)
    if (!(found instanceof StoredTensor) || found.dtype !== dtype)
      throw this.#wrong(`has no ${dtype} tensor '${key}'`)
    return materialize(found)
  }

  #get(key: string): PyValue | undefined {
    return this.#dict.get(key)
  }

  #wrong(what: string): TrainError {
    return new TrainError(
      'train/checkpoint',
      `this checkpoint ${what}, so no run can go on from it`,
      'a run is saved by fit, or by saveRun; the weights of other checkpoints can be loaded into the model',
    )
  }
}
