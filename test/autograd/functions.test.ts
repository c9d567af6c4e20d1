/** Gradients of every function of the table against PyTorch's (test/oracle/autograd/functions.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { backward } from '../../runtime/autograd/index.ts'
import { getDevice } from '../../runtime/devices/registry.ts'
import '../../runtime/random/index.ts'
import { isFloat } from '../../runtime/ops/dtype.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import { Tensor } from '../../runtime/tensor/tensor.ts'
import { onDevice } from '../support/device-check.ts'
import {
  applyCase,
  type CaseTensor,
  caseFamilies,
  caseTitle,
  type FunctionCase,
  loadCases,
} from '../support/function-cases.ts'
import { type ExpectedGradient, gradientDifferences } from './expected-gradient.ts'
import { weightedSum } from './weighted-sum.ts'

interface Expected {
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

/** Tensors in a result, in order. */
const tensorsIn = (value: unknown): readonly Tensor[] =>
  value instanceof Tensor ? [value] : Array.isArray(value) ? value.flatMap(tensorsIn) : []

function run(testCase: FunctionCase, only: readonly number[] | undefined) {
  const leaves: Tensor[] = []
  let floats = 0
  const make = (t: CaseTensor): Tensor => {
    let x = onDevice(
      { shape: t.transposed ? t.sizes.toReversed() : t.sizes, dtype: t.dtype, data: t.data },
      'cpu',
    )
    if (t.transposed) {
      const dims = t.sizes.map((_, i) => t.sizes.length - 1 - i)
      x = builderOf(device).emit('permute', [x], { dims })
    }
    if (!isFloat(t.dtype)) return x
    if (only === undefined || only.includes(floats)) leaves.push(x.requiresGrad_())
    floats++
    return x
  }
  const outputs = tensorsIn(applyCase(builderOf(device), testCase, 'concrete', make))
  return { leaves, outputs }
}

for (const family of caseFamilies()) {
  const cases = new Map(loadCases(family).map(c => [c.seed, c]))
  describe(`gradients of ${family}`, () => {
    for (const expected of load(family)) {
      const testCase = cases.get(expected.seed)
      if (testCase === undefined) continue
      it(`${caseTitle(testCase)} #${testCase.seed}`, () => {
        const before = device.stats().liveBuffers
        tidy(() => {
          const { leaves, outputs } = run(testCase, expected.only)
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
