/**
 * Loading by PyTorch's rules: which keys are missing, unexpected or of another size, and the report's text.
 * Source: Module.load_state_dict, https://pytorch.org/docs/2.13/generated/torch.nn.Module.html
 */
import { standIn } from '../devices/registry.ts'
import { explainMismatch } from '../keys/explain-mismatch.ts'
import { builderOf } from '../tensor/builder.ts'
import type { Cell } from '../tensor/cell.ts'
import { Tensor } from '../tensor/tensor.ts'
import type { Module } from './module.ts'
import { StateDict, type StateMetadata } from './state-dict.ts'
import { type SizeMismatch, StateDictError } from './state-dict-error.ts'

/** What can be loaded: a StateDict, or tensors by key, which then have no metadata. */
export type StateSource = StateDict | ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>

/** Keys of the module that the state_dict lacks, and keys that the module lacks. */
export interface LoadResult {
  readonly missingKeys: readonly string[]
  readonly unexpectedKeys: readonly string[]
}

/** One load under way. Classes whose state has changed over PyTorch's versions adjust it in `upgradeState`. */
export class StateLoad {
  readonly metadata: StateMetadata | null
  readonly missing: string[] = []
  readonly unexpected: string[] = []
  readonly mismatches: SizeMismatch[] = []
  readonly errors: string[] = []
  readonly writes: [Cell, Tensor][] = []

  constructor(metadata: StateMetadata | null) {
    this.metadata = metadata
  }

  /** The version that the module at this prefix was saved with; undefined where the file does not say. */
  versionAt(prefix: string): number | undefined {
    return this.metadata?.get(prefix.slice(0, -1))?.version
  }
}

/** A module class that reads older forms of its state. */
export interface Upgrading {
  /** Called before the module's own tensors are looked up; may add to and remove from `tensors`, which it alone sees. */
  upgradeState(load: StateLoad, tensors: Map<string, Tensor>, prefix: string): void
}

const isUpgrading = (m: Module): m is Module & Upgrading => 'upgradeState' in m

/** Loads into `module`. Throws StateDictError, and leaves the module as it was then. */
export function loadStateDict(module: Module, source: StateSource, strict: boolean): LoadResult {
  const entries = source instanceof StateDict || source instanceof Map ? source : Object.entries(source)
  const metadata = source instanceof StateDict ? source.metadata : null
  const tensors = new Map(entries as Iterable<readonly [string, Tensor]>)
  const given = new Map([...tensors].filter(([, tensor]) => tensor instanceof Tensor))
  const load = new StateLoad(metadata)
  loadBelow(load, module, tensors, '')
  const errors = [...load.errors]
  if (strict) {
    const list = (keys: readonly string[]) => keys.map(k => `"${k}"`).join(', ')
    if (load.unexpected.length > 0)
      errors.unshift(`Unexpected key(s) in state_dict: ${list(load.unexpected)}. `)
    if (load.missing.length > 0) errors.unshift(`Missing key(s) in state_dict: ${list(load.missing)}. `)
  }
  if (errors.length > 0) {
    throw new StateDictError(
      `Error(s) in loading state_dict for ${module.typeName}:\n\t${errors.join('\n\t')}`,
      {
        missingKeys: load.missing,
        unexpectedKeys: load.unexpected,
        sizeMismatches: load.mismatches,
        report: explainMismatch(module.stateDict(), given),
      },
    )
  }
  for (const [cell, tensor] of load.writes) cell.value = tensor
  return { missingKeys: load.missing, unexpectedKeys: load.unexpected }
}

/** `tensors` are those whose keys begin with the prefix. */
function loadBelow(load: StateLoad, module: Module, tensors: Map<string, Tensor>, prefix: string): void {
  if (isUpgrading(module)) module.upgradeState(load, tensors, prefix)
  const own = new Map<string, Cell>(module.ownParameters)
  for (const [name, { cell, persistent }] of module.ownBuffers) if (persistent) own.set(name, cell)
  for (const [name, cell] of own) {
    const tensor = tensors.get(prefix + name)
    if (tensor === undefined) load.missing.push(prefix + name)
    else take(load, prefix + name, cell, tensor)
  }
  for (const key of tensors.keys()) {
    const [head, ...rest] = key.slice(prefix.length).split('.')
    const known = rest.length > 0 ? module.ownChildren.has(head!) : own.has(head!)
    if (!known) load.unexpected.push(key)
  }
  for (const [name, child] of module.ownChildren) {
    const start = `${prefix}${name}.`
    const below = [...tensors].filter(([key]) => key.startsWith(start))
    loadBelow(load, child, new Map(below), start)
  }
}

const sizeText = (shape: readonly number[]): string => `torch.Size([${shape.join(', ')}])`

function take(load: StateLoad, key: string, cell: Cell, given: Tensor): void {
  if (!(given instanceof Tensor)) {
    load.errors.push(
      `While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but received ${typeof given}`,
    )
    return
  }
  const old = cell.held
  // Scalars had shape [1] before PyTorch 0.4.
  const scalar = old.shape.length === 0 && given.shape.length === 1 && given.shape[0] === 1
  const tensor = scalar ? builderOf(given.device).emit('reshape', [given], { shape: [] }) : given
  if (tensor.shape.length !== old.shape.length || !tensor.shape.every((d, i) => d === old.shape[i])) {
    load.mismatches.push({ key, given: tensor.shape, expected: old.shape })
    load.errors.push(
      `size mismatch for ${key}: copying a param with shape ${sizeText(tensor.shape)} from checkpoint, the shape in current model is ${sizeText(old.shape)}.`,
    )
  } else if (tensor.device !== standIn(old.device)) {
    load.errors.push(
      `While copying the parameter named "${key}": it is on ${tensor.device.name}, the model on ${old.device.name}; move one of them first.`,
    )
  } else {
    const { dtype } = old
    const same = tensor.dtype === dtype
    load.writes.push([cell, same ? tensor : builderOf(tensor.device).emit('cast', [tensor], { dtype })])
  }
}
