/** Trees of a checkpoint whose tensors are read into the host's memory, so that they outlast the device. */
import { materialize } from '../checkpoint/materialize.ts'
import { tensorOfBytes } from '../checkpoint/memory-tensor.ts'
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'

/**
 * The same tree, with tensors in memory in the place of those that belong to a device, which end. Tensors that are shared stay
 * shared. Reading starts at once, all of it.
 */
export async function inMemory(value: PyValue): Promise<PyValue> {
  const tensors = new Map<StoredTensor, Promise<StoredTensor>>()
  const visit = async (part: PyValue): Promise<PyValue> => {
    if (part instanceof StoredTensor) {
      const known = tensors.get(part) ?? read(part)
      tensors.set(part, known)
      return known
    }
    if (Array.isArray(part)) return Promise.all(part.map(visit))
    if (!(part instanceof PyDict)) return part
    const entries = part.entries().map(async ([key, inner]) => [key, await visit(inner)] as const)
    const copy = new PyDict(part.kind, await Promise.all(entries))
    copy.attrs = part.attrs
    return copy
  }
  return visit(value)
}

async function read(tensor: StoredTensor): Promise<StoredTensor> {
  const { storage, dtype, shape } = tensor
  if (storage.release === undefined) return tensor
  try {
    return tensorOfBytes(dtype, shape, await materialize(tensor))
  } finally {
    storage.release()
  }
}
