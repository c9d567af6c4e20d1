/** What `compile` captures, what its runs take and give, and what it refuses. */
import { describe, expect, it } from 'vitest'
import {
  autocast,
  backward,
  Cell,
  compile,
  F,
  getDevice,
  grad,
  Module,
  manualSeed,
  nn,
  noGrad,
  optim,
  Plan,
  type Tensor,
  tensor,
} from '../../runtime/index.ts'
import { rand, randperm } from '../../runtime/random/index.ts'
import { DEVICES } from '../support/device-check.ts'

for (const device of DEVICES) {
  const list = async (x: Tensor) => [...(await x.data())]
  const on = (values: number[]) => tensor(values, { device })

  describe(`compile on ${device}`, () => {
    it('calls the function once, and runs it for every input', async () => {
      let calls = 0
      using plan = compile(
        (x: Tensor) => {
          calls++
          return x.mul(2).add(1)
        },
        [on([0, 0])],
      )
      expect(calls).toBe(1)
      expect(await list(await plan.run([on([1, 2])]))).toEqual([3, 5])
      expect(await list(await plan.run([on([3, 4])]))).toEqual([7, 9])
      expect(await list(plan.runSync([on([5, 6])]))).toEqual([11, 13])
      expect(calls).toBe(1)
    })

    it('takes typed arrays, and fills those of the caller', async () => {
      using plan = compile(
        (x: Tensor, i: Tensor) => [x.sum(), x.mul(i)],
        [[2, 2], { shape: [2, 2], dtype: 'int64' }],
        {
          device,
        },
      )
      const [sum, product] = [new Float32Array(1), new Float32Array(4)]
      const inputs = [Float32Array.of(1, 2, 3, 4), BigInt64Array.of(1n, 0n, -1n, 2n)]
      await plan.run(inputs, [sum, product])
      expect([...sum, ...product]).toEqual([10, 1, 0, -3, 8])
      plan.runSync([Float32Array.of(1, 1, 1, 1), inputs[1]!], [sum, product])
      expect([...sum, ...product]).toEqual([4, 1, 0, -1, 2])
    })

    it('reads bools of typed arrays as PyTorch does: everything but 0 is true', async () => {
      using plan = compile((x: Tensor) => x.to('float32').sum(), [{ shape: [3], dtype: 'bool' }], { device })
      expect(await (await plan.run([Uint8Array.of(0, 1, 7)])).item()).toBe(2)
    })

    it('gives results in the form that the function returns them in', async () => {
      using plan = compile(
        (x: Tensor) => ({ layers: [x.add(1), x.add(2)], name: 'n', none: null, x }),
        [[1]],
        { device },
      )
      const { layers, name, none, x } = await plan.run([on([1])])
      expect([name, none]).toEqual(['n', null])
      expect(await Promise.all([...layers, x].map(t => t.item()))).toEqual([2, 3, 1])
    })

    it('gives a result twice where the function returns it twice, in tensors of their own', async () => {
      using plan = compile(
        (x: Tensor) => {
          const y = x.add(1)
          return [y, y, x]
        },
        [[1]],
        { device },
      )
      const [a, b, c] = await plan.run([on([1])])
      a!.dispose()
      expect([await b!.item(), await c!.item()]).toEqual([2, 1])
    })

    it('keeps results of earlier runs', async () => {
      using plan = compile((x: Tensor) => x.neg(), [[1]], { device })
      const results = [await plan.run([on([1])]), await plan.run([on([2])])]
      expect(await Promise.all(results.map(r => r.item()))).toEqual([-1, -2])
    })

    it('is captured anew for each shape, once, where no inputs are given', async () => {
      let calls = 0
      using plan = compile((x: Tensor) => {
        calls++
        return x.sum()
      })
      for (const x of [on([1]), on([1, 2]), on([3]), on([4, 5])]) await plan.run([x])
      expect(calls).toBe(2)
      expect(await (await plan.run([tensor([2n, 3n], { device })])).item()).toBe(5n)
      expect(calls).toBe(3)
    })

    it('captures a module, and follows its mode', async () => {
      manualSeed(0)
      const model = await new nn.Sequential(
        new nn.Dropout({ p: 0.5 }),
        new nn.BatchNorm1d({ num_features: 2 }),
      ).to(getDevice(device))
      using plan = compile<Tensor>(model)
      const x = tensor(
        [
          [1, 2],
          [3, 5],
          [4, 4],
        ],
        { device },
      )
      manualSeed(5)
      const trained = await list(await plan.run([x]))
      const norm = model.getSubmodule('1') as unknown as { running_mean: Cell }
      const mean = await list(norm.running_mean.value)
      expect(mean).not.toEqual([0, 0])
      model.eval()
      const evaluated = await list(await plan.run([x]))
      expect(evaluated).not.toEqual(trained)
      expect(evaluated).toEqual(await list(model.forward(x)))
      expect(await list(norm.running_mean.value)).toEqual(mean)
      expect(plan.writes).toEqual([])
      model.train()
      manualSeed(5)
      await plan.run([x])
      expect(plan.writes).toContain(norm.running_mean)
    })

    it('follows the regions that its runs are in', async () => {
      let calls = 0
      using plan = compile(
        (x: Tensor) => {
          calls++
          const y = x.requiresGrad_().matmul(x)
          return [y, tensor(y.requiresGrad ? 1 : 0, { device })]
        },
        [[2, 2]],
        { device },
      )
      const x = () =>
        tensor(
          [
            [1, 2],
            [3, 4],
          ],
          { device },
        )
      const seen = (run: () => Tensor[]) => {
        const [y, recorded] = run()
        return [y!.dtype, recorded!.dataSync()[0]]
      }
      const expected = [
        ['float32', 1],
        ['float32', 0],
        ['bfloat16', 1],
        ['float32', 1],
      ]
      const run = () => plan.runSync([x()])
      expect([run, () => noGrad(run), () => autocast(run), run].map(seen)).toEqual(expected)
      expect(calls).toBe(3)
    })

    it('changes nothing by itself, and says what it reads and writes', async () => {
      const [read, both, made] = [2, 3, 5].map(v => new Cell(on([v]), { requiresGrad: true }))
      const state = manualSeed(3).getState()
      const optimizer = new optim.Adam([both!])
      const before = both!.value
      using plan = compile(
        (x: Tensor) => {
          backward(
            x
              .mul(read!.value)
              .mul(both!.value)
              .mul(rand([1], { device }))
              .sum(),
          )
          optimizer.step()
          optimizer.zeroGrad()
          made!.value = x
          return x
        },
        [[1]],
        { device },
      )
      expect(plan).toBeInstanceOf(Plan)
      expect(both!.value).toBe(before)
      expect([await list(both!.value), both!.grad, await list(made!.value)]).toEqual([[3], null, [5]])
      expect(manualSeed(3).getState()).toEqual(state)
      expect(optimizer.stateDict().get('state')).toMatchObject({ size: 0 })
      expect(plan.reads).toEqual(expect.arrayContaining([read, both]))
      expect(plan.reads).not.toContain(made)
      expect(plan.writes).toEqual(expect.arrayContaining([both, made]))
      await plan.run([on([7])])
      expect(await list(made!.value)).toEqual([7])
      expect(await list(both!.value)).not.toEqual([3])
    })

    it('leaves what the cells of a failed trace hold', async () => {
      const cell = new Cell(on([1]))
      expect(() =>
        compile(
          (x: Tensor) => {
            cell.value = x
            throw new RangeError('stop')
          },
          [[1]],
          { device },
        ),
      ).toThrow('stop')
      expect(await list(cell.value)).toEqual([1])
      expect(await list(cell.value.add(1))).toEqual([2])
    })

    it('draws random numbers in each run, as the function does', async () => {
      const draw = () => [
        rand([3], { device }),
        randperm(4, { device }),
        F.dropout(F.ones([8], { device }), { p: 0.5 }),
      ]
      manualSeed(11)
      const expected = [draw(), draw()].flat().map(t => [...t.dataSync()])
      using plan = compile(draw, [])
      manualSeed(11)
      const got = [await plan.run([]), await plan.run([])].flat().map(t => [...t.dataSync()])
      expect(got).toEqual(expected)
    })

    it('draws what nobody uses, too', async () => {
      using plan = compile(() => {
        rand([5], { device })
        return rand([1], { device })
      }, [])
      manualSeed(2)
      rand([5], { device })
      const expected = rand([1], { device }).dataSync()
      manualSeed(2)
      expect(plan.runSync([]).dataSync()).toEqual(expected)
    })

    it('reads in each run what a cell holds then', async () => {
      const cell = new Cell(on([2]))
      using plan = compile((x: Tensor) => x.mul(cell.value), [[1]], { device })
      expect(await (await plan.run([on([3])])).item()).toBe(6)
      cell.value = on([5]).add(1)
      expect(await (await plan.run([on([3])])).item()).toBe(18)
    })

    it('takes what it closes over as it is, also where that is not computed yet', async () => {
      const lazy = on([1, 2]).add(1)
      using plan = compile((x: Tensor) => x.add(lazy).add(on([10, 20])), [[2]], { device })
      lazy.dispose()
      for (let i = 0; i < 2; i++) expect(await list(await plan.run([on([0, i])]))).toEqual([12, 23 + i])
    })

    it('keeps packed weights in step with cells that are written in place', async () => {
      const size = 64
      const weight = new Cell(F.ones([size, size], { device }))
      using forward = compile((x: Tensor) => x.matmul(weight.value), [[size, size]], { device })
      using grow = compile(() => {
        weight.value = weight.value.mul(2)
      }, [])
      const x = new Float32Array(size * size).fill(1)
      const out = new Float32Array(size * size)
      for (const factor of [1, 2, 4, 8]) {
        await forward.run([x], [out])
        expect(out[5]).toBe(size * factor)
        await grow.run([])
      }
    })

    it('computes gradients that are left in the cells, and adds to those that are there', async () => {
      const cell = new Cell(on([3]), { requiresGrad: true })
      using plan = compile((x: Tensor) => backward(x.mul(cell.value).sum()), [[1]], { device })
      for (const expected of [2, 4, 6]) {
        await plan.run([on([2])])
        expect(await list(cell.grad!)).toEqual([expected])
      }
      cell.grad = null
      await plan.run([on([5])])
      expect(await list(cell.grad!)).toEqual([5])
    })

    it('computes gradients of gradients', async () => {
      using plan = compile(
        (x: Tensor) => {
          const leaf = x.requiresGrad_()
          const [first] = grad(leaf.pow(3).sum(), [leaf], { createGraph: true })
          return grad(first!.sum(), [leaf])
        },
        [[2]],
        { device },
      )
      expect(await list((await plan.run([on([1, 2])]))[0]!)).toEqual([6, 12])
    })

    it('swaps what two cells hold', async () => {
      const [a, b] = [1, 2].map(v => new Cell(on([v])))
      using plan = compile(() => {
        const old = a!.value
        a!.value = b!.value
        b!.value = old
      }, [])
      for (let i = 0; i < 3; i++) await plan.run([])
      expect([await list(a!.value), await list(b!.value)]).toEqual([[2], [1]])
    })

    it('follows cells whose shape changes', async () => {
      const cell = new Cell(on([1]))
      using plan = compile(
        (x: Tensor) => {
          cell.value = F.cat([cell.value, x])
        },
        [[1]],
        { device },
      )
      for (const v of [2, 3, 4]) await plan.run([on([v])])
      expect(await list(cell.value)).toEqual([1, 2, 3, 4])
    })

    it('refuses indices out of range, as the function does', async () => {
      const table = on([10, 20, 30])
      using plan = compile((i: Tensor) => F.indexSelect(table, 0, i), [{ shape: [2], dtype: 'int64' }], {
        device,
      })
      const inputs = [BigInt64Array.of(0n, 3n)]
      await expect(plan.run(inputs)).rejects.toThrow('index 3 is out of range')
      expect(() => plan.runSync(inputs, [new Float32Array(2)])).toThrow('index 3 is out of range')
      expect(await list(await plan.run([BigInt64Array.of(2n, 0n)]))).toEqual([30, 10])
    })

    it('refuses indices that it computes itself, when it has', async () => {
      const cell = new Cell(on([0]))
      using plan = compile(
        (x: Tensor) => {
          cell.value = F.indexSelect(x, 0, x.sum().to('int64').reshape([1]))
        },
        [[2]],
        { device },
      )
      await plan.run([on([1, 0])])
      expect(await list(cell.value)).toEqual([0])
      await expect(plan.run([on([1, 1])])).rejects.toThrow('index 2 is out of range')
    })

    it('runs in the order of the calls, also those that overlap', async () => {
      const cell = new Cell(on([0]))
      const plan = compile((x: Tensor) => {
        cell.value = cell.value.mul(10).add(x)
        return cell.value
      })
      const results = await Promise.all([1, 2, 3].map(v => plan.run([on([v])])))
      expect(await Promise.all(results.map(r => r.item()))).toEqual([1, 12, 123])
    })
  })
}

describe('compile refuses', () => {
  const x = tensor([1, 2])

  it.each([
    ['item', (t: Tensor) => t.item()],
    ['data', (t: Tensor) => t.add(1).data()],
  ])('%s within the function', async (_name, read) => {
    let reading: Promise<unknown> = Promise.resolve()
    const plan = compile(
      (t: Tensor) => {
        reading = read(t.sum())
        return t
      },
      [x],
    )
    await expect(reading).rejects.toMatchObject({
      code: 'capture/read',
      hint: expect.stringContaining('run()'),
    })
    expect(await (await plan.run([x])).data()).toEqual(Float32Array.of(1, 2))
  })

  it('reading at once within the function', () => {
    expect(() => compile((t: Tensor) => t.dataSync(), [x] as never)).toThrow(
      expect.objectContaining({ name: 'CaptureError', code: 'capture/read' }),
    )
  })

  it.each([
    ['asynchronous functions', async () => x, 'capture/function'],
    ['what is no function', 3, 'capture/function'],
    ['functions that compute nothing', () => 3, 'capture/function'],
    ['results of other classes', () => new Map([['x', x]]), 'capture/output'],
    [
      'functions over several devices',
      () => [x.add(1), tensor([1], { device: 'reference' }).add(1)],
      'capture/function',
    ],
    ['captures within captures', () => compile(() => x.neg(), []), 'capture/function'],
    ['plans within captures', () => compile((t: Tensor) => t.neg(), [x]).runSync([x]), 'capture/function'],
  ])('%s', (_name, fn, code) => {
    expect(() => compile(fn as unknown as () => Tensor, [])).toThrow(
      expect.objectContaining({ name: 'CaptureError', code }),
    )
    expect(() => compile(() => x.neg(), [])).not.toThrow()
  })

  it.each([
    ['another shape', [tensor([1, 2, 3])], 'input 0 is float32[3] on cpu; captured was float32[2] on cpu'],
    ['another dtype', [tensor([1n, 2n])], 'input 0 is int64[2]'],
    ['another device', [tensor([1, 2], { device: 'reference' })], 'on reference'],
    ['a shorter array', [new Float32Array(1)], 'a Float32Array of 1 elements'],
    ['an array of another kind', [new Float64Array(2)], 'a Float64Array of 2 elements'],
    ['no tensor', [[1, 2]], 'no tensor or typed array'],
    ['a missing input', [], '0 inputs were given to a plan of 1'],
  ])('%s as input of a run', async (_name, inputs, message) => {
    using plan = compile((t: Tensor) => t.neg(), [x])
    await expect(plan.run(inputs as never)).rejects.toMatchObject({
      code: 'capture/input',
      message: expect.stringContaining(message),
    })
    expect(await (await plan.run([x])).data()).toEqual(Float32Array.of(-1, -2))
  })

  it('typed arrays where it does not know their shape', async () => {
    using plan = compile((t: Tensor) => t.neg())
    await expect(plan.run([Float32Array.of(1)])).rejects.toMatchObject({ code: 'capture/input' })
  })

  it.each([
    ['too few arrays', []],
    ['an array that is too long', [new Float32Array(3)]],
    ['an array of another kind', [new Int32Array(2)]],
  ])('%s for the results', async (_name, out) => {
    using plan = compile((t: Tensor) => t.neg(), [x])
    await expect(plan.run([x], out)).rejects.toMatchObject({ code: 'capture/output' })
    await plan.run([x], [new Float32Array(2)])
  })

  it('inputs, and cells, that were disposed of', async () => {
    const [cell, given] = [new Cell(tensor([1])), tensor([2])]
    using plan = compile((t: Tensor) => t.mul(cell.value), [[1]])
    expect(await (await plan.run([given])).item()).toBe(2)
    given.dispose()
    await expect(plan.run([given])).rejects.toThrow('was disposed of')
    cell.value.dispose()
    await expect(plan.run([tensor([2])])).rejects.toThrow('was disposed of')
    expect(() => plan.runSync([tensor([2])])).toThrow('was disposed of')
    cell.value = tensor([5])
    expect(await (await plan.run([tensor([2])])).item()).toBe(10)
  })

  it('runs of a plan that was disposed of', async () => {
    const plan = compile((t: Tensor) => t.neg(), [x])
    plan.dispose()
    plan.dispose()
    await expect(plan.run([x])).rejects.toMatchObject({ code: 'capture/disposed' })
  })
})

describe('an optimizer in a captured step', () => {
  const make = (options: optim.SGDOptions) => {
    const cell = new Cell(tensor([1]), { requiresGrad: true })
    const optimizer = new optim.SGD([cell], options)
    let calls = 0
    const plan = compile(
      (x: Tensor) => {
        calls++
        optimizer.zeroGrad()
        backward(cell.value.mul(x).sum())
        optimizer.step()
      },
      [[1]],
    )
    const run = async () => {
      await plan.run([Float32Array.of(1)])
      return (await cell.value.data())[0]
    }
    return { cell, optimizer, run, calls: () => calls }
  }

  it('follows its learning rate without being captured anew', async () => {
    const { optimizer, run, calls } = make({ lr: 0.5 })
    expect(await run()).toBe(0.5)
    optimizer.paramGroups[0]!.lr = 0.25
    expect(await run()).toBe(0.25)
    expect(calls()).toBe(1)
  })

  it('is captured anew where the form of the step changes', async () => {
    const { optimizer, run, calls } = make({ lr: 0.5 })
    expect(await run()).toBe(0.5)
    optimizer.paramGroups[0]!.set('momentum', 0.5)
    expect(await run()).toBe(0)
    expect(await run()).toBe(-0.75)
    expect(calls()).toBe(2)
    optimizer.paramGroups[0]!.set('weight_decay', 0.5)
    await run()
    expect(calls()).toBe(3)
  })

  it('goes on from a dictionary that was loaded between two runs', async () => {
    const { optimizer, run } = make({ lr: 1, momentum: 0.5 })
    await run()
    const saved = optimizer.stateDict()
    expect(await run()).toBe(-1.5)
    await optimizer.loadStateDict(saved)
    // The momentum is 1 again, as after the first step.
    expect(await run()).toBe(-3)
  })

  it('follows parameters that are frozen', async () => {
    const { cell, optimizer, run } = make({ lr: 1 })
    const other = new Cell(tensor([1]), { requiresGrad: true })
    optimizer.addParamGroup({ params: [other] })
    await run()
    cell.requiresGrad = false
    await expect(run()).rejects.toThrow('requires a gradient')
    cell.requiresGrad = true
    expect(await run()).toBe(-1)
  })
})

describe('a module that is compiled', () => {
  class Halves extends Module {
    forward(x: Tensor): { first: Tensor; rest: Tensor[] } {
      return { first: x.mul(0.5), rest: [x] }
    }
  }

  it('has results of the type that forward has', async () => {
    using plan = compile(new Halves(), [[1]])
    const { first, rest } = await plan.run([Float32Array.of(3)])
    expect([await first.item(), await rest[0]!.item()]).toEqual([1.5, 3])
  })
})
