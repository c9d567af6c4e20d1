/** docs/reference/breaking.md: the rules of breaking changes, and the steps that cover them. */
import { rules } from '../../compiler/keys/rules.ts'
import { type StepFieldForm, stepForms } from '../../compiler/schema/step-form.ts'
import { code, pageHead, table } from './markdown.ts'

const intro = `What \`holdfast breaking\`, \`check\` and \`build\` refuse. [Keys are a contract](../keys.md) tells how they are used.

*STATE*: checkpoints no longer load. *OPTIM*: the state of optimizers goes astray. *SOURCE*: code that uses the class no longer
compiles; only \`holdfast breaking\` says so. A rule can be ignored in a migration, with a reason.`

export function breakingPage(): string {
  const rows = Object.entries(rules).map(([id, rule]) => [
    code(id),
    rule.class,
    rule.what,
    rule.covered === '' ? '' : rule.covered,
  ])
  return [
    pageHead('Breaking changes', intro),
    `\n## Rules\n\n${table(['Rule', 'Class', 'What', 'Covered by'], rows)}`,
    `\n## Steps\n\n${stepsText}\n`,
    ...Object.entries(stepForms).map(([kind, { doc, fields }]) => stepSection(kind, doc, fields)),
  ].join('')
}

const stepsText = `The items of \`steps:\` in \`migrations:\` and \`layouts:\`, as \`rename: { from: a, to: b }\`. In a pattern \`*\` is one segment of a key and
\`**\` any number of them; what they stand for is put in the same places of the target. Numbers may be expressions over params. Every
step has an inverse, by which older layouts are written.`

function stepSection(kind: string, doc: string, fields: Readonly<Record<string, StepFieldForm>>): string {
  const rows = Object.entries(fields).map(([name, form]) => [
    code(name),
    kindName(form),
    form.default === undefined ? '' : code(`${form.default ?? 'null'}`),
    form.doc,
  ])
  return `\n### ${kind}\n\n${doc}\n\n${table(['Field', 'Value', 'Default', ''], rows)}`
}

function kindName({ kind }: StepFieldForm): string {
  if (typeof kind === 'object') return kind.oneOf.map(code).join(' or ')
  const names = {
    key: 'a key or pattern',
    keys: 'a list of keys or patterns',
    int: 'an int',
    ints: 'a list of ints',
    number: 'a number',
    init: 'a number or `default`',
    text: 'a text',
  }
  return names[kind]
}
