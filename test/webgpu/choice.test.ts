/** Where there is no WebGPU the CPU is taken, with a reason; asking for WebGPU by name says what is missing. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../cli/scratch.ts'
import { chromiumPath, openPage, resultOf } from '../support/chromium.ts'
import type { Choice } from './choice-page.ts'

const root = path.resolve(import.meta.dirname, '../..')
const scratch = scratchFolder()

/** A command in a process for which no graphics driver is installed. */
async function withoutDrivers(...args: readonly string[]): Promise<{ code: number; err: string }> {
  const env = { ...process.env, VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' }
  const node = ['--conditions=holdfast-source', '--import', 'tsx', 'compiler/cli/main.ts', ...args]
  return promisify(execFile)(process.execPath, node, { cwd: root, env }).then(
    ({ stderr }) => ({ code: 0, err: stderr }),
    (error: { code: number; stderr: string }) => ({ code: error.code, err: error.stderr }),
  )
}

const model = ['run', 'specs/tutorial/digits-cnn.yaml', '--weights', 'examples/digits/digits.pt'].concat(
  ['--inputs', 'examples/digits/heldout.safetensors', '--outputs'],
  [scratch.path('out.safetensors')],
)

describe('in Node without a driver', { timeout: 180_000 }, () => {
  it('auto computes on the cpu and says why', async () => {
    const { code, err } = await withoutDrivers(...model, '--device', 'auto')
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^device: cpu: (WebGPU found no adapter|this platform has no WebGPU)$/m),
    ])
  })

  it('webgpu is refused with what to do', async () => {
    const { code, err } = await withoutDrivers(...model, '--device', 'webgpu')
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/error\[device\/unavailable\].*\nhint: .*(driver|package)/),
    ])
  })
})

describe.skipIf(chromiumPath === undefined)('in Chromium without WebGPU', () => {
  it('auto takes the cpu and says why, and webgpu is refused with what to do', async () => {
    const page = path.join(import.meta.dirname, 'choice-page.ts')
    const opened = await openPage(page, {}, {}, ['--disable-features=WebGPU', '--disable-gpu'])
    try {
      const found = await resultOf<Choice>(opened)
      expect(found).toMatchObject({
        device: 'cpu',
        reason: expect.stringMatching(/^cpu: (WebGPU found no adapter|this platform has no WebGPU)$/),
        refusal: { code: 'device/unavailable', hint: expect.stringMatching(/driver|browser/) },
      })
    } finally {
      await opened.close()
    }
  }, 120_000)
})
