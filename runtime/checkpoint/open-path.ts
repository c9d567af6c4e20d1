/**
 * Opens what a path of the local file system names: a checkpoint file, the index of a sharded model, or the folder of
 * a distributed checkpoint. Node only: built-ins are loaded when the function is called.
 */
import { CheckpointError } from './checkpoint-error.ts'
import { fileSource } from './file-source.ts'
import { type Checkpoint, type OpenOptions, openSource } from './open.ts'
import { openParts, openSharded } from './open-parts.ts'
import { readDistributed } from './torch/distributed.ts'

/** As `openSource`, for a path. Throws file/read when there is no such file. */
export async function openPath(path: string, options: OpenOptions = {}): Promise<Checkpoint> {
  const { statSync } = await import('node:fs')
  const { basename, dirname, join } = await import('node:path')
  const isFolder = () => {
    try {
      return statSync(path).isDirectory()
    } catch {
      return false
    }
  }
  if (isFolder()) {
    return openParts(
      'distributed',
      name => fileSource(join(path, name)),
      async open => {
        const metadata = await open('.metadata').catch(() => {
          throw new CheckpointError(
            'file/unknown-format',
            `${path} is a folder without .metadata: no checkpoint`,
            { hint: 'give a file, or the folder that torch.distributed.checkpoint wrote' },
          )
        })
        return { value: await readDistributed(metadata, open) }
      },
    )
  }
  if (path.endsWith('.index.json')) {
    return openSharded(basename(path), name => fileSource(join(dirname(path), name)))
  }
  return openSource(await fileSource(path), options)
}
