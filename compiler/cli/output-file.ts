/** Files that commands write: whole or not at all. */
import {
  type ByteSink,
  CheckpointError,
  type PyValue,
  type SavedState,
  type SaveOptions,
  save,
  writeFileAtomically,
} from '../../runtime/checkpoint/index.ts'
import { CommandError } from './failure.ts'

/** Throws CommandError where the file cannot be written; what was there before is untouched then. */
export function writeOutput(file: string, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  return saying(() => writeFileAtomically(file, write))
}

/** As `save` of the runtime. Throws CommandError where the file cannot be written, and CheckpointError. */
export function saveOutput(file: string, value: PyValue | SavedState, options: SaveOptions): Promise<void> {
  return saying(() => save(value, file, options))
}

async function saying(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (error instanceof CheckpointError && error.code === 'file/write')
      throw new CommandError('output/unwritable', error.message, error.hint ?? null)
    throw error
  }
}

export function writeText(file: string, text: string): Promise<void> {
  return writeOutput(file, async sink => {
    await sink.write(new TextEncoder().encode(text))
  })
}
