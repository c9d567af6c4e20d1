import { describe, expect, it } from 'vitest'
import { StoredTensor, tensorOf } from '../../runtime/checkpoint/index.ts'
import {
  BatchNorm1d,
  Linear,
  type Module,
  Sequential,
  StateDict,
  stateDictFromStored,
} from '../../runtime/nn/index.ts'
import { OpError } from '../../runtime/ops/error.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'

type Weight = Tensor & { readonly dtype: 'float32'; readonly shape: readonly [2, 3] }

describe('a StateDict', () => {
  const weight = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])
  const state = new StateDict<{ 'fc.weight': Weight; '0': Tensor }>([
    ['fc.weight', weight],
    ['0', tensor([1])],
  ])

  it('keeps the order of its keys, integers too', () => {
    expect([...state].map(([key]) => key)).toEqual(['fc.weight', '0'])
    expect([...state.keys()]).toEqual(['fc.weight', '0'])
    expect([...state.values()][0]).toBe(weight)
    expect(state.size).toBe(2)
    expect(state.toObject()['fc.weight']).toBe(weight)
  })

  it('gives tensors with the types that are known of them', () => {
    const columns: 3 = state.get('fc.weight').shape[1]
    expect(columns).toBe(3)
    // @ts-expect-error: no such key
    expect(() => state.get('fc.wieght')).toThrow(OpError)
    const any: StateDict = state
    expect(any.get('0').shape).toEqual([1])
    expect(any.has('1')).toBe(false)
  })
})

describe('stateDictFromStored', () => {
  it('reads tensors as a file holds them, strides and all', async () => {
    const transposed = tensorOf(new Float32Array([1, 4, 2, 5, 3, 6]), [3, 2])
    const view = new StoredTensor({ ...transposed, shape: [2, 3], stride: [1, 2], offset: 0 })
    const counter = tensorOf(new BigInt64Array([7n]), [])
    const state = await stateDictFromStored([
      ['weight', view],
      ['n', counter],
    ])
    expect(await state.get('weight').toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(await state.get('n').item()).toBe(7n)
    expect(state.metadata).toBe(null)
  })

  it('refuses a dtype that no device has, and names the key', async () => {
    const complex = tensorOf(new Float32Array([1, 2]), [1], 'complex64')
    await expect(stateDictFromStored([['spectrum', complex]])).rejects.toThrow("'spectrum' is complex64")
  })
})

describe('loading converts', () => {
  it('to the dtype of the module, integers too', async () => {
    const model = new Linear({ in_features: 2, out_features: 1 })
    model.loadStateDict({
      weight: tensor(new Float64Array([0.1, 2]), { shape: [1, 2] }),
      bias: tensor(new Int32Array([3])),
    })
    expect(model.weight.value.dtype).toBe('float32')
    expect(await model.weight.value.toArray()).toEqual([[Math.fround(0.1), 2]])
    expect(await model.bias!.value.toArray()).toEqual([3])
  })

  it('a scalar that PyTorch before 0.4 saved with one dimension', async () => {
    const model = new BatchNorm1d({ num_features: 1 })
    const old = { ...model.stateDict().toObject(), num_batches_tracked: tensor([5n]) }
    model.loadStateDict(old)
    expect(await model.num_batches_tracked!.value.item()).toBe(5n)
  })
})

describe('a module moved', () => {
  const make = () =>
    new Sequential<Module>(
      new Linear({ in_features: 2, out_features: 2 }),
      new BatchNorm1d({ num_features: 2 }),
    )

  it('to a dtype has its floats converted, and its counters left', async () => {
    const model = await make().to('float64')
    expect([...model.stateDict().values()].map(t => t.dtype)).toEqual([...Array(6).fill('float64'), 'int64'])
    const out = model.eval().forward(tensor(new Float64Array([1, 2]), { shape: [1, 2] }))
    expect([out.dtype, out.shape]).toEqual(['float64', [1, 2]])
  })

  it('to a device and back gives the same outputs', async () => {
    const model = make().eval()
    const input = tensor([[1, -2]])
    const before = await model.forward(input).toArray()
    await model.to({ device: 'reference', dtype: 'float64' })
    expect(model.parameters().every(c => c.value.device.name === 'reference')).toBe(true)
    await model.to('cpu')
    await model.to('float32')
    expect(await model.forward(input).toArray()).toEqual(before)
  })

  it('to a dtype of integers is refused', async () => {
    await expect(make().to('int64')).rejects.toThrow(OpError)
  })
})
