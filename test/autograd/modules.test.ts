/** Gradients of every module of the table, of its inputs and parameters, against PyTorch's (test/oracle/autograd/modules.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { backward, getDevice, nn, type Tensor, tensor, tidy } from '../../runtime/index.ts'
import { modules } from '../../runtime/nn/table/index.ts'
import { type ModuleCase, runModule } from '../nn/module-case.ts'
import { type ExpectedGradient, gradientDifferences } from './expected-gradient.ts'
import { weightedSum } from './weighted-sum.ts'

interface Expected {
  readonly case: number
  readonly name: string
  /** Which of the inputs of floats have gradients. */
  readonly wrt: readonly number[]
  readonly inputs: readonly ExpectedGradient[]
  readonly params: Readonly<Record<string, ExpectedGradient>>
}

const fixtures = path.resolve(import.meta.dirname, '../fixtures')
const read = <T>(file: string): T => JSON.parse(readFileSync(path.join(fixtures, file), 'utf8')) as T
const cases = read<readonly ModuleCase[]>('nn/forward.json')
const expected = read<readonly Expected[]>('autograd/modules.json')

describe('gradients of modules', () => {
  for (const want of expected) {
    const test = cases[want.case]!
    it(`${test.name}(${JSON.stringify(test.args)}) in ${test.mode} #${want.case}`, () => {
      expect(test.name).toBe(want.name)
      const { module, leaves, out } = runModule(test, want.wrt)
      backward(weightedSum(out.filter((t): t is Tensor => t !== null)))
      const found = leaves.flatMap((leaf, i) =>
        gradientDifferences(leaf, leaf.grad, want.inputs[i]!).map(text => `input ${i}: ${text}`),
      )
      const parameters = new Map(module.namedParameters())
      for (const [key, grad] of Object.entries(want.params)) {
        const cell = parameters.get(key)!
        found.push(...gradientDifferences(cell.value, cell.grad, grad).map(text => `${key}: ${text}`))
      }
      expect(found.slice(0, 5)).toEqual([])
    })
  }

  it('are of all modules that PyTorch differentiates', () => {
    const seen = new Set(expected.map(e => e.name))
    expect(Object.keys(modules).filter(name => !seen.has(name))).toEqual([])
  })

  it('leave no memory behind once the parameters let go of them', () => {
    const live = () => getDevice('cpu').stats().liveBuffers
    const linear = new nn.Linear({ in_features: 3, out_features: 2 })
    const before = live()
    for (let i = 0; i < 3; i++) {
      tidy(() => {
        linear.zeroGrad()
        backward(linear.forward(tensor([[1, 2, 3]])).sum())
        for (const cell of linear.parameters()) cell.grad!.dataSync()
      })
      // The two gradients, and the weights, which are placed when they are first used.
      expect(live()).toBeLessThanOrEqual(before + 4)
    }
    tidy(() => linear.zeroGrad())
    expect(live()).toBeLessThanOrEqual(before + 2)
  })
})
