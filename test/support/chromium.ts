/** Tests in a real browser: a page in headless Chromium, under a strict Content-Security-Policy, with the project's own files at hand. */
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { build } from 'rolldown'
import { dynamicImportVarsPlugin, importGlobPlugin } from 'rolldown/experimental'

const root = path.resolve(import.meta.dirname, '../..')

/** Where Chromium is; undefined where there is none. */
export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  file => existsSync(file),
)

/** Only WebAssembly, which the CPU device is made of, is allowed beside the page's own scripts. */
const POLICY =
  "default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:"

export interface BrowserPage {
  readonly page: Page
  /** What was fetched, as `/path from-to`. */
  readonly ranges: readonly string[]
  /** What the console and the page itself complained about. */
  readonly problems: readonly string[]
  close(): Promise<void>
}

/**
 * A module as one script for the browser.
 * @param start - code that is put in its place and imports it as `./NAME`
 */
async function bundled(module: string, start: string | null = null): Promise<string> {
  const entry = `${module}?start`
  const { output } = await build({
    input: start === null ? module : entry,
    write: false,
    platform: 'browser',
    external: /^node:/,
    resolve: {
      alias: {
        'holdfast/runtime': path.join(root, 'runtime/index.ts'),
        'holdfast/checkpoint': path.join(root, 'runtime/checkpoint/index.ts'),
      },
    },
    plugins: [
      // `import(`./folder/${name}.ts`)` bundles the whole folder.
      dynamicImportVarsPlugin(),
      importGlobPlugin(),
      {
        name: 'start',
        resolveId: id => (id === entry ? id : null),
        load: id => (id === entry ? start : null),
      },
    ],
    output: { codeSplitting: false },
    logLevel: 'silent',
  })
  return output[0].code
}

/**
 * Opens a page whose script is a bundle of `module`, whose export `run` it calls. Files below `examples/digits/` are served by
 * ranges, and so are those of `files` by their names; of names that end in `/`, all below the folder. `workers` are modules that are
 * served as bundles, `/NAME.js`. `args` are Chromium's; unless given, those that open WebGPU.
 */
export async function openPage(
  module: string,
  files: Readonly<Record<string, string>> = {},
  workers: Readonly<Record<string, string>> = {},
  args: readonly string[] = ['--enable-unsafe-webgpu'],
): Promise<BrowserPage> {
  // The page starts it: what DevTools evaluates is exempt from the policy.
  const start = `import { run } from './${path.basename(module)}'
globalThis.result = run().catch(error => error.message)`
  const scripts = new Map([['/page.js', await bundled(module, start)]])
  for (const [name, worker] of Object.entries(workers)) scripts.set(`/${name}.js`, await bundled(worker))
  const ranges: string[] = []
  const fileOf = (url: string): string | undefined => {
    if (/^\/examples\/digits\/[\w.]+$/.test(url)) return path.join(root, url)
    const name = decodeURIComponent(url.slice(1))
    const folder = Object.keys(files).find(key => key.endsWith('/') && name.startsWith(key))
    return folder === undefined ? files[name] : path.join(files[folder]!, name.slice(folder.length))
  }
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', POLICY)
    if (request.url === '/') {
      response.setHeader('content-type', 'text/html')
      response.end(
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
      )
    } else if (scripts.has(request.url!)) {
      response.setHeader('content-type', 'text/javascript')
      response.end(scripts.get(request.url!))
    } else if (fileOf(request.url!) !== undefined) {
      const file = fileOf(request.url!)!
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
  const browser = await chromium.launch({
    executablePath: chromiumPath!,
    args: ['--no-sandbox', ...args],
  })
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('console', message => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', error => problems.push(String(error)))
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction(() => 'result' in globalThis)
  return {
    page,
    ranges,
    problems,
    close: async () => {
      await browser.close()
      server.close()
    },
  }
}

/** What the page's `run` gives, or the message of what it throws. */
export function resultOf<T>({ page }: BrowserPage): Promise<T | string> {
  return page.evaluate(() => (globalThis as unknown as { result: Promise<T | string> }).result) as Promise<
    T | string
  >
}
