/** A spec for concrete params: the module tree with its keys. */
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import { Machine, type Observer, Stopped } from '../eval/machine.ts'
import type { Scope } from '../eval/scope.ts'
import type { ModuleInstance } from '../ir/module.ts'
import { checkKeys } from '../keys/key-table.ts'
import type { SpecFile } from '../spec/spec.ts'
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
  const world = new GraphBuilder()
  const machine = new Machine(diagnostics, world, { training: false, observer })
  world.machine = machine
  const scopes = new Map<SpecFile, Scope>()
  try {
    const { root } = file
    const scope = bindParams(root, params, null, root.name.place, machine)
    scopes.set(file, scope)
    const cx = {
      machine,
      modules: 0,
      // Definitions see the params of their own file: an imported file's have their defaults.
      fileScope: (definition: { file(): SpecFile }): Scope => {
        const owner = definition.file()
        let known = scopes.get(owner)
        if (known === undefined) {
          known = bindParams(owner.root, [], null, owner.root.name.place, machine)
          scopes.set(owner, known)
        }
        return known
      },
    }
    const module = makeDefinition(
      root,
      scope,
      { path: '', depth: 0, trainable: true, place: root.name.place },
      cx,
    )
    checkKeys(module, diagnostics)
    return module
  } catch (error) {
    if (error instanceof Stopped) return null
    throw error
  }
}
