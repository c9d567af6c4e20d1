/** Files that commands write: whole or not at all. */
import { type ByteSink, writeFileAtomically } from '../../runtime/checkpoint/index.ts'
import { CommandError, isSystemError, systemReason } from './failure.ts'

/** Throws CommandError where the file cannot be written; what was there before is untouched then. */
export async function writeOutput(file: string, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  try {
    await writeFileAtomically(file, write)
  } catch (error) {
    if (isSystemError(error)) throw new CommandError('output/unwritable', systemReason(error, file))
    throw error
  }
}

export function writeText(file: string, text: string): Promise<void> {
  return writeOutput(file, async sink => {
    await sink.write(new TextEncoder().encode(text))
  })
}
