/** torch's functions and methods, as the function table makes them. */
import { describe, expect, expectTypeOf, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import { functions } from '../../runtime/ops/functions/index.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { F } from '../../runtime/tensor/functional.ts'
import { camelCase } from '../../runtime/tensor/signature.ts'
import { Tensor } from '../../runtime/tensor/tensor.ts'

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
])

describe('functions', () => {
  it('take required arguments in order, the others by name', async () => {
    expect(await F.cat([x, x], { dim: 1 }).toArray()).toEqual([
      [1, 2, 3, 1, 2, 3],
      [4, 5, 6, 4, 5, 6],
    ])
    expect(await F.add(x, 1, { alpha: 2 }).toArray()).toEqual([
      [3, 4, 5],
      [6, 7, 8],
    ])
  })

  it('take optional arguments by position too', async () => {
    expect(await F.cat([x, x], 1).toArray()).toEqual(await F.cat([x, x], { dim: 1 }).toArray())
  })

  it('one int stands for all entries of a list', async () => {
    const image = F.reshape(F.arange(16, { dtype: 'float32' }), [1, 1, 4, 4])
    expect(await F.maxPool2d(image, 2).toArray()).toEqual([
      [
        [
          [5, 7],
          [13, 15],
        ],
      ],
    ])
  })

  it('find the overload that takes the arguments', async () => {
    expect(await F.max(x).item()).toBe(6)
    const [values, indices] = F.max(x, 1)
    expect(await values.toArray()).toEqual([3, 6])
    expect(await indices.toArray()).toEqual([2n, 2n])
  })

  it('make tensors on the device that is asked for', () => {
    expect(F.zeros([2], { device: 'reference' }).device).toBe(getDevice('reference'))
    expect(F.zeros([2]).device).toBe(getDevice('cpu'))
  })

  it('exist for every row, under its name in camelCase', () => {
    const rows = Object.values(functions) as readonly {
      name: string
      python?: string
      method?: true | 'only'
    }[]
    for (const row of rows) {
      const name = camelCase(row.python ?? row.name)
      if (row.method !== 'only') expect(F, name).toHaveProperty(name)
      if (row.method !== undefined) expect(Tensor.prototype, name).toHaveProperty(name)
    }
  })

  it('have types', () => {
    expectTypeOf(F.exp(x)).toEqualTypeOf<Tensor>()
    expectTypeOf(x.mean({ dim: [0] })).toEqualTypeOf<Tensor>()
    expectTypeOf(x.view([3, 2])).toEqualTypeOf<Tensor>()
    // @ts-expect-error a number is no tensor
    expect(() => F.exp(1)).toThrow("argument 'input' takes a tensor, not 1")
    // @ts-expect-error there is no such option
    expect(() => F.exp(x, { out: x })).toThrow("there is no argument 'out'")
  })
})

describe('methods', () => {
  it('have the tensor as their first argument', async () => {
    expect(await x.view([3, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expect(await x.mean({ dim: [1] }).toArray()).toEqual([2, 5])
    expect(await x.permute([1, 0]).toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expect(await x.add(1).mul(2).sum().item()).toBe(54)
  })
})

describe('errors', () => {
  it('name the function and the argument', () => {
    expect(() => F.reshape(x, [4, 2])).toThrow(expect.objectContaining({ code: 'shape/mismatch' }))
    expect(() => F.cat([x], { dims: 1 } as never)).toThrow(
      expect.objectContaining({ code: 'argument/unknown', op: 'cat', hint: "did you mean 'dim'?" }),
    )
    expect(() => (F.exp as () => unknown)()).toThrow(
      expect.objectContaining({
        code: 'argument/missing',
        op: 'exp',
        message: "argument 'input' is missing",
      }),
    )
  })
})

it('camelCase keeps digits and leading underscores', () => {
  expect(camelCase('max_pool2d')).toBe('maxPool2d')
  expect(camelCase('conv_transpose3d')).toBe('convTranspose3d')
  expect(camelCase('_foo_bar')).toBe('_fooBar')
})
