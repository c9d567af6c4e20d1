/** Loads specs for tests as the command line does. */
import { nodeLoader, readSource } from '../../compiler/cli/node-loader.ts'
import { type Diagnostic, Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { positionAt } from '../../compiler/parse/lines.ts'
import type { Source } from '../../compiler/parse/source.ts'
import { loadSpec } from '../../compiler/spec/load.ts'
import type { SpecFile } from '../../compiler/spec/spec.ts'

export interface LoadedSpec {
  readonly spec: SpecFile | null
  readonly diagnostics: readonly Diagnostic[]
}

/** A spec from a text; its imports are looked up beside `path`. */
export function loadText(text: string, path = 'model.yaml'): LoadedSpec {
  return loadSource({ path, text })
}

export function loadFile(path: string): LoadedSpec {
  const source = readSource(path)
  if ('error' in source) throw new Error(`${path}: ${source.error}`)
  return loadSource(source)
}

function loadSource(source: Source): LoadedSpec {
  const diagnostics = new Diagnostics()
  const spec = loadSpec(source, nodeLoader, diagnostics)
  return { spec, diagnostics: diagnostics.sorted() }
}

/** `code line:column-line:column`, as in the last lines of the fixtures. */
export function located({ code, source, range }: Diagnostic): string {
  const start = positionAt(source, range.start)
  const end = positionAt(source, range.end)
  return `${code} ${start.line}:${start.column}-${end.line}:${end.column}`
}
