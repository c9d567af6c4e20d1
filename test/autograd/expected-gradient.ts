/** PyTorch's gradients as the oracle's scripts write them: all elements, or some and their sums. */
import type { DType } from '../../runtime/ops/dtype.ts'
import { Tensor } from '../../runtime/tensor/tensor.ts'
import type { CaseElement } from '../support/function-cases.ts'
import { toPlain } from '../support/on-device.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'

export type ExpectedGradient =
  | null
  | readonly CaseElement[]
  | { readonly picked: readonly CaseElement[]; readonly sum: CaseElement; readonly size: CaseElement }

const LIMIT: Readonly<Partial<Record<DType, number>>> = {
  float64: 1e-6,
  float32: 2e-5,
  float16: 4e-3,
  bfloat16: 3e-2,
}

const near = (got: number, want: number, limit: number): boolean =>
  Object.is(got, want) || got === want || Math.abs(got - want) <= limit * Math.max(1, Math.abs(want))

/** Differences of a leaf's gradient as text. PyTorch's None and a gradient of zeros are not told apart. */
export function gradientDifferences(
  leaf: Pick<Tensor, 'shape' | 'dtype' | 'size'>,
  grad: Tensor | PlainTensor | null,
  want: ExpectedGradient,
  tol = 0,
): readonly string[] {
  const plain = grad instanceof Tensor ? toPlain(grad) : grad
  if (plain !== null && (plain.dtype !== leaf.dtype || `${plain.shape}` !== `${leaf.shape}`))
    return [`the gradient is ${plain.dtype}[${plain.shape}], not ${leaf.dtype}[${leaf.shape}]`]
  const got = plain?.data.map(Number) ?? new Array<number>(leaf.size).fill(0)
  const limit = Math.max(tol, LIMIT[leaf.dtype]!)
  if (want === null) return got.some(v => v !== 0) ? ['there is a gradient where PyTorch has none'] : []
  const compare = (at: string, x: number, e: CaseElement, scale = 1) =>
    near(x, Number(e), limit * scale) ? [] : [`${at} is ${x}, not ${e}`]
  if ('picked' in want) {
    const { picked, sum, size } = want
    const total = got.reduce((a, b) => a + b, 0)
    return [
      ...picked.flatMap((e, i) => compare(`[${i}]`, got[Math.floor((i * got.length) / picked.length)]!, e)),
      ...compare('the sum', total, sum, Math.max(1, Number(size))),
      ...compare(
        'the sum of sizes',
        got.reduce((a, b) => a + Math.abs(b), 0),
        size,
      ),
    ]
  }
  if (want.length !== got.length) return [`there are ${got.length} elements, not ${want.length}`]
  return want.flatMap((e, i) => compare(`[${i}]`, got[i]!, e))
}
