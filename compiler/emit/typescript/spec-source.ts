/** The texts of a spec as a TypeScript file: data, one line for each line of theirs, so that a change reads as the change that it is. */

import type { Model } from '../../compile.ts'
import type { SpecSource } from '../../link/model-source.ts'
import { type Code, code, joined, str } from './code.ts'
import { type EmitOptions, fileHeader } from './index.ts'

/** The class imports it when a file is saved, so that who saves none does not load it. */
export function emitSpecSource(
  model: Model,
  { files, digest, lock, ...source }: SpecSource,
  options: Pick<EmitOptions, 'source' | 'runtime'>,
): string {
  const texts = files.map(
    file => code`    {
      path: ${str(file.path)},
      text: ${lines(file.text, code`      `)},
    },
`,
  )
  return [
    fileHeader(model, options),
    code`import type { SpecSource } from ${str(options.runtime)}\n`,
    code`/** The spec of ${str(model.file.model.name)}, which files carry that its models are saved to. */`,
    code`export const source: SpecSource = {
  model: ${str(source.model)},
  files: [
${joined(texts, code``)}  ],
  digest: ${str(digest)},
  lock: ${lock === null ? code`null` : lines(lock, code`  `)},
}
`,
  ].join('\n')
}

function lines(text: string, indent: Code): Code {
  const items = text.split('\n').map(line => code`${indent}  ${str(line)},\n`)
  return code`[\n${joined(items, code``)}${indent}].join('\\n')`
}
