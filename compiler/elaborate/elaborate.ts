/** A spec for concrete params: the module tree with its keys. */
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import { Machine, type Observer, Stopped } from '../eval/machine.ts'
import type { Scope } from '../eval/scope.ts'
import type { ModuleInstance } from '../ir/module.ts'
import { checkKeys } from '../keys/key-table.ts'
import type { Definition, SpecFile } from '../spec/spec.ts'
import { GraphBuilder } from '../trace/graph-builder.ts'
import { makeDefinition } from './modules.ts'
import { bindParams, type GivenParam } from './params.ts'

/** null after errors that leave no tree. Errors are in `diagnostics` in any case. */
export function elaborate(
  file: SpecFile,
  params: readonly GivenParam[],
  diagnostics: Diagnostics,
  observer: Observer | null = null,
): ModuleInstance | null {
  const module = elaborateAlone(file.root, params, diagnostics, observer)
  if (module !== null) checkKeys(module, diagnostics)
  return module
}

/** A definition by itself, as the root of a tree; its file's params have their defaults. */
export function elaborateAlone(
  definition: Definition,
  params: readonly GivenParam[],
  diagnostics: Diagnostics,
  observer: Observer | null = null,
): ModuleInstance | null {
  const world = new GraphBuilder()
  const machine = new Machine(diagnostics, world, { training: false, observer })
  world.machine = machine
  const scopes = new Map<SpecFile, Scope>()
  // Definitions see the params of their own file: an imported file's have their defaults.
  const fileScope = ({ file }: Definition): Scope => {
    const owner = file()
    let known = scopes.get(owner)
    if (known === undefined) {
      known = bindParams(owner.root, [], null, owner.root.name.place, machine)
      scopes.set(owner, known)
    }
    return known
  }
  try {
    const { place } = definition.name
    const isRoot = definition === definition.file().root
    const scope = bindParams(definition, params, isRoot ? null : fileScope(definition), place, machine)
    if (isRoot) scopes.set(definition.file(), scope)
    const site = { path: '', depth: 0, trainable: true, place }
    return makeDefinition(definition, scope, site, { machine, modules: 0, fileScope })
  } catch (error) {
    if (error instanceof Stopped) return null
    throw error
  }
}
