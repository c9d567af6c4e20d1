/** GradScaler against PyTorch's over steps of which some overflow (test/oracle/optim/scaler.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { PyDict, PyFloat } from '../../runtime/checkpoint/index.ts'
import { backward, Cell, F, nn, optim, tensor, tidy } from '../../runtime/index.ts'

const torch: {
  steps: readonly (readonly [scale: number, ...params: number[]])[]
  state: readonly (readonly [string, 'float' | 'int', number])[]
} = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../fixtures/optim/scaler.json'), 'utf8'))

const make = (): optim.GradScaler =>
  new optim.GradScaler({ init_scale: 1024, growth_interval: 3, growth_factor: 4 })

describe('GradScaler', () => {
  it("has PyTorch's scale and parameters after every step, and its dictionary, from which it goes on", async () => {
    const cell = new Cell(tensor([1, -2]), { requiresGrad: true })
    const optimizer = new optim.SGD([cell], { lr: 0.1, momentum: 0.9 })
    let scaler = make()
    for (const [i, [scale, ...params]] of torch.steps.entries()) {
      const overflows = [4, 5, 11].includes(i)
      tidy(() => {
        optimizer.zeroGrad()
        const loss = F.mul(F.sum(F.mul(cell.value, cell.value)), overflows ? Infinity : 1)
        backward(scaler.scale(loss))
      })
      if (i % 2 === 1) {
        await scaler.unscale_(optimizer)
        tidy(() => void nn.utils.clipGradNorm_(cell, 1))
      }
      expect(await scaler.step(optimizer)).toBe(!overflows)
      scaler.update(i === 13 ? 300 : undefined)
      expect(scaler.getScale()).toBe(scale)
      const values = Array.from(await cell.value.data(), Number)
      for (const [j, v] of params.entries()) expect(values[j]!).toBeCloseTo(v, 5)
      if (i !== 7) continue
      const state = scaler.stateDict()
      const entries = state
        .entries()
        .map(([k, v]) => (v instanceof PyFloat ? [k, 'float', v.value] : [k, 'int', v]))
      expect(entries).toEqual(torch.state)
      scaler = new optim.GradScaler()
      scaler.loadStateDict(state)
    }
  })

  it('does nothing where it is turned off', async () => {
    const cell = new Cell(tensor([1]), { requiresGrad: true })
    const scaler = new optim.GradScaler({ enabled: false })
    expect(await scaler.scale(cell.value).item()).toBe(1)
    expect(await scaler.step(new optim.SGD([cell]))).toBe(true)
    scaler.update()
    expect([scaler.getScale(), scaler.stateDict().size]).toEqual([1, 0])
  })

  it('refuses what PyTorch refuses', async () => {
    const cell = new Cell(tensor([1]), { requiresGrad: true })
    const optimizer = new optim.SGD([cell])
    const scaler = make()
    expect(() => scaler.update()).toThrow('No inf checks were recorded')
    await scaler.unscale_(optimizer)
    await expect(scaler.unscale_(optimizer)).rejects.toThrow('has already been called')
    cell.grad = tensor(new Float32Array([1]), { dtype: 'float16' })
    await expect(make().unscale_(optimizer)).rejects.toThrow('unscale FP16')
    expect(() => scaler.loadStateDict(new PyDict())).toThrow('The source state dict is empty')
    expect(() => new optim.GradScaler({ growth_factor: 1 })).toThrow('growth factor')
  })
})
