/** A spec and its lock in memory. */
import { compileModel } from '../../compiler/compile.ts'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { contractOf, type SpecContract } from '../../compiler/keys/contract-of.ts'
import { presetsOf } from '../../compiler/keys/family.ts'
import { loadSpec } from '../../compiler/spec/load.ts'
import type { SourceLoader } from '../../compiler/spec/spec.ts'

export interface Checked {
  readonly contract: SpecContract | null
  /** `code "the marked text"`, in order. */
  readonly said: readonly string[]
  readonly messages: readonly string[]
  readonly hints: readonly (string | undefined)[]
}

/** What `holdfast check` finds; without a lock, what `holdfast lock` would write. */
export function checked(spec: string, lock: string | null): Checked {
  const loader: SourceLoader = {
    load: (_, path) =>
      lock === null || path !== './net.keys.lock'
        ? { error: 'there is no such file', missing: true }
        : { path, text: lock },
  }
  const diagnostics = new Diagnostics()
  const file = loadSpec({ path: 'net.yaml', text: spec }, loader, diagnostics)
  for (const params of file === null ? [] : presetsOf(file).values()) compileModel(file!, params, diagnostics)
  const isSound = file !== null && !diagnostics.hasErrors
  const contract = isSound ? contractOf(file, loader, diagnostics, { first: lock === null }) : null
  const found = diagnostics.sorted().filter(d => d.severity !== 'note')
  return {
    contract,
    said: found.map(d => `${d.code} "${d.source.text.slice(d.range.start, d.range.end)}"`),
    messages: found.map(d => d.message),
    hints: found.map(d => d.hint),
  }
}

/** The lock of a spec; throws where there is none. */
export function lockOf(spec: string, before: string | null = null): string {
  const { contract, said, messages } = checked(spec, before)
  if (contract === null || contract.findings.length > 0)
    throw new Error(`${said.join('\n')}\n${messages.join('\n')}`)
  return contract.text
}

/** A spec around its modules and forward. */
export const net = (modules: string, forward: string, rest = ''): string => `holdfast: 1
model: Net
params:
  width: int = 4
inputs:
  x: float32[N, 4]
modules:
${modules.replace(/^(?=.)/gm, '  ')}
forward: return ${forward}
${rest}`
