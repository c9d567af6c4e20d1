/**
 * Loading by the contract of keys: a checkpoint of any generation or layout that the model's spec knows, wrapped or not, into a module.
 */
import type { Checkpoint } from '../checkpoint/open.ts'
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { ArrayType } from '../keys/arrays.ts'
import type { KeyContract } from '../keys/contract.ts'
import { explainMismatch, type MismatchReport } from '../keys/explain-mismatch.ts'
import { KeysError } from '../keys/keys-error.ts'
import { type ReadOptions, type ReadState, readFor } from '../keys/read-for.ts'
import { currentGeneration, type Place } from '../keys/route.ts'
import { stampedPlace, stampOf } from '../keys/stamp.ts'
import type { Module } from './module.ts'
import { deviceOf } from './module-device.ts'
import { contractFor, isLocked } from './module-generation.ts'
import { StateDictError } from './state-dict-error.ts'
import { stateDictFromStored } from './stored-state-dict.ts'

/** The parts of a checkpoint that loading reads. */
type ReadCheckpoint = Pick<Checkpoint, 'value' | 'stateDict' | 'attachment'> &
  Partial<Pick<Checkpoint, 'format'>>

export interface LoadCheckpointOptions extends ReadOptions {
  /** Default: the module's own. */
  readonly contract?: KeyContract
  /** Whether all keys must be there, and no others. Sizes that differ are an error either way. Default true. */
  readonly strict?: boolean
  /** Called with the bytes of tensors read so far and in all. */
  readonly onProgress?: (read: number, total: number) => void
}

/** What came from where. */
export interface LoadReport {
  /** The generation or layout that the file is of; null for models without a contract. */
  readonly place: Place | null
  /** Where in the file the state_dict is; empty for the root. */
  readonly path: string
  /** What a wrapper had put before every key: `module.` */
  readonly prefix: string
  /** For each key of the model that was loaded, the keys of the file that it is made of. */
  readonly loaded: ReadonlyMap<string, readonly string[]>
  /** Keys that are new since the file was written, and stay as the model initialised them. */
  readonly initialised: readonly string[]
  readonly missingKeys: readonly string[]
  readonly unexpectedKeys: readonly string[]
  /** Types of the file's tensors by bare key, in the order of its state_dict, which safetensors files do not keep: null for those. */
  readonly given: ReadonlyMap<string, ArrayType> | null
}

/**
 * Loads a checkpoint's model state. The generation is the one that the file is stamped with, or the one whose keys and shapes it has.
 * @throws StateDictError where keys are missing, unexpected or of other sizes (see `strict`), with the likely cause; KeysError where
 * it is not clear what the file is, and where nothing would be loaded. The module is unchanged then.
 */
export async function loadCheckpoint(
  module: Module,
  checkpoint: ReadCheckpoint,
  options: LoadCheckpointOptions = {},
): Promise<LoadReport> {
  const { contract, read, hasContract } = await readForModule(module, checkpoint, options)
  const missing = missingKeys(read)
  const isStrict = options.strict ?? true
  if (read.mismatched.length > 0 || (isStrict && missing.length + read.unexpected.length > 0))
    throw refusal(module, contract, read, missing, isStrict)
  const loaded = tensorsOf(read)
  if (loaded.size === 0 && read.tensors.size > 0) throw nothing(module, contract, read)
  await place(module, loaded, options.onProgress)
  return {
    place: hasContract ? read.place : null,
    path: read.path,
    prefix: read.prefix,
    loaded: new Map([...loaded.keys()].map(key => [key, read.tensors.get(key)!.from])),
    initialised: [...read.initialised],
    missingKeys: missing,
    unexpectedKeys: read.unexpected,
    given: checkpoint.format === 'safetensors' ? null : read.given,
  }
}

/** What {@link loadCheckpoint} and warm starts read, before either judges it. */
export async function readForModule(
  module: Module,
  checkpoint: ReadCheckpoint,
  options: LoadCheckpointOptions,
): Promise<{ readonly contract: KeyContract; readonly read: ReadState; readonly hasContract: boolean }> {
  const contracts = options.contract === undefined ? module.keyContracts : [options.contract]
  const contract = contractFor(module, contracts)
  if (options.contract !== undefined && contract !== options.contract) {
    throw new KeysError(
      'keys/shape',
      `the contract given is not that of this ${module.typeName}: its keys or shapes differ`,
    )
  }
  const hasContract = isLocked(contract, contracts)
  const stamped = hasContract ? stampedPlace(stampOf(checkpoint), contract) : null
  return { contract, hasContract, read: await readFor(contract, checkpoint, options, stamped) }
}

/** Keys of the model that the file does not give, but for those that it cannot have. */
export const missingKeys = (read: ReadState): string[] =>
  [...read.tensors].flatMap(([key, { tensor }]) =>
    tensor === null && !read.initialised.has(key) ? [key] : [],
  )

const tensorsOf = (read: ReadState): Map<string, StoredTensor> =>
  new Map([...read.tensors].flatMap(([key, { tensor }]) => (tensor === null ? [] : [[key, tensor] as const])))

/** Puts tensors of a file into a module, which lacks none of their keys. */
export async function place(
  module: Module,
  tensors: ReadonlyMap<string, StoredTensor>,
  onProgress: LoadCheckpointOptions['onProgress'] = () => {},
): Promise<void> {
  const read = reporting(tensors, onProgress)
  const state = await stateDictFromStored(read, { device: deviceOf(module) })
  module.loadStateDict(state, { strict: false })
}

/** A tensor has been read when the next one is asked for. */
function* reporting(
  tensors: ReadonlyMap<string, StoredTensor>,
  onProgress: (read: number, total: number) => void,
): Generator<[string, StoredTensor]> {
  const total = [...tensors.values()].reduce((sum, tensor) => sum + tensor.byteLength, 0)
  let read = 0
  for (const entry of tensors) {
    yield entry
    read += entry[1].byteLength
    onProgress(read, total)
  }
}

const list = (keys: readonly string[]): string => keys.map(k => `"${k}"`).join(', ')
const size = (shape: readonly number[]): string => `torch.Size([${shape.join(', ')}])`

/** PyTorch's report, of the keys of the file and of the generation that it is taken for. */
export function refusal(
  module: Module,
  contract: KeyContract,
  read: ReadState,
  missing: readonly string[],
  isStrict: boolean,
): StateDictError {
  const { unexpected, mismatched, place } = read
  const errors = mismatched.map(
    ({ key, given, expected }) =>
      `size mismatch for ${key}: copying a param with shape ${size(given)} from checkpoint, the shape in current model is ${size(expected)}.`,
  )
  const resized = new Set(mismatched.map(m => m.key))
  const absent = missing.filter(
    key => !read.tensors.get(key)!.from.some(k => resized.has(k.slice(read.prefix.length))),
  )
  if (isStrict && unexpected.length > 0)
    errors.unshift(`Unexpected key(s) in state_dict: ${list(unexpected)}. `)
  if (isStrict && absent.length > 0) errors.unshift(`Missing key(s) in state_dict: ${list(absent)}. `)
  const current = currentGeneration(contract)
  const compared =
    'generation' in place
      ? (contract.generations.find(g => g.generation === place.generation) ?? current)
      : current
  const types = compared.tensors.map(({ key, shape, dtype }) => [key, { shape, dtype }] as const)
  return new StateDictError(
    `Error(s) in loading state_dict for ${module.typeName}:\n\t${errors.join('\n\t')}`,
    {
      missingKeys: absent,
      unexpectedKeys: unexpected,
      sizeMismatches: mismatched,
      report: withUnproven(explainMismatch(types, read.given, current.generation + 1), contract),
    },
  )
}

/** For params that are no preset: why an older file may not be known. */
const withUnproven = (report: MismatchReport, { unproven = '' }: KeyContract): MismatchReport =>
  unproven === '' ? report : { ...report, explanation: `${report.explanation}\n${unproven}` }

function nothing(module: Module, contract: KeyContract, read: ReadState): KeysError {
  const types = currentGeneration(contract).tensors.map(t => [t.key, t] as const)
  const { explanation } = explainMismatch(types, read.given)
  return new KeysError(
    'keys/nothing',
    `nothing in the file fits ${module.typeName}: it would be left as it is`,
    {
      hint: explanation,
    },
  )
}
