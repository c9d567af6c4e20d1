/** Tensors: making them from what JavaScript has, and reading them back. */
import { describe, expect, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { fromBytes, tensor } from '../../runtime/tensor/create.ts'
import { DEVICES } from '../support/device-check.ts'

describe('tensor', () => {
  it('makes float32 of numbers, int64 of bigints, bool of booleans', async () => {
    expect(tensor([1, 2]).dtype).toBe('float32')
    expect(tensor(3).shape).toEqual([])
    expect(await tensor([[1n], [2n]]).toArray()).toEqual([[1n], [2n]])
    expect(await tensor([true, false]).toArray()).toEqual([true, false])
  })

  it('keeps the dtype of typed arrays', () => {
    expect(tensor(new Float64Array(2)).dtype).toBe('float64')
    expect(tensor(new BigInt64Array(2)).dtype).toBe('int64')
    expect(tensor(new Uint8Array(2)).dtype).toBe('uint8')
    expect(tensor(new Int16Array(6), { shape: [2, 3] }).shape).toEqual([2, 3])
  })

  it('converts with the rounding of `.to(dtype)`', async () => {
    expect(await tensor([1.7, -1.7, 300], { dtype: 'uint8' }).toArray()).toEqual([1, 255, 44])
    expect(await tensor([3000000000], { dtype: 'int64' }).toArray()).toEqual([3000000000n])
    expect(await tensor([0.1], { dtype: 'float16' }).toArray()).toEqual([0.0999755859375])
    expect(await tensor([0, 2, -1], { dtype: 'bool' }).toArray()).toEqual([false, true, true])
    expect(await tensor(new Float32Array([1.5]), { dtype: 'float64' }).toArray()).toEqual([1.5])
  })

  it('takes a Uint16Array as the bits of a half precision dtype that is named', async () => {
    expect(await tensor(new Uint16Array([0x3c00]), { dtype: 'float16' }).toArray()).toEqual([1])
    expect(await tensor(new Uint16Array([0x3f80]), { dtype: 'bfloat16' }).toArray()).toEqual([1])
    expect(() => tensor(new Uint16Array([1]))).toThrow('needs a dtype')
  })

  it('makes empty tensors', async () => {
    expect(tensor([]).shape).toEqual([0])
    expect(tensor([[], []]).shape).toEqual([2, 0])
    expect(await tensor([], { shape: [0, 3] }).toArray()).toEqual([])
  })

  const bad: [string, () => unknown, string][] = [
    ['ragged lists', () => tensor([[1, 2], [3]]), 'ragged'],
    ['lists of mixed depth', () => tensor([[1], 2]), 'mixed'],
    ['elements of several kinds', () => tensor([1, 2n]), 'number and bigint'],
    ['counts that do not fit the shape', () => tensor([1, 2, 3], { shape: [2] }), 'do not fill'],
    ['negative sizes', () => tensor([1], { shape: [-1] }), 'no shape'],
    ['fractions as int64', () => tensor([1.5], { dtype: 'int64' }), 'no int64'],
    ['bytes that do not fit', () => fromBytes(new Uint8Array(7), [2], 'float32'), '7 bytes'],
  ]
  it.each(bad)('refuses %s', (_name, make, message) => {
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ code: 'argument/value', op: 'tensor' }))
  })

  it('refuses a device that does not exist', () => {
    expect(() => tensor([1], { device: 'tpu' as 'cpu' })).toThrow("there is no device 'tpu'")
  })
})

for (const name of DEVICES) {
  describe(`on ${name}`, () => {
    const device = getDevice(name)

    it('reads what was written, for every way of reading', async () => {
      const x = tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { device },
      )
      expect(await x.data()).toEqual(new Float32Array([1, 2, 3, 4]))
      expect(x.dataSync()).toEqual(new Float32Array([1, 2, 3, 4]))
      expect(await x.toArray()).toEqual([
        [1, 2],
        [3, 4],
      ])
      expect(await tensor([7n], { device }).item()).toBe(7n)
      expect(await tensor(true, { device }).item()).toBe(true)
    })

    it('gives a copy: writing to it does not change the tensor', () => {
      const x = tensor([1], { device })
      x.dataSync()[0] = 9
      expect([...x.dataSync()]).toEqual([1])
    })

    it('item refuses more than one element', async () => {
      await expect(tensor([1, 2], { device }).item()).rejects.toMatchObject({
        code: 'shape/mismatch',
        op: 'item',
      })
    })

    it('moves to the other device and back', async () => {
      const x = tensor([1, 2], { device })
      const y = builderOf(device).emit('neg', [x], {})
      const moved = await y.toDevice(name === 'cpu' ? 'reference' : 'cpu')
      expect(await moved.toArray()).toEqual([-1, -2])
      expect(await moved.toDevice(y.device)).not.toBe(moved)
      expect(await moved.toDevice(moved.device)).toBe(moved)
    })
  })
}

it('operands on two devices are refused with the way out', () => {
  const x = tensor([1], { device: 'cpu' })
  const y = tensor([1], { device: 'reference' })
  expect(() => builderOf(getDevice('cpu')).emit('add', [x, y], {})).toThrow(
    expect.objectContaining({ code: 'argument/value', hint: "await x.toDevice('cpu')" }),
  )
})

it('an operation that its rule refuses names op, dtypes, shapes and device', () => {
  const [x, y] = [tensor([[1, 2]]), tensor([1, 2, 3])]
  expect(() => builderOf(getDevice('cpu')).emit('add', [x, y], {})).toThrow(
    expect.objectContaining({
      code: 'shape/mismatch',
      op: 'add',
      message: 'add: shapes [1, 2] and [3] differ (inputs float32[1, 2], float32[3], on cpu)',
    }),
  )
})
