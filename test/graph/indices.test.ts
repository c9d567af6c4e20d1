/** Indices out of range are reported, never followed; so are integers divided by zero. */
import { describe, expect, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import { withChecks } from '../../runtime/graph/checks.ts'
import { graphOf, trace } from '../../runtime/graph/trace.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { F } from '../../runtime/tensor/functional.ts'
import { DEVICES } from '../support/device-check.ts'

for (const name of DEVICES) {
  const device = getDevice(name)
  const b = builderOf(device)
  const x = tensor(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    { device },
  )
  const index = (values: bigint[], shape = [values.length]) =>
    tensor(values, { shape, device, dtype: 'int64' })

  describe(`on ${name}`, () => {
    it('take names the index, the dim and the shape', async () => {
      const y = b.emit('take', [x, index([0n, 3n])], { dim: 1 })
      await expect(y.data()).rejects.toMatchObject({
        code: 'shape/range',
        op: 'take',
        message: `take: index 3 is out of range for dim 1 of size 3 (of shape [2, 3], on ${name})`,
      })
    })

    it('negative indices are refused with a hint', async () => {
      const y = b.emit('take', [x, index([-1n])], { dim: 0 })
      await expect(y.data()).rejects.toMatchObject({
        code: 'shape/range',
        hint: 'indices count from 0; negative ones are not allowed here',
      })
    })

    it('indices far beyond 32 bits are refused, even those whose low bits are in range', async () => {
      const y = b.emit('take', [x, index([2n ** 32n])], { dim: 0 })
      await expect(y.data()).rejects.toMatchObject({ code: 'shape/range' })
    })

    it('the least int64 is refused like any other', async () => {
      const y = b.emit('take', [x, index([-(2n ** 63n)])], { dim: 0 })
      await expect(y.data()).rejects.toMatchObject({ code: 'shape/range' })
    })

    it('integers divided by zero are refused in PyTorch’s words, floats are not', async () => {
      const ints = (values: number[], dtype: DType) => tensor(values, { device, dtype })
      for (const dtype of ['int64', 'int32', 'uint8'] as const) {
        const [a, zero] = [ints([7, 8, 9], dtype), ints([1, 0, 2], dtype)]
        const quotients = [
          F.floorDivide(a, zero),
          F.remainder(a, zero),
          F.fmod(a, zero),
          F.div(a, zero, { rounding_mode: 'trunc' }),
          F.remainder(a, 0),
        ]
        for (const y of quotients)
          await expect(y.data()).rejects.toMatchObject({
            code: 'argument/value',
            message: 'ZeroDivisionError',
          })
        const safe = F.floorDivide(a, F.where(zero.eq(0), 1, zero))
        expect([...(await safe.data())].map(Number)).toEqual([7, 8, 4])
      }
      const floats = F.floorDivide(ints([1, -1], 'float32'), ints([0, 0], 'float32'))
      expect([...(await floats.data())]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect((await F.remainder(ints([], 'int64'), 0).data()).length).toBe(0)
    })

    it('constant divisors need no check', () => {
      const y = F.remainder(F.floorDivide(index([7n, 8n]), 3), -2)
      expect(withChecks(graphOf(trace([y.node]), [y.node])).checks).toEqual([])
    })

    it('gather and scatter are checked as well', async () => {
      const at = index([5n], [1, 1])
      await expect(b.emit('gather', [x, at], { dim: 0 }).data()).rejects.toMatchObject({ op: 'gather' })
      const source = tensor([[1]], { device })
      const y = b.emit('scatter', [x, at, source], { dim: 1, reduce: 'none' })
      await expect(y.data()).rejects.toMatchObject({ op: 'scatter' })
    })

    it('a class that there is not is said as PyTorch says it', async () => {
      const weight = tensor([1, 2, 3], { device })
      for (const options of [{}, { weight }, { label_smoothing: 0.1 }]) {
        const loss = F.crossEntropy(x, index([12n, 0n]), options)
        await expect(loss.data()).rejects.toMatchObject({
          code: 'shape/range',
          message: 'Target 12 is out of bounds.',
          hint: 'classes are 0 to 2; what is to be ignored is ignore_index',
        })
      }
      await expect(F.multiMarginLoss(x, index([0n, 3n])).data()).rejects.toThrow('Target 3 is out of bounds.')
      const ignored = F.crossEntropy(x, index([-100n, 0n]))
      expect(await ignored.item()).toBeGreaterThan(0)
    })

    it('anything taken from an empty dim is out of range', async () => {
      const empty = tensor([], { shape: [0, 2], device })
      const y = b.emit('take', [empty, index([0n])], { dim: 0 })
      await expect(y.data()).rejects.toMatchObject({ code: 'shape/range' })
    })

    it('indices in range are followed (control)', async () => {
      expect(await b.emit('take', [x, index([1n, 0n])], { dim: 0 }).toArray()).toEqual([
        [4, 5, 6],
        [1, 2, 3],
      ])
    })
  })
}

describe('withChecks', () => {
  const b = builderOf(getDevice('reference'))
  const x = tensor([1, 2, 3, 4], { device: 'reference' })
  const checksOf = (index: ReturnType<typeof tensor>) => {
    const { node } = b.emit('take', [x, index], { dim: 0 })
    return withChecks(graphOf(trace([node]), [node])).checks
  }

  it('adds none for positions that are counted and stay in range', () => {
    const positions = b.emit('iota', [], { length: 4, dtype: 'int64' })
    expect(checksOf(positions)).toEqual([])
  })

  it('adds one for positions that are counted but may leave the range', () => {
    const positions = b.emit('iota', [], { length: 5, dtype: 'int64' })
    expect(checksOf(positions)).toHaveLength(1)
  })

  it('adds one for indices from memory', () => {
    expect(checksOf(tensor([1n], { device: 'reference' }))).toEqual([
      { op: 'take', isTarget: false, dim: 0, shape: [4] },
    ])
  })
})
