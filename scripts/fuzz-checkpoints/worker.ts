/** The process that reads: mutates inputs, keeps those that reach new code, writes down what fails. */
import { createHash } from 'node:crypto'
import {
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Coverage } from './coverage.ts'
import { mutate, pick, type Random } from './mutate.ts'
import { probe, type Reading } from './probe.ts'

export interface Progress {
  readonly executions: number
  readonly opened: number
  readonly findings: number
  readonly corpus: number
  readonly covered: number
}

interface Input {
  readonly bytes: Uint8Array
  readonly reading: Reading
}

const MAX_SEED = 32 << 10
const MAX_SECONDS = 5
const MAX_GROWTH = 512 << 10

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const fixtures = join(root, 'test/fixtures/checkpoint')

/** Files of ours, of the shared corpus where it is there, and of earlier runs. */
function seeds(out: string): Input[] {
  const shared = resolve(root, '../shared/data/serialization')
  const inputs: Input[] = []
  for (const folder of [fixtures, join(shared, 'corpus'), join(shared, 'hostile'), join(out, 'corpus')]) {
    for (const path of filesOf(folder)) {
      const bytes = new Uint8Array(readFileSync(path))
      if (bytes.length <= MAX_SEED && !path.endsWith('.json')) {
        inputs.push({ bytes, reading: readingOf(path) })
      }
    }
  }
  const index = { metadata: {}, weight_map: { 'fc.weight': 'net.safetensors' } }
  inputs.push({ bytes: new TextEncoder().encode(JSON.stringify(index)), reading: 'sharded' })
  inputs.push({ bytes: read('distributed/.metadata'), reading: 'distributed' })
  return inputs
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(folder, entry.name))
      .sort()
  } catch {
    return []
  }
}

function readingOf(path: string): Reading {
  return (/\.(distributed|sharded)$/.exec(path)?.[1] as Reading | undefined) ?? 'file'
}

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(fixtures, name)))
}

async function fuzz(seed: number, end: number, out: string): Promise<void> {
  const random = mulberry32(seed)
  const coverage = new Coverage()
  const parts = new Map<string, Uint8Array>([['net.safetensors', read('net.safetensors')]])
  for (const name of ['__0_0.distcp', '__1_0.distcp']) parts.set(name, read(`distributed/${name}`))
  const current = openSync(join(out, 'current.bin'), 'w')
  const known = new Set<string>()
  const corpus = seeds(out)
  const queue = [...corpus]
  const count = { executions: 0, opened: 0 }
  let lastSent = 0
  while (Date.now() < end) {
    const first = queue.pop()
    const input = first ?? (await next(corpus, random))
    writeSync(current, input.bytes, 0, input.bytes.length, 0)
    ftruncateSync(current, input.bytes.length)
    const start = performance.now()
    const memory = process.resourceUsage().maxRSS
    try {
      if (await probe(input.bytes, input.reading, parts)) count.opened++
      const seconds = (performance.now() - start) / 1000
      if (seconds > MAX_SECONDS) throw new Error(`took ${seconds.toFixed(1)} s`)
      const growth = process.resourceUsage().maxRSS - memory
      if (growth > MAX_GROWTH) throw new Error(`took ${growth >> 10} MiB`)
    } catch (error) {
      report(error, input, out, known)
    }
    count.executions++
    if (coverage.grew() && first === undefined) {
      corpus.push(input)
      const extension = input.reading === 'file' ? 'bin' : input.reading
      writeFileSync(join(out, 'corpus', `${digest(input.bytes)}.${extension}`), input.bytes)
    }
    if (Date.now() - lastSent < 1000) continue
    lastSent = Date.now()
    await send({ ...count, findings: known.size, corpus: corpus.length, covered: coverage.size })
  }
  closeSync(current)
}

/** Half of the time one of the newest inputs: what was reached last is least explored. */
async function next(corpus: readonly Input[], random: Random): Promise<Input> {
  const recent = random() % 2 === 0 ? corpus.slice(-100) : corpus
  const base = pick(recent, random)
  return { bytes: await mutate(base.bytes, pick(corpus, random).bytes, random), reading: base.reading }
}

/** One finding per place in the code. */
function report(error: unknown, input: Input, out: string, known: Set<string>): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const place = text
    .split('\n')
    .slice(0, 3)
    .join('\n')
    .replace(/\d+(\.\d+)? (s|MiB)\b/, '')
  if (known.has(place)) return
  known.add(place)
  const name = join(out, `finding-${digest(latin1(place))}`)
  writeFileSync(`${name}.bin`, input.bytes)
  writeFileSync(`${name}.txt`, `read as ${input.reading}\n${text}\n`)
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, char => char.charCodeAt(0))
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12)
}

function send(progress: Progress): Promise<void> {
  return new Promise(done => {
    process.send?.(progress, () => done())
  })
}

function mulberry32(seed: number): Random {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (Math.imul(t ^ (t >>> 7), 61 | t) + t) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
}

const [seed, end, out] = process.argv.slice(2)
await fuzz(Number(seed), Number(end), out as string)
process.disconnect?.()
