/** Where the commands write. */
import type { CommandOutput } from './inspect.ts'

export interface Terminal extends CommandOutput {
  /** Whether what goes to stderr may have ANSI colours. */
  readonly color: boolean
  /** Columns of stderr, where a line may be overwritten; null where it is no terminal. */
  readonly columns: number | null
}

/** The process's own streams. A reader that has gone away (`holdfast ... | head`) ends the process quietly. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => {
      if ('code' in error && error.code === 'EPIPE') process.exit(0)
      throw error
    })
  }
  return {
    stdout: text => void process.stdout.write(text),
    stderr: text => void process.stderr.write(text),
    color: process.stderr.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    columns: process.stderr.isTTY === true ? process.stderr.columns : null,
  }
}
