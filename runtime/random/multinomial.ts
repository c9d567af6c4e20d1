/** torch.multinomial of one row of weights: https://docs.pytorch.org/docs/2.13/generated/torch.multinomial.html */
import { OpError } from '../ops/error.ts'
import { exponential } from './fill.ts'
import type { Generator } from './generator.ts'

const bad = (message: string): OpError => new OpError('argument/value', message, { op: 'multinomial' })

/**
 * Indices drawn with the given weights, which need not sum to 1, as float64 weights give them in PyTorch.
 * @throws OpError for weights that are negative, not finite or all 0, and for more draws than there are weights above 0
 */
export function multinomial(
  generator: Generator,
  weights: Float64Array,
  count: number,
  replacement: boolean,
): number[] {
  if (!weights.every(w => w >= 0 && w < Infinity)) throw bad('a weight is negative, infinite or no number')
  const total = weights.reduce((sum, w) => sum + w, 0)
  if (!(total > 0)) throw bad('the weights sum to 0')
  if (!replacement && count > weights.length)
    throw bad(`${count} cannot be drawn without replacement from ${weights.length}`)
  return replacement && count > 1
    ? byCumulative(generator, weights, count)
    : byRace(generator, weights, count)
}

/** Every index runs for a time that is exponential in its weight; the first ones win. */
function byRace(generator: Generator, weights: Float64Array, count: number): number[] {
  const times = exponential(generator, 'float64', weights.length, 1) as Float64Array
  const speed = weights.map((w, i) => w / times[i]!)
  return Array.from(speed.keys())
    .sort((a, b) => speed[b]! - speed[a]! || a - b)
    .slice(0, count)
}

function byCumulative(generator: Generator, weights: Float64Array, count: number): number[] {
  let sum = 0
  const cumulative = weights.map(w => (sum += w)).map(c => c / sum)
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
