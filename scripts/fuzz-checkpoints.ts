/**
 * Coverage-guided fuzzing of the checkpoint readers: zip, pickle, the PyTorch formats, safetensors, distributed folders.
 *
 *   npx tsx --conditions=holdfast-source scripts/fuzz-checkpoints.ts [--seconds N] [--seed N] [--out FOLDER]
 *
 * Default: one hour. What fails is left in FOLDER as `finding-*.bin` with its reason beside it; inputs that reached new
 * code are kept in FOLDER/corpus, and a later run goes on from them. Exit code 1 when anything was found.
 *
 * The readers run in a child process, so that a hang, a crash or too much memory is a finding like any other.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Progress } from './fuzz-checkpoints/worker.ts'

/** No input may take longer; the child says every second that it goes on. */
const HANG = 15_000

interface Totals {
  executions: number
  opened: number
  restarts: number
  findings: number
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3600' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: join(tmpdir(), 'holdfast-fuzz') },
  },
})
const out = resolve(values.out)
mkdirSync(join(out, 'corpus'), { recursive: true })
const started = Date.now()
const end = started + Number(values.seconds) * 1000
const totals: Totals = { executions: 0, opened: 0, restarts: 0, findings: 0 }
for (let seed = Number(values.seed); Date.now() < end; seed++) await runChild(seed)
const minutes = ((Date.now() - started) / 60_000).toFixed(1)
console.log(`${minutes} minutes: ${JSON.stringify(totals)}`)
process.exitCode = totals.findings > 0 ? 1 : 0

/** One child until time is up or it dies; what it was reading then is a finding. */
async function runChild(seed: number): Promise<void> {
  const current = join(out, 'current.bin')
  const worker = fileURLToPath(new URL('./fuzz-checkpoints/worker.ts', import.meta.url))
  const child = fork(worker, [String(seed), String(end), out], {
    execArgv: [...process.execArgv, '--max-old-space-size=1024'],
  })
  let last = Date.now()
  let lastLine = Date.now()
  let before: Progress = { executions: 0, opened: 0, findings: 0, corpus: 0, covered: 0 }
  child.on('message', message => {
    const now = message as Progress
    totals.executions += now.executions - before.executions
    totals.opened += now.opened - before.opened
    totals.findings += now.findings - before.findings
    before = now
    last = Date.now()
    if (last - lastLine < 60_000) return
    lastLine = last
    const passed = Math.round((last - started) / 1000)
    console.log(`${passed} s: ${JSON.stringify(totals)}, ${now.corpus} inputs reach ${now.covered} places`)
  })
  let reason = 'the process died'
  const watch = setInterval(() => {
    if (Date.now() - last < HANG) return
    reason = `no end after ${HANG / 1000} s`
    child.kill('SIGKILL')
  }, 1000)
  const code = await exitOf(child)
  clearInterval(watch)
  if (code === 0) return
  totals.restarts++
  totals.findings++
  const name = join(out, `finding-${seed}-dead`)
  if (existsSync(current)) copyFileSync(current, `${name}.bin`)
  writeFileSync(`${name}.txt`, `${reason}: exit ${code}\n`)
}

function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise(done => {
    child.on('exit', (code, signal) => done(code ?? signal ?? 'unknown'))
  })
}
