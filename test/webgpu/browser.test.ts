/** WebGPU in a real browser. */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserPage, chromiumPath, openPage, resultOf } from '../support/chromium.ts'
import type { PageReport } from './browser-page.ts'

if (chromiumPath === undefined) console.log('skipped: there is no Chromium here')

describe.skipIf(chromiumPath === undefined)('in Chromium', () => {
  let opened: BrowserPage

  beforeAll(async () => {
    opened = await openPage(path.join(import.meta.dirname, 'browser-page.ts'))
  }, 120_000)

  afterAll(() => opened?.close())

  it('a page fetches a checkpoint and computes what PyTorch did, on the cpu and on webgpu', async ({
    skip,
  }) => {
    const found = await resultOf<PageReport>(opened)
    if (typeof found === 'string' && /no (WebGPU|adapter)/.test(found)) skip(found)
    expect(found).toMatchObject({ adapter: expect.any(String) })
    const { worst, apart, dispatches } = found as PageReport
    expect(worst.cpu).toBeLessThan(1e-4)
    expect(worst.webgpu).toBeLessThan(1e-4)
    for (const [name, difference] of Object.entries(apart)) expect(difference, name).toBeLessThan(2e-5)
    expect(dispatches).toBeGreaterThan(0)
    expect(opened.ranges.some(r => r.startsWith('/examples/digits/digits.pt '))).toBe(true)
    expect(opened.problems).toEqual([])
  }, 180_000)
})
