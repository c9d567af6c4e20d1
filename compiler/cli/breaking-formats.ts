/** Breaking changes for machines: JSON, annotations of GitHub's workflows, and SARIF for code scanning. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { diagnosticJson } from '../diagnostics/render.ts'
import { classOf } from '../keys/findings.ts'
import { rules } from '../keys/rules.ts'
import type { SpecChanges } from './breaking.ts'

/** One object: `{against, ok, changes: [{rule, class, key, ...}], errors}`. */
export function jsonText(against: string, changes: readonly SpecChanges[]): string {
  const found = changes.flatMap(({ spec, findings }) =>
    findings.map(f => ({
      spec,
      rule: f.rule,
      class: classOf(f),
      key: f.key,
      ...diagnosticJson(f.diagnostic),
    })),
  )
  const errors = changes.flatMap(c => c.errors.map(diagnosticJson))
  return `${JSON.stringify({ against, ok: found.length + errors.length === 0, changes: found, errors }, null, 2)}\n`
}

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function githubText(changes: readonly SpecChanges[]): string {
  const line = (diagnostic: Diagnostic, title: string): string => {
    const { file, line: at, column, endLine, endColumn, message, hint } = diagnosticJson(diagnostic)
    const place = { file, line: at, col: column, endLine, endColumn, title }
    const properties = Object.entries(place).map(([name, value]) => `${name}=${property(`${value}`)}`)
    return `::error ${properties.join(',')}::${data(hint === null ? message : `${message}\n${hint}`)}\n`
  }
  return changes
    .flatMap(({ findings, errors }) => [
      ...errors.map(d => line(d, d.code)),
      ...findings.map(f => line(f.diagnostic, `${f.diagnostic.code} (${classOf(f)})`)),
    ])
    .join('')
}

const data = (text: string): string => text.replace(/[%\r\n]/g, c => encodeURIComponent(c))
const property = (text: string): string => text.replace(/[%\r\n:,]/g, c => encodeURIComponent(c))

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function sarifText(changes: readonly SpecChanges[]): string {
  const result = (diagnostic: Diagnostic, ruleId: string) => {
    const { file, line, column, endLine, endColumn, message, hint } = diagnosticJson(diagnostic)
    const region = { startLine: line, startColumn: column, endLine, endColumn }
    return {
      ruleId,
      level: 'error',
      message: { text: hint === null ? message : `${message}\n${hint}` },
      locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region } }],
    }
  }
  const declared = Object.entries(rules).map(([id, rule]) => ({
    id: `keys/${id}`,
    shortDescription: { text: rule.what },
    properties: { tags: [rule.class] },
  }))
  const results = changes.flatMap(({ findings, errors }) => [
    ...errors.map(d => result(d, d.code)),
    ...findings.map(f => result(f.diagnostic, f.diagnostic.code)),
  ])
  const run = {
    tool: { driver: { name: 'holdfast', rules: declared } },
    columnKind: 'utf16CodeUnits',
    results,
  }
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }
  return `${JSON.stringify(log, null, 2)}\n`
}
