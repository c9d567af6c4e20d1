/** Where a body's new tensors belong: beside the first tensor that it is given. */
import type { Block } from '../parse/python/ast.ts'
import { namesCalled } from './free-names.ts'
import type { Observations } from './observations.ts'

/** The first of the names that is a tensor wherever the body reads it; null where there is none. */
export function firstTensor(
  block: Block,
  names: readonly string[],
  observations: Observations,
): string | null {
  const isTensor = (name: string): boolean => {
    const uses = namesCalled(block, name).filter(n => observations.typeOf(n) !== null)
    return uses.length > 0 && uses.every(n => observations.isAlways(n, 'tensor'))
  }
  return names.find(isTensor) ?? null
}
