/** `ts` blocks as programs: checked by the type checker, and run. */
import path from 'node:path'
import ts from 'typescript'
import { root } from './page.ts'

/** What the type checker says about a file, with the project's options. */
export function typeErrors(file: string): readonly string[] {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const program = ts.createProgram([file], {
    ...options,
    typeRoots: [path.join(root, 'node_modules/@types')],
  })
  return ts
    .getPreEmitDiagnostics(program)
    .map(d => `${d.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`)
}

/** Imports a file as a program and gives what it prints. */
export async function printedBy(file: string): Promise<string> {
  let printed = ''
  const { log } = console
  console.log = (...values: readonly unknown[]) => {
    printed += `${values.map(String).join(' ')}\n`
  }
  try {
    await import(/* @vite-ignore */ file)
  } finally {
    console.log = log
  }
  return printed
}
