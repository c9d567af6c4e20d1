/** A file of the local file system as a source. Node only: the built-in is loaded when the function is called. */
import { allocate, type ByteSource } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { useNativeCrc32 } from './native-crc32.ts'
import { systemReason } from './system-reason.ts'

/** Systems read at most about 2 GiB at a time. */
const MAX_READ = 1 << 30

/** Less is read at once: going to another thread and back takes longer, and structure is read in many small parts. */
const SMALL = 64 << 10

/** Opens a file for reading ranges. Close it through the checkpoint. Throws file/read when it cannot be opened. */
export async function fileSource(path: string): Promise<ByteSource> {
  const fs = await import('node:fs')
  const { promisify } = await import('node:util')
  await useNativeCrc32()
  const readLater = promisify(fs.read)
  const fail = (error: unknown): never => {
    throw new CheckpointError('file/read', `${path} cannot be read: ${systemReason(error)}`)
  }
  const attempt = <T>(what: () => T): T => {
    try {
      return what()
    } catch (error) {
      return fail(error)
    }
  }
  // Before it is opened: opening a pipe waits for whoever writes into it.
  if (attempt(() => fs.statSync(path)).isFIFO()) throw new CheckpointError('file/read', `${path} is no file`)
  const file = attempt(() => fs.openSync(path, 'r'))
  const stat = fs.fstatSync(file)
  if (!stat.isFile()) {
    fs.closeSync(file)
    throw new CheckpointError('file/read', `${path} is no file`)
  }
  let isOpen = true
  let reading: Promise<unknown> = Promise.resolve()
  const fillLater = async (target: Uint8Array, from: number): Promise<number> => {
    const read = readLater(file, target, 0, target.length, from)
    reading = Promise.allSettled([reading, read])
    return (await read.catch(fail)).bytesRead
  }
  /** How many bytes there were: fewer than asked for when the file has become shorter. */
  const fill = async (target: Uint8Array, from: number): Promise<number> => {
    let filled = 0
    while (filled < target.length) {
      // The number of a closed file may be another file's by now.
      if (!isOpen) fail(new Error('it is closed'))
      const part = target.subarray(filled, filled + MAX_READ)
      const bytesRead =
        part.length <= SMALL
          ? attempt(() => fs.readSync(file, part, 0, part.length, from + filled))
          : await fillLater(part, from + filled)
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
    async close() {
      if (!isOpen) return
      isOpen = false
      await reading
      fs.closeSync(file)
    },
  }
}
