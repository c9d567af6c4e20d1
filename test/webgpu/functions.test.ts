/** Functions of the table and their gradients on WebGPU, against PyTorch. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { backward } from '../../runtime/autograd/index.ts'
import '../../runtime/random/index.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import { Tensor } from '../../runtime/tensor/tensor.ts'
import { type ExpectedGradient, gradientDifferences } from '../autograd/expected-gradient.ts'
import { runWithGradients } from '../autograd/run-case.ts'
import { weightedSum } from '../autograd/weighted-sum.ts'
import { onDevice, readPlain } from '../support/device-check.ts'
import {
  type CaseHost,
  caseFamilies,
  caseTitle,
  differences,
  type FunctionCase,
  loadCases,
  runCase,
} from '../support/function-cases.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'
import { gpu, sampled } from './open-gpu.ts'

interface Expected {
  readonly seed: number
  readonly tol?: number
  readonly grads: readonly ExpectedGradient[] | null
  readonly only?: readonly number[]
}

const folder = path.resolve(import.meta.dirname, '../fixtures/autograd')
const gradients = (family: string): readonly Expected[] =>
  JSON.parse(readFileSync(path.join(folder, `functions-${family}.json`), 'utf8'))

/** Of float64 there is nothing to compute: that it is refused is tested by `refused.test.ts`. */
const isSingle = (testCase: FunctionCase): boolean =>
  !JSON.stringify([testCase.args, testCase.named ?? {}, testCase.expected]).includes('float64') &&
  testCase.row !== 'double'

/**
 * Cases whose answer is the NaN of 0 * (g / 0). WGSL lets compilers assume that there are none, and they make g of `x * (g / x)`:
 * docs/webgpu.md says so.
 */
const isNaNOfWgsl = (testCase: FunctionCase): boolean =>
  testCase.row === 'kl_div' && JSON.stringify(testCase.args).includes('"values":[0,1]')

const tensorsIn = (value: unknown): readonly Tensor[] =>
  value instanceof Tensor ? [value] : Array.isArray(value) ? value.flatMap(tensorsIn) : []

async function read(tensors: readonly (Tensor | null)[]): Promise<Map<unknown, PlainTensor>> {
  const found = new Map<unknown, PlainTensor>()
  for (const t of tensors) if (t !== null) found.set(t, await readPlain(t))
  return found
}

if (gpu !== null) {
  const device = gpu
  const host: CaseHost<Tensor> = {
    builder: builderOf(device),
    make: (shape, dtype, data) => onDevice({ shape, dtype, data }, 'webgpu'),
    read: () => {
      throw new TypeError('results are read before they are compared')
    },
  }
  describe.each(caseFamilies())('%s on webgpu', family => {
    const cases = loadCases(family).filter(isSingle)
    const bySeed = new Map(cases.map(c => [c.seed, c]))

    it.each(sampled(cases, 16).map(c => [caseTitle(c), c] as const))('%s', async (_, testCase) => {
      const before = device.stats().liveBuffers
      const result = tidy(() => runCase(host, testCase))
      const found = await read(tensorsIn(result))
      const wrong = differences(x => found.get(x)!, result, testCase.expected, testCase.tol)
      expect(wrong.slice(0, 5)).toEqual([])
      for (const t of tensorsIn(result)) t.dispose()
      expect(device.stats().liveBuffers).toBe(before)
    })

    const differentiable = gradients(family).filter(
      e => bySeed.has(e.seed) && e.grads !== null && !isNaNOfWgsl(bySeed.get(e.seed)!),
    )
    it.each(sampled(differentiable, 24).map(e => [caseTitle(bySeed.get(e.seed)!), e] as const))(
      'the gradient of %s',
      async (_, expected) => {
        const testCase = bySeed.get(expected.seed)!
        const before = device.stats().liveBuffers
        const leaves: Tensor[] = []
        tidy(() => {
          const run = runWithGradients(testCase, expected.only, 'webgpu')
          leaves.push(...run.leaves)
          backward(weightedSum(run.outputs))
        })
        const found = await read(leaves.map(leaf => leaf.grad))
        const tol = Math.max(testCase.tol ?? 0, expected.tol ?? 0)
        const wrong = leaves.flatMap((leaf, i) =>
          gradientDifferences(leaf, found.get(leaf.grad) ?? null, expected.grads![i]!, tol),
        )
        for (const leaf of leaves) leaf.grad?.dispose()
        expect(wrong.slice(0, 5)).toEqual([])
        expect(device.stats().liveBuffers).toBe(before)
      },
    )
  })
}

it.skipIf(gpu !== null)('nothing can be tested without an adapter', () => {})
