/** The page for people: every contender on every piece of work, one after the other, each in a frame of its own. */
import type { BrowserRow, Entrant, Offer } from './row.ts'

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T
const field = (id: string): string => element<HTMLInputElement>(id).value
const rows: BrowserRow[] = []

const { works, entrants } = (await (await fetch('/offer.json')).json()) as Offer
const status = element('status')
const adapter = await navigator.gpu?.requestAdapter()
const { vendor, architecture, description } = adapter?.info ?? {}
status.textContent = adapter
  ? `WebGPU: ${[vendor, architecture, description].filter(Boolean).join(' ')}`
  : 'this browser has no WebGPU'

element('run').onclick = async () => {
  const [work, contender] = [new RegExp(field('works')), new RegExp(field('contenders'))]
  for (const { name, train } of works.filter(w => work.test(w.name)))
    for (const entrant of entrants.filter(e => contender.test(e.contender)))
      if (!(train && entrant.contender.startsWith('ort-'))) await runOne(name, entrant)
  status.textContent = 'done'
}

async function runOne(work: string, { contender, threads }: Entrant): Promise<void> {
  status.textContent = `${work}: ${contender}, ${threads} threads`
  const frame = document.createElement('iframe')
  const query = new URLSearchParams({ work, contender, threads: `${threads}`, ms: field('ms') })
  const found = new Promise<BrowserRow>(resolve => {
    const listen = (event: MessageEvent<BrowserRow>): void => {
      if (event.source !== frame.contentWindow) return
      removeEventListener('message', listen)
      resolve(event.data)
    }
    addEventListener('message', listen)
  })
  frame.src = `/frame.html?${query}`
  frame.hidden = true
  document.body.append(frame)
  show(await found)
  frame.remove()
}

function show(row: BrowserRow): void {
  rows.push(row)
  const { run, load } = row
  const kb = (bytes: number | undefined) => (bytes === undefined ? '' : (bytes / 1024).toFixed(0))
  const cells = [
    row.work,
    row.contender,
    row.threads,
    row.ms?.toPrecision(3),
    row.loadMs?.toFixed(0),
    run?.dispatches,
    run?.submits,
    kb(run?.bytesWritten),
    kb(run?.bytesCopied),
    kb(run?.bytesRead),
    load?.pipelinesMade,
    row.compileMs?.toFixed(0),
    row.error,
  ]
  const line = document.createElement('tr')
  for (const cell of cells)
    line.append(Object.assign(document.createElement('td'), { textContent: cell ?? '' }))
  element('rows').append(line)
  const json = new Blob([JSON.stringify(rows, null, 1)], { type: 'application/json' })
  const link = element<HTMLAnchorElement>('json')
  URL.revokeObjectURL(link.href)
  link.href = URL.createObjectURL(json)
}
