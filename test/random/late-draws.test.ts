/** Weights are drawn when they are first needed; the numbers are those of drawing at once. */
import { afterEach, describe, expect, it } from 'vitest'
import {
  Cell,
  compile,
  F,
  getDevice,
  Module,
  manualSeed,
  nn,
  random,
  type Tensor,
  tensor,
  tidy,
} from '../../runtime/index.ts'
import * as fill from '../../runtime/random/fill.ts'
import { Mt19937 } from '../../runtime/random/mt19937.ts'
import { collected } from '../support/heap.ts'

const device = getDevice('cpu')
const live = () => device.stats().liveBuffers

/** Uniforms, normals in blocks with a rest, pairs of normals that stay open, a tensor that is drawn twice, a computed one. */
class Net extends Module {
  readonly layers: readonly Module[]

  /** `draw` is called after each layer. */
  constructor(drawn: (layer: Module) => void = () => {}) {
    super()
    const register = <M extends Module>(name: string, layer: M): M => {
      this.registerModule(name, layer)
      drawn(layer)
      return layer
    }
    this.layers = [
      register('fc', new nn.Linear({ in_features: 5, out_features: 40 })),
      register('few', new nn.Embedding({ num_embeddings: 3, embedding_dim: 3 })),
      register('words', new nn.Embedding({ num_embeddings: 7, embedding_dim: 5, padding_idx: 2 })),
      register('norm', new nn.BatchNorm1d({ num_features: 40 })),
      register('attention', new nn.MultiheadAttention({ embed_dim: 6, num_heads: 2 })),
      register('bare', new Bare()),
    ]
  }

  forward(x: Tensor): Tensor {
    return x
  }
}

class Bare extends Module {
  constructor() {
    super()
    this.registerParameter('weight', new Cell(F.mul(F.normal([3, 7]), 0.02), { requiresGrad: true }))
    this.registerBuffer('noise', new Cell(F.rand([4])))
  }

  forward(x: Tensor): Tensor {
    return x
  }
}

const read = (module: Module) => [...module.stateDict().values()].map(t => t.dataSync())
const atOnce = () => new Net(layer => read(layer))
const next = () => random.rand([5]).dataSync()

function eager(seed: number, times = 1) {
  manualSeed(seed)
  const weights = Array.from({ length: times }, () => read(atOnce()))
  return { weights, state: random.getRngState(), next: next() }
}

afterEach(() => {
  manualSeed(0)
})

describe('weights that nobody has read', () => {
  it('take no memory, and none are drawn where a checkpoint replaces them', async () => {
    const given = atOnce().stateDict()
    // Of the bare tensors there were other handles, which go with the garbage.
    await collected()
    const before = live()
    manualSeed(0)
    const net = new Net()
    expect(net.parameters()[0]!.held.shape).toEqual([40, 5])
    net.loadStateDict(given)
    expect(live()).toBe(before)
    await collected()
    random.getRngState()
    expect(live()).toBe(before)
    expect(read(net)).toEqual([...given.values()].map(t => t.dataSync()))
  })

  it('leave the generator in the state that it has after drawing them', () => {
    const wanted = eager(3)
    manualSeed(3)
    const net = new Net()
    expect(random.getRngState()).toEqual(wanted.state)
    expect(next()).toEqual(wanted.next)
    expect(read(net)).toEqual(wanted.weights[0])
  })

  it('leave that state when they were replaced, too', () => {
    const given = new Net().stateDict()
    const wanted = eager(3)
    manualSeed(3)
    new Net().loadStateDict(given)
    expect(random.getRngState()).toEqual(wanted.state)
    expect(next()).toEqual(wanted.next)
  })

  it('are what PyTorch draws for them, by the same bits', () => {
    const generator = new random.Generator(5)
    const first = fill.uniform(generator, 'float32', 6, -Math.sqrt(1 / 3), Math.sqrt(1 / 3))
    manualSeed(5)
    const layer = new nn.Linear({ in_features: 3, out_features: 2 })
    manualSeed(6)
    expect(layer.weight.value.dataSync()).toEqual(first)
  })

  it('do not depend on the order in which they are read, nor on which are replaced', () => {
    const wanted = eager(4).weights[0]!
    const given = new Map(
      [...atOnce().stateDict()].filter(([key]) => /^(fc\.bias|few|attention\.in)/.test(key)),
    )
    manualSeed(4)
    const net = new Net()
    net.loadStateDict(given, { strict: false })
    const state = [...net.stateDict()]
    for (const [i, [key, value]] of [...state.entries()].reverse()) {
      expect([key, value.dataSync()]).toEqual([key, given.get(key)?.dataSync() ?? wanted[i]])
    }
  })

  it('are drawn in order before any other number', () => {
    const dropout = new nn.Dropout({ p: 0.5 })
    const ones = tensor(new Float32Array(64).fill(1))
    manualSeed(8)
    const first = read(atOnce())
    const mask = dropout.forward(ones).dataSync()
    read(atOnce())
    const third = read(atOnce())
    manualSeed(8)
    const a = new Net()
    const late = dropout.forward(ones)
    const b = new Net()
    b.loadStateDict(a.stateDict())
    const c = new Net()
    expect(read(c)).toEqual(third)
    expect(read(b)).toEqual(first)
    expect(late.dataSync()).toEqual(mask)
  })

  it('of two models that are made by turns are those of their turns', () => {
    const make = (drawn: (layer: Module) => void) => {
      const layers = [1, 2, 3, 4].map(n => {
        const layer = new nn.Linear({ in_features: n, out_features: 3 })
        drawn(layer)
        return layer
      })
      return [layers.filter((_, i) => i % 2 === 0), layers.filter((_, i) => i % 2 === 1)]
    }
    manualSeed(9)
    const wanted = make(layer => read(layer)).map(model => model.map(read))
    manualSeed(9)
    const [one, two] = make(() => {})
    expect(two!.map(read)).toEqual(wanted[1])
    expect(one!.map(read)).toEqual(wanted[0])
  })

  it('stay what they are when the generator is seeded or set anew', () => {
    const wanted = eager(10)
    manualSeed(10)
    const state = random.getRngState()
    const seeded = new Net()
    manualSeed(11)
    expect(random.initialSeed()).toBe(11n)
    const other = next()
    random.setRngState(state)
    const set = new Net()
    random.setRngState(state)
    expect(read(set)).toEqual(wanted.weights[0])
    expect(read(seeded)).toEqual(wanted.weights[0])
    expect(read(new Net())).toEqual(wanted.weights[0])
    manualSeed(11)
    expect(next()).toEqual(other)
  })

  it('survive the scope that they were made in; what ends with a scope is passed over', () => {
    const wanted = eager(12, 2)
    manualSeed(12)
    const net = tidy(() => new Net())
    tidy(() => {
      for (const cell of [...new Net().parameters()]) tidy(() => cell.value.mul(2))
    })
    expect(random.getRngState()).toEqual(wanted.state)
    expect(read(net)).toEqual(wanted.weights[0])
    manualSeed(13)
    F.normal([40]).dataSync()
    const after = next()
    manualSeed(13)
    tidy(() => {
      F.normal([40])
    })
    const before = live()
    random.getRngState()
    expect(live()).toBe(before)
    expect(next()).toEqual(after)
    manualSeed(13)
    {
      using noise = F.normal([40])
      expect(noise.shape).toEqual([40])
    }
    expect(next()).toEqual(after)
  })

  it('cost nothing when their model is collected', async () => {
    manualSeed(14)
    ;(() => new Net())()
    await collected()
    const before = live()
    const state = random.getRngState()
    expect(live()).toBe(before)
    expect(state).toEqual(eager(14).state)
  })

  it('of many models that come and go are passed over in one', () => {
    const given = new Net().stateDict()
    const wanted = eager(15, 60)
    manualSeed(15)
    for (let i = 0; i < 59; i++) new Net().loadStateDict(given)
    const last = new Net()
    expect(random.getRngState()).toEqual(wanted.state)
    expect(read(last)).toEqual(wanted.weights[59])
  })

  it('are drawn for a captured function, and before what it draws in its runs', async () => {
    manualSeed(16)
    const make = () => new nn.Linear({ in_features: 4, out_features: 4 })
    const ones = tensor(new Float32Array(8).fill(1), { shape: [2, 4] })
    const step = (layer: nn.Linear) => (x: Tensor) => F.dropout(layer.forward(x), { p: 0.5 })
    const first = make()
    read(first)
    const wanted = step(first)(ones).dataSync()
    manualSeed(16)
    using plan = compile(step(make()))
    expect(plan.runSync([ones]).dataSync()).toEqual(wanted)
  })
})

describe('passing over draws', () => {
  it('is drawing without looking', () => {
    for (const start of [0, 1, 623, 624, 700]) {
      for (const count of [0, 1, 2, 622, 623, 624, 625, 1247, 1248, 5000]) {
        const [drawn, passed] = [new Mt19937(start), new Mt19937(start)]
        for (let i = 0; i < start; i++) expect(drawn.draw()).toBe(passed.draw())
        for (let i = 0; i < count; i++) drawn.draw()
        passed.skip(count)
        expect({ ...passed }).toEqual({ ...drawn })
      }
    }
  })

  it('counts the words that each distribution takes', () => {
    for (const dtype of ['float16', 'bfloat16', 'float32', 'float64'] as const) {
      for (const size of [0, 1, 15, 16, 17, 40, 48]) {
        for (const [draw, wordsOf] of [
          [fill.uniform, fill.uniformWords],
          [fill.normal, fill.normalWords],
        ] as const) {
          const words = wordsOf(dtype, size)
          const generator = new random.Generator(1)
          draw(generator, dtype, size, 0, 1)
          if (words === null) expect(size).toBeLessThan(16)
          else {
            const counted = new random.Generator(1)
            for (let i = 0; i < words; i++) counted.random()
            expect(generator.getState()).toEqual(counted.getState())
          }
        }
      }
    }
  })
})
