/**
 * Writing a file so that a crash at any moment leaves the old file or the new one, never a part. Node only: built-ins
 * are loaded when the function is called.
 */
import type { ByteSink } from './byte-sink.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { isFolder } from './make-folder.ts'
import { useNativeCrc32 } from './native-crc32.ts'
import { isSystemError, systemReason } from './system-reason.ts'

/**
 * Gives `write` a sink onto a temporary file beside `path`; when it returns, the data is synced and the file renamed
 * into place, and the folder synced. When it throws, the temporary file is removed and `path` is untouched. What a killed
 * process left of an earlier save of `path` is removed first. Throws CheckpointError (`file/write`) where the system refuses, and
 * what `write` throws.
 */
export async function writeFileAtomically(
  path: string,
  write: (sink: ByteSink) => Promise<void>,
): Promise<void> {
  try {
    await writeAndRename(path, write)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw await refusal(path, error)
  }
}

async function refusal(path: string, error: Error & { readonly code: string }): Promise<CheckpointError> {
  const { dirname } = await import('node:path')
  if (await isFolder(path))
    return new CheckpointError('file/write', `${path} cannot be written: it is a folder`)
  if (error.code === 'ENOENT' && !(await isFolder(dirname(path))))
    return new CheckpointError(
      'file/write',
      `${path} cannot be written: there is no folder ${dirname(path)}`,
      {
        hint: 'make the folder first',
      },
    )
  return new CheckpointError('file/write', `${path} cannot be written: ${systemReason(error)}`)
}

async function writeAndRename(path: string, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  const { open, rename, rm } = await import('node:fs/promises')
  const { dirname } = await import('node:path')
  await useNativeCrc32()
  await removeLeftovers(path)
  const temporary = `${path}.${await ownMark()}-${(saves++).toString(36)}.tmp`
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

const ABANDONED_MS = 3600_000

let saves = 0
let mark: string | undefined

/** `<host>-<process id>-<random>`: who writes a temporary file. Worker threads of a process have marks of their own. */
async function ownMark(): Promise<string> {
  const { randomUUID } = await import('node:crypto')
  mark ??= `${await hostMark()}-${process.pid}-${randomUUID().slice(0, 8)}`
  return mark
}

async function hostMark(): Promise<string> {
  const { createHash } = await import('node:crypto')
  const { hostname } = await import('node:os')
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
}

/**
 * Temporary files of `path` whose process, on this host, has ended; of other hosts, and of processes whose number was given
 * away again, those that nobody has written to for an hour.
 */
async function removeLeftovers(path: string): Promise<void> {
  const { readdir, rm, stat } = await import('node:fs/promises')
  const { basename, dirname, join } = await import('node:path')
  const folder = dirname(path)
  const start = `${basename(path)}.`
  const host = await hostMark()
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(start)) continue
    const mark = /^([0-9a-f]{8})-(\d+)-[0-9a-f]{8}-[0-9a-z]+\.tmp$/.exec(name.slice(start.length))
    if (mark === null) continue
    const temporary = join(folder, name)
    const ended = mark[1] === host && !isAlive(Number(mark[2]))
    const { mtimeMs } = ended ? { mtimeMs: 0 } : await stat(temporary).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(temporary, { force: true }).catch(() => undefined)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, but another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The rename itself is only durable once its folder is; some systems cannot open a folder, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const { open } = await import('node:fs/promises')
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
