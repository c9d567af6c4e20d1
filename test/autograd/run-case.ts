/** Function cases on tensors whose gradients are asked for. */
import { type DeviceName, getDevice } from '../../runtime/devices/registry.ts'
import { isFloat } from '../../runtime/ops/dtype.ts'
import '../../runtime/random/index.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { Tensor } from '../../runtime/tensor/tensor.ts'
import { applyCase, type CaseTensor, type FunctionCase } from '../support/function-cases.ts'
import { onDevice } from '../support/on-device.ts'

/** Tensors in a result, in order. */
const tensorsIn = (value: unknown): readonly Tensor[] =>
  value instanceof Tensor ? [value] : Array.isArray(value) ? value.flatMap(tensorsIn) : []

/** The inputs of floats, which require gradients unless `only` leaves them out, and the results. */
export function runWithGradients(
  testCase: FunctionCase,
  only: readonly number[] | undefined,
  name: DeviceName = 'cpu',
) {
  const device = getDevice(name)
  const leaves: Tensor[] = []
  let floats = 0
  const make = (t: CaseTensor): Tensor => {
    let x = onDevice(
      { shape: t.transposed ? t.sizes.toReversed() : t.sizes, dtype: t.dtype, data: t.data },
      name,
    )
    if (t.transposed) {
      const dims = t.sizes.map((_, i) => t.sizes.length - 1 - i)
      x = builderOf(device).emit('permute', [x], { dims })
    }
    if (!isFloat(t.dtype)) return x
    if (only === undefined || only.includes(floats)) leaves.push(x.requiresGrad_())
    floats++
    return x
  }
  const outputs = tensorsIn(applyCase(builderOf(device), testCase, 'concrete', make))
  return { leaves, outputs }
}
