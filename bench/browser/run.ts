/**
 * Inference and training in a browser, on the CPU and on WebGPU, beside the peers: same weights, outputs compared, what is done with
 * WebGPU counted.
 *
 *   npm run bench:browser -- [--filter REGEX] [--contenders REGEX] [--ms N] [--json FILE] [--markdown FILE]
 *   npm run bench:browser -- --serve [--port N]       only the page, to be opened in a browser on a real graphics adapter
 *
 * By itself it drives headless Chromium; each measurement has a browser of its own.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { chromiumPath } from '../../test/support/chromium.ts'
import { buildClasses } from '../prepare.ts'
import { buildPage, hasPeers } from './build.ts'
import { browserTables } from './markdown.ts'
import { type BrowserRow, type Entrant, failed } from './row.ts'
import { OFFER, serve } from './serve.ts'

const { values } = parseArgs({
  options: {
    filter: { type: 'string', default: '' },
    contenders: { type: 'string', default: '' },
    ms: { type: 'string', default: '500' },
    json: { type: 'string' },
    markdown: { type: 'string' },
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
  },
})
/** Software adapters take minutes for some. */
const TIMEOUT = 900_000

if (!hasPeers) console.log('the peers are not installed: npm ci --ignore-scripts --prefix bench')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
process.on('SIGINT', () => process.exit(0))
await buildClasses()
await buildPage(join(folder, 'js'))
const server = serve(join(folder, 'js'), join(folder, 'works'))
await new Promise<void>(resolve => server.listen(Number(values.port), '127.0.0.1', resolve))
const address = `http://localhost:${(server.address() as AddressInfo).port}/`
if (values.serve) console.log(`${address} (to stop: Ctrl-C)`)
else {
  if (chromiumPath === undefined)
    throw new Error('there is no Chromium here; with --serve the page can be opened in any browser')
  const rows = await measureAll(chromiumPath)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 1)}\n`)
  if (values.markdown !== undefined) writeFileSync(values.markdown, browserTables(rows))
  server.close()
}

async function measureAll(executablePath: string): Promise<BrowserRow[]> {
  const rows: BrowserRow[] = []
  const [work, contender] = [new RegExp(values.filter), new RegExp(values.contenders)]
  for (const { name, train } of OFFER.works.filter(w => work.test(w.name)))
    for (const entrant of OFFER.entrants.filter(e => contender.test(e.contender))) {
      // onnxruntime-web does not train.
      if (train && entrant.contender.startsWith('ort-')) continue
      const row = await measure(executablePath, name, entrant)
      rows.push(row)
      console.log(lineOf(row))
    }
  return rows
}

async function measure(executablePath: string, work: string, entrant: Entrant): Promise<BrowserRow> {
  const { contender, threads } = entrant
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--disable-gpu-shader-disk-cache'],
  })
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(TIMEOUT)
    const query = new URLSearchParams({ work, contender, threads: `${threads}`, ms: values.ms })
    await page.goto(`${address}frame.html?${query}`)
    await page.waitForFunction(() => 'row' in globalThis)
    const row = page.evaluate(() => (globalThis as unknown as { row: Promise<BrowserRow> }).row)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end within ${TIMEOUT / 1000} s`)), TIMEOUT)
    })
    const crashed = new Promise<never>((_, reject) => {
      page.on('crash', () => reject(new Error('the page crashed')))
    })
    try {
      return await Promise.race([row, late, crashed])
    } finally {
      clearTimeout(timer)
    }
  } catch (error) {
    return failed(work, entrant, error)
  } finally {
    await browser.close()
  }
}

function lineOf({ work, contender, ms, loadMs, load, run, compileMs, error }: BrowserRow): string {
  const name = `${work.padEnd(20)} ${contender.padEnd(16)}`
  if (ms === null) return `${name} ${error}`
  const times = `${ms.toPrecision(3).padStart(8)} ms  load ${loadMs!.toFixed(0)} ms`
  const kb = (bytes: number) => (bytes / 1024).toFixed(1)
  const counts =
    run === null || load === null
      ? ''
      : `  ${run.dispatches} dispatches, ${run.submits} submits, ${kb(run.bytesWritten)} KiB written, ${kb(run.bytesCopied)} copied, ${kb(run.bytesRead)} read, ${run.buffersMade} buffers, ${run.bindGroupsMade} groups; ${load.pipelinesMade + run.pipelinesMade} pipelines (${run.pipelinesMade} late), compiled in ${compileMs?.toFixed(0)} ms`
  return `${name} ${times}${counts}${error === null ? '' : `  ${error}`}`
}
