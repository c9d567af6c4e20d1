/** Steps as a spec writes them, to paste. */
import type { Step } from './step.ts'

/** One line for each step: `- rename: { from: fc, to: head }`. */
export function stepLines(steps: readonly Step[]): string[] {
  return steps.map(({ kind, ...fields }) => {
    const entries = Object.entries(fields).filter(([, value]) => value !== null)
    const texts = entries.map(([name, value]) => `${name}: ${flow(value)}`)
    return `- ${kind}: { ${texts.join(', ')} }`
  })
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'number') return `${value}`
  const text = String(value)
  // Keys that YAML would read as something else, or not at all.
  return /^[A-Za-z_][\w.-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text)
}
