/** Examples in YAML and Python as whole specs. */
import { expect } from 'vitest'
import { nodeLoader } from '../../compiler/cli/node-loader.ts'
import { compileModel } from '../../compiler/compile.ts'
import { Diagnostics } from '../../compiler/diagnostics/diagnostic.ts'
import { loadSpec } from '../../compiler/spec/load.ts'
import type { CodeBlock } from './page.ts'

/** What a part of a spec leaves out, as the page says. */
const omitted: readonly (readonly [field: string, text: string])[] = [
  ['inputs', 'inputs:\n  x: float32[N, 8]\n'],
  ['forward', 'forward: return x\n'],
]

/** A spec as it stands, or a part of one, completed. */
export function wholeSpec(text: string): string {
  const has = (field: string): boolean => new RegExp(`^${field}:`, 'm').test(text)
  if (has('holdfast')) return text
  const rest = omitted.filter(([field]) => !has(field)).map(([, lines]) => lines)
  return `holdfast: 1\n${has('model') ? '' : 'model: Example\n'}${text}${has('type') ? (rest[0] ?? '') : rest.join('')}`
}

/** A spec around the body of a forward. */
export function withForward(context: string, body: string): string {
  const indented = body
    .split('\n')
    .map(line => (line === '' ? '' : `  ${line}`))
    .join('\n')
  return `${context.replace(/^forward:.*\n(?: .*\n|\n)*/m, '')}forward: |\n${indented}`
}

/** Codes of the errors and warnings of a spec, those of notes where `notes` is set. */
export function codesOf(text: string, path: string, notes: boolean): readonly string[] {
  const diagnostics = new Diagnostics()
  const file = loadSpec({ path, text }, nodeLoader, diagnostics)
  if (file !== null) compileModel(file, [], diagnostics)
  return diagnostics
    .sorted()
    .filter(d => notes || d.severity !== 'note')
    .map(d => d.code)
}

/** An example compiles without problems, or has just those that its info string names. */
export function expectAsSaid(block: CodeBlock, text: string): void {
  const said = ['error', 'warning', 'note'].flatMap(word => block.info.get(word)?.split(',') ?? [])
  const file = block.info.get('file') ?? 'example.yaml'
  const found = codesOf(text, file, block.info.has('note'))
  const isLibrary = !/^(inputs|forward|type|model):/m.test(text)
  expect(isLibrary ? found.filter(code => code !== 'spec/no-model') : found).toEqual(said)
}
