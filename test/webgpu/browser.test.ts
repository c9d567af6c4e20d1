/** WebGPU in a real browser: headless Chromium, under a strict Content-Security-Policy. */
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PageReport } from './browser-page.ts'

const root = path.resolve(import.meta.dirname, '../..')
const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(file =>
  existsSync(file),
)
if (executable === undefined) console.log('skipped: there is no Chromium here')

/** Only WebAssembly, which the CPU device is made of, is allowed beside the page's own scripts. */
const POLICY =
  "default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:"

describe.skipIf(executable === undefined)('in Chromium', () => {
  let server: Server
  let browser: Browser
  const ranges: string[] = []

  beforeAll(async () => {
    const bundle = await build({
      stdin: {
        contents: "import { run } from './browser-page.ts'\nglobalThis.run = run",
        resolveDir: import.meta.dirname,
        loader: 'ts',
      },
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      external: ['node:*'],
      alias: {
        'holdfast/runtime': path.join(root, 'runtime/index.ts'),
        'holdfast/checkpoint': path.join(root, 'runtime/checkpoint/index.ts'),
      },
    })
    server = createServer((request, response) => {
      response.setHeader('content-security-policy', POLICY)
      if (request.url === '/') {
        response.setHeader('content-type', 'text/html')
        response.end(
          '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
        )
      } else if (request.url === '/page.js') {
        response.setHeader('content-type', 'text/javascript')
        response.end(bundle.outputFiles[0]!.contents)
      } else if (/^\/examples\/digits\/[\w.]+$/.test(request.url ?? '')) {
        const file = path.join(root, request.url!)
        const { size } = statSync(file)
        const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []
        const [start, end] = [Number(from ?? 0), Math.min(Number(to ?? size), size - 1)]
        ranges.push(`${request.url} ${start}-${end}`)
        const headers = { 'content-range': `bytes ${start}-${end}/${size}`, 'accept-ranges': 'bytes' }
        response.writeHead(206, headers)
        createReadStream(file, { start, end }).pipe(response)
      } else response.writeHead(404).end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch({
      executablePath: executable!,
      args: ['--no-sandbox', '--enable-unsafe-webgpu'],
    })
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  it('a page fetches a checkpoint and computes what PyTorch did, on the cpu and on webgpu', async ({
    skip,
  }) => {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('console', message => {
      if (message.type() === 'error') problems.push(message.text())
    })
    page.on('pageerror', error => problems.push(String(error)))
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(() => 'run' in globalThis)
    const found: PageReport | string = await page.evaluate(async () => {
      try {
        return await (globalThis as unknown as { run(): Promise<PageReport> }).run()
      } catch (error) {
        return (error as Error).message
      }
    })
    if (typeof found === 'string' && /no (WebGPU|adapter)/.test(found)) skip(found)
    expect(found).toMatchObject({ adapter: expect.any(String) })
    const { worst, apart, dispatches } = found as PageReport
    expect(worst.cpu).toBeLessThan(1e-4)
    expect(worst.webgpu).toBeLessThan(1e-4)
    for (const [name, difference] of Object.entries(apart)) expect(difference, name).toBeLessThan(2e-5)
    expect(dispatches).toBeGreaterThan(0)
    expect(ranges.some(r => r.startsWith('/examples/digits/digits.pt '))).toBe(true)
    expect(problems).toEqual([])
  }, 180_000)
})
