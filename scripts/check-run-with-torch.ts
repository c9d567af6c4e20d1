/**
 * Has real torch go on with a run that was stopped in the middle of an epoch (test/oracle/train/continue_run.py). A part of
 * `npm run check:torch`: the first argument is the Python to use; else HOLDFAST_PYTHON, or python3, if it has torch.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { smallRun } from '../test/train/small-run.ts'

const python = process.argv[2] ?? process.env.HOLDFAST_PYTHON ?? 'python3'
const script = path.resolve(import.meta.dirname, '../test/oracle/train/continue_run.py')

if (spawnSync(python, ['-c', 'import torch']).status !== 0)
  console.log(`${python} has no torch: no run was checked`)
else {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-run-'))
  try {
    await smallRun().fit({ checkpoints: { folder }, maxSteps: 8 })
    const whole = await smallRun().fit()
    writeFileSync(path.join(folder, 'losses.json'), JSON.stringify(whole.losses))
    const args = [script, path.join(folder, 'last.pt'), path.join(folder, 'losses.json')]
    const { status } = spawnSync(python, args, { stdio: ['ignore', 'inherit', 'ignore'] })
    process.exitCode = status === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
