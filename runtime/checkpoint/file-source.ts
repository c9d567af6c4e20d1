/** A file of the local file system as a source. Node only: the built-in is loaded when the function is called. */
import { allocate, type ByteSource } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { useNativeCrc32 } from './native-crc32.ts'

/** Systems read at most about 2 GiB at a time. */
const MAX_READ = 1 << 30

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
  /** How many bytes there were: fewer than asked for when the file has become shorter. */
  const fill = async (target: Uint8Array, from: number): Promise<number> => {
    let filled = 0
    while (filled < target.length) {
      const length = Math.min(target.length - filled, MAX_READ)
      const { bytesRead } = await handle.read(target, filled, length, from + filled).catch(fail)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return filled
  }
  return {
    size: stat.size,
    name: path,
    async read(from, to) {
      // Not Buffer.alloc: small reads would share one pool, and callers keep what they get.
      const bytes = allocate(to - from)
      return bytes.subarray(0, await fill(bytes, from))
    },
    async readInto(target, from) {
      if ((await fill(target, from)) < target.length) fail(new Error('the file became shorter'))
    },
    close: () => handle.close(),
  }
}
