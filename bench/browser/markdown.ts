/** The rows as tables: ours as they are, the peers' with their multiples of ours. */
import { machine } from '../measure.ts'
import type { BrowserRow } from './row.ts'

type Measure = (row: BrowserRow) => number | null

const moved: Measure = ({ run }) =>
  run === null ? null : (run.bytesWritten + run.bytesCopied + run.bytesRead) / 1024
const TABLES: readonly (readonly [title: string, of: Measure])[] = [
  ['Dispatches of a run', row => row.run?.dispatches ?? null],
  ['Submits of a run', row => row.run?.submits ?? null],
  ['KiB moved in a run: written, copied and read', moved],
  ['Buffers made in a run', row => row.run?.buffersMade ?? null],
  ['Bind groups made in a run', row => row.run?.bindGroupsMade ?? null],
  ['Pipelines in all', row => row.load && row.run && row.load.pipelinesMade + row.run.pipelinesMade],
  ['KiB of WGSL', row => (row.run === null ? null : row.wgsl / 1024)],
  ['MiB of buffers made until the second run', row => row.load && row.load.bufferBytes / 2 ** 20],
]
const TIMES: readonly (readonly [title: string, of: Measure])[] = [
  ['Milliseconds to compile all pipelines', row => row.compileMs],
  ['Milliseconds of a run', row => row.ms],
  ['Milliseconds from nothing to the first result', row => row.loadMs],
]
const OURS = 'holdfast-webgpu'

/** All tables as Markdown. */
export function browserTables(rows: readonly BrowserRow[]): string {
  const section = ([title, of]: readonly [string, Measure]): string => `## ${title}\n\n${table(rows, of)}`
  return `# In the browser

The same models with the same weights on the CPU and on WebGPU, each in a headless Chromium of its own, typed arrays in, typed arrays
out. Outputs are compared with ours on the CPU. In brackets multiples of ours on WebGPU: above 1 the peer does more.
${machine()}.

${TABLES.map(section).join('\n')}
# Times, as information

The adapter here is SwiftShader, a program on the CPU: these times say little about graphics adapters.

${TIMES.map(section).join('\n')}`
}

function table(rows: readonly BrowserRow[], of: Measure): string {
  const works = [...new Set(rows.map(r => r.work))]
  const names = [...new Set(rows.map(r => r.contender))].filter(name =>
    rows.some(r => r.contender === name && of(r) !== null),
  )
  const contenders = [OURS, ...names.filter(name => name !== OURS)]
  const find = (work: string, contender: string) =>
    rows.find(r => r.work === work && r.contender === contender)
  const cell = (work: string, contender: string): string => {
    const row = find(work, contender)
    if (row === undefined) return ''
    const value = of(row)
    if (value === null) return row.ms === null ? 'fails' : ''
    const wrong = row.error === null ? '' : ' wrong'
    const base = find(work, OURS)
    const own = base === undefined ? null : of(base)
    const ratio = contender === OURS || own === null || own === 0 ? '' : ` (${(value / own).toFixed(2)})`
    return `${digits(value)}${ratio}${wrong}`
  }
  const lines = works.map(work => `| ${[work, ...contenders.map(c => cell(work, c))].join(' | ')} |`)
  return `| ${['work', ...contenders].join(' | ')} |\n|${'---|'.repeat(contenders.length + 1)}\n${lines.join('\n')}\n`
}

function digits(value: number): string {
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3)
}
