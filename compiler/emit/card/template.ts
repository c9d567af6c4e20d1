/** The layout of the card. Everything between the braces is Markdown. */
import Handlebars from 'handlebars'
import type { Markdown } from './markdown.ts'

export interface PortView {
  readonly name: Markdown
  readonly type: Markdown
  readonly note: Markdown
}

export interface ParamView {
  readonly name: Markdown
  readonly type: Markdown
  readonly value: Markdown
  readonly bounds: Markdown
  readonly doc: Markdown
}

export interface TensorView {
  readonly key: Markdown
  readonly shape: Markdown
  readonly dtype: Markdown
  readonly kind: Markdown
  readonly trainable: Markdown
}

export interface CardView {
  readonly made: Markdown
  readonly title: Markdown
  readonly paragraphs: readonly Markdown[]
  readonly inputs: readonly PortView[]
  readonly outputs: readonly PortView[]
  readonly params: readonly ParamView[]
  readonly sizes: readonly Markdown[]
  readonly totals: readonly Markdown[]
  readonly tensors: readonly TensorView[]
  readonly commands: readonly Markdown[]
  readonly program: readonly Markdown[]
  readonly keys: readonly Markdown[]
}

const template = Handlebars.compile<CardView>(
  `{{made}}

# {{title}}
{{#each paragraphs}}

{{this}}
{{/each}}

## Inputs

| name | type | |
|---|---|---|
{{#each inputs}}
| {{name}} | {{type}} | {{note}} |
{{/each}}

## Outputs

{{#if outputs}}
| name | type | |
|---|---|---|
{{#each outputs}}
| {{name}} | {{type}} | {{note}} |
{{/each}}
{{else}}
Not declared.
{{/if}}
{{#if params}}

## Params

| name | type | value | bounds | |
|---|---|---|---|---|
{{#each params}}
| {{name}} | {{type}} | {{value}} | {{bounds}} | {{doc}} |
{{/each}}
{{/if}}
{{#if sizes}}

## Sizes

{{#each sizes}}
- {{this}}
{{/each}}
{{/if}}

## Tensors

{{#each totals}}
- {{this}}
{{/each}}
{{#if tensors}}

| key | shape | dtype | kind | trainable |
|---|---|---|---|---|
{{#each tensors}}
| {{key}} | {{shape}} | {{dtype}} | {{kind}} | {{trainable}} |
{{/each}}
{{/if}}

## Use

From the command line:

\`\`\`sh
{{#each commands}}
{{this}}
{{/each}}
\`\`\`

In TypeScript, with the class that \`holdfast build\` generates:

\`\`\`ts
{{#each program}}
{{this}}
{{/each}}
\`\`\`

## Keys and PyTorch

{{#each keys}}
{{this}}
{{/each}}
`,
  { noEscape: true, strict: true, knownHelpersOnly: true },
)

export const render = (view: CardView): string => template(view)
