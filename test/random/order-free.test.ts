/** Weights that follow from a seed and their names. */
import { describe, expect, it } from 'vitest'
import { Cell, F, Module, manualSeed, nn, random, type Tensor } from '../../runtime/index.ts'

class Block extends Module {
  constructor(names: readonly string[]) {
    super()
    const make: Readonly<Record<string, () => void>> = {
      fc: () => this.registerModule('fc', new nn.Linear({ in_features: 3, out_features: 4 })),
      norm: () => this.registerModule('norm', new nn.LayerNorm({ normalized_shape: [4] })),
      conv: () => {
        const conv = this.registerModule(
          'conv',
          new nn.Conv1d({ in_channels: 2, out_channels: 2, kernel_size: 3 }),
        )
        nn.init.truncNormal_(conv.weight, 0, 0.02)
      },
      lstm: () => this.registerModule('lstm', new nn.LSTM({ input_size: 2, hidden_size: 3 })),
      bare: () =>
        this.registerParameter('bare', new Cell(F.mul(F.normal([5]), 0.02), { requiresGrad: true })),
      attention: () =>
        this.registerModule('attention', new nn.MultiheadAttention({ embed_dim: 4, num_heads: 2 })),
      square: () => {
        const square = this.registerParameter('square', new Cell(F.zeros([4, 4])))
        nn.init.orthogonal_(square)
      },
    }
    for (const name of names) make[name]!()
  }

  forward(x: Tensor): Tensor {
    return x
  }
}

const NAMES = ['fc', 'norm', 'conv', 'lstm', 'bare', 'attention', 'square']

async function weights(module: Module): Promise<Map<string, unknown>> {
  const state = [...module.stateDict()].sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map(await Promise.all(state.map(async ([key, x]) => [key, await x.toArray()] as const)))
}

describe('weights by seed and name', () => {
  it('do not depend on the order of declarations, nor on what else is declared', async () => {
    const one = await weights(random.seededByName(7, () => new Block(NAMES)))
    const two = await weights(random.seededByName(7, () => new Block([...NAMES].reverse())))
    expect(two).toEqual(one)
    const few = await weights(random.seededByName(7, () => new Block(['bare', 'fc'])))
    for (const [key, values] of few) expect([key, values]).toEqual([key, one.get(key)])
  })

  it('do depend on the order without it', async () => {
    manualSeed(7)
    const one = await weights(new Block(NAMES))
    manualSeed(7)
    expect(await weights(new Block([...NAMES].reverse()))).not.toEqual(one)
  })

  it('differ by seed and by name, and have the distribution of their class', async () => {
    const [a, b] = [1, 2].map(seed => random.seededByName(seed, () => new Block(NAMES)))
    const [one, two] = [await weights(a!), await weights(b!)]
    expect(two.get('fc.weight')).not.toEqual(one.get('fc.weight'))
    expect(one.get('lstm.weight_ih_l0')).not.toEqual(one.get('lstm.weight_hh_l0'))
    expect(one.get('norm.weight')).toEqual([1, 1, 1, 1])
    const rows = one.get('fc.weight') as number[][]
    expect(Math.max(...rows.flat().map(Math.abs))).toBeLessThan(1 / Math.sqrt(3))
    const square = one.get('square') as number[][]
    expect(square[0]!.reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(1, 5)
  })

  it('are those of the generator that the documented text seeds', async () => {
    const { createHash } = await import('node:crypto')
    const module = random.seededByName(3, () => new nn.Linear({ in_features: 4, out_features: 2 }))
    const seed = createHash('sha256').update('3\nbias\n0').digest().readBigUInt64LE()
    const wanted = random.uniform([2], -0.5, 0.5, { generator: new random.Generator(seed) })
    expect(await module.bias!.value.toArray()).toEqual(await wanted.toArray())
  })

  it('leave the default generator as it was', () => {
    manualSeed(1)
    const before = random.getRngState()
    random.seededByName(7, () => new Block(NAMES))
    expect(random.getRngState()).toEqual(before)
  })
})
