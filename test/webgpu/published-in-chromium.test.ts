/** Published checkpoints on WebGPU in Chromium: a page fetches the file itself and gives what PyTorch computed. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readModel } from '../../compiler/cli/read-model.ts'
import { caseNames, data, isForward, isThere, readCase, root, specOf } from '../cases/real-data.ts'
import { CapturedTerminal } from '../cli/captured-terminal.ts'
import { type BrowserPage, chromiumPath, openPage, resultOf } from '../support/chromium.ts'
import type { PublishedRequest } from './published-page.ts'
import { sampled } from './sample.ts'

if (chromiumPath === undefined) console.log('skipped: there is no Chromium here')
if (!isThere) console.log('skipped: there are no published checkpoints in ../shared/data/real')

const covered = caseNames().filter(name => isForward(name) && existsSync(path.join(root, specOf(name))))

/** A file of ../shared/data/real as the page's server has it. */
const address = (file: string): string => `/real/${path.relative(data, file)}`

function requestOf(name: string): PublishedRequest {
  const { files, inputs, outputs, atol, rtol, io } = readCase(name)
  const terminal = new CapturedTerminal()
  const model = readModel(path.join(root, specOf(name)), { param: [] }, terminal)
  if (model === null) throw new Error(terminal.err)
  return {
    spec: name,
    className: model.file.model.name,
    weights: address(files[0]!),
    io: address(io),
    inputs,
    outputs: outputs.map(output => ({ name: output, atol: atol(output), rtol })),
  }
}

describe.skipIf(chromiumPath === undefined || !isThere)('published checkpoints on webgpu in Chromium', () => {
  let opened: BrowserPage
  let missing: string | null = null

  beforeAll(async () => {
    opened = await openPage(path.join(import.meta.dirname, 'published-page.ts'), { 'real/': data })
    const found = await resultOf<{ adapter: string }>(opened)
    if (typeof found === 'string') missing = found
  }, 120_000)

  afterAll(() => opened?.close())

  for (const name of sampled(covered, 8)) {
    it(`${name} gives PyTorch's outputs`, { timeout: 300_000 }, async ({ skip }) => {
      if (missing !== null && /no (WebGPU|adapter)/.test(missing)) skip(missing)
      expect(missing).toBeNull()
      const request = requestOf(name)
      const wrong = await opened.page.evaluate(
        r =>
          (
            globalThis as unknown as { runPublished(r: PublishedRequest): Promise<readonly string[]> }
          ).runPublished(r),
        request,
      )
      expect(wrong).toEqual([])
      expect(opened.ranges.some(range => range.startsWith(`${request.weights} `))).toBe(true)
    })
  }
})
