import { describe, expect, it } from 'vitest'
import {
  data,
  Generator,
  getRngState,
  manualSeed,
  setRngState,
  type Tensor,
  tensor,
} from '../../runtime/index.ts'
import { rand } from '../../runtime/random/index.ts'

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

async function values(batch: Tensor): Promise<number[]> {
  return Array.from(await batch.data(), Number)
}

async function rest(loader: data.DataLoader<number>): Promise<number[][]> {
  const batches: number[][] = []
  for await (const batch of loader) batches.push(await values(batch))
  return batches
}

class Counting extends data.IterableDataset<number> {
  async *[Symbol.asyncIterator](): AsyncIterator<number> {
    yield* numbers(10)
  }
}

describe('The position of a loader', () => {
  const options: readonly (readonly [string, (g: () => Generator) => data.DataLoader<number>])[] = [
    [
      'shuffled by the default generator',
      () => new data.DataLoader(numbers(11), { batchSize: 3, shuffle: true }),
    ],
    [
      'shuffled by a generator of its own',
      g => new data.DataLoader(numbers(11), { batchSize: 3, shuffle: true, generator: g() }),
    ],
    [
      'drawn with replacement from a generator of its own',
      g => {
        const generator = g()
        const sampler = new data.RandomSampler(numbers(11), { replacement: true, numSamples: 100, generator })
        return new data.DataLoader(numbers(11), { batchSize: 9, sampler, generator })
      },
    ],
    ['in order', () => new data.DataLoader(numbers(11), { batchSize: 3 })],
    ['of a stream', () => new data.DataLoader(new Counting(), { batchSize: 3 })],
  ]
  for (const [name, make] of options) {
    it(`resumes in the middle of an epoch with the batches that are left, ${name}`, async () => {
      for (let stop = 0; stop <= 4; stop++) {
        manualSeed(3)
        const loader = make(() => new Generator(5))
        await rest(loader)
        let seen = 0
        let saved: { loader: data.LoaderState; generator: Uint8Array } | null = null
        const left: number[][] = []
        if (stop === 0) saved = { loader: loader.stateDict(), generator: getRngState() }
        for await (const batch of loader) {
          if (saved !== null) left.push(await values(batch))
          // Dropout draws from the default generator meanwhile.
          rand([3])
          if (++seen === stop) saved = { loader: loader.stateDict(), generator: getRngState() }
        }
        const next = await rest(loader)

        manualSeed(99)
        setRngState(saved!.generator)
        const other = make(() => new Generator(1))
        other.loadStateDict(saved!.loader)
        const resumed: number[][] = []
        for await (const batch of other) {
          resumed.push(await values(batch))
          rand([3])
        }
        expect(resumed).toEqual(left)
        expect(await rest(other)).toEqual(next)
      }
    })
  }

  it('is between epochs before the first, after the last batch, and after it was given up', async () => {
    const loader = new data.DataLoader(numbers(4), { batchSize: 2 })
    expect(loader.stateDict()).toEqual({ start: null, batches: 0, generator: null })
    await rest(loader)
    expect(loader.stateDict()).toEqual({ start: null, batches: 0, generator: null })
    for await (const _ of loader) break
    await rest(loader)
    expect(loader.stateDict()).toEqual({ start: null, batches: 0, generator: null })
  })
})

describe('Batches', () => {
  it('of arrays, objects, typed arrays, booleans, bigints and strings have their form', async () => {
    const samples = [
      {
        image: Float32Array.of(1, 2),
        label: 3n,
        good: true,
        name: 'a',
        pair: [1, Uint8Array.of(7)] as const,
      },
      {
        image: Float32Array.of(4, 5),
        label: 6n,
        good: false,
        name: 'b',
        pair: [2, Uint8Array.of(8)] as const,
      },
    ]
    for await (const batch of new data.DataLoader(samples, { batchSize: 2 })) {
      expect(`${batch.image} ${batch.label} ${batch.good} ${batch.pair[0]} ${batch.pair[1]}`).toBe(
        'Tensor(float32[2, 2], cpu) Tensor(int64[2], cpu) Tensor(bool[2], cpu) Tensor(float32[2], cpu) Tensor(uint8[2, 1], cpu)',
      )
      expect(await values(batch.image)).toEqual([1, 2, 4, 5])
      expect(await values(batch.pair[1])).toEqual([7, 8])
      expect(batch.name).toEqual(['a', 'b'])
    }
  })

  it('of a subset and of concatenated datasets have the samples of these', async () => {
    const whole = new data.TensorDataset(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      tensor([10n, 20n, 30n]),
    )
    const part = new data.Subset(whole, [2, 0])
    const both = new data.ConcatDataset([part, whole])
    expect(both.length).toBe(5)
    for (const dataset of [part, both]) {
      for await (const [x, y] of new data.DataLoader(dataset, { batchSize: 2 })) {
        expect([await values(x!), await values(y!)]).toEqual([
          [5, 6, 1, 2],
          [30, 10],
        ])
        break
      }
    }
  })

  it('are made by a collate function where there is one', async () => {
    const loader = new data.DataLoader(numbers(4), {
      batchSize: 2,
      collate: samples => ({ sum: samples.reduce((a, b) => a + b, 0) }),
    })
    const sums: number[] = []
    for await (const { sum } of loader) sums.push(sum)
    expect(sums).toEqual([1, 5])
  })

  it('of samples that differ are refused, and say in what', async () => {
    const ragged = new data.DataLoader([Float32Array.of(1), Float32Array.of(1, 2)], { batchSize: 2 })
    await expect(rest(ragged as never)).rejects.toThrow('float32[1] and float32[2]')
    const mixed = new data.DataLoader([[1], [1, 2]], { batchSize: 2 })
    await expect(rest(mixed as never)).rejects.toMatchObject({ code: 'data/sample' })
  })
})

describe('Options that make no sense are refused', () => {
  const cases: readonly (readonly [string, () => unknown])[] = [
    ['a batch of none', () => new data.DataLoader([1], { batchSize: 0 })],
    ['a sampler and shuffle', () => new data.DataLoader([1], { shuffle: true, sampler: [0] })],
    [
      'a batch sampler and a batch size',
      () => new data.DataLoader([1], { batchSize: 2, batchSampler: [[0]] }),
    ],
    ['dropping the last batch of none', () => new data.DataLoader([1], { batchSize: null, dropLast: true })],
    ['a stream shuffled', () => new data.DataLoader(new Counting(), { shuffle: true })],
    ['workers without a module', () => new data.DataLoader([1], { numWorkers: 1 })],
    ['a random sampler of nothing', () => new data.RandomSampler([])],
    ['a split that does not sum up', () => data.randomSplit([1, 2], [1, 2])],
    ['tensors of different lengths', () => new data.TensorDataset(tensor([1]), tensor([1, 2]))],
  ]
  for (const [name, make] of cases) {
    it(name, () => {
      expect(make).toThrow(data.DataError)
    })
  }

  it('an index that the dataset does not have', async () => {
    await expect(rest(new data.DataLoader([1, 2], { sampler: [0, 5] }))).rejects.toThrow(
      'there is no sample 5',
    )
  })
})
