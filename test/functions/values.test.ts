import { describe, expect, it } from 'vitest'
import { functions } from '../../runtime/ops/functions/index.ts'
import { caseFamilies, loadCases } from '../support/case-files.ts'
import { type CaseHost, caseTitle, differences, runCase } from '../support/function-cases.ts'
import { PlainBuilder } from '../support/plain-builder.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'

const host: CaseHost<PlainTensor> = {
  builder: new PlainBuilder(),
  make: (shape, dtype, data) => ({ shape, dtype, data }),
  read: x => x,
}

for (const family of caseFamilies()) {
  describe(`${family}: shapes, dtypes and elements are PyTorch's`, () => {
    for (const testCase of loadCases(family)) {
      it(`${caseTitle(testCase)} #${testCase.seed}`, () => {
        const result = runCase(host, testCase)
        expect(differences(host.read, result, testCase.expected, testCase.tol).slice(0, 5)).toEqual([])
      })
    }
  })
}

describe('the cases', () => {
  it('cover every row of the table', () => {
    const covered = new Set(caseFamilies().flatMap(f => loadCases(f).map(c => c.row)))
    expect(Object.keys(functions).filter(name => !covered.has(name as keyof typeof functions))).toEqual([])
  })
})
