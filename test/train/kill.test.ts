/** A run that is killed: npm run check:kill does this ten times to the configuration of the examples. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { killAndResume } from '../../scripts/kill-and-resume/kill-and-resume.ts'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { config } from './digits-config.ts'

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
