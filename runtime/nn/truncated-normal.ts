/** torch.nn.init.trunc_normal_, by rejection as PyTorch 2.13 does it. */
import { decode, type Storage } from '../kernels/reference/storage.ts'
import { erf } from '../kernels/special.ts'
import type { DType } from '../ops/dtype.ts'
import * as fill from '../random/fill.ts'
import type { Generator } from '../random/generator.ts'

export interface Truncation {
  readonly mean: number
  readonly std: number
  readonly a: number
  readonly b: number
}

const normalCdf = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2

/** Elements of a normal distribution within [a, b]. */
export function truncatedNormal(gen: Generator, dtype: DType, size: number, t: Truncation): Storage {
  const inside = normalCdf((t.b - t.mean) / t.std) - normalCdf((t.a - t.mean) / t.std)
  return inside > 0.3 ? fromNormals(gen, dtype, size, t) : fromUniforms(gen, dtype, size, t)
}

/** Where most normals are inside: draws all again until the last one is. */
function fromNormals(gen: Generator, dtype: DType, size: number, { mean, std, a, b }: Truncation): Storage {
  const [low, high] = [rounded(dtype, a), rounded(dtype, b)]
  const draw = () => fill.normal(gen, dtype, size, mean, std)
  const out = draw()
  const outside = (i: number): boolean => {
    const v = decode(dtype, out[i]!) as number
    return v < low || v > high
  }
  for (let open = indices(size, outside); open.length > 0; open = open.filter(outside)) {
    const again = draw()
    for (const i of open) out[i] = again[i]!
  }
  return out
}

/** In a tail: uniform candidates, accepted with the density's probability. */
function fromUniforms(gen: Generator, dtype: DType, size: number, t: Truncation): Storage {
  const peak = -0.5 * ((Math.max(t.a, Math.min(t.mean, t.b)) - t.mean) / t.std) ** 2
  const candidates = () => fill.uniform(gen, dtype, size, t.a, t.b)
  /** Which of the candidates are refused. */
  const refused = (drawn: Storage) => {
    const accept = fill.uniform(gen, dtype, size, 0, 1)
    return (i: number): boolean => {
      const x = decode(dtype, drawn[i]!) as number
      const density = -0.5 * ((x - t.mean) / t.std) ** 2 - peak
      return rounded(dtype, Math.log(decode(dtype, accept[i]!) as number)) > rounded(dtype, density)
    }
  }
  const out = candidates()
  for (let open = indices(size, refused(out)); open.length > 0; ) {
    const again = candidates()
    for (const i of open) out[i] = again[i]!
    open = open.filter(refused(again))
  }
  return out
}

const indices = (size: number, holds: (i: number) => boolean): number[] =>
  Array.from({ length: size }, (_, i) => i).filter(holds)

const rounded = (dtype: DType, x: number): number => (dtype === 'float64' ? x : Math.fround(x))
