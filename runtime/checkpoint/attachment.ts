/**
 * A text that a file carries beside its tensors, where others' readers pass over it: a field of the metadata of a safetensors file or
 * of an index of several, a record of a .pt, an entry of what the legacy format says of the machine that wrote it.
 */
import { CheckpointError } from './checkpoint-error.ts'
import type { TorchArchive } from './torch/zip-checkpoint.ts'

export const ATTACHMENT_FIELD = 'holdfast'
export const ATTACHMENT_RECORD = 'holdfast.json'

const MAX_BYTES = 256 << 20

/** null where there is none. Throws CheckpointError for one beyond reason. */
export async function readAttachment(archive: TorchArchive): Promise<string | null> {
  if (!archive.has(ATTACHMENT_RECORD)) return null
  const size = archive.size(ATTACHMENT_RECORD)
  if (size > MAX_BYTES) throw new CheckpointError('limit/exceeded', `${ATTACHMENT_RECORD} has ${size} bytes`)
  return new TextDecoder().decode(await archive.read(ATTACHMENT_RECORD))
}
