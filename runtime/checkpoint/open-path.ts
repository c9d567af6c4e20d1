/**
 * Opens what a path of the local file system names: a checkpoint file, the index of a sharded model, or the folder of
 * a distributed checkpoint. Node only: built-ins are loaded when the function is called.
 */
import type { ByteSource } from './byte-source.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { fileSource } from './file-source.ts'
import { type Checkpoint, type OpenOptions, open } from './open.ts'
import { PyDict } from './py-dict.ts'
import { readShardedSafetensors } from './safetensors/sharded.ts'
import { readDistributed } from './torch/distributed.ts'

/** As `open`, for a path. Throws file/read when there is no such file. */
export async function openPath(path: string, options: OpenOptions = {}): Promise<Checkpoint> {
  const { stat } = await import('node:fs/promises')
  const { dirname, join } = await import('node:path')
  const isFolder = await stat(path).then(
    info => info.isDirectory(),
    () => false,
  )
  if (!isFolder && !path.endsWith('.index.json')) return open(await fileSource(path), options)
  const folder = isFolder ? path : dirname(path)
  const opened: ByteSource[] = []
  const openPart = async (name: string) => {
    const source = await fileSource(join(folder, name))
    opened.push(source)
    return source
  }
  const close = async () => {
    for (const source of opened) await source.close?.()
  }
  try {
    if (isFolder) {
      const metadata = await openPart('.metadata').catch(() => {
        throw new CheckpointError(
          'file/unknown-format',
          `${path} is a folder without .metadata: no checkpoint`,
          {
            hint: 'give a file, or the folder that torch.distributed.checkpoint wrote',
          },
        )
      })
      const value = await readDistributed(metadata, openPart)
      return { format: 'distributed', value, stateDict: null, metadata: null, constants: null, close }
    }
    const index = await fileSource(path)
    opened.push(index)
    const value = new PyDict('dict', await readShardedSafetensors(index, openPart))
    return { format: 'safetensors', value, stateDict: null, metadata: null, constants: null, close }
  } catch (error) {
    await close()
    throw error
  }
}
