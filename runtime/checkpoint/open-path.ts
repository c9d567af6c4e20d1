/**
 * Opens what a path of the local file system names: a checkpoint file, the index of a sharded model, or the folder of
 * a distributed checkpoint. Node only: built-ins are loaded when the function is called.
 */
import { CheckpointError } from './checkpoint-error.ts'
import { fileSource } from './file-source.ts'
import { isFolder } from './make-folder.ts'
import { type Checkpoint, type OpenOptions, openSource } from './open.ts'
import { openParts, openSharded } from './open-parts.ts'
import { readDistributed } from './torch/distributed.ts'

/** What to give instead of a folder that is none of ours. */
function folderHint(names: readonly string[]): string {
  const files = names.filter(name => /\.(safetensors|bin|pt|pth|ckpt|index\.json)$/i.test(name))
  return files.length === 0
    ? 'give a file, or the folder that torch.distributed.checkpoint wrote'
    : `give a file in it: ${files.slice(0, 4).join(', ')}${files.length > 4 ? ', ...' : ''}`
}

/** As `openSource`, for a path. Throws file/read when there is no such file. */
export async function openPath(path: string, options: OpenOptions = {}): Promise<Checkpoint> {
  const { readdirSync } = await import('node:fs')
  const { basename, dirname, join } = await import('node:path')
  if (await isFolder(path)) {
    const names = readdirSync(path).sort()
    const ending = (end: string) => names.filter(name => name.endsWith(end))
    const indices = [ending('.safetensors.index.json'), ending('.bin.index.json')]
    const index = indices.find(found => found.length > 0) ?? []
    const [only] = index
    // A folder as transformers saves a model: its index says which tensor is where.
    if (!names.includes('.metadata') && only !== undefined && index.length === 1)
      return openSharded(only, name => fileSource(join(path, name)), options)
    return openParts(
      'distributed',
      name => fileSource(join(path, name)),
      async open => {
        const metadata = await open('.metadata').catch(() => {
          throw new CheckpointError(
            'file/unknown-format',
            `${path} is a folder without .metadata: no checkpoint`,
            { hint: folderHint(names) },
          )
        })
        return readDistributed(metadata, open, options)
      },
    )
  }
  if (path.endsWith('.index.json')) {
    return openSharded(basename(path), name => fileSource(join(dirname(path), name)), options)
  }
  return openSource(await fileSource(path), options)
}
