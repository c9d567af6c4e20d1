/** The members of the family of models that a spec's params span: its presets, or the defaults alone. */
import type { LockedTensor } from '../../runtime/keys/contract.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { elaborate } from '../elaborate/elaborate.ts'
import type { GivenParam } from '../elaborate/params.ts'
import { Scope } from '../eval/scope.ts'
import { printValue, type Value } from '../eval/value.ts'
import type { ModuleInstance, TensorInstance } from '../ir/module.ts'
import type { PresetDecl, SpecFile } from '../spec/spec.ts'
import { stateEntries, unsavedKeys } from './key-table.ts'
import { type PlacedRename, renamesIn } from './renamed.ts'

/** What a lock calls the defaults of a spec without presets. */
export const DEFAULT_PRESET = 'default'

/** An entry of the state_dict as the spec has it now. */
export interface CurrentTensor extends Omit<LockedTensor, 'id' | 'tie'> {
  /** The first key of the tensor: another one where tensors are tied. */
  readonly owner: string
  readonly place: Place
}

/** A member as the spec has it now. */
export interface Member {
  readonly preset: string
  readonly place: Place
  readonly root: ModuleInstance
  /** Values of all params, as an author would write them. */
  readonly params: ReadonlyMap<string, string>
  /** In the order of state_dict. */
  readonly tensors: readonly CurrentTensor[]
  /** Buffers that are not saved. */
  readonly unsaved: ReadonlySet<string>
  /** `renamed_from:` of its modules and tensors, parents first. */
  readonly renames: readonly PlacedRename[]
}

/** The params of a preset, for elaboration. */
export const presetParams = (file: SpecFile, preset: PresetDecl): readonly GivenParam[] =>
  preset.values.map(({ name, value }) => ({
    name: name.name,
    place: value.place,
    value: { expr: value, scope: new Scope(file) },
  }))

/** Params by preset, in order. */
export function presetsOf(file: SpecFile): ReadonlyMap<string, readonly GivenParam[]> {
  if (file.presets.length === 0) return new Map([[DEFAULT_PRESET, []]])
  return new Map(file.presets.map(preset => [preset.name.name, presetParams(file, preset)]))
}

/** Null after errors, which are in `diagnostics`. */
export function membersOf(file: SpecFile, diagnostics: Diagnostics): readonly Member[] | null {
  const found = [...presetsOf(file)].map(([preset, params]) => {
    const place = file.presets.find(p => p.name.name === preset)?.name.place ?? file.model.place
    const root = elaborate(file, params, diagnostics)
    return root === null ? null : memberOf(file, preset, place, root)
  })
  return found.includes(null) || diagnostics.hasErrors ? null : (found as readonly Member[])
}

export function memberOf(file: SpecFile, preset: string, place: Place, root: ModuleInstance): Member {
  const owners = new Map<TensorInstance, string>()
  const tensors = stateEntries(root).map(({ key, tensor }): CurrentTensor => {
    const owner = owners.get(tensor) ?? key
    owners.set(tensor, owner)
    const { shape, dtype, kind } = tensor
    return { key, shape, dtype, kind, owner, place: tensor.place }
  })
  const params = paramsOf(file, root)
  return { preset, place, root, params, tensors, unsaved: unsavedKeys(root), renames: renamesIn(root) }
}

/** Values of all params of a model, as an author would write them. */
export const paramsOf = (file: SpecFile, root: ModuleInstance): ReadonlyMap<string, string> =>
  new Map(file.root.params.map(({ name: { name } }) => [name, printParam(root.scope.get(name))] as const))

const printParam = (value: Value | undefined): string => {
  if (value === undefined) return '?'
  if (value.kind === 'type') return value.name
  if (value.kind === 'dtype') return value.value
  return value.kind === 'none' ? 'None' : printValue(value)
}
