/** Outputs of published models on WebGPU, compared with PyTorch's; in Node and in browsers. */
import type { Tensor } from '../../runtime/index.ts'

/** Sums in another order: what the cases themselves allow is for PyTorch's own kernels. */
const LEAST = 2e-4

/** What differs, as text: dtype and shape, or the first element that is too far away. */
export async function outputDifferences(
  name: string,
  got: Tensor | undefined,
  want: Tensor,
  { atol, rtol }: { readonly atol: number; readonly rtol: number },
): Promise<readonly string[]> {
  if (got === undefined) return [`there is no ${name}`]
  if (got.dtype !== want.dtype || `${got.shape}` !== `${want.shape}`)
    return [`${name} is ${got}, not ${want}`]
  const [found, expected] = [await got.data(), await want.data()]
  const [absolute, relative] = [Math.max(atol, LEAST), Math.max(rtol, LEAST)]
  for (const [i, e] of expected.entries()) {
    const [x, y] = [Number(found[i]), Number(e)]
    if (Object.is(x, y) || Math.abs(x - y) <= absolute + relative * Math.abs(y)) continue
    return [`${name}[${i}] is ${x}, not ${y}`]
  }
  return []
}
