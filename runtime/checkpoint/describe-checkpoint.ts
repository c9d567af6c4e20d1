/** A whole checkpoint as one JSON object, in the form of its format. */
import { describe, type Json } from './describe.ts'
import { digestTensor } from './digest.ts'
import { safetensorsNameOf } from './file-dtype.ts'
import type { Checkpoint } from './open.ts'
import { PyDict } from './py-dict.ts'
import { StoredTensor } from './stored-tensor.ts'

/**
 * `{format, value, storages}`, or for safetensors `{format, metadata, tensors}` with one entry per name. Reads all
 * data.
 */
export async function describeCheckpoint(
  checkpoint: Pick<Checkpoint, 'format' | 'value' | 'metadata'>,
): Promise<{ readonly [key: string]: Json }> {
  const { format, value, metadata } = checkpoint
  if (format !== 'safetensors' || !(value instanceof PyDict)) {
    const { value: node, storages } = await describe(value)
    return { format, value: node, storages }
  }
  const tensors = dictionary()
  for (const [name, tensor] of value) {
    if (!(tensor instanceof StoredTensor)) continue
    const dtype = safetensorsNameOf(tensor.dtype) as string
    tensors[String(name)] = { dtype, shape: tensor.shape, ...(await digestTensor(tensor)) }
  }
  return { format, metadata: metadata === null ? null : textObject(metadata), tensors }
}

/** An object that takes any key: `__proto__` is an ordinary name in a file. */
function dictionary(): { [key: string]: Json } {
  return Object.create(null)
}

function textObject(map: ReadonlyMap<string, string>): { [key: string]: Json } {
  const object = dictionary()
  for (const [key, text] of map) object[key] = text
  return object
}
