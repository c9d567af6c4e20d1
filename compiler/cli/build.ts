/** `holdfast build [--check]`: every spec below `specs/` as a class below `generated/`. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { makeFolder } from '../../runtime/checkpoint/make-folder.ts'
import { type BuildInput, type BuiltSpec, buildSpecs, outputName, outputNames } from '../build.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../diagnostics/render.ts'
import { GENERATED_MARK } from '../emit/typescript/index.ts'
import { BUILD_DEFAULTS } from './build-defaults.ts'
import { CommandError, faultText, isSystemError, systemReason } from './failure.ts'
import { specsIn } from './find-specs.ts'
import { nodeLoader, readSource } from './node-loader.ts'
import { writeText } from './output-file.ts'
import type { Terminal } from './terminal.ts'

export interface BuildCommandOptions {
  /** Writes nothing; exit code 1 unless the output is what a build would write. */
  readonly check?: boolean
  readonly specs: string
  readonly out: string
  /** Import specifier of the runtime in generated code. */
  readonly runtime: string
}

/** What is to be done for the output folder to be current, by path relative to it. */
interface Changes {
  readonly written: ReadonlyMap<string, string>
  readonly removed: readonly string[]
  readonly unchanged: number
}

/** Exit code: 0; 1 after errors in a spec, and with `--check` where the output is not current. */
export async function build(options: BuildCommandOptions, terminal: Terminal): Promise<number> {
  const { inputs, unreadable } = readInputs(options.specs, terminal)
  const built = buildSpecs(inputs, { runtime: options.runtime, loader: nodeLoader })
  // What is wrong with an imported spec is found again by those that import it.
  const found = new Diagnostics()
  for (const diagnostic of built.flatMap(b => b.diagnostics)) found.add(diagnostic)
  const shown = found.sorted().filter(d => d.severity !== 'note')
  terminal.stderr(renderDiagnostics(shown, { color: terminal.color }))
  for (const { suggestion } of built) terminal.stderr(suggestion)
  const failed = unreadable.length + built.filter(b => b.failed).length
  if (failed > 0) terminal.stderr(`${failed} of ${built.length + unreadable.length} specs have errors\n`)
  const changes = compare(built, unreadable, options.out)
  const staleLocks = built.flatMap(b => b.staleLock ?? [])
  if (options.check)
    for (const lock of staleLocks) terminal.stderr(`${lock} is not current; run: holdfast lock\n`)
  if (!options.check) await apply(changes, options, terminal)
  const isStale = options.check === true && (reportStale(changes, options, terminal) || staleLocks.length > 0)
  if (failed > 0 || isStale) return 1
  if (options.check) terminal.stdout(`${options.out} is current\n`)
  return 0
}

interface Inputs {
  readonly inputs: readonly BuildInput[]
  /** Outputs of specs that could not be read, which has been reported. */
  readonly unreadable: readonly string[]
}

function readInputs(folder: string, terminal: Terminal): Inputs {
  const inputs: BuildInput[] = []
  const unreadable: string[] = []
  for (const name of specsIn(folder)) {
    const file = path.join(folder, name)
    const source = readSource(file)
    if ('error' in source) {
      terminal.stderr(faultText('spec/unreadable', `${file}: ${source.error}`, null))
      unreadable.push(outputName(name))
    } else {
      const shown = path.isAbsolute(folder) ? name : source.path
      inputs.push({ source, shown, output: outputName(name) })
    }
  }
  if (inputs.length + unreadable.length === 0) {
    throw new CommandError('spec/none', `there is no spec in ${folder}`, 'holdfast init NAME writes one')
  }
  const owners = new Map<string, string>()
  for (const { source, output } of inputs) {
    const owner = owners.get(output.toLowerCase())
    if (owner !== undefined) {
      throw new CommandError(
        'build/collision',
        `${owner} and ${source.path} would both be generated as ${output}`,
      )
    }
    owners.set(output.toLowerCase(), source.path)
  }
  for (const { source, output } of inputs) {
    for (const name of outputNames(output).slice(1)) {
      const other = owners.get(name.toLowerCase())
      if (other !== undefined)
        throw new CommandError(
          'build/collision',
          `${other} would be generated as ${name}, which belongs to ${source.path}`,
        )
    }
  }
  return { inputs, unreadable }
}

/** Throws CommandError where a file that is to be written was not generated. */
function compare(built: readonly BuiltSpec[], unreadable: readonly string[], out: string): Changes {
  const present = new Map(generatedFiles(out).map(name => [name, readFileSync(path.join(out, name), 'utf8')]))
  const written = new Map<string, string>()
  let unchanged = 0
  for (const { output, text } of built.flatMap(b => b.files)) {
    const old = present.get(output)
    if (old === text) unchanged++
    else if (old === undefined || isGenerated(old)) written.set(output, text)
    else {
      throw new CommandError(
        'build/foreign',
        `${path.posix.join(out, output)} was not generated, so it is not overwritten`,
        'move it away, or choose another folder with --out',
      )
    }
  }
  // What is generated from a spec with errors stays until the spec is in order, or gone.
  const failed = built.filter(b => b.failed).map(b => b.output)
  const owned = new Set([
    ...[...unreadable, ...failed].flatMap(outputNames),
    ...built.flatMap(b => b.files).map(f => f.output),
  ])
  const removed = [...present]
    .filter(([name, text]) => !owned.has(name) && isGenerated(text))
    .map(([name]) => name)
  return { written, removed, unchanged }
}

const isGenerated = (text: string): boolean => text.startsWith(GENERATED_MARK)

function generatedFiles(out: string): readonly string[] {
  try {
    const entries = readdirSync(out, { recursive: true, withFileTypes: true })
    const files = entries.filter(e => e.isFile() && e.name.endsWith('.ts'))
    return files
      .map(e => path.relative(out, path.join(e.parentPath, e.name)).split(path.sep).join('/'))
      .sort()
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return []
    throw error
  }
}

async function apply(
  { written, removed, unchanged }: Changes,
  { out }: BuildCommandOptions,
  terminal: Terminal,
): Promise<void> {
  for (const [name, text] of written) {
    const file = path.join(out, name)
    await makeOutputFolder(path.dirname(file))
    await writeText(file, text)
    terminal.stdout(`wrote ${path.posix.join(out, name)}\n`)
  }
  for (const name of removed) {
    rmSync(path.join(out, name))
    terminal.stdout(`removed ${path.posix.join(out, name)}, whose spec is gone\n`)
  }
  terminal.stdout(`${written.size} written, ${unchanged} unchanged, ${removed.length} removed\n`)
}

async function makeOutputFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
  } catch (error) {
    if (isSystemError(error)) throw new CommandError('output/unwritable', systemReason(error, folder))
    throw error
  }
}

/** Whether anything is to be done. */
function reportStale(
  { written, removed }: Changes,
  options: BuildCommandOptions,
  terminal: Terminal,
): boolean {
  const { out, specs, runtime } = options
  for (const name of written.keys())
    terminal.stderr(`${path.posix.join(out, name)} is not what its spec gives\n`)
  for (const name of removed) terminal.stderr(`${path.posix.join(out, name)} has no spec\n`)
  if (written.size + removed.length === 0) return false
  const given = [
    specs === BUILD_DEFAULTS.specs ? '' : ` --specs ${specs}`,
    out === BUILD_DEFAULTS.out ? '' : ` --out ${out}`,
    runtime === BUILD_DEFAULTS.runtime ? '' : ` --runtime ${runtime}`,
  ]
  terminal.stderr(`run: holdfast build${given.join('')}\n`)
  return true
}
