/** The form of what a captured function returns: a tensor, or lists and records that hold tensors. */
import { CaptureError } from '../graph/capture-error.ts'
import { Tensor } from '../tensor/tensor.ts'

/** Puts tensors, given in order, into the form again. */
export type Rebuild = (next: () => Tensor) => unknown

/** The tensors of a result, in order, and its form. Throws CaptureError for what a plan cannot give again. */
export function flatten(result: unknown, tensors: Tensor[]): Rebuild {
  if (result instanceof Tensor) {
    tensors.push(result)
    return next => next()
  }
  if (Array.isArray(result)) {
    const items = result.map(item => flatten(item, tensors))
    return next => items.map(item => item(next))
  }
  if (typeof result === 'object' && result !== null) {
    if (Object.getPrototypeOf(result) !== Object.prototype) {
      throw new CaptureError(
        'capture/output',
        `a captured function returned a ${result.constructor?.name ?? 'object without a class'}`,
        'return tensors, or lists and plain objects that hold them',
      )
    }
    const entries = Object.entries(result).map(([name, item]) => [name, flatten(item, tensors)] as const)
    return next => Object.fromEntries(entries.map(([name, item]) => [name, item(next)]))
  }
  return () => result
}
