/** The tensors of a file by name: safetensors, or a checkpoint of PyTorch's that is one dict of tensors. */
import { type CheckpointInput, open } from '../../checkpoint/open-input.ts'
import { stateDictsOf } from '../../checkpoint/state-dicts.ts'
import { stateDictFromStored } from '../../nn/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { DataError } from '../data-error.ts'

/** Throws CheckpointError for what is no such file, DataError for one without a dict of tensors at its root. */
export async function readTensors(input: CheckpointInput): Promise<Record<string, Tensor>> {
  const checkpoint = await open(input)
  try {
    const root = stateDictsOf(checkpoint).find(c => c.path.length === 0)
    if (root === undefined) throw new DataError('data/unsupported', 'the file is no dict of tensors')
    const named = [...root.tensors].map(([name, tensor]) => [root.prefix + name, tensor] as const)
    return (await stateDictFromStored(named)).toObject()
  } finally {
    await checkpoint.close()
  }
}
