/**
 * Files of a browser's own file systems: the origin private file system (OPFS), and what a person picked. The interface is
 * the part of FileSystemFileHandle that is used here.
 */
import type { ByteSink } from './byte-sink.ts'
import { type ByteSource, blobSource } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'

export interface BrowserFileHandle {
  readonly name: string
  getFile(): Promise<Blob>
  createWritable?(): Promise<{
    write(chunk: Uint8Array<ArrayBuffer>): Promise<void>
    close(): Promise<void>
    abort(reason?: unknown): Promise<void>
  }>
}

/** The file as it is now; it is read by slices. Throws file/read when the browser does not give it. */
export async function handleSource(handle: BrowserFileHandle): Promise<ByteSource> {
  let file: Blob
  try {
    file = await handle.getFile()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CheckpointError('file/read', `${handle.name} cannot be read: ${reason}`)
  }
  return blobSource(file, handle.name)
}

/**
 * Gives `write` a sink whose bytes take the place of the file when `write` returns, and are dropped when it throws: browsers
 * write to a copy that closing puts into place. Throws write/unsupported where the browser cannot.
 */
export async function writeHandle(
  handle: BrowserFileHandle,
  write: (sink: ByteSink) => Promise<void>,
): Promise<void> {
  if (handle.createWritable === undefined) {
    throw new CheckpointError('write/unsupported', `this browser cannot replace ${handle.name} as a whole`, {
      hint: 'save to memory (saveTorch, saveSafetensors) and store the bytes',
    })
  }
  const writable = await handle.createWritable()
  try {
    // Shared memory cannot be given to it; such chunks are copied.
    await write({ write: chunk => writable.write(isUnshared(chunk) ? chunk : chunk.slice()) })
  } catch (error) {
    await writable.abort(error)
    throw error
  }
  await writable.close()
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}
