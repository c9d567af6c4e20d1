/** Which cases of functions WebGPU computes, and the tensors in their results. */
import { Tensor } from '../../runtime/tensor/tensor.ts'
import type { FunctionCase } from '../../test/support/function-cases.ts'

/** False where it takes float64. */
export const isSingle = (testCase: FunctionCase): boolean =>
  !JSON.stringify(testCase).includes('float64') && testCase.row !== 'double'

export const tensorsIn = (value: unknown): readonly Tensor[] =>
  value instanceof Tensor ? [value] : Array.isArray(value) ? value.flatMap(tensorsIn) : []
