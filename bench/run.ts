/**
 * Inference and training against the peers, in one run: same weights, outputs compared, every measurement in a process of its own and in
 * turn.
 *
 *   npm run bench -- [--filter REGEX] [--contenders REGEX] [--rounds N] [--ms N] [--python PYTHON]
 *     [--json FILE] [--markdown FILE]
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from './measure.ts'
import { buildContenders, CONTEND, prepareWork } from './prepare.ts'
import { difference } from './work-arrays.ts'
import { WORKS, type WorkItem } from './works.ts'

/** One contender's row: medians over the rounds, each round being a median itself. */
interface Row {
  readonly work: string
  readonly contender: string
  readonly threads: number
  /** Null where it failed. */
  readonly ms: number | null
  readonly min: number | null
  readonly max: number | null
  readonly peakMb: number | null
  /** From nothing to the first result, weights read and library loaded. */
  readonly loadMs: number | null
  readonly error: string | null
}

interface Entrant {
  readonly contender: string
  readonly threads: number
}

const here = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({
  options: {
    filter: { type: 'string', default: '' },
    contenders: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    ms: { type: 'string', default: '700' },
    python: { type: 'string', default: 'python3' },
    json: { type: 'string' },
    markdown: { type: 'string' },
  },
})
const TIMEOUT = 180_000
/** Computes no product, and has no outputs: its time is that of a product at the rate of our own tile. */
const CEILING = 'micro-kernel'
/** Whose outputs the others are compared with, in this order. */
const REFERENCES = ['torch', 'ort-node', 'tfjs-wasm', 'jax-js', 'ort-web', 'holdfast']

const hasPython = spawnSync(values.python, ['-c', 'import torch, numpy']).status === 0
const hasPeers = existsSync(join(here, 'node_modules/onnxruntime-web'))
if (!hasPeers) console.log('the peers are not installed: npm ci --ignore-scripts --prefix bench')
if (!hasPython) console.log(`${values.python} has no torch: its rows are missing`)

const rows: Row[] = []
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
try {
  await buildContenders()
  const filter = new RegExp(values.filter)
  for (const work of WORKS.filter(({ name }) => filter.test(name))) {
    const place = join(folder, work.name)
    await prepareWork(work, place)
    const found = measure(work, place)
    rows.push(...found)
    for (const row of found) console.log(lineOf(row))
    rmSync(place, { recursive: true })
  }
} finally {
  rmSync(folder, { recursive: true })
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 1)}\n`)
if (values.markdown !== undefined) writeFileSync(values.markdown, markdown(rows))

function entrants({ name, train }: WorkItem): Entrant[] {
  const peers: Entrant[] = []
  const add = (contender: string, ...threads: number[]) => {
    for (const count of threads) peers.push({ contender, threads: count })
  }
  add('holdfast', 1, 2)
  if (hasPeers) {
    if (train === undefined) {
      add('ort-web', 1, 2)
      add('ort-node', 1, 2)
    }
    add('tfjs-wasm', 1)
    add('tfjs-cpu', 1)
    add('jax-js', 1)
  }
  if (hasPython) add('torch', 1)
  if (name.startsWith('matmul-')) add(CEILING, 1)
  const wanted = new RegExp(values.contenders)
  return peers.filter(({ contender }) => wanted.test(contender))
}

function measure(work: WorkItem, place: string): Row[] {
  const list = entrants(work)
  const rounds: Outcome[][] = list.map(() => [])
  for (let round = 0; round < Number(values.rounds); round++) {
    for (let turn = 0; turn < list.length; turn++) {
      const i = (round + turn) % list.length
      const failed = rounds[i]!.some(r => 'error' in r)
      if (!failed) rounds[i]!.push(runOnce(list[i]!, place))
    }
  }
  const reference = REFERENCES.find(name => existsSync(join(place, `${name}.out`)))
  return list.map(({ contender, threads }, i): Row => {
    const failure = rounds[i]!.find(r => 'error' in r)
    const base = { work: work.name, contender, threads }
    if (failure !== undefined && 'error' in failure)
      return { ...base, ms: null, min: null, max: null, peakMb: null, loadMs: null, error: failure.error }
    const good = rounds[i]!.filter((r): r is Measured => 'ms' in r)
    const sorted = good.map(r => r.ms).sort((a, b) => a - b)
    const median = (of: readonly number[]) => [...of].sort((a, b) => a - b)[of.length >> 1]!
    return {
      ...base,
      ms: median(sorted),
      min: sorted[0]!,
      max: sorted.at(-1)!,
      peakMb: Math.max(...good.map(r => r.peakMb)),
      loadMs: median(good.map(r => r.loadMs)),
      error:
        reference === undefined || contender === CEILING
          ? null
          : difference(outputsOf(join(place, contender)), outputsOf(join(place, reference))),
    }
  })
}

interface Measured {
  readonly ms: number
  readonly peakMb: number
  readonly loadMs: number
}

type Outcome = Measured | { readonly error: string }

function runOnce({ contender, threads }: Entrant, place: string): Outcome {
  const args = [place, `${threads}`, values.ms]
  const [program, before] =
    contender === 'torch'
      ? [values.python, [join(here, 'contenders/torch_contender.py')]]
      : [process.execPath, [CONTEND, contender]]
  const { status, signal, stdout, stderr } = spawnSync(program, [...before, ...args], {
    encoding: 'utf8',
    timeout: TIMEOUT,
  })
  if (signal !== null) return { error: `no end within ${TIMEOUT / 1000} s` }
  if (status !== 0) {
    const lines = stderr.trim().split('\n')
    const said = lines.find(line => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? `exit code ${status}`
    return { error: said.trim().slice(0, 200) }
  }
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Measured
}

function outputsOf(name: string): Float32Array {
  const { buffer, byteOffset, byteLength } = readFileSync(`${name}.out`)
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
}

function lineOf({ work, contender, threads, ms, min, max, peakMb, loadMs, error }: Row): string {
  const name = `${work.padEnd(20)} ${contender.padEnd(10)} ${threads}t`
  if (ms === null) return `${name}  ${error}`
  const times = `${digits(ms).padStart(9)} ms (${digits(min!)} to ${digits(max!)})`
  return `${name} ${times}  load ${loadMs!.toFixed(0)} ms  ${peakMb!.toFixed(0)} MB${error === null ? '' : `  ${error}`}`
}

function digits(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)
}

/** One line per piece of work: ours in milliseconds, the peers as multiples of ours at the same number of threads. */
function markdown(all: readonly Row[]): string {
  const peers = [
    ...new Set(all.filter(r => r.contender !== 'holdfast').map(r => `${r.contender} ${r.threads}t`)),
  ]
  const cell = (work: string, contender: string, threads: number) =>
    all.find(r => r.work === work && r.contender === contender && r.threads === threads)
  const lines = [...new Set(all.map(r => r.work))].map(work => {
    const ours = [1, 2].map(threads => cell(work, 'holdfast', threads))
    const others = peers.map(peer => {
      const [name, threads] = peer.split(' ') as [string, string]
      const row = cell(work, name, Number.parseInt(threads, 10))
      const own = ours[Number.parseInt(threads, 10) - 1]
      if (row === undefined) return ''
      if (row.ms === null) return 'fails'
      const ratio = own?.ms == null ? '' : (row.ms / own.ms).toFixed(2)
      return row.error === null ? ratio : `${ratio} (wrong)`
    })
    const times = ours.map(o => (o?.ms == null ? '' : digits(o.ms)))
    return `| ${[work, ...times, ...others].join(' | ')} |`
  })
  const head = ['work', 'holdfast 1t, ms', 'holdfast 2t, ms', ...peers]
  return `# Inference and training

Medians of ${values.rounds} rounds of fresh processes, typed arrays in, typed arrays out. Peers as multiples of our time at the same
number of threads: above 1 they are slower. The multiple of the micro kernel, our own tile on factors in the first-level cache, is the
share of its rate that a product reaches. ${machine()}.

| ${head.join(' | ')} |
|${'---|'.repeat(head.length)}
${lines.join('\n')}

Load: from nothing to the first result; peak: of the whole process.

| work | contender | load, ms | peak, MB |
|---|---|---|---|
${all
  .filter(r => r.ms !== null)
  .map(
    r => `| ${r.work} | ${r.contender} ${r.threads}t | ${r.loadMs!.toFixed(0)} | ${r.peakMb!.toFixed(0)} |`,
  )
  .join('\n')}
`
}
