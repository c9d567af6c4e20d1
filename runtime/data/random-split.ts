/** torch.utils.data.random_split. */
import { permutation } from '../random/fill.ts'
import { defaultGenerator, type Generator } from '../random/index.ts'
import { DataError } from './data-error.ts'
import { type Dataset, Subset } from './dataset.ts'

/**
 * Splits a dataset at random into parts of the given lengths, or of fractions that sum to 1, of which what is left over goes
 * to the first parts.
 * @throws DataError where the lengths do not sum to the dataset's
 */
export function randomSplit<T>(
  dataset: Dataset<T>,
  lengths: readonly number[],
  generator: Generator = defaultGenerator,
): Subset<T>[] {
  const sizes = sizesOf(lengths, dataset.length)
  const sum = total(sizes)
  if (sum !== dataset.length || !sizes.every(n => Number.isInteger(n) && n >= 0)) {
    throw new DataError(
      'data/option',
      `the lengths ${lengths.join(', ')} do not sum to the dataset's ${dataset.length}`,
      { hint: 'fractions must sum to 1' },
    )
  }
  const order = Array.from(permutation(generator, 'int64', sum), Number)
  return sizes.map((n, i) => {
    const start = total(sizes.slice(0, i))
    return new Subset(dataset, order.slice(start, start + n))
  })
}

function sizesOf(lengths: readonly number[], length: number): number[] {
  const sum = total(lengths)
  // Python's math.isclose, with its relative tolerance.
  if (!(sum <= 1 && Math.abs(sum - 1) <= 1e-9) || !lengths.every(f => f >= 0 && f <= 1)) return [...lengths]
  const sizes = lengths.map(f => Math.floor(length * f))
  const rest = length - total(sizes)
  for (let i = 0; i < rest; i++) sizes[i % sizes.length]!++
  return sizes
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0)
