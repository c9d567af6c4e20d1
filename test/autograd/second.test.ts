/** Gradients of gradients against PyTorch's (test/oracle/autograd/second.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { F, getDevice, grad, tidy } from '../../runtime/index.ts'
import { loadCases } from '../support/case-files.ts'
import { caseTitle } from '../support/function-cases.ts'
import { type ExpectedGradient, gradientDifferences } from './expected-gradient.ts'
import { runWithGradients } from './run-case.ts'
import { weightedSum } from './weighted-sum.ts'

interface Expected {
  readonly family: string
  readonly row: string
  readonly seed: number
  readonly grads: readonly ExpectedGradient[]
}

const expected: readonly Expected[] = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/autograd/second.json'), 'utf8'),
)

describe('gradients of gradients', () => {
  for (const want of expected) {
    const test = loadCases(want.family).find(c => c.seed === want.seed)!
    it(`${caseTitle(test)} #${want.seed}`, () => {
      const before = getDevice('cpu').stats().liveBuffers
      tidy(() => {
        const { leaves, outputs } = runWithGradients(test, undefined)
        const first = grad(weightedSum(outputs), leaves, { createGraph: true, allowUnused: true })
        // The weights of the second sum are one and the same for every gradient.
        const parts = first.flatMap(g => (g?.requiresGrad ? [weightedSum([g], 782)] : []))
        const second = grad(
          parts.reduce((a, b) => F.add(a, b)),
          leaves,
          { allowUnused: true },
        )
        const found = leaves.flatMap((leaf, i) =>
          gradientDifferences(leaf, second[i]!, want.grads[i]!, 1e-4).map(text => `input ${i}: ${text}`),
        )
        expect(found.slice(0, 5)).toEqual([])
      })
      expect(getDevice('cpu').stats().liveBuffers).toBe(before)
    })
  }
})
