/** A spec from a path, compiled for the params of the command line. */
import { compileModel, type Model } from '../compile.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../diagnostics/render.ts'
import { loadSpec } from '../spec/load.ts'
import { CommandError } from './failure.ts'
import { givenParams } from './given-params.ts'
import { nodeLoader, readSource } from './node-loader.ts'
import type { Terminal } from './terminal.ts'

/** Prints errors and warnings. null after errors. Throws CommandError where there is no such file. */
export function readModel(path: string, params: readonly string[], terminal: Terminal): Model | null {
  const source = readSource(path)
  if ('error' in source) throw new CommandError('spec/unreadable', `${path}: ${source.error}`)
  const diagnostics = new Diagnostics()
  const file = loadSpec(source, nodeLoader, diagnostics)
  const given = file === null ? [] : givenParams(params, file, diagnostics)
  const model = file === null ? null : compileModel(file, given, diagnostics)
  const shown = diagnostics.sorted().filter(d => d.severity !== 'note')
  terminal.stderr(renderDiagnostics(shown, { color: terminal.color }))
  return model
}
