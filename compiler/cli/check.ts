/** `holdfast check [SPEC...] [--json] [--notes]`: whether specs are in order. */
import { compileModel, type Model } from '../compile.ts'
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.ts'
import { diagnosticJson, renderDiagnostics } from '../diagnostics/render.ts'
import { contractOf, type SpecContract } from '../keys/contract-of.ts'
import { presetParams } from '../keys/family.ts'
import { suggestedMigration } from '../keys/suggested-migration.ts'
import { loadSpec } from '../spec/load.ts'
import type { SpecFile } from '../spec/spec.ts'
import { CommandError, faultText } from './failure.ts'
import { type FoundSpec, findSpecs } from './find-specs.ts'
import { nodeLoader, readSource } from './node-loader.ts'
import type { Terminal } from './terminal.ts'

export interface CheckOptions {
  /** One JSON object per file and line, on stdout: `{file, ok, model, diagnostics}`. */
  readonly json?: boolean
  /** Also say what is in order but worth knowing, such as sizes that fit for some inputs only. */
  readonly notes?: boolean
}

interface Checked {
  readonly model: Model | null
  /** Only definitions, for others to import. */
  readonly isLibrary: boolean
  readonly diagnostics: readonly Diagnostic[]
  /** A migration that would cover what has changed. */
  readonly suggestion: string
  /** Why the file could not be read. */
  readonly unreadable: string | null
}

/** Exit code: 0, or 1 when any spec has errors. Files and folders; by default all below `specs`. */
export function check(paths: readonly string[], options: CheckOptions, terminal: Terminal): number {
  let failed = 0
  const specs = findSpecs(paths.length === 0 ? ['specs'] : paths)
  if (specs.length === 0) {
    throw new CommandError(
      'spec/none',
      `there is no spec in ${paths.join(', ') || 'specs'}`,
      'a spec is a .yaml file',
    )
  }
  for (const spec of specs) {
    const checked = checkSpec(spec, options.notes ?? false)
    const { model, isLibrary, diagnostics, unreadable } = checked
    const ok = model !== null || isLibrary
    if (!ok) failed++
    if (options.json) {
      const name = model?.file.model.name ?? null
      const error = unreadable === null ? {} : { error: { code: 'spec/unreadable', message: unreadable } }
      const object = {
        file: spec.path,
        ok,
        model: name,
        ...error,
        diagnostics: diagnostics.map(diagnosticJson),
      }
      terminal.stdout(`${JSON.stringify(object)}\n`)
    } else {
      terminal.stderr(renderDiagnostics(diagnostics, { color: terminal.color }))
      terminal.stderr(checked.suggestion)
      if (unreadable === null) terminal.stdout(`${spec.path}: ${summary(checked)}\n`)
      else terminal.stderr(faultText('spec/unreadable', `${spec.path}: ${unreadable}`, null))
    }
  }
  if (!options.json && specs.length > 1) {
    const total = `${specs.length} specs`
    terminal.stdout(failed === 0 ? `${total} are in order\n` : `${failed} of ${total} have errors\n`)
  }
  return failed === 0 ? 0 : 1
}

function checkSpec({ path, isListed }: FoundSpec, notes: boolean): Checked {
  const source = readSource(path)
  if ('error' in source)
    return { model: null, isLibrary: false, diagnostics: [], suggestion: '', unreadable: source.error }
  const found = new Diagnostics()
  const file = loadSpec(source, nodeLoader, found)
  const compiled = file === null ? null : compileModel(file, [], found)
  const contract = file === null || compiled === null ? null : checkFamily(file, found)
  const model = found.hasErrors ? null : compiled
  const errors = found.sorted().filter(d => d.severity === 'error')
  const isLibrary = isListed && errors.length === 1 && errors[0]!.code === 'spec/no-model'
  const diagnostics = found
    .sorted()
    .filter(d => (notes || d.severity !== 'note') && !(isLibrary && d.severity === 'error'))
  const suggestion = contract === null ? '' : suggestedMigration(contract)
  return { model, isLibrary, diagnostics, suggestion, unreadable: null }
}

/** The presets, and the keys against the lock. */
function checkFamily(file: SpecFile, found: Diagnostics): SpecContract | null {
  for (const preset of file.presets) compileModel(file, presetParams(file, preset), found)
  return found.hasErrors ? null : contractOf(file, nodeLoader, found)
}

function summary({ model, isLibrary, diagnostics }: Checked): string {
  const count = (severity: string, word: string): string[] => {
    const n = diagnostics.filter(d => d.severity === severity).length
    return n === 0 ? [] : [`${n} ${word}${n === 1 ? '' : 's'}`]
  }
  const problems = [...count('error', 'error'), ...count('warning', 'warning'), ...count('note', 'note')]
  if (isLibrary) return ['definitions only', ...problems].join(', ')
  if (model === null) return problems.join(', ')
  const tensors = new Set(model.state.map(e => e.tensor))
  const parameters = [...tensors].filter(t => t.kind === 'parameter')
  const elements = parameters.reduce((sum, t) => sum + t.shape.reduce((n, d) => n * d, 1), 0)
  return [`${model.file.model.name}, ${model.state.length} keys, ${elements} parameters`, ...problems].join(
    ', ',
  )
}
