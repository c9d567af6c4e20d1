/** `holdfast breaking [SPEC...] --against REF`: what has changed since a revision that breaks those who rely on it. */
import { statSync } from 'node:fs'
import { specRemoved } from '../diagnostics/catalogue/keys.ts'
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { renderDiagnostics } from '../diagnostics/render.ts'
import { membersOf } from '../keys/family.ts'
import { classOf, type Finding } from '../keys/findings.ts'
import { lockPath } from '../keys/lock.ts'
import { breakingChanges, type Published } from '../keys/published.ts'
import { lockBeside, readLock } from '../keys/read-lock.ts'
import type { Source } from '../parse/source.ts'
import { loadSpec } from '../spec/load.ts'
import type { SourceLoader } from '../spec/spec.ts'
import { githubText, jsonText, sarifText } from './breaking-formats.ts'
import { CommandError, UsageError } from './failure.ts'
import { type FoundSpec, findSpecs } from './find-specs.ts'
import { commitOf, filesAt, gitLoader, sourceAt } from './git.ts'
import { nodeLoader, readSource } from './node-loader.ts'
import type { Terminal } from './terminal.ts'

export interface BreakingOptions {
  /** A git revision, or a spec or lock as a file. */
  readonly against: string
  readonly format?: 'text' | 'json' | 'github' | 'sarif'
  readonly json?: boolean
}

/** The changes of one spec. */
export interface SpecChanges {
  readonly spec: string
  readonly findings: readonly Finding[]
  /** Errors that have nothing to do with what was published. */
  readonly errors: readonly Diagnostic[]
}

/** Exit code: 0 where nothing breaks; 1 for breaking changes, and for specs with errors. */
export function breaking(paths: readonly string[], options: BreakingOptions, terminal: Terminal): number {
  const specs = findSpecs(paths.length === 0 ? ['specs'] : paths)
  const isFile = statSync(options.against, { throwIfNoEntry: false })?.isFile() === true
  if (isFile && specs.length !== 1) throw new UsageError('--against FILE takes one spec')
  const before = isFile ? fileBaseline(options.against) : gitBaseline(options.against, terminal)
  const present = specs.flatMap(({ path, isListed }) => changesOf(path, isListed, before) ?? [])
  const gone = removedSpecs(paths.length === 0 ? ['specs'] : paths, specs, before)
  const changes = [...present, ...gone]
  const format = options.json ? 'json' : (options.format ?? 'text')
  switch (format) {
    case 'json':
      terminal.stdout(jsonText(options.against, changes))
      break
    case 'github':
      terminal.stdout(githubText(changes))
      break
    case 'sarif':
      terminal.stdout(sarifText(changes))
      break
    case 'text':
      sayChanges(changes, terminal)
  }
  return changes.some(c => c.findings.length + c.errors.length > 0) ? 1 : 0
}

function sayChanges(changes: readonly SpecChanges[], terminal: Terminal): void {
  for (const { spec, findings, errors } of changes) {
    const all = [...errors, ...findings.map(f => f.diagnostic)]
    terminal.stderr(renderDiagnostics(all, { color: terminal.color }))
    const classes = (['STATE', 'OPTIM', 'SOURCE'] as const).flatMap(name => {
      const n = findings.filter(f => classOf(f) === name).length
      return n === 0 ? [] : [`${n} ${name}`]
    })
    const said = classes.length === 0 ? 'nothing breaks' : `breaks ${classes.join(', ')}`
    terminal.stdout(`${spec}: ${errors.length > 0 ? 'has errors' : said}\n`)
  }
}

/** What was published under a path; null where nothing was. */
interface Baseline {
  source(path: string): Source | null
  lock(path: string): Source | null
  /** All files below a folder. */
  files(folder: string): readonly string[]
  readonly loader: SourceLoader
  /** Told of a published spec that has errors and no lock, so that it has no keys to compare with. */
  onBroken(path: string, why: string): void
}

function gitBaseline(ref: string, terminal: Terminal): Baseline {
  const commit = commitOf(ref)
  return {
    source: path => sourceAt(commit, path),
    lock: path => sourceAt(commit, lockPath(path)),
    files: folder => filesAt(commit, folder),
    loader: gitLoader(commit),
    onBroken: (file, why) =>
      terminal.stderr(
        `warning: ${safeText(`${file} of ${ref} has errors, so that its keys are not compared: ${why}`)}\n`,
      ),
  }
}

function fileBaseline(file: string): Baseline {
  const read = (path: string): Source | null => {
    const source = readSource(path)
    if (!('error' in source)) return source
    if (source.missing === true) return null
    throw new CommandError('spec/unreadable', `${path}: ${source.error}`)
  }
  const given = read(file)
  const isLock = file.endsWith('.lock') || /^lock:/m.test(given?.text ?? '')
  return {
    source: () => (isLock ? null : given),
    lock: () => (isLock ? given : read(lockPath(file))),
    files: () => [],
    loader: nodeLoader,
    onBroken: (_, why) => {
      throw new CommandError('spec/published', `${file} has errors, so that nothing can be compared: ${why}`)
    },
  }
}

/** Specs with a model that were below the folders, and are there no longer. */
function removedSpecs(
  paths: readonly string[],
  present: readonly FoundSpec[],
  baseline: Baseline,
): readonly SpecChanges[] {
  const known = new Set(present.map(s => s.path))
  const folders = paths.filter(path => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
  const gone = folders
    .flatMap(folder => baseline.files(folder))
    .filter(file => /\.ya?ml$/.test(file) && !known.has(file))
  return gone.flatMap((spec): SpecChanges[] => {
    const source = baseline.source(spec)
    const old = source === null ? null : loadSpec(source, baseline.loader, new Diagnostics())
    if (old === null) return []
    const diagnostic = specRemoved(old.model.place, spec)
    return [{ spec, findings: [{ rule: 'spec-removed', key: null, diagnostic, step: null }], errors: [] }]
  })
}

/** Null for a file of definitions only, which has no keys of its own. */
function changesOf(path: string, isListed: boolean, baseline: Baseline): SpecChanges | null {
  const source = readSource(path)
  if ('error' in source) throw new CommandError('spec/unreadable', `${path}: ${source.error}`)
  const diagnostics = new Diagnostics()
  const file = loadSpec(source, nodeLoader, diagnostics)
  const locked = file === null ? undefined : lockBeside(source, nodeLoader, diagnostics)
  const errors = (): readonly Diagnostic[] => diagnostics.sorted().filter(d => d.severity === 'error')
  if (isListed && errors().length === 1 && errors()[0]!.code === 'spec/no-model') return null
  const published = publishedAt(path, baseline)
  if (published === null || file === null || locked === undefined || diagnostics.hasErrors)
    return { spec: path, findings: [], errors: errors() }
  const found = breakingChanges(published, file, locked, diagnostics)
  return { spec: path, findings: found ?? [], errors: found === null ? errors() : [] }
}

function publishedAt(path: string, { source, lock, loader, onBroken }: Baseline): Published | null {
  const [text, lockText] = [source(path), lock(path)]
  if (text === null && lockText === null) return null
  const silent = new Diagnostics()
  const file = text === null ? null : loadSpec(text, loader, silent)
  const locked = lockText === null ? null : readLock(lockText, silent)
  if (lockText !== null && locked === null) {
    const [why] = silent.sorted().filter(d => d.severity === 'error' && d.source === lockText)
    throw new CommandError(
      'lock/published',
      `the published ${lockText.path} cannot be read: ${why?.message ?? ''}`,
    )
  }
  const isBroken = locked === null && (file === null || membersOf(file, silent) === null)
  if (isBroken) onBroken(path, silent.sorted().find(d => d.severity === 'error')?.message ?? '')
  return { file, locked }
}
