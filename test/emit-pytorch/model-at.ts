/** Compiled specs for tests, from files or texts. Throws where a spec has errors. */
import path from 'node:path'
import { nodeLoader, readSource } from '../../compiler/cli/node-loader.ts'
import { compileModel, type Model } from '../../compiler/compile.ts'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import type { GivenParam } from '../../compiler/elaborate/params.ts'
import { int } from '../../compiler/eval/value.ts'
import type { Source } from '../../compiler/parse/source.ts'
import { loadSpec } from '../../compiler/spec/load.ts'
import type { SourceLoader, SpecFile } from '../../compiler/spec/spec.ts'

/** `params`: ints for params of the model. */
export function modelAt(file: string, params: Readonly<Record<string, number>> = {}): Model {
  const source = readSource(path.relative(process.cwd(), file))
  if ('error' in source) throw new Error(`${file}: ${source.error}`)
  return modelOf(source, nodeLoader, params)
}

/** A spec written in a test; `others` are the files that it can import. */
export function modelFrom(text: string, others: Readonly<Record<string, string>> = {}): Model {
  const loader: SourceLoader = {
    load(_from, file) {
      const name = file.replace(/^\.\//, '')
      const found = others[name]
      return found === undefined ? { error: 'there is no such file' } : { path: name, text: found }
    },
  }
  return modelOf({ path: 'model.yaml', text }, loader)
}

const given = (file: SpecFile, params: Readonly<Record<string, number>>): GivenParam[] =>
  Object.entries(params).map(([name, value]) => ({ name, place: file.model.place, value: int(value) }))

function modelOf(source: Source, loader: SourceLoader, params: Readonly<Record<string, number>> = {}): Model {
  const diagnostics = new Diagnostics()
  const file = loadSpec(source, loader, diagnostics)
  const model = file === null ? null : compileModel(file, given(file, params), diagnostics)
  if (model !== null) return model
  const errors = diagnostics.sorted().filter(d => d.severity === 'error')
  throw new Error(
    `${source.path}: ${errors.map(d => `${d.code} at ${d.range.start}: ${d.message}`).join('; ')}`,
  )
}
