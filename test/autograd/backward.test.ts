import { beforeEach, describe, expect, it } from 'vitest'
import { gradients } from '../../runtime/autograd/gradients.ts'
import {
  backward,
  Cell,
  enableGrad,
  F,
  getDevice,
  grad,
  manualSeed,
  nn,
  noGrad,
  OpError,
  type Tensor,
  tensor,
  tidy,
} from '../../runtime/index.ts'
import { infer } from '../../runtime/ops/primitives.ts'

const values = (x: Tensor | null): number[] | null => (x === null ? null : Array.from(x.dataSync(), Number))
const leaf = (...elements: number[]): Tensor => tensor(elements).requiresGrad_()
const live = (): number => getDevice('cpu').stats().liveBuffers

describe('recording', () => {
  it('starts with tensors that require gradients, and passes through what is computed from them', () => {
    const x = leaf(1, 2)
    const y = x.mul(2)
    expect([x.isLeaf, x.requiresGrad, y.isLeaf, y.requiresGrad]).toEqual([true, true, false, true])
    expect(tensor([1]).mul(2).requiresGrad).toBe(false)
  })

  it('ends at integers, comparisons, detach and within noGrad', () => {
    const x = leaf(1, 2)
    const ends = [x.to('int64'), x.gt(1), x.argmax(), x.detach(), noGrad(() => x.mul(2))]
    expect(ends.map(t => t.requiresGrad)).toEqual([false, false, false, false, false])
    expect(noGrad(() => enableGrad(() => x.mul(2))).requiresGrad).toBe(true)
    expect(x.mul(2).requiresGrad).toBe(true)
  })

  it('goes on after an error within noGrad', () => {
    expect(() =>
      noGrad(() => {
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(leaf(1).mul(2).requiresGrad).toBe(true)
  })

  it('refuses functions that go on after noGrad has ended', () => {
    expect(() => noGrad(async () => 1)).toThrow('takes a synchronous function')
  })

  it('is for floats only', () => {
    expect(() => tensor([1n]).requiresGrad_()).toThrow('only tensors of floats can require gradients')
    expect(() => leaf(1).mul(2).requiresGrad_(false)).toThrow(
      'was computed from tensors that require gradients',
    )
    expect(leaf(1).requiresGrad_(false).mul(2).requiresGrad).toBe(false)
  })

  it('follows the flag of a cell as it is now', () => {
    const cell = new Cell(tensor([1, 2]))
    expect(cell.value.mul(2).requiresGrad).toBe(false)
    cell.requiresGrad = true
    expect(cell.value.mul(2).requiresGrad).toBe(true)
    cell.value = cell.value.mul(3)
    expect([cell.value.isLeaf, cell.value.requiresGrad]).toEqual([true, true])
  })

  it('has a rule for every primitive', () => {
    expect(Object.keys(gradients).sort()).toEqual(Object.keys(infer).sort())
  })
})

describe('backward', () => {
  it('adds up over uses of a tensor and over calls, until the gradient is set to null', () => {
    const x = leaf(1, 2)
    x.mul(x).add(x).sum().backward()
    expect(values(x.grad)).toEqual([3, 5])
    backward(x.sum())
    expect(values(x.grad)).toEqual([4, 6])
    x.grad = null
    backward(x.sum())
    expect(values(x.grad)).toEqual([1, 1])
  })

  it('leaves gradients in cells, and none in cells and tensors that require none', () => {
    const [a, b] = [new Cell(tensor([1]), { requiresGrad: true }), new Cell(tensor([2]))]
    const product = a.value.mul(b.value)
    backward(product)
    expect([values(a.grad), b.grad, product.grad]).toEqual([[2], null, null])
  })

  it('takes the gradient of a loss with several elements', () => {
    const x = leaf(1, 2)
    const y = x.mul(x)
    expect(() => backward(y)).toThrow('has several elements')
    expect(() => backward(y, { gradient: tensor([1]) })).toThrow('the gradient given is float32[1]')
    backward(y, { gradient: tensor([1, 10]) })
    expect(values(x.grad)).toEqual([2, 40])
  })

  it('gives a leaf its own gradient', () => {
    const x = leaf(3)
    backward(x)
    expect(values(x.grad)).toEqual([1])
  })

  it('refuses a loss that depends on nothing that requires a gradient', () => {
    expect(() => backward(tensor([1]).sum())).toThrow(OpError)
    expect(() => backward(tensor([1]).sum())).toThrow('does not depend on anything that requires a gradient')
  })

  it('refuses a second time what it let go of, unless it was told to keep it', () => {
    const x = leaf(2)
    const once = x.mul(x)
    backward(once)
    expect(() => backward(once)).toThrow('let go of by an earlier backward')
    const kept = x.mul(x)
    backward(kept, { retainGraph: true })
    expect(() => backward(kept)).not.toThrow()
    expect(values(x.grad)).toEqual([12])
  })

  it('works where the tensors on the way were disposed of', () => {
    const x = leaf(1, 2)
    const loss = tidy(() => x.mul(3).exp().sum())
    backward(loss)
    expect(values(x.grad)!.map(Math.round)).toEqual([60, 1210])
  })

  it('works where the tensors on the way were read before, and parameters replaced', () => {
    const cell = new Cell(tensor([2]), { requiresGrad: true })
    const y = cell.value.mul(cell.value)
    expect(values(y)).toEqual([4])
    const old = cell.value
    cell.value = tensor([100])
    old.dispose()
    backward(y)
    expect(values(cell.grad)).toEqual([4])
  })

  it('gives two leaves with one gradient a handle each', () => {
    const [a, b] = [leaf(1), leaf(2)]
    backward(a.add(b))
    a.grad!.dispose()
    expect(values(b.grad)).toEqual([1])
  })

  it('follows a chain that is deeper than the stack', () => {
    const x = leaf(1)
    const before = live()
    tidy(() => {
      let y = x
      for (let i = 0; i < 20_000; i++) y = y.add(1)
      backward(y)
    })
    expect(values(x.grad)).toEqual([1])
    expect(live()).toBe(before + 1)
  })
})

describe('grad', () => {
  it('gives gradients of tensors on the way, and leaves those of leaves alone', () => {
    const x = leaf(1, 2)
    const y = x.mul(2)
    const [dy, dx] = grad(y.mul(y).sum(), [y, x])
    expect([values(dy!), values(dx!), x.grad]).toEqual([[4, 8], [8, 16], null])
  })

  it('sums over outputs, with the gradients given', () => {
    const x = leaf(1, 2)
    const [dx] = grad([x.sum(), x.mul(x)], [x], { gradOutputs: [null, tensor([1, 10])] })
    expect(values(dx!)).toEqual([3, 41])
  })

  it('refuses inputs that the outputs do not depend on, unless they may be unused', () => {
    const [x, z] = [leaf(1), leaf(1)]
    expect(() => grad(x.mul(2), [z], { retainGraph: true })).toThrow('do not depend on input 0')
    expect(() => grad(x.mul(2), [tensor([1])])).toThrow('input 0 does not require a gradient')
    expect(grad(x.mul(2), [z], { allowUnused: true })).toEqual([null])
  })

  it('records its own computation for gradients of gradients', () => {
    const x = leaf(2)
    let y = x.pow(4)
    const found: number[] = []
    for (let i = 0; i < 4; i++) {
      y = grad(y, [x], { createGraph: true })[0]!
      found.push(values(y)![0]!)
    }
    expect(found.map(v => Math.round(v * 1e3) / 1e3)).toEqual([32, 48, 48, 24])
  })

  it('takes cells', () => {
    const cell = new Cell(tensor([3]), { requiresGrad: true })
    expect(values(grad(cell.value.mul(cell.value), cell)[0]!)).toEqual([6])
  })
})

describe('what rows ask of detach', () => {
  it('embedding gives the padding row no gradient', () => {
    const weight = tensor([[1], [2], [3]]).requiresGrad_()
    backward(F.embedding(tensor([0n, 1n, 1n, 2n]), weight, { padding_idx: 1 }).sum())
    expect(values(weight.grad)).toEqual([1, 0, 1])
  })

  it('a hard choice of gumbel_softmax has the gradient of the soft one', () => {
    const logits = leaf(1, 2, 3)
    const w = tensor([1, 2, 4])
    manualSeed(0)
    backward(F.gumbelSoftmax(logits, { hard: true }).mul(w).sum())
    const hard = values(logits.grad)!
    logits.grad = null
    manualSeed(0)
    backward(F.gumbelSoftmax(logits).mul(w).sum())
    for (const [i, v] of values(logits.grad)!.entries()) expect(hard[i]).toBeCloseTo(v, 6)
    expect(hard.some(v => v !== 0)).toBe(true)
  })

  it('running statistics carry no history', () => {
    const norm = new nn.BatchNorm1d({ num_features: 2 })
    norm.forward(
      tensor([
        [1, 2],
        [3, 5],
      ]).requiresGrad_(),
    )
    expect(norm.buffers().map(c => c.value.requiresGrad)).toEqual([false, false, false])
  })
})

describe('memory', () => {
  // What other tests left to be computed with the next tensor is computed here.
  beforeEach(() => tidy(() => void tensor([1]).add(1).dataSync()))

  it('of what was recorded goes with the last tensor that leads to it', () => {
    const x = leaf(1, 2)
    const before = live()
    const y = tidy(() => {
      const h = x.exp()
      h.dataSync()
      return h.mul(h)
    })
    y.dataSync()
    // h is kept for its gradient.
    expect(live()).toBe(before + 2)
    y.dispose()
    expect(live()).toBe(before)
  })

  it('of saved tensors goes with backward', () => {
    const x = leaf(1, 2)
    const before = live()
    const loss = tidy(() => {
      const h = x.exp()
      h.dataSync()
      return h.mul(h).sum()
    })
    backward(loss)
    loss.dataSync()
    expect(values(x.grad)!.length).toBe(2)
    // The loss and the gradient.
    expect(live()).toBe(before + 2)
  })

  it('of a state_dict is apart from training: what it holds stays', () => {
    const linear = new nn.Linear({ in_features: 2, out_features: 1, bias: false })
    const saved = linear.stateDict().get('weight')
    const first = values(saved)
    expect(saved.requiresGrad).toBe(false)
    tidy(() => {
      linear.weight.value = linear.weight.value.add(1)
    })
    expect(values(saved)).toEqual(first)
    expect(values(linear.weight.value)).not.toEqual(first)
  })
})
