/**
 * Computes each `nth` case of the suites, and all that templates for workgroups are tested with, on the WebGPU of the program that
 * runs this. Prints how many were compared with PyTorch's values, or with the CPU's, and what differs, as JSON:
 * deno run -A compare-values.ts NTH.
 */
import process from 'node:process'
import { useWebGPU } from '../../runtime/index.ts'
import { difference, TEMPLATE_CASES } from '../../test/webgpu/template-cases.ts'
import { readFixture, suites } from './suites.ts'

const nth = Number(process.argv[2])
const device = await useWebGPU()
const wrong: string[] = []
let compared = 0
for (const suite of suites) {
  for (const [i, { title, run }] of (await suite.cases(readFixture)).entries()) {
    if (i % nth !== 0) continue
    compared++
    const found = await run().catch(error => [String(error)])
    if (found.length > 0) wrong.push(`${suite.name}: ${title}: ${found[0]}`)
  }
}
for (const [name, { tolerance, cases }] of Object.entries(TEMPLATE_CASES)) {
  for (const [title, compute] of Object.entries(cases)) {
    compared++
    const found = await difference(compute, tolerance)
    if (found !== null) wrong.push(`${name}: ${title}: ${found}`)
  }
}
console.log(JSON.stringify({ adapter: device.adapter, compared, wrong }))
process.exit(0)
