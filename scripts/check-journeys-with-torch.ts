/**
 * Both ways between PyTorch and here, for a GPT-2 of transformers and for published checkpoints: PyTorch trains and saves; the refactored
 * model takes it with its optimizer, trains on, and saves in PyTorch's layout; PyTorch trains on from there. The losses must be those of
 * a run that never left it.
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
import { load, type PyDict } from '../runtime/checkpoint/index.ts'
import { data, isThere } from '../test/cases/real-data.ts'
import { arrived, factsOf, goBack, type Journey, trainOn } from '../test/keys/journey.ts'
import { journeys } from '../test/keys/journeys/index.ts'

const script = resolve(import.meta.dirname, '../test/oracle/keys/journeys.py')

function pytorch(...args: readonly string[]): string {
  const ended = spawnSync(python, [script, ...args], { encoding: 'utf8' })
  if (ended.status !== 0) throw new Error(ended.stderr)
  return ended.stdout
}

async function check(journey: Journey, folder: string): Promise<void> {
  const { before, steps, losses } = factsOf(journey)
  const [file, back] = [join(folder, `${journey.name}.pt`), join(folder, `${journey.name}-back.pt`)]
  pytorch('train', journey.name, file, data)
  const checkpoint = await load(file)
  const optimizer = (checkpoint.value as PyDict).get('optimizer')
  const there = await arrived(journey, Promise.resolve({ checkpoint, optimizer }))
  const here = await trainOn(journey, there.model, there.optimizer, before, steps)
  await goBack(journey, there, back)
  const after: readonly number[] = JSON.parse(pytorch('continue', journey.name, back))
  const found = [...here, ...after]
  const expected = losses.slice(before)
  const largest = Math.max(...found.map((loss, i) => Math.abs(loss / expected[i]! - 1)))
  process.stdout.write(
    `${journey.name}: there and back, losses differ by ${largest.toExponential(1)} of themselves at most\n`,
  )
  if (!(largest < 1e-3) || found.length !== expected.length) process.exitCode = 1
}

const python = process.argv[2] ?? process.env.HOLDFAST_PYTHON ?? 'python3'
const hasTorch = spawnSync(python, ['-c', 'import torch, transformers']).status === 0

if (!hasTorch) process.stdout.write(`${python} has no torch and transformers: no journey is checked\n`)
else {
  if (!isThere) process.stdout.write('published checkpoints are not at hand: gpt2 is the only journey\n')
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-journeys-'))
  try {
    for (const journey of journeys) await check(journey, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
