/** Functions, modules and their gradients on WebGPU in Chromium: one page runs them all. */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseFamilies } from '../support/case-files.ts'
import { type BrowserPage, chromiumPath, openPage, resultOf } from '../support/chromium.ts'
import { suitesOf } from './case-suites.ts'
import type { SuiteReport, SuiteRequest } from './cases-page.ts'
import { everything } from './sample.ts'

if (chromiumPath === undefined) console.log('skipped: there is no Chromium here')

const families = caseFamilies()

describe.skipIf(chromiumPath === undefined)('on webgpu in Chromium', () => {
  let opened: BrowserPage
  let missing: string | null = null

  beforeAll(async () => {
    const fixtures = path.resolve(import.meta.dirname, '../fixtures')
    opened = await openPage(path.join(import.meta.dirname, 'cases-page.ts'), { 'fixtures/': fixtures })
    const found = await resultOf<{ adapter: string }>(opened)
    if (typeof found === 'string') missing = found
  }, 120_000)

  afterAll(() => opened?.close())

  for (const { name: suite } of suitesOf(families)) {
    it(suite, { timeout: everything ? 1_800_000 : 180_000 }, async ({ skip }) => {
      if (missing !== null && /no (WebGPU|adapter)/.test(missing)) skip(missing)
      expect(missing).toBeNull()
      const request: SuiteRequest = { families, suite, everything }
      const { ran, wrong } = await opened.page.evaluate(
        r => (globalThis as unknown as { runSuite(r: SuiteRequest): Promise<SuiteReport> }).runSuite(r),
        request,
      )
      expect(wrong).toEqual([])
      expect(ran).toBeGreaterThan(0)
    })
  }
})
