/**
 * Has real torch go on from what our optimizers and schedulers wrote in the middle of a run, and ours from what torch wrote
 * later: the curves must be those of torch alone. Part of `npm run check:torch`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { openPath, PyDict, saveTorch } from '../runtime/checkpoint/index.ts'
import { OpError } from '../runtime/index.ts'
import { stored } from '../runtime/tensor/stored.ts'
import { cases, run, start, wanted } from '../test/optim/schedule.ts'
import { middle, type Run, runs, Training, title } from '../test/optim/training.ts'

const STEPS = 100
/** Where torch hands a run back. */
const TO = 80
const root = resolve(import.meta.dirname, '..')

interface Result {
  readonly runs: readonly { readonly losses: readonly number[]; readonly params: readonly number[][] }[]
  readonly schedules: readonly (readonly number[])[][]
}

/** The largest difference, relative to what is larger than 1. */
const distance = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.max(...b.map((v, i) => Math.abs(v - a[i]!) / Math.max(1, Math.abs(v))))

async function write(file: string, value: PyDict): Promise<void> {
  writeFileSync(file, await saveTorch(value, { name: 'run' }))
}

/** Runs what a version of torch can take over, up to the middle, and writes it; returns them in order. */
async function writeRuns(folder: string, version: '1.13' | '2.13'): Promise<Run[]> {
  const written: Run[] = []
  const asked = (r: Run): boolean => r.dtype === 'float64' && r.older && r.groups !== 'named'
  for (const item of version === '2.13' ? runs : runs.filter(asked)) {
    const training = new Training(item)
    await training.run(0, middle(item))
    try {
      const params = training.cells.map(cell => stored(cell.value))
      const optimizer = training.optimizer.stateDict({ version })
      const entries = [['params', params] as const, ['optimizer', optimizer] as const]
      await write(join(folder, `${written.length}.pt`), new PyDict('dict', entries))
      written.push(item)
    } catch (error) {
      // 1.13 has no form for some options, and we say so.
      if (!(error instanceof OpError && version === '1.13')) throw error
    }
  }
  return written
}

/** Complaints about how a Python's torch went on, and we after it. */
async function differences(python: string, version: '1.13' | '2.13'): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-training-'))
  try {
    const written = await writeRuns(folder, version)
    const schedules = version === '2.13' ? cases.map((_, i) => ({ case: i, file: `schedule-${i}.pt` })) : []
    for (const { case: i, file } of schedules) {
      const { optimizer, scheduler } = start(cases[i]!)
      run(optimizer, scheduler, 0, 60)
      const states = [
        ['scheduler', scheduler.stateDict()] as const,
        ['optimizer', optimizer.stateDict()] as const,
      ]
      await write(join(folder, file), new PyDict('dict', states))
    }
    const listed = written.map((r, i) => ({
      ...r,
      middle: middle(r),
      file: `${i}.pt`,
      to: TO,
      back: `${i}-back.pt`,
    }))
    writeFileSync(join(folder, 'list.json'), JSON.stringify({ runs: listed, schedules }))
    const script = join(root, 'test/oracle/optim/go_on.py')
    if (spawnSync(python, [script, folder], { stdio: 'inherit' }).status !== 0) return ['torch gave up']
    const result: Result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))
    const problems: string[] = []
    for (const [i, item] of written.entries()) {
      // 1.13 multiplied NAdam's mu in twice, so that it goes on otherwise.
      const exact = item.dtype === 'float64' ? 1e-8 : 1e-4
      const tolerance = version === '1.13' && item.name === 'NAdam' ? 0.05 : exact
      const { losses, params } = result.runs[i]!
      const theirs = losses.filter((_, j) => (j + middle(item)) % 10 === 0)
      const back = new Training(item)
      const checkpoint = await openPath(join(folder, `${i}-back.pt`))
      await back.load(checkpoint.value as PyDict)
      await checkpoint.close()
      const ours = (await back.run(TO, STEPS)).filter((_, j) => (j + TO) % 10 === 0)
      const ends = await Promise.all(back.cells.map(async c => (await c.value.data()) as Float64Array))
      const off = Math.max(
        distance(theirs, item.losses.slice(middle(item) / 10)),
        distance(ours, item.losses.slice(TO / 10)),
        ...item.params.flatMap((p, j) => [distance(params[j]!, p), distance(ends[j]!, p)]),
      )
      if (!(off <= tolerance)) problems.push(`${title(item)}: off by ${off}`)
    }
    for (const [i, rates] of result.schedules.entries()) {
      const off = Math.max(
        ...wanted(cases[i]!)
          .slice(60)
          .map((v, step) => distance(rates[step]!, v)),
      )
      if (!(off <= 2 ** -52)) problems.push(`${JSON.stringify(cases[i]!.schedule)}: off by ${off}`)
    }
    console.log(
      `${written.length} runs and ${schedules.length} schedules went on in torch ${version}, ${problems.length} failures`,
    )
    return problems
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** How many of these Pythons' torch do not go on as torch alone. */
export async function checkTraining(pythons: readonly string[]): Promise<number> {
  let failed = 0
  for (const python of pythons) {
    const { stdout } = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
    })
    const problems = await differences(python, stdout.startsWith('1.') ? '1.13' : '2.13')
    for (const problem of problems) console.log(`DIFFERENT ${problem}`)
    if (problems.length > 0) failed++
  }
  return failed
}
