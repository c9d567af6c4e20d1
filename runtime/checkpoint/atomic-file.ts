/**
 * Writing a file so that a crash at any moment leaves the old file or the new one, never a part. Node only: built-ins
 * are loaded when the function is called.
 */
import type { ByteSink } from './byte-sink.ts'
import { useNativeCrc32 } from './native-crc32.ts'

/**
 * Gives `write` a sink onto a temporary file beside `path`; when it returns, the data is synced and the file renamed
 * into place, and the folder synced. When it throws, the temporary file is removed and `path` is untouched.
 */
export async function writeFileAtomically(
  path: string,
  write: (sink: ByteSink) => Promise<void>,
): Promise<void> {
  const { open, rename, rm } = await import('node:fs/promises')
  const { dirname } = await import('node:path')
  const { randomUUID } = await import('node:crypto')
  await useNativeCrc32()
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`
  const handle = await open(temporary, 'wx')
  try {
    try {
      await write({
        async write(chunk) {
          for (let done = 0; done < chunk.length; ) {
            done += (await handle.write(chunk, done, chunk.length - done)).bytesWritten
          }
        },
      })
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** The rename itself is only durable once its folder is; some systems cannot open a folder, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const { open } = await import('node:fs/promises')
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
