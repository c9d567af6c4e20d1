/**
 * Storage, the caller's or new, filled with random elements, one draw after another in PyTorch's order, so that a seed gives PyTorch's values:
 * bit for bit where its algorithm is scalar, within 1e-6 where it is vectorised (normals of 16 elements and more).
 */
import { bfloat16Value, float16Value } from '../kernels/half.ts'
import { encode, STORAGE_CLASS, type Storage } from '../kernels/reference/storage.ts'
import { type DType, isFloat } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import type { RandomNumbers } from './stream.ts'

function floats(op: string, dtype: DType): void {
  if (!isFloat(dtype)) {
    throw new OpError('dtype/mismatch', `${op} needs a float dtype, not ${dtype}`, { op })
  }
}

const empty = (dtype: DType, size: number): Storage => new STORAGE_CLASS[dtype](size)

function filled(dtype: DType, out: Storage, next: () => number | bigint): Storage {
  const size = out.length
  if (dtype === 'float16' || dtype === 'bfloat16') {
    for (let i = 0; i < size; i++) out[i] = encode(dtype, next())
  } else {
    for (let i = 0; i < size; i++) out[i] = next()
  }
  return out
}

/** A number rounded to a dtype of at most 32 bits. */
function rounder(dtype: DType): (x: number) => number {
  if (dtype === 'float16') return x => float16Value(encode('float16', x) as number)
  if (dtype === 'bfloat16') return x => bfloat16Value(encode('bfloat16', x) as number)
  return Math.fround
}

/** a * b + c with one rounding, but for cases as rare as one in 2^50: PyTorch's kernels use the processor's fused form. */
function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b
  const [a1, a2] = halves(a)
  const [b1, b2] = halves(b)
  const lost = a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2
  const sum = product + c
  const other = sum - product
  return sum + (product - (sum - other) + (c - other) + lost)
}

/** A float64 as the sum of two of half the bits (Veltkamp). */
function halves(x: number): readonly [number, number] {
  const scaled = 134217729 * x
  const high = scaled - (scaled - x)
  return [high, x - high]
}

/** `uniform_(low, high)`: 53 bits for float64, else 24. What rounds up to `high` becomes `low`. */
export function uniform(
  gen: RandomNumbers,
  dtype: DType,
  size: number,
  low: number,
  high: number,
  out = empty(dtype, size),
): Storage {
  floats('uniform_', dtype)
  if (!(low <= high)) {
    throw new OpError('argument/value', `uniform_ needs low <= high, not [${low}, ${high})`, {
      op: 'uniform_',
    })
  }
  if (dtype === 'float64') {
    return filled(dtype, out, () => {
      const x = fusedMultiplyAdd(gen.uniform53(), high - low, low)
      return x === high ? low : x
    })
  }
  const round = rounder(dtype)
  const from = Math.fround(low)
  const range = Math.fround(Math.fround(high) - from)
  const [first, last] = [round(low), round(high)]
  return filled(dtype, out, () => {
    // A product of two float32 is exact in float64, so this rounds once, as a fused multiply-add.
    const x = round(Math.fround(gen.uniform24() * range + from))
    return x === last ? first : x
  })
}

/** Words of the generator that `uniform` takes. */
export const uniformWords = (dtype: DType, size: number): number => (dtype === 'float64' ? 2 * size : size)

/** `normal_(mean, std)`: pairs from one call to the next below 16 elements, blocks of 16 from there on. */
export function normal(
  gen: RandomNumbers,
  dtype: DType,
  size: number,
  mean: number,
  std: number,
  out = empty(dtype, size),
): Storage {
  floats('normal_', dtype)
  if (!(std >= 0)) {
    throw new OpError('argument/value', `normal_ needs std >= 0, not ${std}`, { op: 'normal_' })
  }
  if (size < 16) return filled(dtype, out, () => gen.normal() * std + mean)
  const round = dtype === 'float64' ? (x: number) => x : Math.fround
  const draw = dtype === 'float64' ? () => gen.uniform53() : () => gen.uniform24()
  const values = new Float64Array(size)
  const first = firstDrawn(dtype, size)
  for (let i = 0; i < first; i++) values[i] = draw()
  for (let at = 0; at + 16 <= size; at += 16) boxMuller(values, at, mean, std, round)
  if (size % 16 !== 0) {
    // The rest does not fill a block: PyTorch draws the last 16 once more.
    for (let i = size - 16; i < size; i++) values[i] = draw()
    boxMuller(values, size - 16, mean, std, round)
  }
  let i = 0
  return filled(dtype, out, () => values[i++]!)
}

/** Halves are drawn block by block; the others draw even what the last block will overwrite. */
const firstDrawn = (dtype: DType, size: number): number =>
  dtype === 'float16' || dtype === 'bfloat16' ? size - (size % 16) : size

/** Words of the generator that `normal` takes; null where it depends on whether one of a pair was kept. */
export function normalWords(dtype: DType, size: number): number | null {
  if (size < 16) return null
  const uniforms = firstDrawn(dtype, size) + (size % 16 === 0 ? 0 : 16)
  return dtype === 'float64' ? 2 * uniforms : uniforms
}

/** Sixteen uniforms into normals in place: the first eight are radii, the other eight angles. */
function boxMuller(
  values: Float64Array,
  at: number,
  mean: number,
  std: number,
  round: (x: number) => number,
): void {
  for (let i = at; i < at + 8; i++) {
    const radius = round(Math.sqrt(round(-2 * round(Math.log(round(1 - values[i]!))))))
    const theta = round(round(2 * Math.PI) * values[i + 8]!)
    values[i] = round(round(radius * round(Math.cos(theta))) * std + mean)
    values[i + 8] = round(round(radius * round(Math.sin(theta))) * std + mean)
  }
}

/** `bernoulli_(p)`: ones with probability p, in any dtype. */
export function bernoulli(
  gen: RandomNumbers,
  dtype: DType,
  size: number,
  p: number,
  out = empty(dtype, size),
): Storage {
  if (!(p >= 0 && p <= 1)) {
    throw new OpError('argument/value', `bernoulli_ needs p between 0 and 1, not ${p}`, { op: 'bernoulli_' })
  }
  const [one, zero] = dtype === 'int64' ? [1n, 0n] : [1, 0]
  return filled(dtype, out, () => (gen.uniform53() < p ? one : zero))
}

/** `exponential_(lambd)`. */
export function exponential(
  gen: RandomNumbers,
  dtype: DType,
  size: number,
  lambd: number,
  out = empty(dtype, size),
): Storage {
  floats('exponential_', dtype)
  if (!(lambd > 0)) {
    throw new OpError('argument/value', `exponential_ needs lambd > 0, not ${lambd}`, { op: 'exponential_' })
  }
  return filled(dtype, out, () => (-1 / lambd) * Math.log1p(-gen.uniform53()))
}

/** `random_(low, high)`, the integers of `randint`: low included, high not. */
export function integers(
  gen: RandomNumbers,
  dtype: DType,
  size: number,
  low: number,
  high: number,
  out = empty(dtype, size),
): Storage {
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
    throw new OpError('argument/value', `randint needs integers low < high, not ${low} and ${high}`, {
      op: 'randint',
    })
  }
  const range = high - low
  const wide = dtype === 'int64'
  const draw = range >= 2 ** 28 ? () => Number(gen.random64() % BigInt(range)) : () => gen.random() % range
  return filled(dtype, out, () => (wide ? BigInt(draw() + low) : draw() + low))
}

/** `randperm(n)`: 0 .. n - 1 in random order. */
export function permutation(gen: RandomNumbers, dtype: DType, n: number, out = empty(dtype, n)): Storage {
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = 0; i < n - 1; i++) {
    const j = i + (gen.random() % (n - i))
    const swapped = order[i]!
    order[i] = order[j]!
    order[j] = swapped
  }
  let at = 0
  return filled(dtype, out, () => (dtype === 'int64' ? BigInt(order[at++]!) : order[at++]!))
}
