/**
 * The way back of the refactored model: what PyTorch trained is loaded, trained on here after five refactors, saved, and trained on by
 * PyTorch, whose losses must be those of a run that never left it.
 *
 *   npm run check:torch
 *
 * Uses the PYTHON of the first argument, else the one that HOLDFAST_PYTHON names, else python3; without torch nothing is checked, and that is
 * said.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { saveCheckpoint } from '../runtime/nn/index.ts'
import { facts, refactored, restored, trainOn } from '../test/keys/story.ts'

async function check(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-refactor-'))
  try {
    const model = refactored()
    const adam = await restored(model)
    await trainOn(model, adam)
    const file = join(folder, 'back.pt')
    await saveCheckpoint(model, file, { beside: { optimizer: adam.stateDict() } })
    const script = resolve(import.meta.dirname, '../test/oracle/keys/story.py')
    const ended = spawnSync(python, [script, '--continue', file], { encoding: 'utf8' })
    if (ended.status !== 0) throw new Error(ended.stderr)
    const losses: readonly number[] = JSON.parse(ended.stdout)
    const expected = facts.losses.slice(facts.batches.length)
    const largest = Math.max(...losses.map((loss, i) => Math.abs(loss - expected[i]!)))
    process.stdout.write(
      `refactored model: PyTorch trains on, losses differ by ${largest.toExponential(1)} at most\n`,
    )
    if (!(largest < 1e-5) || losses.length !== expected.length) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const python = process.argv[2] ?? process.env.HOLDFAST_PYTHON ?? 'python3'
const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0

if (!hasTorch) process.stdout.write(`${python} has no torch: the way back to PyTorch is not checked\n`)
else await check()
