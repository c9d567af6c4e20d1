/** Checkpoints in a real browser: fetched by ranges, and in the origin private file system. */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestTensorContent } from '../../runtime/checkpoint/digest.ts'
import { load, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { type BrowserPage, chromiumPath, openPage, resultOf } from '../support/chromium.ts'
import type { StorageReport } from './browser-page.ts'

if (chromiumPath === undefined) console.log('skipped: there is no Chromium here')

describe.skipIf(chromiumPath === undefined)('in Chromium', () => {
  let opened: BrowserPage

  beforeAll(async () => {
    opened = await openPage(path.join(import.meta.dirname, 'browser-page.ts'))
  }, 120_000)

  afterAll(() => opened?.close())

  test('a checkpoint is fetched by ranges, saved to private files and read back; a save that fails changes nothing', async () => {
    const found = await resultOf<StorageReport>(opened)
    const file = path.resolve(import.meta.dirname, '../../examples/digits/digits.pt')
    const expected: Record<string, string> = {}
    const [state] = stateDictsOf(await load(file))
    for (const [key, tensor] of state!.tensors) expected[key] = await digestTensorContent(tensor)
    expect(found).toEqual({
      fetched: expected,
      saved: { 'digits.pt': expected, 'digits.safetensors': expected },
      kept: expected,
      failure: 'the source went away',
    })
    expect(opened.ranges[0]).toMatch(/^\/examples\/digits\/digits.pt 0-/)
    expect(opened.problems).toEqual([])
  }, 120_000)
})
