import { describe, expect, it } from 'vitest'
import { functions } from '../../runtime/ops/functions/index.ts'
import { PlainBuilder } from '../support/plain-builder.ts'
import { type PlainTensor, plain } from '../support/plain-tensor.ts'

/** A builder whose uniform numbers are these, again and again. */
function builder(...numbers: readonly number[]): PlainBuilder {
  let i = 0
  return new PlainBuilder(() => numbers[i++ % numbers.length]!)
}

const x = plain([
  [1, 2, 3, 4],
  [5, 6, 7, 8],
])
const settings = { input: x, p: 0.25, training: true, inplace: false } as const
const rows = (t: PlainTensor): unknown => t.data

describe('dropout', () => {
  it('keeps elements whose number is below 1 - p, divided by 1 - p', () => {
    const out = functions.dropout.expand(builder(0.1, 0.8, 0.7499, 0.75), settings)
    const keep = (v: number): number => Math.fround(v * Math.fround(1 / 0.75))
    expect(rows(out)).toEqual([1, 0, 3, 0, 5, 0, 7, 0].map(keep))
  })

  it('takes one number for each channel in dropout2d', () => {
    const input = plain([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [3, 3],
        [4, 4],
      ],
    ])
    const out = functions.dropout2d.expand(builder(0.1, 0.9), { ...settings, p: 0.5, input })
    expect(rows(out)).toEqual([2, 2, 0, 0, 6, 6, 0, 0])
  })

  it('takes one number for each sample in stochastic_depth by row, and one for all by batch', () => {
    const byRow = functions.stochastic_depth.expand(builder(0.9, 0.1), { ...settings, p: 0.5, mode: 'row' })
    expect(rows(byRow)).toEqual([0, 0, 0, 0, 10, 12, 14, 16])
    const byBatch = functions.stochastic_depth.expand(builder(0.9, 0.1), {
      ...settings,
      p: 0.5,
      mode: 'batch',
    })
    expect(rows(byBatch)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('keeps mean 0 and variance 1 in alpha_dropout', () => {
    const n = 20_000
    const normal = Array.from(
      { length: n },
      (_, i) => Math.sqrt(-2 * Math.log((i + 0.5) / n)) * Math.cos(i * 2.399963),
    )
    let state = 1
    const random = new PlainBuilder(() => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    })
    const out = functions.alpha_dropout.expand(random, { ...settings, input: plain(normal), p: 0.3 })
    const values = out.data.map(Number)
    const mean = values.reduce((a, b) => a + b, 0) / n
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n
    expect(mean).toBeCloseTo(0, 1)
    expect(variance).toBeCloseTo(1, 1)
  })

  it('leaves the input itself in evaluation', () => {
    expect(functions.dropout.expand(builder(0), { ...settings, training: false })).toBe(x)
  })
})

describe('random tensors', () => {
  it('scale uniform numbers to integers below high', () => {
    const out = functions.randint_low.expand(builder(0, 0.5, 0.99999), {
      low: 2,
      high: 5,
      size: [3],
      dtype: 'int64',
    })
    expect(rows(out)).toEqual([2n, 3n, 4n])
  })
  it('are normal where the builder only has uniform numbers', () => {
    const out = functions.randn.expand(builder(0.5, 0.8413447), { size: [2], dtype: null })
    expect(out.data[0]).toBe(0)
    expect(out.data[1]).toBeCloseTo(1, 4)
  })
  it('choose one class in a hard gumbel_softmax', () => {
    const logits = plain([0, 100, 0])
    const out = functions.gumbel_softmax.expand(builder(0.3), {
      logits,
      tau: 1,
      hard: true,
      eps: 1e-10,
      dim: -1,
    })
    expect(out.data.map(Number)).toEqual([0, 1, 0])
  })
})
