/** The compiler's middle, in order: a loaded spec for concrete params becomes a module tree, its keys, and its graphs. */
import type { Diagnostics } from './diagnostics/diagnostic.ts'
import { elaborate } from './elaborate/elaborate.ts'
import type { GivenParam } from './elaborate/params.ts'
import { Observations } from './emit/observations.ts'
import type { Graph } from './ir/graph.ts'
import type { ModuleInstance, StateEntry } from './ir/module.ts'
import { stateEntries } from './keys/key-table.ts'
import type { SpecFile } from './spec/spec.ts'
import { traceModel } from './trace/trace.ts'

/** A spec that is in order, for one choice of params. */
export interface Model {
  readonly file: SpecFile
  readonly root: ModuleInstance
  /** The state_dict, in order. */
  readonly state: readonly StateEntry[]
  /** The forward in eval mode, optional inputs absent. */
  readonly graph: Graph
  /** What evaluation saw of the author's code, over all modes. */
  readonly observations: Observations
}

/** Elaborates and infers in all modes. null after errors, all of which are in `diagnostics`. What is seen goes to `observations`. */
export function compileModel(
  file: SpecFile,
  params: readonly GivenParam[],
  diagnostics: Diagnostics,
  observations = new Observations(),
): Model | null {
  const root = elaborate(file, params, diagnostics, observations)
  if (root === null) return null
  const optional = file.root.inputs.filter(i => i.optional).map(i => i.name.name)
  const all = new Set(optional)
  const graph = traceModel(root, { training: false, present: new Set(), observer: observations }, diagnostics)
  // Other modes repeat the same notes and mistakes at the same places, which are reported once.
  if (optional.length > 0)
    traceModel(root, { training: false, present: all, observer: observations }, diagnostics)
  traceModel(root, { training: true, present: all, observer: observations }, diagnostics)
  if (graph === null || diagnostics.hasErrors) return null
  return { file, root, state: stateEntries(root), graph, observations }
}
