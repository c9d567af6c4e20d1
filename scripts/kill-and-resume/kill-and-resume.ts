/** Trains in another process that is killed at random moments and resumed each time. */
import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { load, PyDict } from '../../runtime/checkpoint/index.ts'

const root = path.resolve(import.meta.dirname, '../..')

export interface KillOptions {
  readonly config: string
  /** The folder of the run; must not be there. */
  readonly run: string
  readonly kills: number
  /** Between 0 and 1: how long after the process has gone on training it is killed. */
  readonly random: () => number
  /** The longest time that it trains before it is killed. */
  readonly most: number
  readonly report?: (killedAfterStep: number) => void
}

/** Kills with SIGKILL and resumes until the run is over. Throws where a process ends with an error. */
export async function killAndResume({
  config,
  run,
  kills,
  random,
  most,
  report,
}: KillOptions): Promise<void> {
  for (let i = 0; i < kills; i++) {
    const started = existsSync(path.join(run, 'run.json'))
    const child = start(started ? ['resume', run] : ['train', config, '--run', run])
    const last = path.join(run, 'last.pt')
    const before = timeOf(last)
    // It takes its time to start; from the first save on, it trains.
    while (timeOf(last) === before && child.exitCode === null) await wait(5)
    await wait(random() * most)
    child.kill('SIGKILL')
    await ended(child)
    if (existsSync(last)) report?.(await stepOf(last))
  }
  const child = start(['resume', run])
  const code = await ended(child)
  if (code !== 0) throw new Error(`the run ended with code ${code}`)
}

function start(args: readonly string[]): ReturnType<typeof spawn> {
  const node = ['--import', 'tsx', '--conditions=holdfast-source', path.join(root, 'compiler/cli/main.ts')]
  return spawn(process.execPath, [...node, ...args], { cwd: root, stdio: 'ignore' })
}

const ended = (child: ReturnType<typeof spawn>): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise(resolve => child.once('exit', resolve))

const timeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** The step that a run's checkpoint was saved after. */
async function stepOf(file: string): Promise<number> {
  const { value } = await load(file)
  return value instanceof PyDict ? Number(value.get('step')) : Number.NaN
}
