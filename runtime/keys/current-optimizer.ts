/** An optimizer's dictionary for the current generation of the keys: what a live optimizer takes after the model has been loaded. */
import { PyDict } from '../checkpoint/py-dict.ts'
import type { PyValue } from '../checkpoint/python-value.ts'
import type { KeyContract } from './contract.ts'
import { KeysError } from './keys-error.ts'
import { convertOptimizerState, isOptimizerState, type OptimizerOptions } from './optimizer-state.ts'
import { currentGeneration, generationOf, type Place, routeBetween } from './route.ts'

/**
 * `from` is the place that loading the model found. The state follows its parameters wherever they went; a new parameter has none yet.
 * Throws KeysError (`keys/optimizer`) for what is no optimizer's dictionary, and where it is not known which position is which parameter.
 */
export async function currentOptimizer(
  contract: KeyContract,
  dictionary: PyValue | undefined,
  from: Place | null,
  options: OptimizerOptions = {},
): Promise<PyDict> {
  if (!(dictionary instanceof PyDict) || !isOptimizerState(dictionary))
    throw new KeysError('keys/optimizer', "this is no optimizer's dictionary", {
      hint: "it has 'state' and 'param_groups'",
    })
  const current = currentGeneration(contract)
  if (from === null) return dictionary
  if ('layout' in from)
    throw new KeysError(
      'keys/optimizer',
      `layout '${from.layout}' does not say the order of an optimizer's parameters`,
    )
  const steps = routeBetween(contract, from, { generation: current.generation }, new Map())
  return convertOptimizerState(dictionary, generationOf(contract, from.generation), current, steps, options)
}
