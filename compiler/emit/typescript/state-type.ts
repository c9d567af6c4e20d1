/** A state_dict as a type: literal keys with dtype and shape, so that a mistyped key does not compile. */
import type { StateEntry } from '../../ir/module.ts'
import { type Code, code, str } from './code.ts'
import { typedTensor } from './types.ts'

/** One field a line. */
export function stateFields(state: readonly StateEntry[]): readonly Code[] {
  const seen = new Set<string>()
  return state
    .filter(({ key }) => !seen.has(key) && seen.add(key))
    .map(({ key, tensor }) => code`${str(key)}: ${typedTensor(tensor.dtype, tensor.shape)}`)
}
