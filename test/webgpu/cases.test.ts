/** Functions, modules and their gradients on WebGPU in Node. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { caseFamilies } from '../support/case-files.ts'
import { suitesOf } from './case-suites.ts'
import { gpu } from './open-gpu.ts'
import { sampled } from './sample.ts'

const fixtures = path.resolve(import.meta.dirname, '../fixtures')
const read = async <T>(file: string): Promise<T> =>
  JSON.parse(readFileSync(path.join(fixtures, file), 'utf8')) as T

if (gpu !== null) {
  for (const suite of suitesOf(caseFamilies())) {
    const cases = await suite.cases(read)
    describe(`${suite.name} on webgpu`, () => {
      it.each(sampled(cases, suite.nth).map(c => [c.title, c] as const))('%s', async (_, { run }) => {
        expect((await run()).slice(0, 5)).toEqual([])
      })
    })
  }
}

it.skipIf(gpu !== null)('nothing can be tested without an adapter', () => {})
