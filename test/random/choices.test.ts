/** torch.multinomial and initialisations that choose, against PyTorch (test/oracle/random/choices.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Cell, type DType, nn, random, tensor } from '../../runtime/index.ts'

const torch: {
  choices: readonly {
    seed: number
    shape: readonly number[]
    dtype: DType
    count: number
    replacement: boolean
    indices: readonly number[]
    next: number
  }[]
  inits: readonly {
    name: 'sparse_' | 'dirac_'
    shape: readonly number[]
    args: readonly number[]
    values: readonly number[]
    next: number
  }[]
} = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../fixtures/random/choices.json'), 'utf8'))

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

describe('multinomial', () => {
  it.each(torch.choices)(
    '$count of $shape weights in $dtype, with replacement $replacement, are the indices of PyTorch',
    async ({ seed, shape, dtype, count, replacement, indices, next }) => {
      const weights = Array.from({ length: size(shape) }, (_, i) =>
        i % 5 === 0 ? 0 : Math.abs(Math.sin(0.9 * i + 0.3)),
      )
      const generator = new random.Generator(seed)
      const input = tensor(new Float64Array(weights), { shape, dtype })
      const drawn = await random.multinomial(input, count, { replacement, generator })
      expect([drawn.dtype, drawn.shape]).toEqual(['int64', [...shape.slice(0, -1), count]])
      expect(Array.from(await drawn.data(), Number)).toEqual(indices)
      expect(generator.uniform24()).toBe(next)
    },
  )

  it.each([
    ['a negative weight', [1, -1], 1],
    ['no weight above 0', [0, 0], 1],
    ['a weight that is no number', [Number.NaN, 1], 1],
    ['more draws than weights', [1, 1], 3],
    ['no draws', [1, 1], 0],
  ])('refuses %s', async (_, weights, count) => {
    await expect(random.multinomial(tensor(weights), count)).rejects.toThrow(
      /multinomial|weight|sample|drawn/,
    )
    await expect(random.multinomial(tensor([1, 1]), 1)).resolves.toBeDefined()
  })
})

describe('initialisations that choose', () => {
  it.each(torch.inits)('$name($args) of $shape sets what PyTorch sets', async test => {
    random.manualSeed(5)
    const cell = new Cell(tensor(new Float32Array(size(test.shape)), { shape: test.shape }))
    nn.init[test.name](cell, test.args[0] as number, test.args[1])
    const values = Array.from(await cell.value.data(), Number)
    for (const [i, v] of test.values.entries()) expect(values[i]!).toBeCloseTo(v, 6)
    expect(random.defaultGenerator.uniform24()).toBe(test.next)
  })

  it('refuse shapes that they do not fit', () => {
    const cell = new Cell(tensor([1, 2]))
    expect(() => nn.init.sparse_(cell, 0.5)).toThrow('2 dimensions')
    expect(() => nn.init.dirac_(cell)).toThrow('3, 4, or 5 dimensions')
  })
})
