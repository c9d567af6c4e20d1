/** `holdfast inspect FILE... [--json] [--stats] [--full]`: what is in a checkpoint, with nothing of it run. */
import { CheckpointError, describeCheckpoint, openPath } from '../../runtime/checkpoint/index.ts'
import { checkpointTable } from './checkpoint-table.ts'
import { faultText } from './failure.ts'

/** Where a command writes; texts carry their own line ends. */
export interface CommandOutput {
  stdout(text: string): void
  stderr(text: string): void
}

export interface InspectOptions {
  /** One JSON object per file and line, with digests. */
  readonly json?: boolean
  /** Minimum, maximum, mean and counts of NaN per tensor. */
  readonly stats?: boolean
  /** Also whole modules and TorchScript archives, read inertly. */
  readonly full?: boolean
}

/** Exit code: 0, or 1 when any file could not be read. Every file is reported. */
export async function inspect(
  files: readonly string[],
  options: InspectOptions,
  io: CommandOutput,
): Promise<number> {
  let failed = false
  for (const file of files) {
    try {
      const checkpoint = await openPath(file, { full: options.full ?? false })
      try {
        if (options.json) {
          const description = await describeCheckpoint(checkpoint)
          io.stdout(`${JSON.stringify({ file, ok: true, ...description })}\n`)
        } else {
          io.stdout(await checkpointTable(file, checkpoint, options.stats ?? false))
        }
      } finally {
        await checkpoint.close()
      }
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error
      failed = true
      if (options.json) {
        const { code, hint } = error
        const message = hint === undefined ? error.message : `${error.message}; ${hint}`
        io.stdout(`${JSON.stringify({ file, ok: false, error: { code, message } })}\n`)
      } else io.stderr(checkpointFault(file, error))
    }
  }
  return failed ? 1 : 0
}

/** An error as the command line shows it, with the file it is about. */
export function checkpointFault(file: string, { code, message, hint }: CheckpointError): string {
  return faultText(code, message.includes(file) ? message : `${file}: ${message}`, hint ?? null)
}
