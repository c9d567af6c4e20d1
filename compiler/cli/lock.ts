/** `holdfast lock [SPEC...] [--check]`: writes down the keys of specs, as checkpoints will rely on them. */
import { compileModel } from '../compile.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../diagnostics/render.ts'
import { contractOf, type SpecContract } from '../keys/contract-of.ts'
import { presetsOf } from '../keys/family.ts'
import { lastOf, lockPath } from '../keys/lock.ts'
import { suggestedMigration } from '../keys/suggested-migration.ts'
import { loadSpec } from '../spec/load.ts'
import { CommandError } from './failure.ts'
import { findSpecs } from './find-specs.ts'
import { nodeLoader, readSource } from './node-loader.ts'
import { writeText } from './output-file.ts'
import type { Terminal } from './terminal.ts'

export interface LockOptions {
  /** Writes nothing; exit code 1 unless every lock is what it would be. */
  readonly check?: boolean
}

/** Exit code: 0; 1 after errors, for uncovered changes, and with `--check` where a lock is not current. Folders stand for their locked specs. */
export async function lock(
  paths: readonly string[],
  options: LockOptions,
  terminal: Terminal,
): Promise<number> {
  let failed = false
  let count = 0
  const given = paths.length === 0 ? ['specs'] : paths
  for (const { path, isListed } of findSpecs(given)) {
    const source = readSource(path)
    if ('error' in source) throw new CommandError('spec/unreadable', `${path}: ${source.error}`)
    const target = lockPath(path)
    if (isListed && 'error' in readSource(target)) continue
    count++
    if (target === path) throw new CommandError('lock/name', `${path} is no .yaml file`)
    const diagnostics = new Diagnostics()
    const file = loadSpec(source, nodeLoader, diagnostics)
    if (file !== null) for (const params of presetsOf(file).values()) compileModel(file, params, diagnostics)
    const contract =
      file === null || diagnostics.hasErrors
        ? null
        : contractOf(file, nodeLoader, diagnostics, { first: true })
    const shown = diagnostics.sorted().filter(d => d.severity === 'error')
    terminal.stderr(renderDiagnostics(shown, { color: terminal.color }))
    if (contract === null || diagnostics.hasErrors) {
      failed = true
      if (contract !== null) terminal.stderr(suggestedMigration(contract))
    } else if (contract.isCurrent) terminal.stdout(`${target}: current, ${summary(contract)}\n`)
    else if (options.check) {
      failed = true
      terminal.stderr(`${target} is not current; run: holdfast lock ${path}\n`)
    } else {
      await writeText(target, contract.text)
      terminal.stdout(`wrote ${target}: ${summary(contract)}\n`)
    }
  }
  if (count === 0 && options.check !== true)
    terminal.stderr(
      `no spec in ${given.join(', ')} is locked yet; name the one to lock: holdfast lock SPEC\n`,
    )
  return failed ? 1 : 0
}

function summary({ checked: { lock: written } }: SpecContract): string {
  const { generation, members } = lastOf(written)
  const presets = [...members].map(([name, { tensors }]) => `${name} ${tensors.length} keys`)
  return `generation ${generation}, ${presets.join(', ')}`
}
