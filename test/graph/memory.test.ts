/** Buffers end when their tensors do, and a plan is made once. */
import { describe, expect, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import { planMemory } from '../../runtime/graph/memory-plan.ts'
import { planCounter, realise } from '../../runtime/graph/realise.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { Cell } from '../../runtime/tensor/cell.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { keep, tidy } from '../../runtime/tensor/scope.ts'
import { DEVICES } from '../support/device-check.ts'

for (const name of DEVICES) {
  const device = getDevice(name)
  const b = builderOf(device)
  const live = () => device.stats().liveBuffers

  describe(`on ${name}`, () => {
    it('frees the buffer of a tensor that is disposed of', () => {
      const before = live()
      const x = tensor([1, 2, 3], { device })
      expect(live()).toBe(before + 1)
      x.dispose()
      x.dispose()
      expect(live()).toBe(before)
    })

    it('keeps what a tensor that is still to be computed needs, and frees it when that is computed', () => {
      const before = live()
      const x = tensor([1, 2, 3], { device })
      const y = b.emit('neg', [x], {})
      x.dispose()
      expect(live()).toBe(before + 1)
      expect([...y.dataSync()]).toEqual([-1, -2, -3])
      expect(live()).toBe(before + 1)
      y.dispose()
      expect(live()).toBe(before)
    })

    it('frees a chain that is never computed', () => {
      const before = live()
      const x = tensor([1, 2, 3], { device })
      const y = b.emit('neg', [x], {})
      const z = b.emit('exp', [y], {})
      for (const t of [x, y, z]) t.dispose()
      expect(live()).toBe(before)
    })

    it('tidy disposes of everything but its result', () => {
      const before = live()
      const result = tidy(() => {
        const x = tensor([1, 2], { device })
        const y = b.emit('neg', [x], {})
        const z = b.emit('add', [x, y], {})
        z.dataSync()
        return { sum: z, list: [y] }
      })
      expect([...result.sum.dataSync()]).toEqual([0, 0])
      expect([...result.list[0]!.dataSync()]).toEqual([-1, -2])
      result.sum.dispose()
      result.list[0]!.dispose()
      expect(live()).toBe(before)
    })

    it('tidy within tidy hands its result to the outer one, and errors end both', () => {
      const before = live()
      expect(() =>
        tidy(() => {
          const inner = tidy(() => tensor([1], { device }))
          expect([...inner.dataSync()]).toEqual([1])
          throw new Error('stop')
        }),
      ).toThrow('stop')
      expect(live()).toBe(before)
    })

    it('what a cell holds outlives the scope, and kept tensors do', () => {
      const before = live()
      const [cell, kept] = tidy(() => {
        const c = new Cell(tensor([1], { device }))
        keep(tensor([2], { device }))
        return [c, keep(tensor([3], { device }))] as const
      })
      expect([...cell.value.dataSync()]).toEqual([1])
      expect([...kept.dataSync()]).toEqual([3])
      expect(live()).toBe(before + 3)
      cell.value.dispose()
      kept.dispose()
    })

    it('`using` ends a tensor with its block', () => {
      const before = live()
      {
        using x = tensor([1], { device })
        expect([...x.dataSync()]).toEqual([1])
      }
      expect(live()).toBe(before)
    })

    it('refuses to read or use a tensor that was disposed of', async () => {
      const x = tensor([1], { device })
      x.dispose()
      await expect(x.data()).rejects.toMatchObject({ code: 'argument/value' })
      expect(() => b.emit('neg', [x], {})).toThrow('was disposed of')
    })

    it('says so where a tensor is disposed of while it is computed', async () => {
      const before = live()
      const x = tensor([1, 2, 3, 4, 5, 6], { device })
      const y = b.emit('tan', [x], {})
      const reading = y.data()
      y.dispose()
      x.dispose()
      await expect(reading).rejects.toMatchObject({ code: 'argument/value', op: 'data' })
      expect(live()).toBe(before)
    })

    it('plans the same computation once, on other data and at the second time', () => {
      const run = (values: number[]) =>
        tidy(() => b.emit('exp', [b.emit('neg', [tensor(values, { device })], {})], {}).dataSync())
      run([1, 2, 3, 4, 5])
      const { made } = planCounter
      run([5, 4, 3, 2, 1])
      expect(planCounter.made).toBe(made)
      run([1, 2])
      expect(planCounter.made).toBe(made + 1)
    })

    it('gives the same plan to calls that run at the same time, and each its own result', async () => {
      const before = live()
      const x = tensor([1, 2, 3, 4, 5, 6, 7], { device })
      const y = b.emit('exp', [x], {})
      const [p, q] = await Promise.all([y.data(), y.data()])
      expect(p).toEqual(q)
      expect(live()).toBe(before + 2)
      x.dispose()
      y.dispose()
    })

    it('computes several tensors in one plan', async () => {
      const x = tensor([1, 2], { device })
      const h = b.emit('neg', [x], {})
      const outputs = [h, b.emit('exp', [h], {}), b.emit('mul', [h, h], {})]
      await realise(outputs.map(t => t.node))
      expect(outputs.map(t => t.node.memory !== null)).toEqual([true, true, true])
      expect([...outputs[2]!.dataSync()]).toEqual([1, 4])
    })

    it('leaves no buffer behind when an index is out of range', async () => {
      const x = tensor([1, 2, 3], { device })
      const index = tensor([0n, 7n], { device })
      const before = live()
      const y = b.emit('take', [x, index], { dim: 0 })
      await expect(y.data()).rejects.toMatchObject({ code: 'shape/range', op: 'take' })
      expect(() => y.dataSync()).toThrow('index 7 is out of range for dim 0 of size 3')
      expect(live()).toBe(before)
    })
  })
}

describe('planMemory', () => {
  const overlap = (a: { from: number; to: number }, c: { from: number; to: number }) =>
    a.from <= c.to && c.from <= a.to

  it('never lets values overlap in memory while both are alive', () => {
    const lifetimes = Array.from({ length: 60 }, (_, i) => ({
      bytes: ((i * 7919) % 1000) + 1,
      from: (i * 31) % 40,
      to: ((i * 31) % 40) + ((i * 17) % 9),
    }))
    const { offsets, bytes } = planMemory(lifetimes)
    for (const [i, a] of lifetimes.entries()) {
      expect(offsets[i]! % 64).toBe(0)
      expect(offsets[i]! + a.bytes).toBeLessThanOrEqual(bytes)
      for (const [j, c] of lifetimes.entries()) {
        if (i >= j || !overlap(a, c)) continue
        const apart = offsets[i]! + a.bytes <= offsets[j]! || offsets[j]! + c.bytes <= offsets[i]!
        expect(apart, `${i} and ${j}`).toBe(true)
      }
    }
  })

  it('gives a chain of equal values the room of two', () => {
    const { bytes } = planMemory(Array.from({ length: 10 }, (_, i) => ({ bytes: 640, from: i, to: i + 1 })))
    expect(bytes).toBe(1280)
  })
})
