/** A state_dict of a file from one place of a contract to another. */
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import { type ApplyOptions, applyExact } from './apply.ts'
import type { Generation, KeyContract } from './contract.ts'
import { isImplied, withTiedNames } from './identify.ts'
import { layoutGeneration } from './layout-generation.ts'
import { generationOf, inOrderOf, layoutOf, type Place, routeBetween } from './route.ts'
import { compacted, runChecks, storedArrays } from './stored-arrays.ts'

type Tensors = ReadonlyMap<string, StoredTensor>

/**
 * The tensors at `to`, in its order. What moved is made when it is read; what did not is the very tensor of the file.
 * Throws KeysError where the tensors are not those of `from`, and where elements would be lost.
 */
export async function convertState(
  contract: KeyContract,
  tensors: Tensors,
  from: Place,
  to: Place,
  options: Pick<ApplyOptions<StoredTensor>, 'initial'> = {},
): Promise<Map<string, StoredTensor>> {
  const whole = 'generation' in from ? completed(generationOf(contract, from.generation), tensors) : tensors
  const steps = routeBetween(contract, from, to, whole)
  const { state, checks } = applyExact(steps, whole, storedArrays, options)
  await runChecks(checks)
  const own = compacted(state, new Set(tensors.values()))
  const target =
    'layout' in to
      ? layoutGeneration(contract, layoutOf(contract, to.layout))
      : generationOf(contract, to.generation)
  return inOrderOf(target, 'layout' in from ? withTiedNames(target, own) : own)
}

/** As the generation has them: scalars had shape [1] before PyTorch 0.4, and counts of batches were missing. */
function completed(generation: Generation, tensors: Tensors): Tensors {
  const whole = withTiedNames(generation, tensors)
  for (const tensor of generation.tensors) {
    const { key, shape, dtype } = tensor
    const given = whole.get(key)
    if (given === undefined && isImplied(tensor)) whole.set(key, storedArrays.full({ shape, dtype }, 0, null))
    if (shape.length === 0 && given?.shape.join() === '1')
      whole.set(key, given.with({ shape: [], stride: [] }))
  }
  return whole
}
