/**
 * Computes each `nth` case of the functions on the WebGPU of the program that runs this, and prints how many were compared with
 * PyTorch's values and what differs, as JSON: deno run -A compare-values.ts NTH.
 */
import process from 'node:process'
import { type Tensor, useWebGPU } from '../../runtime/index.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { element } from '../../runtime/tensor/tensor.ts'
import {
  type CaseHost,
  caseFamilies,
  caseTitle,
  differences,
  loadCases,
  runCase,
} from '../../test/support/function-cases.ts'
import { isSingle, tensorsIn } from './cases.ts'

const nth = Number(process.argv[2])
const device = await useWebGPU()
const host: CaseHost<Tensor> = {
  builder: builderOf(device),
  make: (shape, dtype, data) =>
    tensor((dtype === 'bool' ? data.map(v => v !== 0) : [...data]) as number[], {
      shape,
      dtype,
      device: 'webgpu',
    }),
  read: () => {
    throw new TypeError('results are read before they are compared')
  },
}
const cases = caseFamilies()
  .flatMap(loadCases)
  .filter(isSingle)
  .filter((_, i) => i % nth === 0)
const wrong: string[] = []
for (const testCase of cases) {
  try {
    const result = runCase(host, testCase)
    const found = new Map<unknown, ReturnType<typeof host.read>>()
    for (const x of tensorsIn(result)) {
      const data = [...(await x.data())].map(v => {
        const e = element(x.dtype, v)
        return typeof e === 'boolean' ? Number(e) : e
      })
      found.set(x, { shape: x.shape, dtype: x.dtype, data })
    }
    const differ = differences(x => found.get(x)!, result, testCase.expected, testCase.tol)
    if (differ.length > 0) wrong.push(`${caseTitle(testCase)}: ${differ[0]}`)
  } catch (error) {
    wrong.push(`${caseTitle(testCase)}: ${error}`)
  }
}
console.log(JSON.stringify({ adapter: device.adapter, compared: cases.length, wrong }))
process.exit(0)
