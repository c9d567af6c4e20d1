import { runCommandLine } from '../../compiler/cli/program.ts'
import type { Terminal } from '../../compiler/cli/terminal.ts'

/** What a command wrote. */
export class CapturedTerminal implements Terminal {
  out = ''
  err = ''
  readonly color = false
  readonly columns: number | null = null

  stdout(text: string): void {
    this.out += text
  }

  stderr(text: string): void {
    this.err += text
  }
}

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command line in this process. */
export async function holdfast(...args: readonly string[]): Promise<Ended> {
  const terminal = new CapturedTerminal()
  const code = await runCommandLine(args, terminal)
  return { code, out: terminal.out, err: terminal.err }
}
