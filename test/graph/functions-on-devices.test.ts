/** Every function of the table, on every device, against PyTorch. */
import { describe, expect, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import '../../runtime/random/index.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'
import { caseFamilies, loadCases } from '../support/case-files.ts'
import { DEVICES } from '../support/device-check.ts'
import { type CaseHost, caseTitle, differences, runCase } from '../support/function-cases.ts'
import { onDevice, toPlain } from '../support/on-device.ts'

for (const name of DEVICES) {
  const device = getDevice(name)
  const host: CaseHost<Tensor> = {
    builder: builderOf(device),
    make: (shape, dtype, data) => onDevice({ shape, dtype, data }, name),
    read: toPlain,
  }
  for (const family of caseFamilies()) {
    describe(`${family} on ${name}`, () => {
      for (const testCase of loadCases(family)) {
        it(`${caseTitle(testCase)} #${testCase.seed}`, () => {
          const before = device.stats().liveBuffers
          const found = tidy(() =>
            differences(host.read, runCase(host, testCase), testCase.expected, testCase.tol),
          )
          expect(found.slice(0, 5)).toEqual([])
          expect(device.stats().liveBuffers).toBe(before)
        })
      }
    })
  }
}
