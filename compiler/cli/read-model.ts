/** A spec from a path, compiled for the params of the command line. */
import { compileModel, type Model } from '../compile.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../diagnostics/render.ts'
import type { GivenParam } from '../elaborate/params.ts'
import { presetsOf } from '../keys/family.ts'
import { loadSpec } from '../spec/load.ts'
import type { SpecFile } from '../spec/spec.ts'
import { CommandError } from './failure.ts'
import { givenParams } from './given-params.ts'
import { nodeLoader, readSource } from './node-loader.ts'
import type { Terminal } from './terminal.ts'

/** What choosing a member of a spec's family takes. */
export interface ChosenParams {
  /** `NAME=VALUE`, which go before those of the preset. */
  readonly param: readonly string[]
  readonly preset?: string
}

/** What is called so is a spec, whatever is in it. */
export const isSpecName = (path: string): boolean => /\.ya?ml$/i.test(path)

/** Of a spec, or of a checkpoint that carries one. Throws as `readModel` and `carriedModel` do. */
export async function readAnyModel(
  path: string,
  chosen: ChosenParams,
  terminal: Terminal,
): Promise<Model | null> {
  if (!isSpecName(path)) {
    const { carriedModel } = await import('./carried-model.ts')
    const carried = await carriedModel(path, chosen)
    if (carried !== null) return carried.model
  }
  return readModel(path, chosen, terminal)
}

/** Prints errors and warnings. null after errors. Throws CommandError where there is no such file or preset. */
export function readModel(path: string, { param, preset }: ChosenParams, terminal: Terminal): Model | null {
  const source = readSource(path)
  if ('error' in source) throw new CommandError('spec/unreadable', `${path}: ${source.error}`)
  const diagnostics = new Diagnostics()
  const file = loadSpec(source, nodeLoader, diagnostics)
  const given = file === null ? [] : givenParams(param, file, diagnostics)
  const named = file === null || preset === undefined ? [] : paramsOfPreset(file, preset)
  const all = [...given, ...named.filter(n => !given.some(g => g.name === n.name))]
  const model = file === null ? null : compileModel(file, all, diagnostics)
  const shown = diagnostics.sorted().filter(d => d.severity !== 'note')
  terminal.stderr(renderDiagnostics(shown, { color: terminal.color }))
  return model
}

function paramsOfPreset(file: SpecFile, name: string): readonly GivenParam[] {
  const found = presetsOf(file).get(name)
  if (found !== undefined) return found
  const known = file.presets.map(p => p.name.name)
  throw new CommandError(
    'preset/unknown',
    `${file.model.name} has no preset '${name}'`,
    known.length === 0 ? 'the spec declares none' : `presets are ${known.join(', ')}`,
  )
}
