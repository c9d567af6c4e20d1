/** A file of the local file system as a source. Node only: the built-in is loaded when the function is called. */
import type { ByteSource } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { useNativeCrc32 } from './native-crc32.ts'

/** Opens a file for reading ranges. Close it through the checkpoint. Throws file/read when it cannot be opened. */
export async function fileSource(path: string): Promise<ByteSource> {
  const { open } = await import('node:fs/promises')
  await useNativeCrc32()
  const fail = (error: unknown): never => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CheckpointError('file/read', `${path} cannot be read: ${reason}`)
  }
  const handle = await open(path, 'r').catch(fail)
  const stat = await handle.stat()
  if (!stat.isFile()) {
    await handle.close()
    throw new CheckpointError('file/read', `${path} is no file`)
  }
  return {
    size: stat.size,
    name: path,
    async read(from, to) {
      // Not Buffer.alloc: small reads would share one pool, and callers keep what they get.
      const bytes = new Uint8Array(to - from)
      for (let filled = 0; filled < bytes.length; ) {
        const { bytesRead } = await handle
          .read(bytes, filled, bytes.length - filled, from + filled)
          .catch(fail)
        if (bytesRead === 0) return bytes.subarray(0, filled)
        filled += bytesRead
      }
      return bytes
    },
    close: () => handle.close(),
  }
}
