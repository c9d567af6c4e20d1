/** torch.multinomial: https://docs.pytorch.org/docs/2.13/generated/torch.multinomial.html */
import { decode, encode, type Storage } from '../kernels/reference/storage.ts'
import { type DType, isFloat } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { defaultGenerator } from './default-generator.ts'
import { exponential } from './fill.ts'
import type { Generator } from './generator.ts'

const bad = (message: string): OpError => new OpError('argument/value', message, { op: 'multinomial' })

export interface MultinomialOptions {
  /** Whether an index may be drawn again. */
  readonly replacement?: boolean
  /** Where the numbers come from; the default generator if unset. */
  readonly generator?: Generator
}

/**
 * `count` indices for each row of weights, int64. The weights are read, so this waits for them.
 * @throws OpError for input that is no row, or rows, of floats; for weights that are negative, not finite or all 0; and for more
 *   draws than weights, unless with replacement
 */
export async function multinomial(
  input: Tensor,
  count: number,
  { replacement = false, generator = defaultGenerator }: MultinomialOptions = {},
): Promise<Tensor> {
  const { shape, dtype, device } = input
  if (shape.length !== 1 && shape.length !== 2) throw bad('prob_dist must be 1 or 2 dim')
  if (!isFloat(dtype)) throw bad(`multinomial only supports floating-point dtypes for input, got: ${dtype}`)
  if (!(Number.isInteger(count) && count > 0)) throw bad('cannot sample n_sample <= 0 samples')
  const width = shape.at(-1)!
  const weights = Float64Array.from((await input.data()) as ArrayLike<number>, v => Number(decode(dtype, v)))
  const rows = Array.from({ length: weights.length / (width || 1) }, (_, i) =>
    weights.subarray(i * width, (i + 1) * width),
  )
  const drawn = drawRows(generator, dtype, rows, count, replacement)
  return tensor(BigInt64Array.from(drawn.flat(), BigInt), { shape: [...shape.slice(0, -1), count], device })
}

/**
 * Indices drawn with the given weights, which need not sum to 1, as float64 weights give them in PyTorch.
 * @throws OpError for weights that are negative, not finite or all 0, and for more draws than there are weights above 0
 */
export function drawIndices(
  generator: Generator,
  weights: Float64Array,
  count: number,
  replacement: boolean,
): number[] {
  return drawRows(generator, 'float64', [weights], count, replacement)[0]!
}

function drawRows(
  generator: Generator,
  dtype: DType,
  rows: readonly Float64Array[],
  count: number,
  replacement: boolean,
): number[][] {
  for (const weights of rows) check(weights, count, replacement)
  if (replacement && count > 1) return rows.map(weights => byCumulative(generator, dtype, weights, count))
  // All rows race before the next use of the generator.
  const width = rows[0]?.length ?? 0
  const times = exponential(generator, dtype, width * rows.length, 1)
  return rows.map((weights, i) => byRace(dtype, weights, times.slice(i * width, (i + 1) * width), count))
}

function check(weights: Float64Array, count: number, replacement: boolean): void {
  if (!weights.every(w => w >= 0 && w < Infinity)) throw bad('a weight is negative, infinite or no number')
  const total = weights.reduce((sum, w) => sum + w, 0)
  if (!(total > 0)) throw bad('the weights sum to 0')
  if (!replacement && count > weights.length)
    throw bad(`${count} cannot be drawn without replacement from ${weights.length}`)
}

/** A result of float64 arithmetic on numbers of a dtype, rounded to the dtype. */
const round = (dtype: DType, x: number): number => Number(decode(dtype, encode(dtype, x)))

/** Every index runs for a time that is exponential in its weight; the first ones win. */
function byRace(dtype: DType, weights: Float64Array, times: Storage, count: number): number[] {
  const speed = weights.map((w, i) => round(dtype, w / Number(decode(dtype, times[i]!))))
  return Array.from(speed.keys())
    .sort((a, b) => speed[b]! - speed[a]! || a - b)
    .slice(0, count)
}

/** Sums of half floats are float32's. */
function byCumulative(generator: Generator, dtype: DType, weights: Float64Array, count: number): number[] {
  const wide = dtype === 'float64' ? dtype : 'float32'
  let sum = 0
  const sums = weights.map(w => (sum = round(wide, sum + w)))
  const cumulative = sums.map(c => round(wide, c / sum))
  cumulative[cumulative.length - 1] = 1
  return Array.from({ length: count }, () => {
    const drawn = generator.uniform53()
    let low = 0
    for (let high = cumulative.length; low < high; ) {
      const middle = low + ((high - low) >> 1)
      if (cumulative[middle]! < drawn) low = middle + 1
      else high = middle
    }
    return low
  })
}
