/**
 * Compiles a folder of specs to generated files, in memory: text in, text out. The command line reads and writes the files.
 */
import { compileModel, type Model } from './compile.ts'
import { importNotBuilt, notExpressible } from './diagnostics/catalogue/build.ts'
import { type Diagnostic, Diagnostics } from './diagnostics/diagnostic.ts'
import { EmitError } from './emit/emit-error.ts'
import { emitContracts } from './emit/typescript/contracts.ts'
import { emitTypescript } from './emit/typescript/index.ts'
import { emitSpecSource } from './emit/typescript/spec-source.ts'
import { contractOf, type SpecContract } from './keys/contract-of.ts'
import { presetParams } from './keys/family.ts'
import { lockPath } from './keys/lock.ts'
import { suggestedMigration } from './keys/suggested-migration.ts'
import { specSource } from './link/model-source.ts'
import type { Source } from './parse/source.ts'
import { loadSpec } from './spec/load.ts'
import type { PresetDecl, SourceLoader } from './spec/spec.ts'

export interface BuildOptions {
  /** Import specifier of the runtime in generated code. */
  readonly runtime: string
  readonly loader: SourceLoader
}

/** A spec, and the path of the file that is generated from it, relative to the output folder. All paths have `/`. */
export interface BuildInput {
  readonly source: Source
  /** The spec's path as the header of the generated file shows it; never absolute. */
  readonly shown: string
  readonly output: string
}

/** A file that is generated. */
export interface BuiltFile {
  readonly output: string
  readonly text: string
}

export interface BuiltSpec extends BuildInput {
  /**
   * The class, the text of its spec, and the contract of its keys where they are locked; none where the spec has errors, and for
   * files that hold definitions only.
   */
  readonly files: readonly BuiltFile[]
  /** The lock, where it is not what `holdfast lock` would write. */
  readonly staleLock: string | null
  /** A migration that would cover uncovered changes of its keys; empty where there are none. */
  readonly suggestion: string
  readonly diagnostics: readonly Diagnostic[]
  /** Whether it has errors. A file of definitions only, for others to import, has none. */
  readonly failed: boolean
}

/** `zoo/espnet.yaml` is generated as `zoo/espnet.ts`. */
export const outputName = (spec: string): string => spec.replace(/\.ya?ml$/, '.ts')

/** The contract of `zoo/espnet.ts` stands in `zoo/espnet.keys.ts`. */
const keysName = (output: string): string => output.replace(/\.ts$/, '.keys.ts')

/** The text of its spec stands in `zoo/espnet.source.ts`: what is called `espnet.spec.ts` is a test to many tools. */
const sourceName = (output: string): string => output.replace(/\.ts$/, '.source.ts')

/** All files that an output may come with. */
export const outputNames = (output: string): readonly string[] => [
  output,
  keysName(output),
  sourceName(output),
]

/**
 * Every spec by itself: errors in one leave the others' output alone. The same specs give the same text.
 * A spec that uses definitions of one that is not generated is refused, since no class would be there for them.
 */
export function buildSpecs(inputs: readonly BuildInput[], options: BuildOptions): readonly BuiltSpec[] {
  const compiled = inputs.map(input => compileInput(input, options.loader))
  const outputs = new Map(
    compiled.filter(c => !c.isLibrary).map(({ input }) => [normalised(input.source.path), input.output]),
  )
  return compiled.map(({ input, model, presets, contract, isLibrary, diagnostics }) => {
    const files =
      model === null ? [] : emit(model, presets, contract, input, outputs, options.runtime, diagnostics)
    const found = diagnostics.sorted().filter(d => !isLibrary || d.severity !== 'error')
    const failed = found.some(d => d.severity === 'error')
    const isStale = contract !== null && contract.locked !== null && !contract.isCurrent
    const staleLock = isStale ? lockPath(input.source.path) : null
    const suggestion = contract === null ? '' : suggestedMigration(contract)
    return { ...input, files: failed ? [] : files, staleLock, suggestion, diagnostics: found, failed }
  })
}

interface Compiled {
  readonly input: BuildInput
  readonly model: Model | null
  readonly presets: readonly { readonly decl: PresetDecl; readonly model: Model }[]
  /** Null where nothing is locked. */
  readonly contract: SpecContract | null
  /** Its one error is that it has no model. */
  readonly isLibrary: boolean
  readonly diagnostics: Diagnostics
}

function compileInput(input: BuildInput, loader: SourceLoader): Compiled {
  const diagnostics = new Diagnostics()
  const file = loadSpec(input.source, loader, diagnostics)
  const model = file === null ? null : compileModel(file, [], diagnostics)
  const presets = (file?.presets ?? []).flatMap(decl => {
    const found = compileModel(file!, presetParams(file!, decl), diagnostics, model?.observations)
    return found === null ? [] : [{ decl, model: found }]
  })
  const contract = model === null || diagnostics.hasErrors ? null : contractOf(file!, loader, diagnostics)
  const errors = diagnostics.sorted().filter(d => d.severity === 'error')
  const isLibrary = errors.length === 1 && errors[0]!.code === 'spec/no-model'
  return { input, model, presets, contract, isLibrary, diagnostics }
}

function emit(
  model: Model,
  presets: Compiled['presets'],
  contract: SpecContract | null,
  { shown, output }: BuildInput,
  outputs: ReadonlyMap<string, string>,
  runtime: string,
  diagnostics: Diagnostics,
): readonly BuiltFile[] {
  const importPath = (specPath: string): string => {
    const target = outputs.get(normalised(specPath))
    if (target === undefined) diagnostics.add(importNotBuilt(model.file.model.place, specPath))
    return relativeImport(output, target ?? outputName(specPath))
  }
  try {
    const contracts = contract?.contracts ?? []
    const isLocked = contracts.length > 0
    const [keys, source] = [keysName(output), sourceName(output)]
    const header = { source: shown, runtime }
    const text = emitTypescript(model, {
      ...header,
      importPath,
      presets,
      sourcePath: relativeImport(output, source),
      ...(isLocked ? { keysPath: relativeImport(output, keys) } : {}),
    })
    const spec = specSource(model.file, isLocked ? contract!.text : null)
    const files = [
      { output, text },
      { output: source, text: emitSpecSource(model, spec, header) },
    ]
    if (isLocked) files.push({ output: keys, text: emitContracts(model, contracts, header) })
    return files
  } catch (error) {
    if (!(error instanceof EmitError)) throw error
    diagnostics.add(notExpressible(error.place ?? model.file.model.place, error))
    return []
  }
}

/** `./espnet-enc.js` from one generated file to another: the extension that every tool for TypeScript resolves. */
function relativeImport(from: string, to: string): string {
  const [source, target] = [from.split('/').slice(0, -1), to.split('/')]
  let shared = 0
  while (shared < source.length && shared < target.length - 1 && source[shared] === target[shared]) shared++
  const up = source.slice(shared).map(() => '..')
  const path = [...(up.length === 0 ? ['.'] : up), ...target.slice(shared)].join('/')
  return path.replace(/\.ts$/, '.js')
}

/** Without `.` and `..`, where they can be resolved. */
function normalised(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '.' || part === '') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}
