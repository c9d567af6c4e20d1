/** `holdfast graph SPEC [--param k=v ...]`: what a forward computes, node by node, with symbolic sizes and the guards on them. */
import { printGraph } from '../ir/print.ts'
import { readAnyModel } from './read-model.ts'
import type { Terminal } from './terminal.ts'

export interface GraphOptions {
  readonly param: readonly string[]
  readonly preset?: string
}

/** Exit code: 0, or 1 when the spec has errors. */
export async function graph(spec: string, options: GraphOptions, terminal: Terminal): Promise<number> {
  const model = await readAnyModel(spec, options, terminal)
  if (model === null) return 1
  terminal.stdout(printGraph(model.graph))
  return 0
}
