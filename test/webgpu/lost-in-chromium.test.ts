/** A page whose WebGPU device is lost, because it was destroyed or because the browser's GPU process ended, goes on. */
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BrowserPage, chromiumPath, openPage, resultOf } from '../support/chromium.ts'
import type { LostInference } from './lost-page.ts'

if (chromiumPath === undefined) console.log('skipped: there is no Chromium here')

describe.skipIf(chromiumPath === undefined)('a page whose device is lost', { timeout: 120_000 }, () => {
  let opened: BrowserPage

  // A browser for each: one whose GPU process ends again and again gives no adapter any more.
  beforeEach(async ({ skip }) => {
    opened = await openPage(path.join(import.meta.dirname, 'lost-page.ts'))
    const found = await resultOf<{ adapter: string }>(opened)
    if (typeof found === 'string' && /no (WebGPU|adapter)/.test(found)) skip(found)
    expect(found).toHaveProperty('adapter')
    await opened.page.exposeFunction('crashGpu', async () => {
      const session = await opened.page.context().browser()!.newBrowserCDPSession()
      await session.send('Browser.crashGpuProcess')
    })
  }, 120_000)

  afterEach(() => opened?.close())

  /** Calls one of the page's functions. */
  const call = <T>(name: string, by: string | null): Promise<T> =>
    opened.page.evaluate(
      ([f, how]) => (globalThis as unknown as Record<string, (by: unknown) => unknown>)[f!]!(how),
      [name, by],
    ) as Promise<T>

  for (const by of ['destroy', 'crash']) {
    it(`by ${by} infers with the same weights`, async () => {
      const { before, code, after } = await call<LostInference>('inferred', by)
      expect(code).toBe('device/lost')
      expect(after).toEqual(before)
    })

    it(`by ${by} trains to the same bits`, async () => {
      const expected = await call<readonly number[]>('trained', null)
      expect(expected).toHaveLength(8)
      expect(await call('trained', by)).toEqual(expected)
    })
  }
})
