/**
 * Compiles a folder of specs to generated files, in memory: text in, text out. The command line reads and writes the files.
 */
import { compileModel } from './compile.ts'
import { type Diagnostic, Diagnostics } from './diagnostics/diagnostic.ts'
import { emitTypescript } from './emit/typescript/index.ts'
import type { Source } from './parse/source.ts'
import { loadSpec } from './spec/load.ts'
import type { SourceLoader } from './spec/spec.ts'

export interface BuildOptions {
  /** Import specifier of the runtime in generated code. */
  readonly runtime: string
  readonly loader: SourceLoader
}

/** A spec, and the path of the file that is generated from it; both with `/`, the latter relative to the output folder. */
export interface BuildInput {
  readonly source: Source
  readonly output: string
}

export interface BuiltSpec extends BuildInput {
  /** null where the spec has errors, and for files that hold definitions only. */
  readonly text: string | null
  readonly diagnostics: readonly Diagnostic[]
  /** Whether it has errors. A file of definitions only, for others to import, has none. */
  readonly failed: boolean
}

/** `zoo/espnet.yaml` is generated as `zoo/espnet.ts`. */
export const outputName = (spec: string): string => spec.replace(/\.ya?ml$/, '.ts')

/**
 * Every spec by itself: errors in one leave the others' output alone. The same specs give the same text.
 * A spec that imports one from outside of `inputs` is refused, since no class would be generated for what it uses.
 */
export function buildSpecs(inputs: readonly BuildInput[], options: BuildOptions): readonly BuiltSpec[] {
  const outputs = new Map(inputs.map(({ source, output }) => [normalised(source.path), output]))
  return inputs.map(input => {
    const diagnostics = new Diagnostics()
    const text = buildSpec(input, outputs, options, diagnostics)
    const found = diagnostics.sorted()
    const errors = found.filter(d => d.severity === 'error')
    const isLibrary = errors.length === 1 && errors[0]!.code === 'spec/no-model'
    const failed = errors.length > 0 && !isLibrary
    return { ...input, text, diagnostics: isLibrary ? found.filter(d => d !== errors[0]) : found, failed }
  })
}

function buildSpec(
  { source, output }: BuildInput,
  outputs: ReadonlyMap<string, string>,
  { runtime, loader }: BuildOptions,
  diagnostics: Diagnostics,
): string | null {
  const file = loadSpec(source, loader, diagnostics)
  const model = file === null ? null : compileModel(file, [], diagnostics)
  if (model === null) return null
  return emitTypescript(model, {
    source: source.path,
    runtime,
    importPath: specPath => relativeImport(output, outputs.get(normalised(specPath)) ?? outputName(specPath)),
  })
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
