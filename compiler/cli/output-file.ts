/** Files that commands write: whole or not at all. */
import {
  type ByteSink,
  type PyValue,
  type SavedState,
  type SaveOptions,
  save,
  writeFileAtomically,
} from '../../runtime/checkpoint/index.ts'
import { CommandError, isSystemError, systemReason } from './failure.ts'

/** Throws CommandError where the file cannot be written; what was there before is untouched then. */
export function writeOutput(file: string, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  return saying(file, () => writeFileAtomically(file, write))
}

/** As `save` of the runtime. Throws CommandError where the file cannot be written, and CheckpointError. */
export function saveOutput(file: string, value: PyValue | SavedState, options: SaveOptions): Promise<void> {
  return saying(file, () => save(value, file, options))
}

async function saying(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
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
