import { describe, expect, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import { Dropout } from '../../runtime/nn/index.ts'
import {
  bernoulli,
  exponential,
  Generator,
  getRngState,
  initialSeed,
  manualSeed,
  normal,
  rand,
  randint,
  randn,
  randperm,
  seed,
  setRngState,
  uniform,
} from '../../runtime/random/index.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'

describe('the default generator', () => {
  it('gives the same numbers after the same seed', async () => {
    manualSeed(7)
    const first = await randn([20]).toArray()
    expect(initialSeed()).toBe(7n)
    expect(await randn([20]).toArray()).not.toEqual(first)
    manualSeed(7)
    expect(await randn([20]).toArray()).toEqual(first)
  })

  it('continues from a state that was taken', async () => {
    manualSeed(7)
    await rand([3]).realise()
    const state = getRngState()
    const next = await rand([3]).toArray()
    seed()
    setRngState(state)
    expect(await rand([3]).toArray()).toEqual(next)
  })

  it('is left alone by a generator of its own', async () => {
    manualSeed(7)
    const state = getRngState()
    const generator = new Generator(1)
    const a = await rand([4], { generator }).toArray()
    expect(getRngState()).toEqual(state)
    expect(await rand([4], { generator: new Generator(1) }).toArray()).toEqual(a)
  })

  it('gives dropout its mask, anew for every call', async () => {
    const dropout = new Dropout({ p: 0.5 })
    const ones = tensor(new Float32Array(64).fill(1))
    manualSeed(7)
    const first = await dropout.forward(ones).toArray()
    expect(new Set(first as number[])).toEqual(new Set([0, 2]))
    expect(await dropout.forward(ones).toArray()).not.toEqual(first)
    manualSeed(7)
    expect(await dropout.forward(ones).toArray()).toEqual(first)
    expect(await dropout.eval().forward(ones).toArray()).toEqual(await ones.toArray())
  })
})

describe('random tensors', () => {
  it.each([
    ['rand', () => rand([2, 3]), 'float32', [2, 3]],
    ['randn', () => randn([4], { dtype: 'bfloat16' }), 'bfloat16', [4]],
    ['uniform', () => uniform([2], -1, 1, { dtype: 'float64' }), 'float64', [2]],
    ['normal', () => normal([2], 5, 0), 'float32', [2]],
    ['bernoulli', () => bernoulli([2], 0.5, { dtype: 'bool' }), 'bool', [2]],
    ['exponential', () => exponential([2]), 'float32', [2]],
    ['randint', () => randint(0, 5, [2]), 'int64', [2]],
    ['randperm', () => randperm(5), 'int64', [5]],
    ['an empty one', () => rand([0, 3]), 'float32', [0, 3]],
  ] as const)('%s has the dtype and shape that torch gives it', async (_, make, dtype, shape) => {
    const made = make()
    expect([made.dtype, made.shape]).toEqual([dtype, shape])
    expect((await made.data()).length).toBe(shape.reduce((n: number, d) => n * d, 1))
  })

  it('with no spread are their mean', async () => {
    expect(await normal([3], 5, 0).toArray()).toEqual([5, 5, 5])
  })
})

describe('random numbers in a forward', () => {
  it("are drawn as torch's functions draw them", async () => {
    const b = builderOf(getDevice('cpu'))
    const drawn = (draw: () => Tensor) => {
      manualSeed(9)
      return draw().toArray()
    }
    expect(await drawn(() => b.uniform([20], 'float32'))).toEqual(await drawn(() => rand([20])))
    expect(await drawn(() => b.normal([20], 'float32'))).toEqual(await drawn(() => randn([20])))
    expect(await drawn(() => b.bernoulli([20], 'float32', 0.3))).toEqual(
      await drawn(() => bernoulli([20], 0.3)),
    )
  })
})
