/** A migration to paste: the steps that would cover what is found, as far as names and shapes show them. */
import type { SpecContract } from './contract-of.ts'
import type { Finding } from './findings.ts'
import { lastOf } from './lock.ts'
import { printStep } from './suggest.ts'

/** Empty where nothing is found that steps could cover. */
export function suggestedMigration({ locked, findings }: SpecContract): string {
  if (locked === null) return ''
  const steps = stepsOf(findings)
  const isReordered = findings.some(f => f.rule === 'parameter-order')
  if (steps.length === 0 && !isReordered) return ''
  const lines =
    steps.length === 0 ? ['    steps: []'] : ['    steps:', ...steps.map(step => `      - ${step}`)]
  const head = `a migration to start from: look at every step, then run holdfast lock\n`
  return `\n${head}\nmigrations:\n  - to: ${lastOf(locked).generation + 1}\n${lines.join('\n')}\n`
}

/** What makes room goes first. */
const order = ['drop', 'rename', 'split', 'concat', 'add', 'tie', 'untie']

function stepsOf(findings: readonly Finding[]): readonly string[] {
  const steps = findings.flatMap(f => (f.step === null ? [] : [f.step]))
  const sorted = steps.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  return [...new Set(sorted.map(printStep))]
}
