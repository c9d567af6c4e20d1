/**
 * Trains twice by a configuration, once without a break, once killed at random moments and resumed each time, and compares
 * the last checkpoints byte by byte: weights, optimizer, losses, generator, the loader's position.
 *
 *   npm run check:kill -- [CONFIG [KILLS]]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCommandLine } from '../compiler/cli/program.ts'
import { processTerminal } from '../compiler/cli/terminal.ts'
import { killAndResume } from './kill-and-resume/kill-and-resume.ts'

const [config = 'examples/digits/train.yaml', kills = '10'] = process.argv.slice(2)
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-kill-'))
try {
  const [whole, broken] = [path.join(folder, 'whole'), path.join(folder, 'broken')]
  const begin = performance.now()
  const code = await runCommandLine(['train', config, '--run', whole], processTerminal())
  if (code !== 0) throw new Error(`training ended with code ${code}`)
  const duration = performance.now() - begin
  await killAndResume({
    config,
    run: broken,
    kills: Number(kills),
    random: Math.random,
    most: duration / Number(kills),
    report: step => console.log(`killed; saved after step ${step}`),
  })
  const same = readFileSync(path.join(whole, 'last.pt')).equals(readFileSync(path.join(broken, 'last.pt')))
  console.log(same ? 'every byte of last.pt is equal' : 'last.pt differs: holdfast diff tells in what')
  process.exitCode = same ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
