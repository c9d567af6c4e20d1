import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  BatchNorm2d,
  Conv2d,
  Dropout,
  Embedding,
  InstanceNorm1d,
  Linear,
  Module,
  ModuleDict,
  ModuleList,
  MultiheadAttention,
  ParameterList,
  ReLU,
  Sequential,
  StateDict,
  StateDictError,
  skipInit,
} from '../../runtime/nn/index.ts'
import { manualSeed } from '../../runtime/random/index.ts'
import { Cell } from '../../runtime/tensor/cell.ts'
import { fromBytes, tensor } from '../../runtime/tensor/create.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'

interface Listing {
  readonly state: readonly (readonly [string, number[]])[]
  readonly metadata: readonly (readonly [string, number])[]
  readonly parameters: readonly string[]
  readonly buffers: readonly string[]
  readonly modules: readonly string[]
  readonly children: readonly string[]
  readonly repr: string
  readonly sums: readonly number[]
}
interface Report {
  readonly model: 'Tied' | 'Blocks'
  readonly change: Readonly<Record<string, number[] | null>>
  readonly metadata: 'kept' | 'none' | 'version 1'
  readonly strict: boolean
  readonly missing?: readonly string[]
  readonly unexpected?: readonly string[]
  readonly error?: string
}

const torch: { listings: Record<'Tied' | 'Blocks', Listing>; reports: readonly Report[] } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/nn/modules.json'), 'utf8'),
)

const zeros = (shape: readonly number[]): Tensor =>
  fromBytes(new Uint8Array(4 * shape.reduce((n, d) => n * d, 1)), shape, 'float32')
const trained = (shape: readonly number[], value = 0): Cell =>
  new Cell(tensor(new Float32Array(shape.reduce((n, d) => n * d, 1)).fill(value), { shape }), {
    requiresGrad: true,
  })

abstract class WithoutForward extends Module {
  forward(): never {
    throw new Error('only listed here')
  }
}

class Tied extends WithoutForward {
  readonly embed = this.registerModule('embed', new Embedding({ num_embeddings: 5, embedding_dim: 4 }))
  readonly scale = this.registerParameter('scale', trained([1], 1))
  readonly body = this.registerModule(
    'body',
    new Sequential<Module>(new Linear({ in_features: 4, out_features: 4 }), new Dropout({ p: 0.1 })),
  )
  readonly again = this.registerModule('again', this.body)
  readonly head = this.registerModule('head', new Head(this.embed.weight))
  readonly steps = this.registerBuffer('steps', new Cell(zeros([])))
  readonly mask = this.registerBuffer('mask', new Cell(tensor([1, 1])), { persistent: false })
}

/** A Linear whose weight is another module's; PyTorch draws it before it is replaced. */
class Head extends WithoutForward {
  constructor(weight: Cell) {
    super()
    const own = new Linear({ in_features: 4, out_features: 5, bias: false })
    this.text = own.extraRepr()
    this.registerParameter('weight', weight)
  }
  readonly text: string
  override get typeName() {
    return 'Linear'
  }
  override extraRepr() {
    return this.text
  }
}

class Blocks extends WithoutForward {
  readonly stem = this.registerModule(
    'stem',
    new Sequential<Module>(
      new Conv2d({ in_channels: 3, out_channels: 8, kernel_size: 3, padding: 1, bias: false }),
      new BatchNorm2d({ num_features: 8 }),
      new ReLU({ inplace: true }),
    ),
  )
  readonly blocks = this.registerModule(
    'blocks',
    new ModuleList([8, 8, 4].map(n => new Linear({ in_features: 8, out_features: n }))),
  )
  readonly heads = this.registerModule(
    'heads',
    new ModuleDict<Module>({
      cls: new Linear({ in_features: 4, out_features: 2 }),
      box: new MultiheadAttention({ embed_dim: 4, num_heads: 2 }),
    }),
  )
  readonly tokens = this.registerModule('tokens', new ParameterList([trained([1, 4]), trained([])]))
  readonly norm = this.registerModule('norm', new InstanceNorm1d({ num_features: 4 }))
}

const make = { Tied: () => new Tied(), Blocks: () => new Blocks() }

const sum = (t: Tensor): number =>
  Array.from(t.dataSync() as ArrayLike<number | bigint>, Number).reduce((s, v) => s + v, 0)

describe.each(['Tied', 'Blocks'] as const)('the model %s', name => {
  const expected = torch.listings[name]
  const model = make[name]()

  it("has PyTorch's state_dict: keys, order, shapes and metadata", () => {
    const state = model.stateDict()
    expect([...state].map(([k, t]) => [k, t.shape])).toEqual(expected.state)
    expect([...state.metadata!].map(([k, v]) => [k, v.version])).toEqual(expected.metadata)
  })

  it("lists parameters, buffers, modules and children as PyTorch's does", () => {
    expect(model.namedParameters().map(([k]) => k)).toEqual(expected.parameters)
    expect(model.namedBuffers().map(([k]) => k)).toEqual(expected.buffers)
    expect(model.namedModules().map(([k]) => k)).toEqual(expected.modules)
    expect(model.children().length).toBe(expected.children.length)
    expect(model.parameters().length).toBe(expected.parameters.length)
  })

  it('is printed as by PyTorch', () => {
    expect(model.toString()).toBe(expected.repr)
  })

  it("starts from PyTorch's weights for a seed", () => {
    manualSeed(0)
    const sums = [...make[name]().stateDict().values()].map(sum)
    for (const [i, s] of sums.entries()) expect(s).toBeCloseTo(expected.sums[i]!, 5)
  })
})

describe('loading a state_dict', () => {
  it.each(torch.reports)(
    'of $model with $change, metadata $metadata, strict $strict reports as PyTorch does',
    report => {
      const model = make[report.model]()
      const state = model.stateDict()
      const tensors = new Map(state)
      for (const [key, shape] of Object.entries(report.change)) {
        if (shape === null) tensors.delete(key)
        else tensors.set(key, zeros(shape))
      }
      const metadata =
        report.metadata === 'none'
          ? null
          : report.metadata === 'kept'
            ? state.metadata
            : new Map([...state.metadata!.keys()].map(k => [k, { version: 1 }]))
      const load = () => model.loadStateDict(new StateDict(tensors, metadata), { strict: report.strict })
      if (report.error !== undefined) {
        expect(load).toThrow(StateDictError)
        expect(load).toThrow(expect.objectContaining({ message: report.error }))
      } else {
        expect(load()).toEqual({ missingKeys: report.missing, unexpectedKeys: report.unexpected })
      }
    },
  )

  it('changes nothing where it fails', () => {
    const model = new Linear({ in_features: 2, out_features: 2 })
    const before = model.weight.value
    const state = { weight: zeros([2, 2]), bias: zeros([3]) }
    expect(() => model.loadStateDict(state)).toThrow('size mismatch for bias')
    expect(model.weight.value).toBe(before)
    model.loadStateDict({ ...state, bias: zeros([2]) })
    expect(model.weight.value).not.toBe(before)
  })

  it('hints at the prefix that a wrapper has added', () => {
    const model = new Linear({ in_features: 2, out_features: 2 })
    const wrapped = [...model.stateDict()].map(([k, t]) => [`module.${k}`, t] as const)
    expect(() => model.loadStateDict(new Map(wrapped))).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("'module.'") }),
    )
  })

  it('gives what it was saved from', () => {
    manualSeed(1)
    const from = new Blocks()
    const to = skipInit(() => new Blocks())
    expect(sum(to.stem.at(0).stateDict().get('weight'))).toBe(0)
    expect(sum(to.stem.at(1).stateDict().get('weight'))).toBe(8)
    to.loadStateDict(from.stateDict())
    expect([...to.stateDict().values()].map(sum)).toEqual([...from.stateDict().values()].map(sum))
  })
})

describe('a module', () => {
  it('has its tensors as typed fields, null where the arguments leave one out', () => {
    const conv = new Conv2d({ in_channels: 1, out_channels: 2, kernel_size: 3, bias: false })
    expect(conv.weight.value.shape).toEqual([2, 1, 3, 3])
    expect(conv.weight.requiresGrad).toBe(true)
    expect(conv.bias).toBe(null)
    expect(new BatchNorm2d({ num_features: 2 }).running_mean!.requiresGrad).toBe(false)
  })

  it('is set to training and eval with all that is below', () => {
    const model = new Blocks()
    expect(model.modules().every(m => m.training)).toBe(true)
    expect(
      model
        .eval()
        .modules()
        .some(m => m.training),
    ).toBe(false)
  })

  it('freezes its parameters', () => {
    const model = new Tied().requiresGrad_(false)
    expect(model.parameters().some(c => c.requiresGrad)).toBe(false)
  })

  it('applies a function to children first', () => {
    const order: string[] = []
    new Tied().apply(m => order.push(m.typeName))
    expect(order).toEqual(['Embedding', 'Linear', 'Dropout', 'Sequential', 'Linear', 'Tied'])
  })

  it('pins a key segment that differs from the field', () => {
    class Pinned extends WithoutForward {
      readonly first = this.registerModule('first', new Linear({ in_features: 1, out_features: 1 }), {
        key: 'fc1',
      })
    }
    expect([...new Pinned().stateDict().keys()]).toEqual(['fc1.weight', 'fc1.bias'])
  })

  it('refuses names that cannot be segments of keys', () => {
    class Twice extends WithoutForward {
      constructor(a: string, b: string) {
        super()
        this.registerParameter(a, trained([1]))
        this.registerBuffer(b, trained([1]))
      }
    }
    expect(() => new Twice('a', 'a')).toThrow('is taken')
    expect(() => new Twice('a', '')).toThrow('is empty')
    expect(() => new Twice('a', 'b.c')).toThrow('has a dot')
    expect(() => new Twice('a', 'b')).not.toThrow()
  })

  it('refuses arguments that do not fit, and names the class', () => {
    expect(() => new Conv2d({ in_channels: 3, out_channels: 4, kernel_size: 3, groups: 2 })).toThrow(
      expect.objectContaining({ code: 'argument/value', op: 'Conv2d' }),
    )
    // @ts-expect-error: no such argument
    expect(() => new Conv2d({ in_channels: 3, out_channels: 4, kernel_size: 3, strides: 2 })).toThrow(
      expect.objectContaining({ code: 'argument/unknown', op: 'Conv2d', hint: "did you mean 'stride'?" }),
    )
    // @ts-expect-error: kernel_size is missing
    expect(() => new Conv2d({ in_channels: 3, out_channels: 4 })).toThrow(
      expect.objectContaining({ code: 'argument/missing' }),
    )
  })
})

describe('running statistics', () => {
  it('are computed along with the output, so that no step holds on to its activations', async () => {
    const norm = new BatchNorm2d({ num_features: 2 })
    const input = tensor(
      new Float32Array(16).map((_, i) => i),
      { shape: [2, 2, 2, 2] },
    )
    const lazy = norm.forward(input)
    expect(norm.running_mean!.value.node.memory).toBe(null)
    await lazy.data()
    expect(norm.buffers().every(cell => cell.value.node.memory !== null)).toBe(true)
    norm.eval().forward(input)
    expect(await norm.num_batches_tracked!.value.item()).toBe(1n)
  })
})
