/** Gradients of every function of the table against PyTorch's (test/oracle/autograd/functions.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { backward } from '../../runtime/autograd/index.ts'
import { getDevice } from '../../runtime/devices/registry.ts'
import '../../runtime/random/index.ts'
import { type DType, isFloat } from '../../runtime/ops/dtype.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import { Tensor } from '../../runtime/tensor/tensor.ts'
import { onDevice, toPlain } from '../support/device-check.ts'
import {
  applyCase,
  type CaseElement,
  type CaseTensor,
  caseFamilies,
  caseTitle,
  type FunctionCase,
  loadCases,
} from '../support/function-cases.ts'
import { weightedSum } from './weighted-sum.ts'

type Gradient =
  | null
  | readonly CaseElement[]
  | { readonly picked: readonly CaseElement[]; readonly sum: CaseElement; readonly size: CaseElement }

interface Expected {
  readonly seed: number
  /** Of each result: whether it has a gradient. */
  /** Where PyTorch is less exact than its dtype. */
  readonly tol?: number
  readonly requires: readonly boolean[]
  readonly grads: readonly Gradient[] | null
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

const LIMIT: Readonly<Partial<Record<DType, number>>> = {
  float64: 1e-6,
  float32: 2e-5,
  float16: 4e-3,
  bfloat16: 3e-2,
}

const near = (got: number, want: number, limit: number): boolean =>
  Object.is(got, want) || got === want || Math.abs(got - want) <= limit * Math.max(1, Math.abs(want))

/** Differences as text. PyTorch's None and a gradient of zeros are not told apart. */
function differences(leaf: Tensor, want: Gradient, tol: number): readonly string[] {
  const plain = leaf.grad === null ? null : toPlain(leaf.grad)
  if (plain !== null && (plain.dtype !== leaf.dtype || `${plain.shape}` !== `${leaf.shape}`))
    return [`the gradient is ${plain.dtype}[${plain.shape}], not ${leaf.dtype}[${leaf.shape}]`]
  const got = plain?.data.map(Number) ?? new Array<number>(leaf.size).fill(0)
  const limit = Math.max(tol, LIMIT[leaf.dtype]!)
  if (want === null) return got.some(v => v !== 0) ? ['there is a gradient where PyTorch has none'] : []
  const compare = (at: string, x: number, e: CaseElement, scale = 1) =>
    near(x, Number(e), limit * scale) ? [] : [`${at} is ${x}, not ${e}`]
  if ('picked' in want) {
    const { picked, sum, size } = want
    const total = got.reduce((a, b) => a + b, 0)
    return [
      ...picked.flatMap((e, i) => compare(`[${i}]`, got[Math.floor((i * got.length) / picked.length)]!, e)),
      ...compare('the sum', total, sum, Math.max(1, Number(size))),
      ...compare(
        'the sum of sizes',
        got.reduce((a, b) => a + Math.abs(b), 0),
        size,
      ),
    ]
  }
  if (want.length !== got.length) return [`there are ${got.length} elements, not ${want.length}`]
  return want.flatMap((e, i) => compare(`[${i}]`, got[i]!, e))
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
            differences(leaf, expected.grads![i]!, Math.max(testCase.tol ?? 0, expected.tol ?? 0)).map(
              text => `input ${i}: ${text}`,
            ),
          )
          for (const leaf of leaves) leaf.grad?.dispose()
          expect(found.slice(0, 5)).toEqual([])
        })
        expect(device.stats().liveBuffers).toBe(before)
      })
    }
  })
}
