/** A checkpoint of the command line: what is wrong with its file is said with the file's name. */
import { type Checkpoint, CheckpointError, openPath } from '../../runtime/checkpoint/index.ts'

/** As `openPath`. Throws CheckpointError, whose message names the file. */
export async function openCheckpoint(file: string): Promise<Checkpoint> {
  try {
    return await openPath(file)
  } catch (error) {
    throw naming(file, error)
  }
}

/** The error with the file before its message, unless it is named there already; other errors as they are. */
export function naming(file: string, error: unknown): unknown {
  if (!(error instanceof CheckpointError) || error.message.includes(file)) return error
  const { code, message, hint, global } = error
  return new CheckpointError(code, `${file}: ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(global === undefined ? {} : { global }),
  })
}
