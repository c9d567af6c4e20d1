/** The scalar whose gradients the oracle's scripts take: sum(w * y) over all results that have a gradient. */

import { tensor } from '../../runtime/tensor/create.ts'
import { F } from '../../runtime/tensor/functional.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'
import { mix } from '../support/function-cases.ts'

/** Results as they stand, w from a counter, in float64 where the device has it; as `loss_of` in test/oracle/autograd/functions.py. */
export function weightedSum(outputs: readonly Tensor[], seed = 777): Tensor {
  const parts = outputs.flatMap((y, k) => {
    if (!y.requiresGrad) return []
    const dtype = y.device.supports('float64') ? 'float64' : 'float32'
    const w = Float64Array.from(
      { length: y.size },
      (_, i) => Math.floor((mix(seed + k, i) * 2 - 1) * 1024) / 1024,
    )
    return [F.sum(F.mul(y.to(dtype), tensor(w, { dtype, shape: y.shape, device: y.device })))]
  })
  return parts.reduce((a, b) => F.add(a, b))
}
