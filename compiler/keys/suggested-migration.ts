/** A migration to paste: the steps that would cover what is found, as far as names and shapes show them. */
import type { RenameStep, Step } from '../../runtime/keys/step.ts'
import type { SpecContract } from './contract-of.ts'
import type { Finding } from './findings.ts'
import { lastOf } from './lock.ts'
import { isBelow } from './renamed.ts'
import { printStep } from './suggest.ts'

/** Rules that no step covers, but that a migration may ignore. */
const ignorable = ['dtype', 'kind']

/** Empty where nothing is found that a migration could cover. */
export function suggestedMigration({ locked, findings }: SpecContract): string {
  if (locked === null) return ''
  const steps = stepsOf(findings)
  const isReordered = findings.some(f => f.rule === 'parameter-order')
  const ignored = findings.filter(f => ignorable.includes(f.rule))
  if (steps.length + ignored.length === 0 && !isReordered) return ''
  const lines =
    steps.length === 0 ? ['    steps: []'] : ['    steps:', ...steps.map(step => `      - ${step}`)]
  if (ignored.length > 0) lines.push('    ignore:')
  for (const { rule, key } of ignored) lines.push(`      - { rule: ${rule}, key: ${key}, reason: WHY }`)
  const head = `a migration to start from: look at every step, then run holdfast lock\n`
  return `\n${head}\nmigrations:\n  - to: ${lastOf(locked).generation + 1}\n${lines.join('\n')}\n`
}

/** What makes room goes first. */
const order = ['drop', 'rename', 'split', 'concat', 'add', 'tie', 'untie']

function stepsOf(findings: readonly Finding[]): readonly string[] {
  const steps = findings.flatMap(f => (f.step === null ? [] : [f.step]))
  const sorted: readonly Step[] = steps.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  const renames = sorted.filter(s => s.kind === 'rename')
  const others: readonly Step[] = sorted.filter(s => s.kind !== 'rename')
  const at = others.findLastIndex(s => s.kind === 'drop') + 1
  return [...new Set(others.toSpliced(at, 0, ...inTurn(renames)).map(printStep))]
}

/** Where a name goes to that another has to leave, the other goes first. */
function inTurn(renames: readonly RenameStep[]): readonly RenameStep[] {
  const open = [...renames]
  const done: RenameStep[] = []
  while (open.length > 0) {
    const free = open.findIndex(step => open.every(other => other === step || !isBelow(step.to, other.from)))
    done.push(...open.splice(Math.max(0, free), 1))
  }
  return done
}
