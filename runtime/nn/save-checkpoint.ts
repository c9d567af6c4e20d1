/** Saving by the contract of keys: files that say what they are, in the current generation, an earlier one or a foreign layout. */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import { type SaveOptions, type SaveTarget, save } from '../checkpoint/save.ts'
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { KeyContract } from '../keys/contract.ts'
import { type ConvertOptions, convertCheckpoint } from '../keys/convert-checkpoint.ts'
import { KeysError } from '../keys/keys-error.ts'
import { currentGeneration, generationOf, layoutOf, type Place } from '../keys/route.ts'
import type { ModelSource } from '../keys/stamp.ts'
import { stored } from '../tensor/stored.ts'
import type { Module } from './module.ts'
import { contractFor, generationOfModule } from './module-generation.ts'
import { moduleStamp } from './module-stamp.ts'

export interface SaveCheckpointOptions extends Pick<SaveOptions, 'format' | 'onProgress'> {
  /** Default: the module's own. */
  readonly contract?: KeyContract
  /** An earlier generation of the keys; default the current one. */
  readonly generation?: number
  /** A layout of another project, by its name in the spec. */
  readonly layout?: string
  /** What wrapped models have before every key: `module.` */
  readonly prefix?: string
  /**
   * What else the checkpoint holds, by name: optimizers' dictionaries (which follow the keys), numbers, other tensors. The model then
   * stands under `model` beside it. Not for safetensors.
   */
  readonly beside?: Readonly<Record<string, PyValue>>
  /** Which parameter each position of an optimizer is; see OptimizerOptions. */
  readonly optimizer?: ConvertOptions['optimizer']
  /** The spec that the file is to carry; default: the module's own. null for none. */
  readonly source?: ModelSource | null
  /** Values of tensors that an earlier generation had and the current one has no more. */
  readonly initial?: ConvertOptions['initial']
}

/**
 * Saves a module, whole or not at all; PyTorch and safetensors read the file as any other. The same state gives the same bytes.
 * @throws KeysError where the state cannot be said in that generation or layout, CheckpointError where the format cannot hold it
 */
export async function saveCheckpoint(
  module: Module,
  target: SaveTarget,
  options: SaveCheckpointOptions = {},
): Promise<void> {
  const contracts = options.contract === undefined ? module.keyContracts : [options.contract]
  const contract = contractFor(module, contracts)
  const place = placeOf(contract, options)
  const state = stateOf(module, options.prefix ?? '')
  const { beside } = options
  const tree =
    beside === undefined ? state : new PyDict('dict', [['model', state], ...Object.entries(beside)])
  const from: Place = { generation: currentGeneration(contract).generation }
  const { value } = await convertCheckpoint(contract, tree, {
    from,
    to: place,
    ...(options.optimizer === undefined ? {} : { optimizer: options.optimizer }),
    ...(options.initial === undefined ? {} : { initial: options.initial }),
  })
  const { format, onProgress, source } = options
  await save(value, target, {
    attachment: await moduleStamp(module, value, {
      contracts,
      contract,
      place,
      ...(source === undefined ? {} : { source }),
    }),
    ...(format === undefined ? {} : { format }),
    ...(onProgress === undefined ? {} : { onProgress }),
  })
}

/** Tied tensors are one, as PyTorch writes them. */
function stateOf(module: Module, prefix: string): PyDict {
  const live = module.stateDict()
  const owners = new Map<string, StoredTensor>()
  const state = new PyDict('OrderedDict')
  for (const { id, key, tie } of generationOfModule(module).tensors) {
    const tensor = owners.get(tie ?? id) ?? stored(live.get(key))
    owners.set(tie ?? id, tensor)
    state.set(prefix + key, tensor)
  }
  return state
}

function placeOf(contract: KeyContract, { generation, layout }: SaveCheckpointOptions): Place {
  if (layout !== undefined && generation !== undefined)
    throw new KeysError('keys/no-generation', 'a file is of a generation or of a layout, not of both')
  if (layout !== undefined) return { layout: layoutOf(contract, layout).name }
  return {
    generation: generationOf(contract, generation ?? currentGeneration(contract).generation).generation,
  }
}
