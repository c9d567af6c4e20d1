/** Workers of a loader in a real browser, under a strict Content-Security-Policy. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { chromiumPath, openPage, resultOf } from '../support/chromium.ts'
import type { LoaderReport } from './browser-page.ts'

if (chromiumPath === undefined) console.log('skipped: there is no Chromium here')

const within = (file: string): string => path.join(import.meta.dirname, file)

test.skipIf(chromiumPath === undefined)(
  'in Chromium, workers make the batches that the page makes, and read streams in parts',
  async () => {
    const opened = await openPage(
      within('browser-page.ts'),
      {},
      { rows: within('workers/rows.ts'), stream: within('workers/stream.ts') },
    )
    try {
      const found = await resultOf<LoaderReport>(opened)
      expect(found).toBeTypeOf('object')
      const { rows, stream } = found as LoaderReport
      expect(rows[0]).toHaveLength(12)
      expect(rows[1]).toEqual(rows[0])
      expect(rows[3]).toEqual(rows[0])
      const torch = JSON.parse(readFileSync(within('../fixtures/data/streams.json'), 'utf8'))
      expect(stream).toEqual(torch.batches)
      expect(opened.problems).toEqual([])
    } finally {
      await opened.close()
    }
  },
  120_000,
)
