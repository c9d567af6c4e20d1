/** Checkpoints of several files: an index and its shards, a folder of torch.distributed.checkpoint. */
import type { ByteSource } from './byte-source.ts'
import type { Checkpoint, CheckpointFormat } from './open.ts'
import { PyDict } from './py-dict.ts'
import { readShardedSafetensors } from './safetensors/sharded.ts'

/** Opens a file that stands beside the first one, by its bare name. */
export type OpenPart = (name: string) => Promise<ByteSource>

/** What `read` makes of the parts, all of which stay open until the checkpoint is closed, or until `read` throws. */
export async function openParts(
  format: CheckpointFormat,
  openPart: OpenPart,
  read: (openPart: OpenPart) => Promise<Pick<Checkpoint, 'value'> & Partial<Pick<Checkpoint, 'attachment'>>>,
): Promise<Checkpoint> {
  const opened: ByteSource[] = []
  const close = async () => {
    for (const source of opened.splice(0)) await source.close?.()
  }
  try {
    const { value, attachment = null } = await read(async name => {
      const source = await openPart(name)
      opened.push(source)
      return source
    })
    return {
      format,
      value,
      stateDict: null,
      metadata: null,
      constants: null,
      attachment,
      leftOut: [],
      globals: [],
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A `*.safetensors.index.json` and the shards that it names. */
export function openSharded(index: string, openPart: OpenPart): Promise<Checkpoint> {
  return openParts('safetensors', openPart, async open => {
    const { tensors, attachment } = await readShardedSafetensors(await open(index), open)
    return { value: new PyDict('dict', tensors), attachment }
  })
}
