/**
 * `holdfast verify-resume CONFIG.yaml`: whether a run that was stopped and resumed comes to the same bits. It trains some
 * steps, then the same again with a stop in the middle, and compares weights, optimizer, losses and generator.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { materialize, type PyDict, StoredTensor } from '../../runtime/checkpoint/index.ts'
import { train } from '../../runtime/index.ts'
import { type Change, diffLeaves } from './checkpoint-diff.ts'
import { type Leaves, leavesOf } from './checkpoint-leaves.ts'
import { changeLine } from './diff.ts'
import { UsageError } from './failure.ts'
import { lastCheckpoint, readConfig } from './run-folder.ts'
import type { Terminal } from './terminal.ts'
import { onTrainingDevice, readJob } from './train.ts'
import type { TrainingJob } from './training-job.ts'

export interface VerifyOptions {
  /** How many steps in all. */
  readonly steps: string
  /** After which step the second run is stopped; in the middle unless given. */
  readonly stop?: string
  /** `{file, ok, steps, stop, compared, changes}`. */
  readonly json?: boolean
  /** The configuration's unless given. */
  readonly device?: string
}

/** Exit code: 0 where every bit is equal; 1 where not, or after diagnostics. */
export async function verifyResume(
  file: string,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<number> {
  const steps = positiveInteger('--steps', options.steps)
  const stop =
    options.stop === undefined ? Math.max(1, Math.floor(steps / 2)) : positiveInteger('--stop', options.stop)
  if (stop >= steps) throw new UsageError(`--stop ${stop} is not before step ${steps}`)
  const job = await readJob(readConfig(file), options, terminal)
  if (job === null) return 1
  const { whole, changes } = await onTrainingDevice(job, options, terminal, async () => {
    const whole = leavesOf({ value: await trainWhole(job, steps), stateDict: null })
    const resumed = leavesOf({ value: await trainTwice(job, steps, stop), stateDict: null })
    return { whole, changes: await differences(whole, resumed) }
  })
  if (options.json) {
    const object = {
      file,
      ok: changes.size === 0,
      steps,
      stop,
      compared: whole.size,
      changes: Object.fromEntries(changes),
    }
    terminal.stdout(`${JSON.stringify(object)}\n`)
  } else {
    const sameness =
      changes.size === 0 ? 'every bit is equal' : `${changes.size} of ${whole.size} values differ`
    for (const [at, change] of changes) terminal.stdout(`${changeLine(at, change)}\n`)
    terminal.stdout(`${file}: ${steps} steps, and ${steps} with a stop after ${stop}: ${sameness}\n`)
  }
  return changes.size === 0 ? 0 : 1
}

async function trainWhole(job: TrainingJob, maxSteps: number): Promise<PyDict> {
  const { options } = job.start()
  const run = await train.fit({ ...options, maxSteps })
  return train.runDictionary(run, partsOf(options))
}

/** Stops, throws everything away, and goes on from the file. */
async function trainTwice(job: TrainingJob, maxSteps: number, stop: number): Promise<PyDict> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-verify-'))
  try {
    await train.fit({ ...job.start().options, maxSteps: stop, checkpoints: { folder } })
    const { options } = job.start()
    const run = await train.fit({ ...options, maxSteps, resume: lastCheckpoint(folder) })
    return await train.runDictionary(run, partsOf(options))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const partsOf = <B>({ data, ...parts }: train.FitOptions<B>): train.RunParts => ({ ...parts, loader: data })

/** What differs in any bit: zeros of two signs differ, too. */
async function differences(a: Leaves, b: Leaves): Promise<ReadonlyMap<string, Change>> {
  const changes = await diffLeaves(a, b, { absolute: 0, relative: 0 })
  for (const [at, x] of a) {
    const y = b.get(at)
    if (!(x instanceof StoredTensor && y instanceof StoredTensor) || changes.has(at)) continue
    const same = Buffer.compare(await materialize(x), await materialize(y)) === 0
    if (!same) changes.set(at, { kind: 'value', from: 'bits', to: 'other bits of equal numbers' })
  }
  return changes
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new UsageError(`${name} takes a positive integer, not ${text}`)
}
