/** `ts` blocks as programs: checked by the type checker, and run. */
import path from 'node:path'
import ts from 'typescript'
import { root } from './page.ts'

/** What the type checker says, with the project's options, about files and those beside them that they import. */
export function typeErrors(files: readonly string[]): readonly string[] {
  const program = ts.createProgram(files, options())
  const own = program
    .getSourceFiles()
    .filter(source => files.some(file => source.fileName.startsWith(path.dirname(file))))
  return own
    .flatMap(source => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ])
    .map(d => `${d.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`)
}

function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const read = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  return { ...read.options, typeRoots: [path.join(root, 'node_modules/@types')] }
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
