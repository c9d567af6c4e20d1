/** Gradients of every function of the table against PyTorch's (test/oracle/autograd/functions.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { backward } from '../../runtime/autograd/index.ts'
import { getDevice } from '../../runtime/devices/registry.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import { caseFamilies, loadCases } from '../support/case-files.ts'
import { caseTitle } from '../support/function-cases.ts'
import { type ExpectedGradient, gradientDifferences } from './expected-gradient.ts'
import { runWithGradients } from './run-case.ts'
import { weightedSum } from './weighted-sum.ts'

interface Expected {
  readonly row: string
  readonly seed: number
  /** Of each result: whether it has a gradient. */
  /** Where PyTorch is less exact than its dtype. */
  readonly tol?: number
  readonly requires: readonly boolean[]
  readonly grads: readonly ExpectedGradient[] | null
  /** The inputs of floats that torch differentiates for, where not all. */
  readonly only?: readonly number[]
}

const folder = path.resolve(import.meta.dirname, '../fixtures/autograd')
const load = (family: string): readonly Expected[] =>
  JSON.parse(readFileSync(path.join(folder, `functions-${family}.json`), 'utf8'))

const device = getDevice('cpu')

for (const family of caseFamilies()) {
  const cases = new Map(loadCases(family).map(c => [c.seed, c]))
  describe(`gradients of ${family}`, () => {
    for (const expected of load(family)) {
      const testCase = cases.get(expected.seed)!
      it(`${caseTitle(testCase)} #${testCase.seed}`, () => {
        expect(testCase.row, 'the cases have changed: run test/oracle/autograd/functions.py again').toBe(
          expected.row,
        )
        const before = device.stats().liveBuffers
        tidy(() => {
          const { leaves, outputs } = runWithGradients(testCase, expected.only)
          expect(outputs.map(y => y.requiresGrad)).toEqual(expected.requires)
          if (expected.grads === null) return
          backward(weightedSum(outputs))
          const found = leaves.flatMap((leaf, i) =>
            gradientDifferences(
              leaf,
              leaf.grad,
              expected.grads![i]!,
              Math.max(testCase.tol ?? 0, expected.tol ?? 0),
            ).map(text => `input ${i}: ${text}`),
          )
          for (const leaf of leaves) leaf.grad?.dispose()
          expect(found.slice(0, 5)).toEqual([])
        })
        expect(device.stats().liveBuffers).toBe(before)
      })
    }
  })
}
