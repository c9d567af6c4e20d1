/** A run that is killed: npm run check:kill does this ten times to the configuration of the examples. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { load, type PyDict } from '../../runtime/checkpoint/index.ts'
import { killAndResume } from '../../scripts/kill-and-resume/kill-and-resume.ts'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { config, root } from './digits-config.ts'

const scratch = scratchFolder()

it('a run that is killed with SIGKILL and resumed ends with the bytes of one that was not', async () => {
  const long = config
    .replace('epochs: 3', 'epochs: 6')
    .replace('total_steps: 36', 'total_steps: 72')
    .replace('every_steps: 5', 'every_steps: 3')
    .replace('tensorboard: true', '')
  const file = scratch.write('long.yaml', long)
  const [whole, broken] = [scratch.path('whole'), scratch.path('broken')]
  expect((await holdfast('train', file, '--run', whole)).code).toBe(0)
  const steps: number[] = []
  await killAndResume({
    config: file,
    run: broken,
    kills: 2,
    random: Math.random,
    most: 400,
    report: step => steps.push(step),
  })
  expect(steps).toHaveLength(2)
  for (const name of ['last.pt', 'best.pt', 'loss.svg'])
    expect(
      readFileSync(`${broken}/${name}`).equals(readFileSync(`${whole}/${name}`)),
      `${name} after kills at ${steps}`,
    ).toBe(true)
}, 300_000)

it('a run that is interrupted with Ctrl-C is saved after the step under way, and ends with 0', async () => {
  const file = scratch.write(
    'interrupted.yaml',
    config.replace('epochs: 3', 'epochs: 3000').replace(/^scheduler.*\n/m, ''),
  )
  const run = scratch.path('interrupted')
  const node = ['--import', 'tsx', '--conditions=holdfast-source', path.join(root, 'compiler/cli/main.ts')]
  const child = spawn(process.execPath, [...node, 'train', file, '--run', run], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  while (!existsSync(`${run}/last.pt`) && child.exitCode === null) await wait(10)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  const step = Number(
    /^interrupted after step (\d+), and saved; holdfast resume \S+ goes on\n$/.exec(out)?.[1],
  )
  const { value } = await load(`${run}/last.pt`)
  expect((value as PyDict).get('step')).toBe(step)
}, 120_000)
