/** Checkpoints of several files: an index and its shards, a folder of torch.distributed.checkpoint. */
import type { ByteSource } from './byte-source.ts'
import type { Checkpoint, CheckpointFormat, OpenOptions } from './open.ts'
import { PyDict } from './py-dict.ts'
import { readIndexedSafetensors, readShardIndex } from './safetensors/sharded.ts'
import { isTorchShard, readShardedTorch } from './torch/sharded-torch.ts'

/** Opens a file that stands beside the first one, by its bare name. */
export type OpenPart = (name: string) => Promise<ByteSource>

/** What `read` makes of the parts, all of which stay open until the checkpoint is closed, or until `read` throws. */
export async function openParts(
  format: CheckpointFormat,
  openPart: OpenPart,
  read: (
    openPart: OpenPart,
  ) => Promise<Pick<Checkpoint, 'value'> & Partial<Pick<Checkpoint, 'attachment' | 'format' | 'globals'>>>,
): Promise<Checkpoint> {
  const opened: ByteSource[] = []
  const close = async () => {
    for (const source of opened.splice(0)) await source.close?.()
  }
  try {
    const part = await read(async name => {
      const source = await openPart(name)
      opened.push(source)
      return source
    })
    return {
      format: part.format ?? format,
      value: part.value,
      stateDict: null,
      metadata: null,
      constants: null,
      attachment: part.attachment ?? null,
      leftOut: [],
      globals: part.globals ?? [],
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A `*.safetensors.index.json` or `*.bin.index.json` and the shards that it names. */
export function openSharded(
  index: string,
  openPart: OpenPart,
  options: OpenOptions = {},
): Promise<Checkpoint> {
  return openParts('safetensors', openPart, async open => {
    const table = await readShardIndex(await open(index))
    if (table.names.length > 0 && table.names.every(isTorchShard))
      return { format: 'zip', ...(await readShardedTorch(table, open, options)) }
    const { tensors, attachment } = await readIndexedSafetensors(table, open)
    return { value: new PyDict('dict', tensors), attachment }
  })
}
