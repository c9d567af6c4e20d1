/** A spec with its lock from a path: the contracts of its keys, and what a file is to say of it. */
import type { StoredTensor } from '../../runtime/checkpoint/index.ts'
import type { KeyContract, ModelSource } from '../../runtime/keys/index.ts'
import { manualSeed } from '../../runtime/random/index.ts'
import { stored } from '../../runtime/tensor/stored.ts'
import { compileModel } from '../compile.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../diagnostics/render.ts'
import { contractOf } from '../keys/contract-of.ts'
import { DEFAULT_PRESET, presetsOf } from '../keys/family.ts'
import { SpecModule } from '../link/instantiate.ts'
import { modelSource } from '../link/model-source.ts'
import { loadSpec } from '../spec/load.ts'
import type { SpecFile } from '../spec/spec.ts'
import { CommandError } from './failure.ts'
import { nodeLoader, readSource } from './node-loader.ts'
import type { Terminal } from './terminal.ts'

export interface LockedSpec {
  /** One for each preset. */
  readonly contracts: readonly KeyContract[]
  source(preset: string | null): ModelSource
  /** What a new model starts from, for the seed 0. */
  initialState(preset: string | null): ReadonlyMap<string, StoredTensor>
}

/** Prints errors of the spec; `errors` then. Throws CommandError where there is no such file, and where it is not locked. */
export function readLockedSpec(path: string, terminal: Terminal): LockedSpec | 'errors' {
  const source = readSource(path)
  if ('error' in source) throw new CommandError('spec/unreadable', `${path}: ${source.error}`)
  const diagnostics = new Diagnostics()
  const file = loadSpec(source, nodeLoader, diagnostics)
  if (file !== null) for (const params of presetsOf(file).values()) compileModel(file, params, diagnostics)
  const contract = file === null || diagnostics.hasErrors ? null : contractOf(file, nodeLoader, diagnostics)
  const errors = diagnostics.sorted().filter(d => d.severity === 'error')
  terminal.stderr(renderDiagnostics(errors, { color: terminal.color }))
  if (file === null || errors.length > 0) return 'errors'
  if (contract === null || contract.contracts.length === 0)
    throw new CommandError(
      'spec/unlocked',
      `the keys of ${path} are not locked`,
      `lock them: holdfast lock ${path}`,
    )
  const states = new Map<string, ReadonlyMap<string, StoredTensor>>()
  return {
    contracts: contract.contracts,
    source: preset => {
      const member = contract.members.find(m => m.preset === (preset ?? DEFAULT_PRESET))
      return modelSource(file, Object.fromEntries(member?.params ?? []), contract.text)
    },
    initialState: preset => {
      const name = preset ?? DEFAULT_PRESET
      const known = states.get(name) ?? initialState(file, name)
      states.set(name, known)
      return known
    },
  }
}

function initialState(file: SpecFile, preset: string): Map<string, StoredTensor> {
  const params = presetsOf(file).get(preset) ?? []
  const model = compileModel(file, params, new Diagnostics())
  if (model === null) return new Map()
  manualSeed(0)
  return new Map([...new SpecModule(model).stateDict()].map(([key, tensor]) => [key, stored(tensor)]))
}
