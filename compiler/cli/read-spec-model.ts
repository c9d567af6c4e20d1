/** A SPEC of the command line with what loading goes by and saved files carry: a spec on disk, or a checkpoint that carries one. */
import { specModel } from '../link/spec-model.ts'
import type { SpecModel } from '../link/stamped-model.ts'
import { carriedModel } from './carried-model.ts'
import { nodeLoader } from './node-loader.ts'
import { type ChosenParams, isSpecName, readModel } from './read-model.ts'
import type { Terminal } from './terminal.ts'

export interface ReadSpecModel extends SpecModel {
  /** The checkpoint that carries the spec; null for a spec on disk. */
  readonly file: string | null
}

/** Prints errors and warnings of a spec; null after errors. Throws as `readModel` and `carriedModel` do. */
export async function readSpecModel(
  path: string,
  chosen: ChosenParams,
  terminal: Terminal,
): Promise<ReadSpecModel | null> {
  const carried = isSpecName(path) ? null : await carriedModel(path, chosen)
  if (carried !== null) return { ...carried, file: path }
  const model = readModel(path, chosen, terminal)
  return model === null ? null : { ...specModel(model, nodeLoader), file: null }
}
