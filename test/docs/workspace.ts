/** A folder in which a page's commands run: what a reader has who installed the package. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCommandLine } from '../../compiler/cli/program.ts'
import type { Terminal } from '../../compiler/cli/terminal.ts'
import { root } from './page.ts'

export class Workspace {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'holdfast-docs-')))

  /** Makes and enters the folder. The package stands in its node_modules, the examples beside. */
  constructor() {
    mkdirSync(path.join(this.folder, 'node_modules'))
    symlinkSync(root, path.join(this.folder, 'node_modules/holdfast'))
    symlinkSync(path.join(root, 'node_modules/@types'), path.join(this.folder, 'node_modules/@types'))
    symlinkSync(path.join(root, 'examples'), path.join(this.folder, 'examples'))
    this.write('package.json', '{ "type": "module" }\n')
    process.chdir(this.folder)
  }

  write(name: string, text: string): string {
    const file = path.join(this.folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
    return file
  }

  remove(): void {
    process.chdir(root)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Everything that a command prints, in order, and its exit code. */
export async function runInTerminal(args: readonly string[]): Promise<{ code: number; printed: string }> {
  let printed = ''
  const write = (text: string): void => {
    printed += text
  }
  const terminal: Terminal = { stdout: write, stderr: write, color: false, columns: null }
  return { code: await runCommandLine(args, terminal), printed }
}
