/** An optimizer's dictionary for the current generation of the keys: what a live optimizer takes after the model has been loaded. */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import type { ArrayType } from './arrays.ts'
import type { KeyContract } from './contract.ts'
import { KeysError } from './keys-error.ts'
import { optimizedAt } from './layout-generation.ts'
import { convertOptimizerState, isOptimizerState, type OptimizerOptions } from './optimizer-state.ts'
import { currentGeneration, type Place, routeBetween } from './route.ts'

/** What loading a model found: its report is one. */
export interface LoadedFrom {
  readonly place: Place | null
  /** Types of the file's tensors by bare key, in the order of its state_dict; null where its format does not keep it. */
  readonly given: ReadonlyMap<string, ArrayType> | null
}

/**
 * `from` is the report of loading the model, or the place alone. The state follows its parameters wherever they went; a new parameter has
 * none yet. Throws KeysError (`keys/optimizer`) for what is no optimizer's dictionary, and where it is not known which position is
 * which parameter.
 */
export async function currentOptimizer(
  contract: KeyContract,
  dictionary: PyValue | undefined,
  from: LoadedFrom | Place | null,
  options: OptimizerOptions = {},
): Promise<PyDict> {
  if (!(dictionary instanceof PyDict) || !isOptimizerState(dictionary))
    throw new KeysError('keys/optimizer', "this is no optimizer's dictionary", {
      hint: "it has 'state' and 'param_groups'",
    })
  const { place, given } = from !== null && 'place' in from ? from : { place: from, given: null }
  if (place === null) return dictionary
  const current = currentGeneration(contract)
  const source = optimizedAt(contract, place, given)
  const steps = routeBetween(contract, place, { generation: current.generation }, given)
  return convertOptimizerState(dictionary, source, current, steps, options)
}
