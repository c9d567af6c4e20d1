import { describe, expect, it } from 'vitest'
import { type Dim, dimKey, evaluate, relation } from '../../runtime/ops/dim.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import { caseFamilies, loadCases } from '../support/case-files.ts'
import {
  applyCase,
  type CaseTensor,
  caseTitle,
  type Expected,
  type ExpectedTensor,
  type FunctionCase,
} from '../support/function-cases.ts'
import { ShapeBuilder, ShapeValue } from '../support/shape-builder.ts'

/** The concrete sizes of a case's variables. */
function sizesOf(testCase: FunctionCase): ReadonlyMap<string, number> {
  const text = JSON.stringify([testCase.args, testCase.named ?? {}])
  return new Map([...text.matchAll(/\b([A-Z]):(\d+)/g)].map(m => [m[1]!, Number(m[2])]))
}

interface Shaped {
  readonly shape: readonly Dim[]
  readonly dtype: DType
}

function shapes(result: unknown, expected: Expected, sizes: ReadonlyMap<string, number>): unknown {
  if (expected === null) return null
  if (Array.isArray(expected)) {
    return (result as readonly unknown[]).map((r, i) =>
      shapes(r, (expected as readonly Expected[])[i] ?? null, sizes),
    )
  }
  const { shape, dtype } = (result as { aval: Shaped }).aval
  return { shape: shape.map(d => evaluate(d, sizes)), dtype }
}

function expectedShapes(expected: Expected): unknown {
  if (expected === null) return null
  if (Array.isArray(expected)) return (expected as readonly Expected[]).map(expectedShapes)
  const { shape, dtype } = expected as ExpectedTensor
  return { shape, dtype }
}

const isSymbolic = (c: FunctionCase): boolean => c.symbolic !== false && sizesOf(c).size > 0

for (const family of caseFamilies()) {
  describe(`${family}: symbolic sizes give PyTorch's shapes for their numbers`, () => {
    for (const testCase of loadCases(family).filter(isSymbolic)) {
      it(`${caseTitle(testCase)} #${testCase.seed}`, () => {
        const builder = new ShapeBuilder()
        const result = applyCase(
          builder,
          testCase,
          'symbolic',
          (t: CaseTensor) => new ShapeValue(t.shape, t.dtype),
        )
        const sizes = sizesOf(testCase)
        expect(shapes(result, testCase.expected, sizes)).toEqual(expectedShapes(testCase.expected))
        for (const [a, b] of builder.assumed)
          expect(evaluate(a, sizes), `${dimKey(a)} = ${dimKey(b)}`).toBe(evaluate(b, sizes))
      })
    }
  })
}

describe('a builder that only infers', () => {
  it('tells sizes that are never equal from those that may be', () => {
    expect(relation(2, 3)).toBe('different')
    expect(new ShapeBuilder().assumeEqual(2, 3)).toBe(false)
  })
})
