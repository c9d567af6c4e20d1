/** The layout of the file. Everything between the braces is Code. */
import Handlebars from 'handlebars'
import type { Code } from './code.ts'

export interface ClassView {
  readonly name: Code
  readonly base: Code
  /** One or none. */
  readonly docstring: readonly Code[]
  /** Whole functions, indented. */
  readonly functions: readonly Code[]
  /** What stands for a body where there is none. */
  readonly pass: readonly Code[]
}

export interface FileView {
  readonly header: readonly Code[]
  readonly imports: readonly { readonly lines: readonly Code[] }[]
  /** Helper classes and functions of the file. */
  readonly functions: readonly Code[]
  readonly classes: readonly ClassView[]
}

const template = Handlebars.compile<FileView>(
  `{{#each header}}
{{this}}
{{/each}}
{{#each imports}}

{{#each lines}}
{{this}}
{{/each}}
{{/each}}
{{#each functions}}


{{this}}
{{/each}}
{{#each classes}}


class {{name}}({{base}}):
{{#each docstring}}
    {{this}}
{{/each}}
{{#each pass}}
    {{this}}
{{/each}}
{{#each functions}}
{{#unless @first}}

{{/unless}}
{{#if @first}}
{{#each ../docstring}}

{{/each}}
{{/if}}
{{this}}
{{/each}}
{{/each}}
`,
  { noEscape: true, strict: true, knownHelpersOnly: true },
)

export const render = (view: FileView): string => template(view)
