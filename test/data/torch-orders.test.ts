import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { data, Generator, manualSeed, tensor } from '../../runtime/index.ts'
import { rand } from '../../runtime/random/index.ts'

interface SamplerCase {
  readonly kind: 'random' | 'subset' | 'weighted'
  readonly seed: number
  readonly own: number | null
  readonly n?: number
  readonly replacement?: boolean
  readonly count?: number | null
  readonly indices?: readonly number[]
  readonly weights?: readonly number[]
  readonly epochs: readonly (readonly number[])[]
  readonly next: number
  readonly ownNext: number | null
}
interface LoaderCase {
  readonly seed: number
  readonly own: number | null
  readonly n: number
  readonly batchSize: number | null
  readonly shuffle: boolean
  readonly dropLast: boolean
  readonly length: number
  readonly epochs: readonly (readonly (number | readonly number[])[])[]
  readonly next: number
}
interface Fixture {
  readonly samplers: readonly SamplerCase[]
  readonly loaders: readonly LoaderCase[]
  readonly splits: readonly {
    seed: number
    n: number
    lengths: readonly number[]
    parts: readonly (readonly number[])[]
  }[]
}

const torch: Fixture = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/data/loaders.json'), 'utf8'),
)

const nextRandom = (generator?: Generator): number =>
  rand([1], generator === undefined ? {} : { generator }).dataSync()[0] as number

function samplerOf(c: SamplerCase, generator: Generator | undefined): data.Sampler {
  const own = generator === undefined ? {} : { generator }
  const { replacement = false } = c
  const dataSource = { length: c.n ?? 0 }
  if (c.kind === 'subset') return new data.SubsetRandomSampler(c.indices!, own)
  if (c.kind === 'weighted')
    return new data.WeightedRandomSampler(c.weights!, c.count!, { replacement, ...own })
  return new data.RandomSampler(dataSource, {
    replacement,
    ...(c.count == null ? {} : { numSamples: c.count }),
    ...own,
  })
}

const ownGenerator = (seed: number | null): Generator | undefined =>
  seed === null ? undefined : new Generator(seed)

describe("Samplers give PyTorch's orders for its seeds", () => {
  for (const c of torch.samplers) {
    const { epochs, next, ownNext, ...words } = c
    it(JSON.stringify(words), () => {
      manualSeed(c.seed)
      const own = ownGenerator(c.own)
      const sampler = samplerOf(c, own)
      expect([[...sampler], [...sampler]]).toEqual(epochs)
      expect(sampler.length).toBe(epochs[0]!.length)
      expect(nextRandom()).toBe(next)
      if (own !== undefined) expect(nextRandom(own)).toBe(ownNext)
    })
  }
})

describe("Loaders give PyTorch's batches for its seeds", () => {
  for (const c of torch.loaders) {
    const { epochs, next, length, ...words } = c
    it(JSON.stringify(words), async () => {
      manualSeed(c.seed)
      const own = ownGenerator(c.own)
      const loader = new data.DataLoader(
        new data.TensorDataset(tensor(BigInt64Array.from({ length: c.n }, (_, i) => BigInt(i)))),
        {
          batchSize: c.batchSize,
          shuffle: c.shuffle,
          dropLast: c.dropLast,
          ...(own === undefined ? {} : { generator: own }),
        },
      )
      expect(loader.length).toBe(length)
      for (const epoch of epochs) {
        const batches: unknown[] = []
        for await (const [batch] of loader) {
          const indices = Array.from(await batch!.data(), Number)
          batches.push(c.batchSize === null ? indices[0] : indices)
        }
        expect(batches).toEqual(epoch)
        nextRandom()
      }
      expect(nextRandom()).toBe(next)
    })
  }
})

describe("randomSplit gives PyTorch's parts for its seeds", () => {
  for (const { seed, n, lengths, parts } of torch.splits) {
    it(`${n} into ${lengths.join(', ')}`, () => {
      manualSeed(seed)
      const numbers = Array.from({ length: n }, (_, i) => i)
      expect(data.randomSplit(numbers, lengths).map(p => p.indices)).toEqual(parts)
    })
  }
})
